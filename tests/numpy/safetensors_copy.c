/* Reads a safetensors file and writes its tensors, in reverse order, to another.
 *
 * usage: safetensors_copy IN OUT */
#include "fmt/safetensors.h"

#include <stdio.h>

static void reverse(struct safetensors_tensor *tensors, size_t n)
{
    for (size_t i = 0; i < n / 2; i++) {
        struct safetensors_tensor swapped = tensors[i];
        tensors[i] = tensors[n - 1 - i];
        tensors[n - 1 - i] = swapped;
    }
}

int main(int argc, char **argv)
{
    struct pt_error error = {0};
    struct safetensors *file;
    if (argc != 3)
        return 2;
    int status = safetensors_read(argv[1], &file, &error);
    if (!status) {
        reverse(file->tensors, file->n_tensors);
        status = safetensors_write(argv[2], file->tensors, file->n_tensors, file->metadata,
                                   file->n_metadata, &error);
        safetensors_free(file);
    }
    if (status)
        fprintf(stderr, "safetensors_copy: %s: %s\n", error.file, error.message);
    return -status;
}
