/* Folders of PNG files, one folder a class: finding the files, reading them into one array. */
#include "base/fsio.h"
#include "base/mem.h"
#include "base/sha256.h"
#include "data/data_file.h"
#include "data/loading.h"
#include "data/resize.h"
#include "fmt/png_read.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#define MAX_FILES ((size_t)1000000)         /* of a tree */
#define FILE_LIMIT_BYTES ((size_t)64 << 20) /* of one */

struct file {
    const char *name; /* "class/name", in the reader's arena */
    unsigned char label;
};

/* A folder of class folders. */
struct tree {
    char path[PATH_MAX];
    struct file *files; /* [n_files] */
    size_t n_files, capacity;
    struct sample_set *set;
};

struct reader {
    struct loading *loading;
    struct arena arena;
    char **classes; /* [n_classes] */
    size_t n_classes;
    struct tree trees[2]; /* training; testing, without files where there is none */
    /* What all images have, set by the first; its path for messages. */
    size_t channels, height, width;
    char first[PATH_MAX];
};

/* ---- Finding files ---- */

static int is_hidden(const char *name)
{
    return name[0] == '.';
}

/* Names in a folder, hidden ones left out. */
static int list_visible(struct reader *r, const char *path, char ***names, size_t *n,
                        struct pt_error *error)
{
    size_t n_all;
    int status = directory_list(path, &r->arena, names, &n_all, error);
    *n = 0;
    for (size_t i = 0; i < n_all && !status; i++)
        if (!is_hidden((*names)[i]))
            (*names)[(*n)++] = (*names)[i];
    return status;
}

static int list_classes(struct reader *r, const char *path, char ***classes, size_t *n_classes,
                        struct pt_error *error)
{
    char **names, entry[PATH_MAX];
    size_t n;
    int status = list_visible(r, path, &names, &n, error);
    *classes = names;
    *n_classes = 0;
    for (size_t i = 0; i < n && !status; i++) {
        status = path_join(entry, sizeof entry, path, names[i], error);
        if (!status && file_is_directory(entry))
            names[(*n_classes)++] = names[i];
    }
    if (!status && *n_classes == 0)
        status = pt_error_at(error, PT_E_DATA, path, 0, 0,
                             "has no folders: expected one of PNG files for each class");
    return status;
}

static int add_file(struct reader *r, struct tree *tree, const char *class, const char *name,
                    unsigned char label, struct pt_error *error)
{
    char both[PATH_MAX];
    int status = path_join(both, sizeof both, class, name, error);
    if (!status && tree->n_files == MAX_FILES)
        status =
            pt_error_at(error, PT_E_DATA, tree->path, 0, 0, "has more than %zu files", MAX_FILES);
    if (!status)
        status = mem_grow((void **)&tree->files, &tree->capacity, tree->n_files + 1,
                          sizeof *tree->files, error);
    if (status)
        return status;
    struct file file = {arena_string(&r->arena, both, error), label};
    if (!file.name)
        return PT_E_MEMORY;
    tree->files[tree->n_files++] = file;
    return PT_OK;
}

static int list_class(struct reader *r, struct tree *tree, const char *class, unsigned char label,
                      struct pt_error *error)
{
    char path[PATH_MAX], **names;
    size_t n;
    int status = path_join(path, sizeof path, tree->path, class, error);
    if (!status)
        status = list_visible(r, path, &names, &n, error);
    if (!status && n == 0)
        status = pt_error_at(error, PT_E_DATA, path, 0, 0, "is empty: expected PNG files");
    for (size_t i = 0; i < n && !status; i++)
        status = add_file(r, tree, class, names[i], label, error);
    return status;
}

static int list_training_tree(struct reader *r, struct pt_error *error)
{
    struct tree *tree = &r->trees[0];
    int status = list_classes(r, tree->path, &r->classes, &r->n_classes, error);
    if (!status && (r->n_classes < 2 || r->n_classes > PT_MAX_CLASSES))
        status = pt_error_at(error, PT_E_DATA, tree->path, 0, 0,
                             "has %zu folders, one a class: expected 2 to %d", r->n_classes,
                             PT_MAX_CLASSES);
    for (size_t i = 0; i < r->n_classes && !status; i++)
        status = list_class(r, tree, r->classes[i], (unsigned char)i, error);
    return status;
}

