/*
 * Exponentials of doubles in vectors. Who includes this defines EXP_DOUBLES, a type of vectors, and
 * EXP_BITS, one of uint64_t of the same width.
 */

/*
 * e^x for -700 <= x <= 0 to the last digits of a double: x = k ln 2 + r, e^x = 2^k e^r, and e^r is
 * its series. NaN stays. In place: a vector wider than the registers cannot be returned.
 */
static inline __attribute__((always_inline)) void exponential(EXP_DOUBLES *value)
{
    EXP_DOUBLES x = *value;
    const double to_integer = 0x1.8p52; /* a sum with it ends in the bits of k */
    EXP_DOUBLES shifted = x * 0x1.71547652b82fep0 + to_integer, k = shifted - to_integer;
    EXP_DOUBLES r = x - k * 0x1.62e42fefa38p-1 - k * 0x1.ef35793c7673p-45;
    EXP_DOUBLES e = r * (1.0 / 6227020800) + 1.0 / 479001600;
    e = (e * r + 1.0 / 39916800) * r + 1.0 / 3628800;
    e = (e * r + 1.0 / 362880) * r + 1.0 / 40320;
    e = (e * r + 1.0 / 5040) * r + 1.0 / 720;
    e = (e * r + 1.0 / 120) * r + 1.0 / 24;
    e = (e * r + 1.0 / 6) * r + 1.0 / 2;
    e = (e * r + 1) * r + 1;
    *value = e * (EXP_DOUBLES)(((EXP_BITS)shifted + 1023) << 52);
}
