/* What the files of the tracer share: its state, what they ask of one another. */
#ifndef TRACE_TRACER_STATE_H
#define TRACE_TRACER_STATE_H

#include "phasetrace/config.h"
#include "phasetrace/dataset.h"
#include "phasetrace/network.h"
#include "phasetrace/trace.h"
#include "trace/interactions.h"
#include "trace/masked_layer.h"
#include "trace/sample_choice.h"
#include "trace/trace_work.h"
#include "trace/value_team.h"

/* What one thread owns. */
struct tracer_worker {
    struct interaction_extractor *extractor;
    struct pt_workspace *workspace; /* for the layers before the masked map */
    float *map;                     /* the masked map of the present sample */
    double *v;                      /* [2^n] of the present sample; NULL when the trace keeps v */
    double extraction_s;
};

struct tracer {
    const struct pt_dataset *dataset;
    const struct pt_network *network;
    struct value_plan plan;
    struct interaction_options extraction;
    struct masked_layer layer;
    size_t n_positions; /* of the masked map */
    size_t map_floats;
    struct sample_list samples;
    float *baseline; /* of the masked map */
    int32_t *owner;  /* [n_samples, height, width] */
    struct pt_trace *trace;
    int n_threads;
    struct value_team *team;
    size_t value_bytes;            /* that the team took */
    size_t solver_bytes;           /* that one thread's solvers may come to take */
    struct tracer_worker *workers; /* [n_threads] */
    struct pt_error *errors;       /* [n_threads] */
    size_t *failed_sample;         /* [n_threads]; samples.n when none failed */
    double stability_s;            /* of values for it, summed over threads */
    const struct pt_trace *known;  /* of the network as it is now; NULL: nothing is */
    struct trace_work *work;       /* of the present trace; NULL: none */
    char *done;                    /* [n_samples] 1: an earlier process did it */
    size_t n_done;                 /* samples of the present trace */
    void (*sample_done)(void *user, size_t n_done, size_t n_samples); /* may be NULL */
    void *user;
};

/* The columns of the trace that stay: which samples, their labels, their players; t->owner. */
int tracer_fill_columns(struct tracer *t, const struct pt_config *config, struct pt_error *error);

/* Sample i [channels, height, width], standardised. */
const float *tracer_input(const struct tracer *t, size_t i);

/* The map of sample i that is masked: the input itself, or the output of a ReLU, which the worker
 * keeps until its next call. */
const float *tracer_masked_map(struct tracer *t, struct tracer_worker *worker, size_t i);

/* Computes the rows of sample i of the trace. */
int tracer_sample(struct tracer *t, int member, size_t i, struct pt_error *error);

#endif
