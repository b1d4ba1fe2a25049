/* What the files of the analysis share: the reduced checkpoints, the results, the quantities. */
#ifndef ANALYSIS_STATE_H
#define ANALYSIS_STATE_H

#include "analysis/common.h"
#include "analysis/causal.h"
#include "analysis/encoding.h"
#include "analysis/examples.h"
#include "analysis/generalization.h"
#include "analysis/similarity.h"
#include "analysis/decay_spindle.h"
#include "analysis/row_norms.h"
#include "analysis/theory.h"
#include "base/mem.h"
#include "num/bootstrap.h"
#include "phasetrace/analysis.h"

#define ANALYSIS_DEFAULT_SALIENCE 0.03 /* Ren et al. 2024 (arXiv 2407.19198) */

/* The trace of one checkpoint, reduced. Arrays have a row a sample. */
struct checkpoint {
    long step;
    double epoch;
    struct encoding encoding;
    double *sums;          /* [n_samples, order_columns()] over salient interactions */
    double *concentration; /* [n_samples] claim D2's share; NaN where nothing interacts */
    double matching_error; /* of the worst sample, claim D1 */
    int32_t worst_sample;  /* its index in its file */
    struct dense_similarity all_similarity;
};

/* How well planted interactions are found at one checkpoint, by split (ground_truth.c); parts of
 * the strength, 0..1. */
struct ground_truth {
    double precision[PT_N_SPLITS], recall[PT_N_SPLITS], r_precision[PT_N_SPLITS];
    double general_precision[PT_N_SPLITS], general_recall[PT_N_SPLITS]; /* NaN without baselines */
};

struct pt_analysis {
    struct pt_analysis_options options;

    /* Input: everything in this block is set by pt_analysis_add_trace(). */
    struct arena inputs;
    size_t n_players, n_samples;
    /* Group g is samples first[g] .. first[g + 1] - 1; the groups of the splits have the numbers of
     * the splits. Which samples they are, every checkpoint's encoding tells. */
    size_t first[PT_N_GROUPS + 1];
    double *scratch;             /* [2, 2^n_players] for reductions */
    struct bootstrap *bootstrap; /* of the groups */
    struct examples examples;
    size_t n_checkpoints, capacity;
    struct checkpoint *checkpoints; /* ascending steps */
    /* Of step 0, for claim D3, as `sums` of a checkpoint: salient interactions among live players,
     * and all of them. NULL without a trace of step 0. */
    double *initial_salient, *initial_all;
    /* A larger sample at the last checkpoint, groups as above; n_samples 0 when there is none. */
    struct encoding final;
    struct bootstrap *final_bootstrap;
    double final_matching_error; /* as of a checkpoint; claim D1 */
    struct dense_similarity final_all_similarity;
    /* Baseline networks on every sample above, in the order they were added. */
    struct encoding *baselines;
    size_t n_baselines, baseline_capacity;
    struct encoding plant; /* the planted truth on every sample; n_samples 0: none is known */
    struct pt_stability stability; /* n_samples 0 when it was not measured */

    /* Results: everything below is set by pt_analysis_finish(). */
    struct arena results;
    const struct pt_metrics_row *metrics; /* [n_metrics] borrowed for the call */
    size_t n_metrics;
    double *steps;                              /* [n_checkpoints] */
    double *mean_order[PT_N_SPLITS];            /* [n_checkpoints] */
    double *mean_order_replicates[PT_N_SPLITS]; /* [n_replicates, n_checkpoints] */
    struct pt_phases phases[PT_N_SPLITS];
    struct ground_truth *ground_truth; /* [n_checkpoints], or NULL: nothing is planted */
    struct generalization generalization;
    struct common common;
    struct similarity similarity;     /* of the largest sample */
    double *convergence[PT_N_SPLITS]; /* [n_checkpoints, n_players] similarity to the last one */
    struct causal causal;             /* of the largest sample */
    struct theory_results theory;
    struct row_norms row_norms;
    struct decay_spindle_results decay_spindle;
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
    X(salience)                \
    X(generality)              \
    X(orders)                  \
    X(mean_order)              \
    X(generalization)          \
    X(common)                  \
    X(similarity)              \
    X(labels)                  \
    X(causal)                  \
    X(stability)               \
    X(convergence)             \
    X(phases)                  \
    X(ground_truth)            \
    X(theory)                  \
    X(row_norms)               \
    X(decay_spindle)           \
    X(examples)                \
    X(claims)                  \
    X(about)

#define DECLARE_QUANTITY(name) extern const struct quantity quantity_##name;
ANALYSIS_QUANTITIES(DECLARE_QUANTITY)
#undef DECLARE_QUANTITY

/* To reduce the trace of the larger sample too, a quantity defines NAME_reduce_final() and has its
 * NAME here. analysis->final is the encoding of that trace. */
#define ANALYSIS_FINAL_REDUCTIONS(X) \
    X(similarity)                    \
    X(matching)

#define DECLARE_FINAL_REDUCTION(name)                                                   \
    int name##_reduce_final(struct pt_analysis *analysis, const struct pt_trace *trace, \
                            struct pt_error *error);
ANALYSIS_FINAL_REDUCTIONS(DECLARE_FINAL_REDUCTION)
#undef DECLARE_FINAL_REDUCTION

static inline size_t split_size(const struct pt_analysis *analysis, size_t split)
{
    return analysis->first[split + 1] - analysis->first[split];
}

static inline const struct checkpoint *last_checkpoint(const struct pt_analysis *analysis)
{
    return &analysis->checkpoints[analysis->n_checkpoints - 1];
}

/* The larger sample at the last checkpoint or, where there is none, the checkpoint's own. */
static inline const struct encoding *largest_sample(const struct pt_analysis *analysis)
{
    return analysis->final.n_samples > 0 ? &analysis->final : &last_checkpoint(analysis)->encoding;
}

static inline const struct bootstrap *largest_bootstrap(const struct pt_analysis *analysis)
{
    return analysis->final.n_samples > 0 ? analysis->final_bootstrap : analysis->bootstrap;
}

/* "train", "test", "third", "mislabelled" */
const char *group_name(size_t group);

#endif
