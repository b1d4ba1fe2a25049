/* Whole numbers as bytes in a given order, wherever they lie. */
#ifndef FMT_BYTES_H
#define FMT_BYTES_H

#include <stdint.h>

static inline uint16_t load_le16(const unsigned char *p)
{
    return (uint16_t)(p[0] | p[1] << 8);
}

static inline uint32_t load_le32(const unsigned char *p)
{
    return load_le16(p) | (uint32_t)load_le16(p + 2) << 16;
}

static inline uint64_t load_le64(const unsigned char *p)
{
    return load_le32(p) | (uint64_t)load_le32(p + 4) << 32;
}

static inline uint32_t load_be32(const unsigned char *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* Stores the low `n_bytes` bytes of `value`; returns the place behind them. */
static inline unsigned char *store_le(unsigned char *p, uint64_t value, int n_bytes)
{
    for (int i = 0; i < n_bytes; i++)
        *p++ = (unsigned char)(value >> (8 * i));
    return p;
}

#endif
