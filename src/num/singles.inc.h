/* Vectors of floats, and rows of them moved; included by num/kernels.inc.h. */
#include <string.h>

enum { SINGLES = 2 * KERNEL_LANES };

typedef float singles __attribute__((vector_size(4 * SINGLES)));
typedef singles loose_singles __attribute__((aligned(4)));
typedef int32_t singles_bits __attribute__((vector_size(4 * SINGLES)));

INLINE singles load_singles(const float *from)
{
    return *(const loose_singles *)(const void *)from;
}

INLINE void store_singles(float *to, singles value)
{
    *(loose_singles *)(void *)to = value;
}

/* Copies less than a vector. */
INLINE void copy_few(size_t n, const float *from, float *to)
{
    if (SINGLES > 8 && n >= 8) {
        memcpy(to, from, 8 * sizeof *to);
        memcpy(to + n - 8, from + n - 8, 8 * sizeof *to);
    } else if (SINGLES > 4 && n >= 4) {
        memcpy(to, from, 4 * sizeof *to);
        memcpy(to + n - 4, from + n - 4, 4 * sizeof *to);
    } else {
        for (size_t i = 0; i < n; i++)
            to[i] = from[i];
    }
}

/* `from` and `to` do not overlap: the end of a row may be copied twice. */
INLINE void copy_row(size_t n, const float *from, float *to)
{
    size_t i = 0;
    for (; i + SINGLES <= n; i += SINGLES)
        store_singles(to + i, load_singles(from + i));
    if (i == 0)
        copy_few(n, from, to);
    else if (i < n)
        store_singles(to + n - SINGLES, load_singles(from + n - SINGLES));
}
