/* Functions of logits that would overflow if they were computed as they are written. */
#ifndef NUM_SOFTMAX_H
#define NUM_SOFTMAX_H

#include <stddef.h>

/* log(sum_k exp(logits[k])) over n >= 1 logits, in double. NaN when any logit is NaN or +Inf. */
double log_sum_exp(const float *logits, size_t n);

/*
 * log(p / (1 - p)) with p the softmax probability of `label`, as
 * logits[label] - log_sum_exp(the other logits), which keeps its digits when p is near 0 or 1.
 * n >= 2. NaN when any logit is NaN, or another than the label's is +Inf.
 */
double log_odds(const float *logits, size_t n, size_t label);

/* probabilities[k] = exp(logits[k] - log_sum_exp(logits)), which it returns. */
double softmax(const float *logits, size_t n, float *probabilities);

#endif
