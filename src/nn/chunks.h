/* Long arrays in pieces that one thread works on. */
#ifndef NN_CHUNKS_H
#define NN_CHUNKS_H

#include <stddef.h>

#define CHUNK_FLOATS ((size_t)1 << 14)

static inline size_t chunk_count(size_t count)
{
    return (count + CHUNK_FLOATS - 1) / CHUNK_FLOATS;
}

/* Of the piece that starts at `at`. */
static inline size_t chunk_floats(size_t at, size_t count)
{
    return count - at < CHUNK_FLOATS ? count - at : CHUNK_FLOATS;
}

#endif
