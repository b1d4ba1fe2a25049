/* The reward v(x): the log-odds of a label, from logits. */
#ifndef TRACE_REWARD_H
#define TRACE_REWARD_H

#include <stddef.h>
#include <stdint.h>

/*
 * v = log(p / (1 - p)) with p the softmax probability of `label`, as z_label minus the log-sum-exp
 * of the other logits: stable, in double. Cross-entropy is softplus(-v). n_classes >= 2.
 */
double reward_log_odds(const float *logits, size_t n_classes, int32_t label);

#endif
