/* Fuzz target: safetensors files, by themselves and as the weights of a network. */
#include "fuzz.h"

#include "fmt/safetensors.h"
#include "fuzz_network.h"
#include "phasetrace/weights.h"

#include <string.h>

static int can_be_written(const struct safetensors *file)
{
    for (size_t i = 0; i < file->n_tensors; i++)
        if (!file->tensors[i].values)
            return 0;
    return 1;
}

static void check_tensor(const struct safetensors_tensor *a, const struct safetensors_tensor *b)
{
    fuzz_assert(strcmp(a->name, b->name) == 0);
    fuzz_assert(a->rank == b->rank && a->count == b->count);
    fuzz_assert(memcmp(a->shape, b->shape, a->rank * sizeof *a->shape) == 0);
    fuzz_assert(memcmp(a->values, b->values, a->count * sizeof *a->values) == 0);
}

static void check_copy(const struct safetensors *file)
{
    struct safetensors *copy;
    const char *path = fuzz_path("copy.safetensors");
    fuzz_assert(safetensors_write(path, file->tensors, file->n_tensors, file->metadata,
                                  file->n_metadata, NULL) == PT_OK);
    fuzz_assert(safetensors_read(path, &copy, NULL) == PT_OK);
    fuzz_assert(copy->n_tensors == file->n_tensors && copy->n_metadata == file->n_metadata);
    for (size_t i = 0; i < file->n_tensors; i++)
        check_tensor(&file->tensors[i], &copy->tensors[i]);
    for (size_t i = 0; i < file->n_metadata; i++) {
        fuzz_assert(strcmp(file->metadata[i].key, copy->metadata[i].key) == 0);
        fuzz_assert(strcmp(file->metadata[i].value, copy->metadata[i].value) == 0);
    }
    safetensors_free(copy);
}

static int read_file(const char *path, struct pt_error *error)
{
    struct safetensors *file;
    int status = safetensors_read(path, &file, error);
    if (status)
        return status;
    if (can_be_written(file))
        check_copy(file);
    safetensors_free(file);
    return PT_OK;
}

static int read_weights(const char *path, struct pt_error *error)
{
    return pt_weights_read(fuzz_network(), path, error);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_network();
    fuzz_read("a.safetensors", data, size, read_file, REFUSES_DATA);
    fuzz_read("a.safetensors", data, size, read_weights, REFUSES_DATA);
    fuzz_read("a.safetensors", data, size, fuzz_inspect, REFUSES_DATA);
    return 0;
}
