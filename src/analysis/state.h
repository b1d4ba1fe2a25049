/* What the files of the analysis share: the reduced checkpoints, the results, the quantities. */
#ifndef ANALYSIS_STATE_H
#define ANALYSIS_STATE_H

#include "base/mem.h"
#include "num/bootstrap.h"
#include "phasetrace/analysis.h"

/* One trace, reduced. Arrays have a row a sample. */
struct checkpoint {
    long step;
    double epoch;
    double tau;            /* salience threshold */
    uint32_t *live;        /* [n_samples] mask of the players v depends on (see live.c) */
    double *sums;          /* [n_samples, order_columns()] over salient interactions */
    double *concentration; /* [n_samples] claim D2's share; NaN where nothing interacts */
    double matching_error; /* of the worst sample, claim D1 */
    int32_t worst_sample;  /* its index in its file */
};

struct pt_analysis {
    struct pt_analysis_options options;

    /* Input: everything in this block is set by pt_analysis_add_trace(). */
    struct arena inputs;
    size_t n_players, n_samples;
    size_t first[PT_N_SPLITS + 1]; /* split s is samples first[s] .. first[s + 1] - 1 */
    int32_t *sample_index, *split; /* [n_samples] */
    double *scratch;               /* [2, 2^n_players] for reductions */
    struct bootstrap *bootstrap;   /* one group a split */
    size_t n_checkpoints, capacity;
    struct checkpoint *checkpoints; /* ascending steps */
    /* Of step 0, for claim D3, as `sums` of a checkpoint: salient interactions among live players,
     * and all of them. NULL without a trace of step 0. */
    double *initial_salient, *initial_all;

    /* Results: everything below is set by pt_analysis_finish(). */
    struct arena results;
    const struct pt_metrics_row *metrics; /* [n_metrics] borrowed for the call */
    size_t n_metrics;
    double *steps;                              /* [n_checkpoints] */
    double *mean_order[PT_N_SPLITS];            /* [n_checkpoints] */
    double *mean_order_replicates[PT_N_SPLITS]; /* [n_replicates, n_checkpoints] */
    struct pt_phases phases[PT_N_SPLITS];
    struct pt_claim *claims;
    size_t n_claims;
};

/*
 * A quantity: how a trace is reduced to what it needs (into the checkpoint, allocated from
 * analysis->inputs), how its results are computed and written to `directory`. Either may be NULL.
 */
struct quantity {
    int (*reduce)(struct pt_analysis *analysis, const struct pt_trace *trace,
                  struct checkpoint *checkpoint, struct pt_error *error);
    int (*finish)(struct pt_analysis *analysis, const char *directory, struct pt_error *error);
};

/* To add a quantity, write a file that defines `const struct quantity quantity_NAME` and put NAME
 * here. They run in this order: each may use what the ones before it have stored. */
#define ANALYSIS_QUANTITIES(X) \
    X(live)                    \
    X(salience)                \
    X(orders)                  \
    X(mean_order)              \
    X(phases)                  \
    X(claims)                  \
    X(about)

#define DECLARE_QUANTITY(name) extern const struct quantity quantity_##name;
ANALYSIS_QUANTITIES(DECLARE_QUANTITY)
#undef DECLARE_QUANTITY

static inline size_t split_size(const struct pt_analysis *analysis, size_t split)
{
    return analysis->first[split + 1] - analysis->first[split];
}

/* "train", "test", "third" */
const char *split_name(size_t split);

#endif
