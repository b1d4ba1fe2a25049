/* Pairs of IDX files: finding them, reading them, what the two must agree on. */
#include "data/image_files.h"

#include "base/fsio.h"
#include "base/mem.h"
#include "base/sha256.h"
#include "fmt/gzip.h"
#include "fmt/idx.h"

#include <stdio.h>
#include <string.h>

#define FILE_LIMIT_BYTES ((size_t)1 << 30) /* of a file, and of what it holds */

/* `kind` is "images" or "labels", `rank` the number of dimensions, a part of the name. */
static int find_file(const char *directory, const char *prefix, const char *kind, size_t rank,
                     const char *set, char *path, size_t path_bytes, struct pt_error *error)
{
    static const char *const spellings[][2] = {{"-", ""}, {"-", ".gz"}, {".", ""}, {".", ".gz"}};
    for (size_t i = 0; i < sizeof spellings / sizeof spellings[0]; i++) {
        char name[128];
        snprintf(name, sizeof name, "%s-%s%sidx%zu-ubyte%s", prefix, kind, spellings[i][0], rank,
                 spellings[i][1]);
        int status = path_join(path, path_bytes, directory, name, error);
        if (status)
            return status;
        if (file_exists(path))
            return PT_OK;
    }
    char advice[128] = "";
    if (strcmp(set, "idx") != 0)
        snprintf(advice, sizeof advice, "; `datasets/fetch %s` gets the data set", set);
    return pt_error_at(error, PT_E_IO, directory, 0, 0,
                       "has neither %s-%s-idx%zu-ubyte[.gz] nor %s-%s.idx%zu-ubyte[.gz]%s", prefix,
                       kind, rank, prefix, kind, rank, advice);
}

/* Reads one file, notes its path, size and hash in the data set. */
static int read_file(const char *directory, const char *prefix, const char *kind, size_t rank,
                     struct pt_dataset *dataset, unsigned char **bytes, struct idx_array *array,
                     struct pt_error *error)
{
    struct pt_data_file *file = &dataset->files[dataset->n_files];
    size_t n_bytes;
    int status = find_file(directory, prefix, kind, rank, dataset->name, file->path,
                           sizeof file->path, error);
    if (!status)
        status = file_read(file->path, FILE_LIMIT_BYTES, bytes, &n_bytes, error);
    if (status)
        return status;
    sha256_hex(*bytes, n_bytes, file->sha256);
    file->n_bytes = n_bytes;
    dataset->n_files++;
    status = gzip_unpack(file->path, FILE_LIMIT_BYTES, bytes, &n_bytes, error);
    if (!status)
        status = idx_parse(file->path, *bytes, n_bytes, rank, array, error);
    return status;
}

static int check_labels(const struct idx_array *labels, size_t n_labels, const char *path,
                        struct pt_error *error)
{
    for (size_t i = 0; i < labels->count; i++)
        if (labels->values[i] >= n_labels)
            return pt_error_at(error, PT_E_DATA, path, 0, 0,
                               "byte %zu: the label of sample %zu is %d, expected 0 to %zu",
                               labels->values_offset + i, i, labels->values[i], n_labels - 1);
    return PT_OK;
}

int image_set_read(const char *directory, const char *prefix, size_t n_labels,
                   struct pt_dataset *dataset, struct image_set *images, struct pt_error *error)
{
    *images = (struct image_set){0};
    struct idx_array pixels, labels;
    int status =
        read_file(directory, prefix, "images", 3, dataset, &images->image_bytes, &pixels, error);
    if (!status)
        status = read_file(directory, prefix, "labels", 1, dataset, &images->label_bytes, &labels,
                           error);
    if (status)
        return status;
    const char *label_path = dataset->files[dataset->n_files - 1].path;
    if (labels.count != pixels.shape[0])
        return pt_error_at(error, PT_E_DATA, label_path, 0, 0,
                           "byte 4: %zu labels, %s has %zu images", labels.count,
                           dataset->files[dataset->n_files - 2].path, pixels.shape[0]);
    images->n_images = pixels.shape[0];
    images->channels = 1;
    images->height = pixels.shape[1];
    images->width = pixels.shape[2];
    images->pixels = pixels.values;
    images->labels = labels.values;
    return check_labels(&labels, n_labels, label_path, error);
}

void image_set_free(struct image_set *images)
{
    mem_free(images->image_bytes);
    mem_free(images->label_bytes);
    *images = (struct image_set){0};
}
