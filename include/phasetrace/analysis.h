/*
 * Analysis: from the traces of a run's checkpoints to curves, phases and verdicts on claims.
 *
 * Traces go in one after the other, each reduced at once to its salient interactions and to sums
 * per sample and order. Salience, quantities, phases and the claims D1 to D20 are defined in
 * doc/METHOD.md. Orders are 1..n.
 */
#ifndef PHASETRACE_ANALYSIS_H
#define PHASETRACE_ANALYSIS_H

#include "phasetrace/dataset.h"
#include "phasetrace/metrics.h"
#include "phasetrace/status.h"
#include "phasetrace/trace.h"

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Results --------------------------------------------------------------------------- */

enum pt_verdict { PT_NOT_REPRODUCED = 0, PT_REPRODUCED = 1, PT_NOT_MEASURED = 2 };

#define PT_MAX_CLAIM_DETAILS 32
#define PT_REASON_BYTES 320

/* A published claim and what this run says about it. Strings live as long as the analysis. */
struct pt_claim {
    const char *id;        /* "D1", as in doc/METHOD.md */
    const char *paper;     /* "P1" */
    const char *figure;    /* figure or theorem of the paper */
    const char *statement; /* with the direction in which `threshold` is meant */
    double value, threshold;
    enum pt_verdict reproduced;
    char reason[PT_REASON_BYTES]; /* the verdict in numbers, or why there is none */
    size_t samples, seeds;
    size_t n_details;
    struct {
        const char *name;
        double value; /* NaN when it could not be computed */
    } details[PT_MAX_CLAIM_DETAILS];
};

/* The phases of one split's mean order m(t). Steps are -1, orders NaN, where absent. */
struct pt_phases {
    long t_star; /* of the minimum of m; absent when that is the first or the last checkpoint */
    long t_rise; /* from when on m stays above m(t_star) plus a quarter of its rise to the end */
    double mean_order_start, mean_order_star, mean_order_end;
    struct pt_bounds t_star_bounds; /* of the step of the minimum, over the traced samples */
};

/*
 * The order spectrum of one checkpoint: what its salient interactions add up to, order by order, as
 * in analysis/orders.csv. Means over the samples of a split, log-odds; [k - 1] is order k.
 */
struct pt_spectrum {
    long step;
    double epoch;
    size_t n_players;
    size_t n_samples[PT_N_SPLITS]; /* traced; 0: the split has no spectrum */
    struct pt_spectrum_order {
        double and_strength, or_strength; /* sums of |I(S)| */
        double strength;                  /* of both */
    } orders[PT_N_SPLITS][PT_MAX_PLAYERS];
};

/*
 * Adds up the interactions of a trace that are salient: `salience` as in struct
 * pt_analysis_options. PT_E_DATA: groups out of order or at odds with their splits.
 */
PT_API int pt_spectrum_compute(const struct pt_trace *trace, double salience,
                               struct pt_spectrum *spectrum, struct pt_error *error);

/* ---- Analysis -------------------------------------------------------------------------- */

struct pt_analysis;

struct pt_analysis_options {
    uint64_t seed;       /* of the bootstrap */
    size_t n_replicates; /* of the bootstrap; 0: 1000 */
    double salience;     /* threshold as a part of the mean output change; 0: 0.03 */
    /* What about.json says beside the seed; strings are copied, NULL counts as "". */
    const char *title, *network, *extraction, *masking, *version;
    size_t n_train, n_test; /* sizes of the splits */
    double label_noise;     /* 0..1 */
    int background_kept;    /* 1: v of all players is the network's output on the sample */
    size_t n_seeds;         /* of the run */
};

/* The caller frees the analysis with pt_analysis_free(). */
PT_API int pt_analysis_create(const struct pt_analysis_options *options,
                              struct pt_analysis **analysis, struct pt_error *error);
PT_API void pt_analysis_free(struct pt_analysis *analysis); /* NULL is allowed */

/*
 * Takes in one checkpoint; the trace is not kept. PT_E_DATA when its step does not follow the one
 * before, or when it does not have the same number of players and the same samples in the same
 * order. After a failure the analysis is as before.
 */
PT_API int pt_analysis_add_trace(struct pt_analysis *analysis, const struct pt_trace *trace,
                                 struct pt_error *error);

/*
 * A larger sample of the same network at the last checkpoint, for what needs hundreds of samples.
 * At most one.
 */
PT_API int pt_analysis_set_final(struct pt_analysis *analysis, const struct pt_trace *trace,
                                 struct pt_error *error);

/*
 * A baseline network, trained on other samples, on (at least) the samples of all other traces:
 * an interaction that one of them has too is called generalisable.
 */
PT_API int pt_analysis_add_baseline(struct pt_analysis *analysis, const struct pt_trace *trace,
                                    struct pt_error *error);

/* The truth where it is known: the interactions planted in the task, on (at least) the samples of
 * all other traces. At most one. */
PT_API int pt_analysis_set_plant(struct pt_analysis *analysis, const struct pt_trace *trace,
                                 struct pt_error *error);

/* How interactions vary under noise on the input at the last checkpoint; copied. At most one. */
PT_API int pt_analysis_set_stability(struct pt_analysis *analysis,
                                     const struct pt_stability *stability, struct pt_error *error);

/*
 * Computes everything and writes RUN/analysis/{orders.csv, mean_order.csv, phases.json,
 * claims.json, about.json} with the other tables that the traces allow (doc/FORMATS.md). `metrics`
 * are the run's evaluations in ascending order of step; they may be missing, claims about losses
 * are then not measured. May be called again after more traces. PT_E_DATA: no traces, or steps of
 * the metrics out of order.
 */
PT_API int pt_analysis_finish(struct pt_analysis *analysis, const struct pt_metrics_row *metrics,
                              size_t n_metrics, const char *run_directory, struct pt_error *error);

/* Results of the latest pt_analysis_finish(), valid until the next. */
PT_API const struct pt_claim *pt_analysis_claims(const struct pt_analysis *analysis,
                                                 size_t *n_claims);
PT_API const struct pt_phases *pt_analysis_phases(const struct pt_analysis *analysis,
                                                  enum pt_split_id split);

#ifdef __cplusplus
}
#endif

#endif
