/* What the fuzz targets share: files to read from, and what must hold whatever is in them. */
#ifndef FUZZ_H
#define FUZZ_H

#include "phasetrace/status.h"

#include <stddef.h>
#include <stdint.h>

/* The target: every fuzz_NAME.c defines it. Returns 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Statuses by which a reader may refuse a file; PT_E_MEMORY always is one. */
#define REFUSES_DATA (1u << -PT_E_DATA)
#define REFUSES_CONFIG (1u << -PT_E_CONFIG)
#define REFUSES_IO (1u << -PT_E_IO)

/* Reads the file and frees what it read. */
typedef int fuzz_reader(const char *path, struct pt_error *error);

/*
 * Writes the input to the file `name` in the scratch directory and has it read, with little memory.
 * The program aborts unless the reader succeeds or fails with one of the statuses `refuses`, which
 * the error record has too, with a message; and no memory is left.
 */
void fuzz_read(const char *name, const uint8_t *data, size_t size, fuzz_reader *read,
               unsigned refuses);

/* A file in the scratch directory, which this process has to itself; valid for four more calls. */
const char *fuzz_path(const char *name);
void fuzz_write(const char *name, const void *bytes, size_t n_bytes);
void fuzz_make_directory(const char *name); /* with its parents */

/* `name` becomes another name of the file `target` in the scratch directory. */
void fuzz_link(const char *target, const char *name);

/* Aborts: what must hold does not. */
_Noreturn void fuzz_fail(const char *what, const char *file, int line);
#define fuzz_assert(condition) ((condition) ? (void)0 : fuzz_fail(#condition, __FILE__, __LINE__))

/* A fuzz_reader: what `train inspect` says about the file. */
int fuzz_inspect(const char *path, struct pt_error *error);

/*
 * A copy of the input in which checksums are right, valid until the next call: otherwise hardly any
 * input comes past them. What is no archive, or no PNG image, stays as it is.
 */
const uint8_t *fuzz_repair_zip(const uint8_t *data, size_t size);
const uint8_t *fuzz_repair_png(const uint8_t *data, size_t size);

#endif
