/* CIFAR-10 in its binary version: records of a label byte and three planes of 32 x 32 pixels. */
#include "base/fsio.h"
#include "base/mem.h"
#include "data/data_file.h"
#include "data/loading.h"

#include <stdio.h>
#include <string.h>

#define SIDE 32
#define PIXEL_BYTES ((size_t)3 * SIDE * SIDE)
#define RECORD_BYTES (1 + PIXEL_BYTES)
#define N_LABELS 10
#define N_BATCHES 5

/* batches.meta.txt of the original. */
static const char *const NAMES[N_LABELS] = {"airplane", "automobile", "bird",  "cat",  "deer",
                                            "dog",      "frog",       "horse", "ship", "truck"};

struct batch {
    unsigned char *bytes; /* [n_records, RECORD_BYTES] */
    size_t n_records;
};

static int check_batch(const char *path, const unsigned char *bytes, size_t n_bytes,
                       struct pt_error *error)
{
    size_t n_records = n_bytes / RECORD_BYTES;
    if (n_bytes == 0)
        return pt_error_at(error, PT_E_DATA, path, 0, 0,
                           "byte 0: the file is empty, expected records of %zu bytes",
                           RECORD_BYTES);
    if (n_bytes % RECORD_BYTES != 0)
        return pt_error_at(error, PT_E_DATA, path, 0, 0,
                           "byte %zu: the file ends with %zu bytes, expected a record of %zu",
                           n_records * RECORD_BYTES, n_bytes % RECORD_BYTES, RECORD_BYTES);
    for (size_t i = 0; i < n_records; i++)
        if (bytes[i * RECORD_BYTES] >= N_LABELS)
            return pt_error_at(error, PT_E_DATA, path, 0, 0,
                               "byte %zu: the label of sample %zu is %d, expected 0 to %d",
                               i * RECORD_BYTES, i, bytes[i * RECORD_BYTES], N_LABELS - 1);
    return PT_OK;
}

/* Leaves `batch` empty when there is no such file. */
static int read_batch(struct loading *l, const char *name, struct batch *batch,
                      struct pt_error *error)
{
    char path[sizeof l->dataset->files[0].path];
    size_t n_bytes;
    int status = path_join(path, sizeof path, l->options->path, name, error);
    if (status || !file_exists(path))
        return status;
    status = data_file_read(l->dataset, path, &batch->bytes, &n_bytes, error);
    if (!status)
        status = check_batch(path, batch->bytes, n_bytes, error);
    if (!status)
        batch->n_records = n_bytes / RECORD_BYTES;
    return status;
}

/* Pixels and labels of all batches, each in one piece. */
static int merge(const struct batch *batches, size_t n_batches, struct sample_set *set,
                 struct pt_error *error)
{
    *set = (struct sample_set){.channels = 3, .height = SIDE, .width = SIDE};
    for (size_t b = 0; b < n_batches; b++)
        set->n_samples += batches[b].n_records;
    unsigned char *pixels = set->memory[0] = mem_alloc(set->n_samples, PIXEL_BYTES, error);
    unsigned char *labels = set->memory[1] = pixels ? mem_alloc(set->n_samples, 1, error) : NULL;
    if (!labels)
        return PT_E_MEMORY;
    set->pixels = pixels;
    set->labels = labels;
    for (size_t b = 0; b < n_batches; b++)
        for (size_t i = 0; i < batches[b].n_records; i++, pixels += PIXEL_BYTES) {
            const unsigned char *record = batches[b].bytes + i * RECORD_BYTES;
            *labels++ = record[0];
            memcpy(pixels, record + 1, PIXEL_BYTES);
        }
    return PT_OK;
}

static int read_set(struct loading *l, const char *const *names, size_t n_names,
                    struct sample_set *set, struct pt_error *error)
{
    struct batch batches[N_BATCHES] = {{0}};
    int status = PT_OK;
    size_t n_found = 0;
    for (size_t b = 0; b < n_names && !status; b++) {
        status = read_batch(l, names[b], &batches[b], error);
        n_found += batches[b].n_records > 0;
    }
    if (!status && n_found == 0)
        status = pt_error_at(error, PT_E_IO, l->options->path, 0, 0,
                             "has no %s; `datasets/fetch cifar10` gets the data set", names[0]);
    if (!status)
        status = merge(batches, n_names, set, error);
    for (size_t b = 0; b < n_names; b++)
        mem_free(batches[b].bytes);
    return status;
}

int cifar_load(struct loading *l, struct pt_error *error)
{
    static const char *const train[N_BATCHES] = {"data_batch_1.bin", "data_batch_2.bin",
                                                 "data_batch_3.bin", "data_batch_4.bin",
                                                 "data_batch_5.bin"};
    static const char *const test[1] = {"test_batch.bin"};
    l->n_labels = N_LABELS;
    l->label_names = NAMES;
    int status = read_set(l, train, N_BATCHES, &l->train, error);
    return status ? status : read_set(l, test, 1, &l->test, error);
}
