/* Folders of PNG files, read into one array. */
#include "base/fsio.h"
#include "base/mem.h"
#include "base/sha256.h"
#include "data/data_file.h"
#include "data/image_trees.h"
#include "data/loading.h"
#include "data/resize.h"
#include "fmt/png_read.h"

#include <stdio.h>
#include <string.h>

#define FILE_LIMIT_BYTES ((size_t)64 << 20) /* of an image */

struct reader {
    struct loading *loading;
    struct image_trees trees;
    /* What all images have, set by the first; its path for messages. */
    size_t channels, height, width;
    char first[PATH_MAX];
};

static int allocate_set(const struct reader *r, size_t n_images, struct sample_set *set,
                        struct pt_error *error)
{
    size_t n_bytes;
    int status = sample_set_bytes(n_images, r->channels, r->height, r->width, &n_bytes, error);
    if (status)
        return status;
    set->memory[0] = mem_alloc(n_bytes, 1, error);
    set->memory[1] = set->memory[0] ? mem_alloc(n_images, 1, error) : NULL;
    set->channels = r->channels;
    set->height = r->height;
    set->width = r->width;
    set->pixels = set->memory[0];
    set->labels = set->memory[1];
    return set->labels ? PT_OK : PT_E_MEMORY;
}

/* Gives a set of grey images, of which it has n_samples so far, three planes that are the same. */
static int widen(const struct reader *r, size_t n_images, struct sample_set *set,
                 struct pt_error *error)
{
    size_t n_plane = set->height * set->width, n_bytes;
    if (!set->pixels || set->channels == r->channels)
        return PT_OK;
    int status = sample_set_bytes(n_images, r->channels, set->height, set->width, &n_bytes, error);
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
        if (!status)
            status = widen(r, r->trees.train.n_files, &r->loading->train, error);
        if (!status)
            status = widen(r, r->trees.test.n_files, &r->loading->test, error);
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

static int store(const struct reader *r, size_t n_images, const struct png_image *image,
                 unsigned char label, struct sample_set *set, struct pt_error *error)
{
    int status = set->pixels ? PT_OK : allocate_set(r, n_images, set, error);
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

/* What a tree is read into. */
struct target {
    struct sample_set *set;
    struct sha256 hash;
    uint64_t n_bytes;
};

static int read_image(struct reader *r, const struct image_tree *tree,
                      const struct image_file *file, struct target *target, struct pt_error *error)
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
    sha256_add(&target->hash, file->name, strlen(file->name) + 1);
    sha256_add(&target->hash, bytes, n_bytes);
    target->n_bytes += n_bytes;
    status = png_decode(path, bytes, n_bytes, &image, error);
    mem_free(bytes);
    if (!status)
        status = agree(r, path, &image, error);
    if (!status)
        status = store(r, tree->n_files, &image, file->label, target->set, error);
    mem_free(image.pixels);
    return status;
}

static int read_tree(struct reader *r, const struct image_tree *tree, struct sample_set *set,
                     struct pt_error *error)
{
    char hex[SHA256_HEX_BYTES];
    struct target target = {.set = set, .hash = sha256_begin()};
    int status = PT_OK;
    for (size_t i = 0; i < tree->n_files && !status; i++)
        status = read_image(r, tree, &tree->files[i], &target, error);
    if (status)
        return status;
    sha256_end(&target.hash, hex);
    data_file_note(r->loading->dataset, tree->path, hex, target.n_bytes);
    return PT_OK;
}

/* Class names outlive the reader. */
static int name_labels(const struct reader *r, struct pt_error *error)
{
    const struct image_trees *trees = &r->trees;
    struct arena *texts = r->loading->dataset->texts;
    const char **names = arena_alloc(texts, trees->n_classes, sizeof *names, error);
    for (size_t i = 0; names && i < trees->n_classes; i++) {
        names[i] = arena_string(texts, trees->classes[i], error);
        if (!names[i])
            return PT_E_MEMORY;
    }
    r->loading->n_labels = trees->n_classes;
    r->loading->label_names = names;
    return names ? PT_OK : PT_E_MEMORY;
}

int image_folder_load(struct loading *loading, struct pt_error *error)
{
    struct reader r = {.loading = loading};
    int status = image_trees_find(loading->options->path, &r.trees, error);
    loading->is_one_file = r.trees.is_one;
    if (!status)
        status = name_labels(&r, error);
    if (!status)
        status = read_tree(&r, &r.trees.train, &loading->train, error);
    if (!status && !r.trees.is_one)
        status = read_tree(&r, &r.trees.test, &loading->test, error);
    image_trees_free(&r.trees);
    return status;
}
