/*
 * The safetensors format: named float tensors with a map of strings beside them.
 *
 * A file is the length of its header (8 bytes, least significant first), the header, a JSON
 * object, then the values. Source: github.com/huggingface/safetensors, README, "Format".
 */
#ifndef FMT_SAFETENSORS_H
#define FMT_SAFETENSORS_H

#include "base/mem.h"
#include "phasetrace/status.h"

#include <stddef.h>

#define SAFETENSORS_MAX_RANK 8
#define SAFETENSORS_MAX_HEADER_BYTES ((size_t)4 << 20)
#define SAFETENSORS_LIMIT_BYTES ((size_t)1 << 32) /* of a file that is read */

struct safetensors_tensor {
    const char *name; /* UTF-8, other than "__metadata__" */
    size_t rank, shape[SAFETENSORS_MAX_RANK];
    size_t count;        /* product of the shape; ignored when writing */
    const char *dtype;   /* "F32", "BF16", ...; ignored when writing, which writes F32 */
    const float *values; /* row-major, rounded to float; NULL where dtype is no known real number */
};

struct safetensors_pair {
    const char *key, *value; /* UTF-8 */
};

/*
 * Writes the tensors in the given order, `metadata` (if any) before them. The values begin at a
 * multiple of 8 bytes; the same input gives the same bytes, and the file appears complete. All
 * is borrowed for the call. PT_E_INTERNAL for names that repeat or are not UTF-8.
 */
int safetensors_write(const char *path, const struct safetensors_tensor *tensors, size_t n_tensors,
                      const struct safetensors_pair *metadata, size_t n_metadata,
                      struct pt_error *error);

/* A file in memory, in the order of its header. */
struct safetensors {
    size_t n_tensors;
    struct safetensors_tensor *tensors;
    size_t n_metadata;
    struct safetensors_pair *metadata;
    unsigned char *bytes; /* the values as they are in the file */
    struct arena arena;   /* everything else, with values that are not floats in memory */
};

/*
 * Reads a whole file. PT_E_DATA, with the tensor or the byte, for: a header that is too long or
 * no JSON object of the right form, repeated names, sizes that do not follow from the shape, values
 * that overlap, leave gaps, or do not fill the file; one that torch.save() wrote is told apart.
 * The values themselves may be anything, NaN too. Types may be unknown, and their sizes with them.
 * The caller frees with safetensors_free().
 */
int safetensors_read(const char *path, struct safetensors **file, struct pt_error *error);
void safetensors_free(struct safetensors *file); /* NULL is allowed */

/* NULL when there is none of that name. */
const struct safetensors_tensor *safetensors_find(const struct safetensors *file, const char *name);
const char *safetensors_metadata(const struct safetensors *file, const char *key);

#endif
