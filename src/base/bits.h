/* Moving bits between a mask over all players and a packed mask over some of them. */
#ifndef BASE_BITS_H
#define BASE_BITS_H

#include <stdint.h>

/* Spreads the low bits of `packed` over the set bits of `within`, lowest first. */
static inline uint32_t bits_deposit(uint32_t packed, uint32_t within)
{
    uint32_t mask = 0;
    for (; within; within &= within - 1, packed >>= 1)
        if (packed & 1)
            mask |= within & -within;
    return mask;
}

/* Gathers the bits of `mask` at the set bits of `within` into the low bits: the inverse. */
static inline uint32_t bits_extract(uint32_t mask, uint32_t within)
{
    uint32_t packed = 0;
    for (uint32_t bit = 1; within; within &= within - 1, bit <<= 1)
        if (mask & within & -within)
            packed |= bit;
    return packed;
}

#endif
