/* Counter-based random streams (Philox 4x32-10) and the distributions drawn from them. */
#include "base/random.h"

#include <math.h>

static void philox_round(uint32_t x[4], const uint32_t key[2])
{
    uint64_t product0 = (uint64_t)0xD2511F53u * x[0];
    uint64_t product1 = (uint64_t)0xCD9E8D57u * x[2];
    uint32_t y0 = (uint32_t)(product1 >> 32) ^ x[1] ^ key[0];
    uint32_t y2 = (uint32_t)(product0 >> 32) ^ x[3] ^ key[1];
    x[0] = y0;
    x[1] = (uint32_t)product1;
    x[2] = y2;
    x[3] = (uint32_t)product0;
}

void philox_4x32_10(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4])
{
    uint32_t k[2] = {key[0], key[1]};
    for (int i = 0; i < 4; i++)
        out[i] = counter[i];
    for (int round = 0; round < 10; round++) {
        philox_round(out, k);
        k[0] += 0x9E3779B9u;
        k[1] += 0xBB67AE85u;
    }
}

struct random_stream random_stream(uint64_t seed, enum random_purpose purpose, uint32_t epoch,
                                   uint32_t index)
{
    struct random_stream stream = {
        .key = {(uint32_t)seed, (uint32_t)(seed >> 32)},
        .counter = {0, (uint32_t)purpose, epoch, index},
        .n_used = 4,
    };
    return stream;
}

uint32_t random_u32(struct random_stream *stream)
{
    if (stream->n_used == 4) {
        philox_4x32_10(stream->counter, stream->key, stream->block);
        stream->counter[0]++;
        stream->n_used = 0;
    }
    return stream->block[stream->n_used++];
}

double random_uniform(struct random_stream *stream)
{
    uint64_t high = random_u32(stream) >> 5;
    uint64_t low = random_u32(stream) >> 6;
    return (double)((high << 26) | low) * 0x1p-53;
}

/* Box-Muller. The second value of the pair is dropped: a draw then uses a fixed number of words,
 * which keeps streams easy to reason about. */
double random_normal(struct random_stream *stream)
{
    const double two_pi = 6.283185307179586;
    double radius = sqrt(-2.0 * log1p(-random_uniform(stream)));
    return radius * cos(two_pi * random_uniform(stream));
}

/* Lemire's multiply-and-reject. */
uint32_t random_below(struct random_stream *stream, uint32_t bound)
{
    uint64_t product = (uint64_t)random_u32(stream) * bound;
    uint32_t low = (uint32_t)product;
    if (low < bound) {
        uint32_t threshold = (0u - bound) % bound;
        while (low < threshold) {
            product = (uint64_t)random_u32(stream) * bound;
            low = (uint32_t)product;
        }
    }
    return (uint32_t)(product >> 32);
}

void random_shuffle(struct random_stream *stream, uint32_t *items, size_t n_items)
{
    for (size_t i = 0; i + 1 < n_items; i++) {
        size_t j = i + random_below(stream, (uint32_t)(n_items - i));
        uint32_t swapped = items[i];
        items[i] = items[j];
        items[j] = swapped;
    }
}
