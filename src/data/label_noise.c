/* Label noise: a share of the labels, replaced by wrong ones. */
#include "data/label_noise.h"

#include "base/mem.h"
#include "base/random.h"

#include <math.h>

int label_noise_apply(uint8_t *labels, size_t n, size_t n_classes, double share, uint64_t seed,
                      struct pt_error *error)
{
    size_t n_replaced = (size_t)lround(share * (double)n);
    if (n_replaced == 0)
        return PT_OK;
    uint32_t *order = mem_alloc(n, sizeof *order, error);
    if (!order)
        return PT_E_MEMORY;
    for (size_t i = 0; i < n; i++)
        order[i] = (uint32_t)i;
    struct random_stream stream = random_stream(seed, RANDOM_LABEL_NOISE, 0, 0);
    random_shuffle(&stream, order, n);
    for (size_t k = 0; k < n_replaced; k++) {
        uint8_t *label = &labels[order[k]];
        /* One of n_classes - 1 values, moved up by one from the true label on. */
        uint32_t other = random_below(&stream, (uint32_t)n_classes - 1);
        *label = (uint8_t)(other + (other >= *label));
    }
    mem_free(order);
    return PT_OK;
}
