/* Log-sum-exp, softmax, log-odds: shifted by the largest logit so that no exponential overflows. */
#include "num/softmax.h"

#include <math.h>

/* Over all logits but the one at `skipped`; n skips none. Needs at least one that is left. */
static double log_sum_exp_without(const float *logits, size_t n, size_t skipped)
{
    float largest = -INFINITY;
    for (size_t k = 0; k < n; k++)
        if (k != skipped && logits[k] > largest)
            largest = logits[k];
    double sum = 0;
    for (size_t k = 0; k < n; k++)
        if (k != skipped)
            sum += exp((double)logits[k] - (double)largest);
    return (double)largest + log(sum);
}

double log_sum_exp(const float *logits, size_t n)
{
    return log_sum_exp_without(logits, n, n);
}

double log_odds(const float *logits, size_t n, size_t label)
{
    return (double)logits[label] - log_sum_exp_without(logits, n, label);
}

void softmax(const float *logits, size_t n, double log_sum, float *probabilities)
{
    for (size_t k = 0; k < n; k++)
        probabilities[k] = (float)exp((double)logits[k] - log_sum);
}
