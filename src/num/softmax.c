/* Log-sum-exp, softmax, log-odds: shifted by the largest logit so that no exponential overflows. */
#include "num/softmax.h"

#include <math.h>
#include <stdint.h>

enum { WIDTH = 4, BLOCK = 64 };
typedef double doubles __attribute__((vector_size(8 * WIDTH), may_alias));
typedef uint64_t doubles_bits __attribute__((vector_size(8 * WIDTH)));

/*
 * Replaces values of -700 to 0 by their exponentials, to the last digits of a double: x = k ln 2 +
 * r, e^x = 2^k e^r, and e^r is its series. Calls of exp() would take a fiftieth of a small
 * network's training.
 */
static void exponentials(doubles *values, size_t n_vectors)
{
    const double to_integer = 0x1.8p52; /* a sum with it ends in the bits of k */
    for (size_t i = 0; i < n_vectors; i++) {
        doubles shifted = values[i] * 0x1.71547652b82fep0 + to_integer, k = shifted - to_integer;
        doubles r = values[i] - k * 0x1.62e42fefa38p-1 - k * 0x1.ef35793c7673p-45;
        doubles e = r * (1.0 / 6227020800) + 1.0 / 479001600;
        e = (e * r + 1.0 / 39916800) * r + 1.0 / 3628800;
        e = (e * r + 1.0 / 362880) * r + 1.0 / 40320;
        e = (e * r + 1.0 / 5040) * r + 1.0 / 720;
        e = (e * r + 1.0 / 120) * r + 1.0 / 24;
        e = (e * r + 1.0 / 6) * r + 1.0 / 2;
        e = (e * r + 1) * r + 1;
        values[i] = e * (doubles)(((doubles_bits)shifted + 1023) << 52);
    }
}

static float largest_of(const float *logits, size_t n, size_t skipped)
{
    float largest = -INFINITY;
    for (size_t k = 0; k < n; k++)
        if (k != skipped && logits[k] > largest)
            largest = logits[k];
    return largest;
}

/* exp(logits[k] - largest) for n <= BLOCK logits; what is below e^-700 becomes e^-700. `results`
 * are whole vectors. */
static void shifted_exponentials(const float *logits, size_t n, float largest, double *results)
{
    size_t n_vectors = (n + WIDTH - 1) / WIDTH;
    for (size_t k = 0; k < n_vectors * WIDTH; k++) {
        double value = (double)logits[k < n ? k : n - 1] - (double)largest;
        results[k] = value < -700 ? -700 : value;
    }
    exponentials((doubles *)(void *)results, n_vectors);
}

static size_t block_size(size_t n, size_t first)
{
    return n - first < BLOCK ? n - first : BLOCK;
}

/* The sum of exp(logits[k] - largest) over all logits but the one at `skipped`. `each` is left with
 * those of the last block. */
static double sum_exponentials(const float *logits, size_t n, size_t skipped, float largest,
                               double *each)
{
    double sum = 0;
    for (size_t first = 0; first < n; first += BLOCK) {
        shifted_exponentials(logits + first, block_size(n, first), largest, each);
        for (size_t k = 0; k < block_size(n, first); k++)
            sum += first + k == skipped ? 0 : each[k];
    }
    return sum;
}

/* n skips none. Needs at least one that is left. */
static double log_sum_exp_without(const float *logits, size_t n, size_t skipped)
{
    _Alignas(doubles) double each[BLOCK];
    float largest = largest_of(logits, n, skipped);
    return (double)largest + log(sum_exponentials(logits, n, skipped, largest, each));
}

double log_sum_exp(const float *logits, size_t n)
{
    return log_sum_exp_without(logits, n, n);
}

double log_odds(const float *logits, size_t n, size_t label)
{
    return (double)logits[label] - log_sum_exp_without(logits, n, label);
}

double softmax(const float *logits, size_t n, float *probabilities)
{
    _Alignas(doubles) double each[BLOCK];
    float largest = largest_of(logits, n, n);
    double sum = sum_exponentials(logits, n, n, largest, each), scale = 1 / sum;
    for (size_t first = 0; first < n; first += BLOCK) {
        if (n > BLOCK)
            shifted_exponentials(logits + first, block_size(n, first), largest, each);
        for (size_t k = 0; k < block_size(n, first); k++)
            probabilities[first + k] = (float)(each[k] * scale);
    }
    return (double)largest + log(sum);
}
