/* Log-sum-exp, softmax, log-odds: shifted by the largest logit so that no exponential overflows. */
#include "num/softmax.h"

#include <math.h>
#include <stdint.h>

enum { WIDTH = 4, BLOCK = 64 };
typedef double doubles __attribute__((vector_size(8 * WIDTH), may_alias));
typedef uint64_t doubles_bits __attribute__((vector_size(8 * WIDTH)));
#define EXP_DOUBLES doubles
#define EXP_BITS doubles_bits
#include "num/exponential.inc.h"

/* Values of -700 to 0, in place. Calls of exp() would take a fiftieth of a small network's
 * training.
 */
static void exponentials(doubles *values, size_t n_vectors)
{
    for (size_t i = 0; i < n_vectors; i++)
        exponential(values + i);
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
