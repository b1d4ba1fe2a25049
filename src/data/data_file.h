/* Files of a data set, read whole. */
#ifndef DATA_DATA_FILE_H
#define DATA_DATA_FILE_H

#include "phasetrace/dataset.h"

#define DATA_FILE_LIMIT_BYTES ((size_t)1 << 30) /* of a file, and of what it holds */

/* Reads a file into `*bytes` (mem_free() it; one zero byte follows), appends its path, size and
 * hash to dataset->files. PT_E_IO, PT_E_DATA: too long. */
int data_file_read(struct pt_dataset *dataset, const char *path, unsigned char **bytes,
                   size_t *n_bytes, struct pt_error *error);

/* Appends what was read otherwise. */
void data_file_note(struct pt_dataset *dataset, const char *path, const char *sha256,
                    uint64_t n_bytes);

#endif
