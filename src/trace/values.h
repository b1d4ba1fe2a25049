/*
 * Value tables: v(x_T) for every set T of present players, what the network says about all 2^n
 * masked samples.
 *
 * x_T keeps the masked layer's values at the players in T and has baseline values at the others.
 * What belongs to no player keeps its value (background = keep) or has baseline values in every
 * x_T, the full set included (background = mask).
 */
#ifndef TRACE_VALUES_H
#define TRACE_VALUES_H

#include "phasetrace/config.h"
#include "phasetrace/network.h"

#include <stdint.h>

/* What is the same for every sample of a trace. Borrowed by the evaluators made from it. */
struct value_plan {
    const struct pt_network *network;
    size_t first_layer;    /* the masked map is the input of this layer */
    struct pt_shape shape; /* of the masked map */
    size_t n_players;
    enum pt_background background;
    const float *baseline;    /* [channels, height, width] of the masked map */
    const volatile int *stop; /* non-zero ends an evaluation early; may be NULL */
};

/* Buffers of one thread. */
struct value_evaluator;

int value_evaluator_create(const struct value_plan *plan, struct value_evaluator **evaluator,
                           struct pt_error *error);
void value_evaluator_free(struct value_evaluator *evaluator);

/*
 * Fills v [2^n] for one sample: `map` [channels, height, width] is the value of the masked map,
 * `owner` [height, width] the player of each position or -1. A player whose positions all hold
 * the baseline value already is a dummy: its masks are not evaluated twice, and v is byte-equal
 * with and without it. PT_E_STOPPED: the plan's stop was set. PT_E_DIVERGED names the first mask
 * whose value is not finite. Rounding differs from that of single forward passes. Nothing is
 * allocated; what the owners and the network's parameters alone decide is kept.
 */
int value_evaluate(struct value_evaluator *evaluator, const float *map, const int32_t *owner,
                   int32_t label, double *v, struct pt_error *error);

/* The parameters of the network have changed since the evaluator's last sample. */
void value_renew(struct value_evaluator *evaluator);

/*
 * The same in parts, for threads that share one sample: one prepares it, each evaluates blocks of
 * its masks, in any order, with `buffers` of its own (another evaluator of the same plan, or this
 * one), and one collects v.
 */
void value_prepare(struct value_evaluator *evaluator, const float *map, const int32_t *owner);
uint32_t value_n_blocks(const struct value_evaluator *evaluator);
int value_evaluate_block(struct value_evaluator *evaluator, struct value_evaluator *buffers,
                         uint32_t block, int32_t label, struct pt_error *error);
int value_collect(const struct value_evaluator *evaluator, double *v, struct pt_error *error);

#endif
