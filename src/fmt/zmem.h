/* zlib's working memory, taken from the checked allocator. */
#ifndef FMT_ZMEM_H
#define FMT_ZMEM_H

#include <zlib.h>

/* Call before inflateInit2() on a zeroed stream, so that zlib's memory counts, and can fail, like
 * all other memory of the program. */
void zmem_attach(z_stream *stream);

#endif
