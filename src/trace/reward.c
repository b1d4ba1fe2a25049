/* Log-odds of a label from logits. */
#include "trace/reward.h"

#include <math.h>

double reward_log_odds(const float *logits, size_t n_classes, int32_t label)
{
    double largest = -INFINITY;
    for (size_t c = 0; c < n_classes; c++) {
        if ((int32_t)c == label)
            continue;
        /* Not fmax(): a NaN must reach the result. */
        if (!(logits[c] <= largest))
            largest = logits[c];
    }
    double sum = 0;
    for (size_t c = 0; c < n_classes; c++)
        if ((int32_t)c != label)
            sum += exp((double)logits[c] - largest);
    return (double)logits[label] - largest - log(sum);
}
