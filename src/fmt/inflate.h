/* zlib's inflate() over buffers of any length, with memory from the checked allocator. */
#ifndef FMT_INFLATE_H
#define FMT_INFLATE_H

#include <stddef.h>
#include <zlib.h>

#define INFLATE_RAW (-15)      /* window bits of a bare deflate stream (zlib.h) */
#define INFLATE_GZIP (15 + 16) /* of one in a gzip wrapper */

/* Zeroed by the caller, `packed` (borrowed), `n_packed` set. */
struct inflation {
    const unsigned char *packed;
    size_t n_packed;
    size_t n_consumed; /* of `packed` */
    z_stream stream;
};

/* All return zlib's results: Z_OK, Z_STREAM_END, Z_MEM_ERROR, Z_BUF_ERROR where the packed bytes
 * end too early, Z_DATA_ERROR ... After inflation_begin() the caller ends with inflation_end(). */
int inflation_begin(struct inflation *inflation, int window_bits);
/* Decompresses into out[room], as far as one call gets; adds what came out to `*n_out`. */
int inflation_step(struct inflation *inflation, unsigned char *out, size_t room, size_t *n_out);
int inflation_restart(struct inflation *inflation); /* at a stream that follows the last one */
void inflation_end(struct inflation *inflation);

#endif
