/* IDX arrays of unsigned bytes: the format of the MNIST files. */
#ifndef FMT_IDX_H
#define FMT_IDX_H

#include "phasetrace/status.h"

#include <stddef.h>

#define IDX_MAX_RANK 4

/* Points into the bytes it was parsed from. */
struct idx_array {
    size_t rank, shape[IDX_MAX_RANK];
    size_t count;         /* product of the shape */
    size_t values_offset; /* of the first value, in bytes from the start */
    const unsigned char *values;
};

/*
 * Understands `bytes` as an IDX array of `rank` dimensions (1..IDX_MAX_RANK) of unsigned bytes:
 * the bytes 0, 0, 8, rank; each dimension as 4 bytes, most significant first; the values, row by
 * row. Every dimension must be at least 1, and the values must fill the rest exactly. PT_E_DATA
 * names `path`, the byte, what is there and what was expected.
 */
int idx_parse(const char *path, const unsigned char *bytes, size_t n_bytes, size_t rank,
              struct idx_array *array, struct pt_error *error);

/* How many dimensions a header says it has; 1 where it says nothing that can be. */
size_t idx_rank(const unsigned char *bytes, size_t n_bytes);

/*
 * As gzip_unpack(), but unpacks no more than the header announces, which is `limit_bytes` at most:
 * a small file may hold a thousand times its size. PT_E_DATA also for a header that idx_parse()
 * refuses.
 */
int idx_unpack(const char *path, size_t limit_bytes, size_t rank, unsigned char **data,
               size_t *n_bytes, struct pt_error *error);

#endif
