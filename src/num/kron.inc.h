/*
 * Subset transforms; included by num/kernels.inc.h, described in num/kernels.h.
 *
 * A table is walked in few passes: the first does all bits inside a block of eight registers,
 * log2(KERNEL_LANES) + 3 of them, each later one two or three bits at a stride.
 */

#if KERNEL_LANES == 8
#define LANE_BITS 3
#define SWAP1(v) __builtin_shufflevector(v, v, 1, 0, 3, 2, 5, 4, 7, 6)
#define SWAP2(v) __builtin_shufflevector(v, v, 2, 3, 0, 1, 6, 7, 4, 5)
#define SWAP4(v) __builtin_shufflevector(v, v, 4, 5, 6, 7, 0, 1, 2, 3)
#define PATTERN1(x, y) ((lanes){x, y, x, y, x, y, x, y})
#define PATTERN2(x, y) ((lanes){x, x, y, y, x, x, y, y})
#define PATTERN4(x, y) ((lanes){x, x, x, x, y, y, y, y})
#elif KERNEL_LANES == 4
#define LANE_BITS 2
#define SWAP1(v) __builtin_shufflevector(v, v, 1, 0, 3, 2)
#define SWAP2(v) __builtin_shufflevector(v, v, 2, 3, 0, 1)
#define PATTERN1(x, y) ((lanes){x, y, x, y})
#define PATTERN2(x, y) ((lanes){x, x, y, y})
#else
#define LANE_BITS 1
#define SWAP1(v) __builtin_shufflevector(v, v, 1, 0)
#define PATTERN1(x, y) ((lanes){x, y})
#endif

/* The 2x2 matrix [[p, q], [r, s]]; always a compile-time constant, so zeros and ones vanish. */
struct matrix2 {
    double p, q, r, s;
};

INLINE lanes combine(lanes x, double a, lanes y, double b)
{
    if (a == 0.0)
        return b == 1.0 ? y : b * y;
    lanes ax = a == 1.0 ? x : a * x;
    if (b == 0.0)
        return ax;
    return b == 1.0 ? ax + y : b == -1.0 ? ax - y : ax + b * y;
}

INLINE void pair(lanes *x, lanes *y, struct matrix2 m)
{
    lanes first = combine(*x, m.p, *y, m.q);
    lanes second = combine(*y, m.s, *x, m.r);
    *x = first;
    *y = second;
}

INLINE void eight(lanes v[8], struct matrix2 m)
{
    for (int i = 0; i < 8; i += 2)
        pair(&v[i], &v[i + 1], m);
    for (int i = 0; i < 8; i += 4) {
        pair(&v[i], &v[i + 2], m);
        pair(&v[i + 1], &v[i + 3], m);
    }
    for (int i = 0; i < 4; i++)
        pair(&v[i], &v[i + 4], m);
}

/* The bits inside a register: each lane combines with its partner of the swapped vector. */
INLINE lanes within(lanes v, struct matrix2 m)
{
    v = PATTERN1(m.p, m.s) * v + PATTERN1(m.q, m.r) * SWAP1(v);
#if LANE_BITS >= 2
    v = PATTERN2(m.p, m.s) * v + PATTERN2(m.q, m.r) * SWAP2(v);
#endif
#if LANE_BITS >= 3
    v = PATTERN4(m.p, m.s) * v + PATTERN4(m.q, m.r) * SWAP4(v);
#endif
    return v;
}

INLINE void first_pass(lanes *f, size_t n_registers, struct matrix2 m)
{
    for (size_t base = 0; base < n_registers; base += 8) {
        lanes v[8];
        for (int i = 0; i < 8; i++)
            v[i] = within(f[base + i], m);
        eight(v, m);
        for (int i = 0; i < 8; i++)
            f[base + i] = v[i];
    }
}

INLINE void three_bits(lanes *f, size_t n_registers, size_t stride, struct matrix2 m)
{
    for (size_t base = 0; base < n_registers; base += 8 * stride) {
        for (size_t j = base; j < base + stride; j++) {
            lanes v[8];
            for (size_t i = 0; i < 8; i++)
                v[i] = f[j + i * stride];
            eight(v, m);
            for (size_t i = 0; i < 8; i++)
                f[j + i * stride] = v[i];
        }
    }
}

INLINE void two_bits(lanes *f, size_t n_registers, size_t stride, struct matrix2 m)
{
    for (size_t base = 0; base < n_registers; base += 4 * stride) {
        for (size_t j = base; j < base + stride; j++) {
            lanes v[4];
            for (size_t i = 0; i < 4; i++)
                v[i] = f[j + i * stride];
            pair(&v[0], &v[1], m);
            pair(&v[2], &v[3], m);
            pair(&v[0], &v[2], m);
            pair(&v[1], &v[3], m);
            for (size_t i = 0; i < 4; i++)
                f[j + i * stride] = v[i];
        }
    }
}

INLINE void one_bit(lanes *f, size_t n_registers, size_t stride, struct matrix2 m)
{
    for (size_t base = 0; base < n_registers; base += 2 * stride)
        for (size_t j = base; j < base + stride; j++)
            pair(&f[j], &f[j + stride], m);
}

/* Tables of fewer than eight registers, where vectors do not pay. */
INLINE void small_table(double *f, unsigned n, struct matrix2 m)
{
    for (size_t bit = 1; bit < (size_t)1 << n; bit *= 2) {
        for (size_t mask = 0; mask < (size_t)1 << n; mask++) {
            if (mask & bit)
                continue;
            double x = f[mask], y = f[mask | bit];
            f[mask] = m.p * x + m.q * y;
            f[mask | bit] = m.r * x + m.s * y;
        }
    }
}

INLINE void transform(double *f, unsigned n, struct matrix2 m)
{
    if (n < LANE_BITS + 3) {
        small_table(f, n, m);
        return;
    }
    lanes *v = (lanes *)(void *)f;
    size_t n_registers = ((size_t)1 << n) / KERNEL_LANES;
    first_pass(v, n_registers, m);
    size_t stride = 8;
    for (unsigned left = n - LANE_BITS - 3; left > 0;) {
        /* Four bits go as two and two: cheaper than three and one. */
        unsigned n_bits = left >= 3 && left != 4 ? 3 : left >= 2 ? 2 : 1;
        if (n_bits == 3)
            three_bits(v, n_registers, stride, m);
        else if (n_bits == 2)
            two_bits(v, n_registers, stride, m);
        else
            one_bit(v, n_registers, stride, m);
        stride <<= n_bits;
        left -= n_bits;
    }
}

static void subset_sum(double *f, unsigned n)
{
    transform(f, n, (struct matrix2){1, 0, 1, 1});
}

static void moebius(double *f, unsigned n)
{
    transform(f, n, (struct matrix2){1, 0, -1, 1});
}

static void superset_sum(double *f, unsigned n)
{
    transform(f, n, (struct matrix2){1, 1, 0, 1});
}

static void superset_difference(double *f, unsigned n)
{
    transform(f, n, (struct matrix2){1, -1, 0, 1});
}

static void golden(double *f, unsigned n)
{
    transform(f, n, (struct matrix2){1, GOLDEN_T, -GOLDEN_T, 1});
}

static void golden_transposed(double *f, unsigned n)
{
    transform(f, n, (struct matrix2){1, -GOLDEN_T, GOLDEN_T, 1});
}

static void disjoint_sum(double *f, unsigned n)
{
    transform(f, n, (struct matrix2){1, 1, 1, 0});
}