static int list_testing_tree(struct reader *r, struct pt_error *error)
{
    struct tree *tree = &r->trees[1];
    char **classes;
    size_t n_classes;
    int status = list_classes(r, tree->path, &classes, &n_classes, error);
    for (size_t i = 0; i < n_classes && !status; i++) {
        size_t label = 0;
        while (label < r->n_classes && strcmp(r->classes[label], classes[i]) != 0)
            label++;
        status = label < r->n_classes ? list_class(r, tree, classes[i], (unsigned char)label, error)
                                      : pt_error_at(error, PT_E_DATA, tree->path, 0, 0,
                                                    "has a folder %s: there is none in %s",
                                                    classes[i], r->trees[0].path);
    }
    return status;
}

/* Two trees where there are folders train and test, else one. */
static int find_files(struct reader *r, struct pt_error *error)
{
    const char *root = r->loading->options->path;
    int status = path_join(r->trees[0].path, PATH_MAX, root, "train", error);
    if (!status)
        status = path_join(r->trees[1].path, PATH_MAX, root, "test", error);
    if (status)
        return status;
    r->loading->is_one_file =
        !file_is_directory(r->trees[0].path) || !file_is_directory(r->trees[1].path);
    if (r->loading->is_one_file)
        snprintf(r->trees[0].path, PATH_MAX, "%s", root);
    status = list_training_tree(r, error);
    return status || r->loading->is_one_file ? status : list_testing_tree(r, error);
}

/* ---- Reading them ---- */

static int allocate_set(const struct reader *r, struct tree *tree, struct pt_error *error)
{
    struct sample_set *set = tree->set;
    size_t n_bytes;
    int status = sample_set_bytes(tree->n_files, r->channels, r->height, r->width, &n_bytes, error);
    if (status)
        return status;
    set->memory[0] = mem_alloc(n_bytes, 1, error);
    set->memory[1] = set->memory[0] ? mem_alloc(tree->n_files, 1, error) : NULL;
    set->channels = r->channels;
    set->height = r->height;
    set->width = r->width;
    set->pixels = set->memory[0];
    set->labels = set->memory[1];
    return set->labels ? PT_OK : PT_E_MEMORY;
}

/* Gives a set of grey images, of which it has n_samples so far, three planes that are the same. */
static int widen(const struct reader *r, struct tree *tree, struct pt_error *error)
{
    struct sample_set *set = tree->set;
    size_t n_plane = set->height * set->width, n_bytes;
    if (!set->pixels || set->channels == r->channels)
        return PT_OK;
    int status =
        sample_set_bytes(tree->n_files, r->channels, set->height, set->width, &n_bytes, error);
    if (status)
        return status;
    unsigned char *wide = mem_alloc(n_bytes, 1, error);
    if (!wide)
        return PT_E_MEMORY;
    for (size_t i = 0; i < set->n_samples * r->channels; i++)
        memcpy(wide + i * n_plane, set->pixels + i / r->channels * n_plane, n_plane);
    mem_free(set->memory[0]);
    set->memory[0] = wide;
    set->pixels = wide;
    set->channels = r->channels;
    return PT_OK;
}

static int check_size(const struct reader *r, const char *path, const struct png_image *image,
                      struct pt_error *error)
{
    if (r->loading->options->side || (image->height == r->height && image->width == r->width))
        return PT_OK;
    return pt_error_at(error, PT_E_DATA, path, 0, 0,
                       "byte 16: %zu x %zu pixels, %s has %zu x %zu: data.size makes all one size",
                       image->height, image->width, r->first, r->height, r->width);
}

/* Decides on channels and size by the first image, on channels again by the first in colour. */
static int agree(struct reader *r, const char *path, const struct png_image *image,
                 struct pt_error *error)
{
    const struct pt_data_options *o = r->loading->options;
    if (!r->first[0]) {
        snprintf(r->first, sizeof r->first, "%s", path);
        r->channels = o->channels ? o->channels : image->channels;
        r->height = o->side ? o->side : image->height;
        r->width = o->side ? o->side : image->width;
    }
    int status = check_size(r, path, image, error);
    if (o->channels == 0 && image->channels > r->channels) {
        r->channels = image->channels;
        for (size_t i = 0; i < 2 && !status; i++)
            status = widen(r, &r->trees[i], error);
    }
    return status;
}

