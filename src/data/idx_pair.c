/* Pairs of IDX files: finding them, reading them, what the two must agree on. */
#include "base/fsio.h"
#include "base/mem.h"
#include "data/data_file.h"
#include "data/loading.h"
#include "fmt/idx.h"

#include <stdio.h>
#include <string.h>

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

static int read_file(struct loading *l, const char *prefix, const char *kind, size_t rank,
                     void **bytes, struct idx_array *array, struct pt_error *error)
{
    char path[sizeof l->dataset->files[0].path];
    unsigned char *content = NULL;
    size_t n_bytes;
    int status =
        find_file(l->options->path, prefix, kind, rank, l->options->set, path, sizeof path, error);
    if (!status)
        status = data_file_read(l->dataset, path, &content, &n_bytes, error);
    if (!status)
        status = idx_unpack(path, DATA_FILE_LIMIT_BYTES, rank, &content, &n_bytes, error);
    *bytes = content;
    return status ? status : idx_parse(path, content, n_bytes, rank, array, error);
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

/* PREFIX-images-idx3-ubyte, PREFIX-labels-idx1-ubyte, plain or with ".gz", '-' or '.' before "idx".
 */
static int read_pair(struct loading *l, const char *prefix, struct sample_set *set,
                     struct pt_error *error)
{
    struct idx_array pixels, labels;
    int status = read_file(l, prefix, "images", 3, &set->memory[0], &pixels, error);
    if (!status)
        status = read_file(l, prefix, "labels", 1, &set->memory[1], &labels, error);
    if (status)
        return status;
    const struct pt_data_file *last = &l->dataset->files[l->dataset->n_files - 1];
    if (labels.count != pixels.shape[0])
        return pt_error_at(error, PT_E_DATA, last->path, 0, 0,
                           "byte 4: %zu labels, %s has %zu images", labels.count, last[-1].path,
                           pixels.shape[0]);
    set->n_samples = pixels.shape[0];
    set->channels = 1;
    set->height = pixels.shape[1];
    set->width = pixels.shape[2];
    set->pixels = pixels.values;
    set->labels = labels.values;
    return check_labels(&labels, l->n_labels ? l->n_labels : PT_MAX_CLASSES, last->path, error);
}

static size_t greatest_label(const struct sample_set *set)
{
    size_t greatest = 0;
    for (size_t i = 0; i < set->n_samples; i++)
        if (set->labels[i] > greatest)
            greatest = set->labels[i];
    return greatest;
}

int idx_load(struct loading *l, struct pt_error *error)
{
    int status = read_pair(l, "train", &l->train, error);
    l->train_labels_file = 1;
    if (!status)
        status = read_pair(l, "t10k", &l->test, error);
    if (status)
        return status;
    if (l->train.height != l->test.height || l->train.width != l->test.width)
        return pt_error_at(error, PT_E_DATA, l->dataset->files[2].path, 0, 0,
                           "byte 8: images of %zu x %zu pixels, those of %s have %zu x %zu",
                           l->test.height, l->test.width, l->dataset->files[0].path,
                           l->train.height, l->train.width);
    if (l->n_labels == 0) {
        size_t train = greatest_label(&l->train), test = greatest_label(&l->test);
        l->n_labels = 1 + (train > test ? train : test);
    }
    return PT_OK;
}
