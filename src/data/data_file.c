/* Files of a data set: reading them, noting which they were. */
#include "data/data_file.h"

#include "base/fsio.h"
#include "base/sha256.h"

#include <stdio.h>

void data_file_note(struct pt_dataset *dataset, const char *path, const char *sha256,
                    uint64_t n_bytes)
{
    struct pt_data_file *file = &dataset->files[dataset->n_files++];
    snprintf(file->path, sizeof file->path, "%s", path);
    snprintf(file->sha256, sizeof file->sha256, "%s", sha256);
    file->n_bytes = n_bytes;
}

int data_file_read(struct pt_dataset *dataset, const char *path, unsigned char **bytes,
                   size_t *n_bytes, struct pt_error *error)
{
    char sha256[SHA256_HEX_BYTES];
    int status = file_read(path, DATA_FILE_LIMIT_BYTES, bytes, n_bytes, error);
    if (status)
        return status;
    sha256_hex(*bytes, *n_bytes, sha256);
    data_file_note(dataset, path, sha256, *n_bytes);
    return PT_OK;
}
