/* Files that may be compressed with gzip (RFC 1952). */
#ifndef FMT_GZIP_H
#define FMT_GZIP_H

#include "phasetrace/status.h"

#include <stddef.h>

/*
 * Reads a whole file into `*data` (mem_free() it); one that begins with gzip's magic bytes is
 * decompressed, all its members in turn. Neither the file nor its content may be longer than
 * `limit_bytes`. PT_E_IO when it cannot be read; PT_E_DATA when the stream is corrupt, truncated,
 * too long, or followed by anything that is no gzip member: the message gives the byte of the
 * file at which that was found.
 */
int gzip_read(const char *path, size_t limit_bytes, unsigned char **data, size_t *n_bytes,
              struct pt_error *error);

/*
 * The same for the bytes of a file that have been read already: where they are a gzip stream,
 * `*data` (from mem_alloc()) is replaced by its content. After a failure `*data` is untouched.
 * `path` only serves the messages.
 */
int gzip_unpack(const char *path, size_t limit_bytes, unsigned char **data, size_t *n_bytes,
                struct pt_error *error);

/*
 * Of the bytes of a file, gzip or not, the first `n_wanted` of its content, or as many as it has,
 * into `first`: for a header that announces how much there is to unpack. What follows them is not
 * looked at.
 */
int gzip_first_bytes(const char *path, const unsigned char *data, size_t n_bytes,
                     unsigned char *first, size_t n_wanted, size_t *n_first,
                     struct pt_error *error);

#endif
