/*
 * How interactions vary when the input is noisy (P7: Liu et al. 2023; doc/METHOD.md,
 * "Stability").
 */
#ifndef TRACE_STABILITY_H
#define TRACE_STABILITY_H

#include "phasetrace/trace.h"
#include "trace/value_team.h"

#include <stdint.h>

struct stability_plan {
    const struct value_plan *values;
    struct pt_shape input; /* of a sample */
    /* [channels, height, width]: inputs are (raw - mean) / deviation; NULL: `deviation` is not in
     * raw units but in those of the inputs, as it is for tables */
    const float *input_deviation;
    size_t n_draws;   /* >= 2 */
    double deviation; /* of the noise, in raw units where input_deviation tells them */
    uint64_t seed;
    int n_threads;
    double *values_s; /* the seconds that value tables take are added here; may be NULL */
};

struct stability_sample {
    const float *input;   /* [channels, height, width], standardised */
    const int32_t *owner; /* [height, width] of the masked map, as value_evaluate() takes it */
    int32_t label, sample_index;
};

/*
 * Of every sample: `n_draws` copies x + noise, independent Gaussian noise on every input value, the
 * value table of each, its AND-only interactions (Moebius transform, entry 0 set to 0), their mean
 * and variance over the draws. Noise is a function of the seed, the draw and the sample's index.
 * Noise can wake a dummy player; baseline values and owners stay. Samples are spread over threads;
 * the result does not depend on how. The caller frees it with pt_stability_free(). PT_E_STOPPED,
 * PT_E_DIVERGED as value_evaluate().
 */
int stability_measure(const struct stability_plan *plan, const struct stability_sample *samples,
                      size_t n_samples, long step, struct pt_stability **stability,
                      struct pt_error *error);

#endif
