/*
 * NumPy's .npy format: one array.
 *
 * Source: "NEP 1 - A simple file format for NumPy arrays" and numpy/lib/format.py.
 */
#ifndef FMT_NPY_H
#define FMT_NPY_H

#include "phasetrace/status.h"

#include <stddef.h>

#define NPY_MAX_RANK 8
#define NPY_MAX_HEADER_BYTES 320 /* of a header that npy_format_header() writes */

/* Element types: IEEE doubles and floats, signed integers, unsigned bytes, truth values. */
enum npy_type { NPY_F8, NPY_F4, NPY_I8, NPY_I4, NPY_U1, NPY_B1 };

struct npy_header {
    enum npy_type type;
    size_t rank, shape[NPY_MAX_RANK]; /* rank 0: one number */
    size_t count;                     /* product of the shape; 0 is possible */
    size_t n_bytes;                   /* of the header; the values follow */
};

/* An array that was read. */
struct npy_array {
    enum npy_type type;
    size_t rank, shape[NPY_MAX_RANK];
    size_t count;
    void *values; /* row-major; mem_free() it */
};

size_t npy_type_bytes(enum npy_type type);
const char *npy_type_name(enum npy_type type); /* as in "'descr'": "<f8" */

/*
 * Writes the header of a row-major array (version 1.0, a multiple of 64 bytes, so that values
 * are aligned) into `header`; returns its length. rank <= NPY_MAX_RANK.
 */
size_t npy_format_header(enum npy_type type, size_t rank, const size_t *shape,
                         unsigned char header[NPY_MAX_HEADER_BYTES]);

/*
 * Understands the header of a .npy file of version 1.0, 2.0 or 3.0. Refused with PT_E_DATA, which
 * gives the byte: other element types, big-endian and Fortran-ordered arrays, more than
 * NPY_MAX_RANK dimensions, sizes that overflow, a header that is not one. `path` only serves the
 * message.
 */
int npy_parse_header(const char *path, const unsigned char *bytes, size_t n_bytes,
                     struct npy_header *header, struct pt_error *error);

/*
 * Decodes a whole .npy file in memory as an array of `type`. Elements of another type are
 * converted where no value can change (f4 to f8; u1, b1 to i4; i4, u1, b1 to i8 and f8), otherwise
 * refused; so are missing and surplus bytes.
 */
int npy_decode(const char *path, const unsigned char *bytes, size_t n_bytes, enum npy_type type,
               struct npy_array *array, struct pt_error *error);

/* npy_decode() of the file `path`, which may have up to `limit_bytes`. */
int npy_read(const char *path, size_t limit_bytes, enum npy_type type, struct npy_array *array,
             struct pt_error *error);

#endif
