/* The numbers that fixtures are made from: hashed() of tools/make_fixtures.py. */
#ifndef HASHED_H
#define HASHED_H

#include <stddef.h>
#include <stdint.h>

/* The i-th of a stream, in [-1, 1). */
static inline float hashed(size_t i, uint32_t stream)
{
    uint32_t x = (uint32_t)i * 2654435761U + stream * 40503U;
    x = (x ^ (x >> 16)) * 2246822519U;
    x = (x ^ (x >> 13)) * 3266489917U;
    x ^= x >> 16;
    return (float)(x / 0x1p31 - 1);
}

#endif
