/*
 * NumPy's .npz format: named arrays, each a .npy file in a zip archive.
 *
 * Source: numpy.savez(); PKWARE, APPNOTE.TXT - .ZIP File Format Specification, version 6.3.
 */
#ifndef FMT_NPZ_H
#define FMT_NPZ_H

#include "fmt/npy.h"

#include <stddef.h>
#include <stdint.h>

#define NPZ_MAX_ARRAYS 256           /* in one archive */
#define NPZ_NAME_BYTES 64            /* of an array, with the closing zero */
#define NPZ_LIMIT_BYTES (1ull << 33) /* of an archive that is read, or an array in it */

/*
 * Writing. Arrays are stored, not compressed, with 64-bit sizes and a fixed date: the same
 * arrays give the same bytes. The file appears under its name at npz_commit(), complete.
 *
 * After npz_create() the caller ends with npz_commit(), npz_abandon() or npz_finish(), each of
 * which frees the writer; after any failure of npz_add() not with npz_commit().
 */
struct npz_writer;

int npz_create(const char *path, struct npz_writer **writer, struct pt_error *error);
/* `values` is row-major, borrowed for the call. Names must differ (PT_E_INTERNAL). */
int npz_add(struct npz_writer *writer, const char *name, enum npy_type type, size_t rank,
            const size_t *shape, const void *values, struct pt_error *error);
/* The same of doubles that are stored as NPY_F4, rounded to the nearest. */
int npz_add_rounded(struct npz_writer *writer, const char *name, size_t rank, const size_t *shape,
                    const double *values, struct pt_error *error);
int npz_commit(struct npz_writer *writer, struct pt_error *error);
void npz_abandon(struct npz_writer *writer); /* NULL is allowed */
/* Commits when `status`, of what was added, is PT_OK, else abandons; returns the first failure. */
int npz_finish(struct npz_writer *writer, int status, struct pt_error *error);

/* What such an array adds to an archive, and an archive without arrays: their sum is exact. */
uint64_t npz_array_bytes(const char *name, enum npy_type type, size_t rank, const size_t *shape);
uint64_t npz_empty_bytes(void);

/*
 * Reading. Archives of numpy.savez() and numpy.savez_compressed() are understood. Errors are
 * PT_E_DATA with path and byte, or entry and byte in it; PT_E_IO when the file cannot be read.
 */
struct npz_reader;

/* Reads the file whole, checks its directory. The caller ends with npz_close(). */
int npz_open(const char *path, struct npz_reader **reader, struct pt_error *error);
void npz_close(struct npz_reader *reader); /* NULL is allowed */

size_t npz_n_entries(const struct npz_reader *reader);
/* "NAME.npy" of the array NAME. */
const char *npz_entry_name(const struct npz_reader *reader, size_t index);

/* Type and shape of entry `index` as they are stored; its values are not looked at. PT_E_DATA when
 * it is no array. */
int npz_entry_header(const struct npz_reader *reader, size_t index, struct npy_header *header,
                     struct pt_error *error);

/* 1 when there is an array of that name. */
int npz_has(const struct npz_reader *reader, const char *name);

/*
 * Reads one array as elements of `type` (conversions as in npy_decode()), checksum included; the
 * caller frees array->values. PT_E_DATA also when there is no array of that name.
 */
int npz_read(const struct npz_reader *reader, const char *name, enum npy_type type,
             struct npy_array *array, struct pt_error *error);
/* Reads an array of any rank that holds one number of `type` into `number`. */
int npz_read_number(const struct npz_reader *reader, const char *name, enum npy_type type,
                    void *number, struct pt_error *error);

#endif