/* The weights of ITU-R BT.601 in 1 / 65536, as other programs have them. */
static unsigned char luminance(const unsigned char *rgb)
{
    return (unsigned char)((19595u * rgb[0] + 38470u * rgb[1] + 7471u * rgb[2] + 0x8000u) >> 16);
}

/* [height, width, image channels] to [channels, height, width]. */
static void split_planes(const struct png_image *image, size_t channels, unsigned char *planes)
{
    size_t n_plane = image->height * image->width;
    for (size_t c = 0; c < channels; c++)
        for (size_t k = 0; k < n_plane; k++) {
            const unsigned char *pixel = image->pixels + k * image->channels;
            int to_grey = channels == 1 && image->channels == 3;
            planes[c * n_plane + k] =
                to_grey ? luminance(pixel) : pixel[image->channels == 3 ? c : 0];
        }
}

static int store(struct reader *r, struct tree *tree, const struct png_image *image,
                 unsigned char label, struct pt_error *error)
{
    struct sample_set *set = tree->set;
    int status = set->pixels ? PT_OK : allocate_set(r, tree, error);
    if (status)
        return status;
    size_t i = set->n_samples++;
    unsigned char *planes =
        (unsigned char *)set->memory[0] + i * r->channels * r->height * r->width;
    ((unsigned char *)set->memory[1])[i] = label;
    if (image->height == r->height && image->width == r->width) {
        split_planes(image, r->channels, planes);
        return PT_OK;
    }
    unsigned char *original = mem_alloc(r->channels, image->height * image->width, error);
    if (!original)
        return PT_E_MEMORY;
    split_planes(image, r->channels, original);
    status =
        resize_image(original, r->channels, image->height, image->width, r->height, planes, error);
    mem_free(original);
    return status;
}

static int read_image(struct reader *r, struct tree *tree, const struct file *file,
                      struct sha256 *hash, uint64_t *n_total, struct pt_error *error)
{
    char path[PATH_MAX];
    unsigned char *bytes;
    size_t n_bytes;
    struct png_image image = {0};
    int status = path_join(path, sizeof path, tree->path, file->name, error);
    if (!status)
        status = file_read(path, FILE_LIMIT_BYTES, &bytes, &n_bytes, error);
    if (status)
        return status;
    sha256_add(hash, file->name, strlen(file->name) + 1);
    sha256_add(hash, bytes, n_bytes);
    *n_total += n_bytes;
    status = png_decode(path, bytes, n_bytes, &image, error);
    mem_free(bytes);
    if (!status)
        status = agree(r, path, &image, error);
    if (!status)
        status = store(r, tree, &image, file->label, error);
    mem_free(image.pixels);
    return status;
}

static int read_tree(struct reader *r, struct tree *tree, struct pt_error *error)
{
    char hex[SHA256_HEX_BYTES];
    struct sha256 hash = sha256_begin();
    uint64_t n_bytes = 0;
    int status = PT_OK;
    for (size_t i = 0; i < tree->n_files && !status; i++)
        status = read_image(r, tree, &tree->files[i], &hash, &n_bytes, error);
    if (status)
        return status;
    sha256_end(&hash, hex);
    data_file_note(r->loading->dataset, tree->path, hex, n_bytes);
    return PT_OK;
}

/* Class names outlive the reader. */
static int name_labels(struct reader *r, struct pt_error *error)
{
    struct arena *texts = r->loading->dataset->texts;
    const char **names = arena_alloc(texts, r->n_classes, sizeof *names, error);
    for (size_t i = 0; names && i < r->n_classes; i++) {
        names[i] = arena_string(texts, r->classes[i], error);
        if (!names[i])
            return PT_E_MEMORY;
    }
    r->loading->n_labels = r->n_classes;
    r->loading->label_names = names;
    return names ? PT_OK : PT_E_MEMORY;
}

int image_folder_load(struct loading *loading, struct pt_error *error)
{
    struct reader r = {.loading = loading};
    r.trees[0].set = &loading->train;
    r.trees[1].set = &loading->test;
    int status = find_files(&r, error);
    if (!status)
        status = name_labels(&r, error);
    if (!status)
        status = read_tree(&r, &r.trees[0], error);
    if (!status && !loading->is_one_file)
        status = read_tree(&r, &r.trees[1], error);
    for (int i = 0; i < 2; i++)
        mem_free(r.trees[i].files);
    arena_release(&r.arena);
    return status;
}
