/*
 * The tracer: interactions of a network on chosen samples, at any moment of its training.
 *
 * Samples, players and baseline values are fixed when the tracer is made, so that checkpoints of
 * one run are comparable; each checkpoint is then one call.
 */
#ifndef TRACE_TRACER_H
#define TRACE_TRACER_H

#include "phasetrace/config.h"
#include "phasetrace/dataset.h"
#include "phasetrace/network.h"
#include "phasetrace/trace.h"
#include "trace/sample_choice.h"
#include "trace/value_costs.h"

struct tracer;

/* Everything is borrowed; the configuration only for the call of tracer_create(). */
struct tracer_options {
    const struct pt_config *config;
    const struct pt_dataset *dataset;
    const struct pt_network *network; /* its parameters may change between calls of tracer_run() */
    enum sample_list_size samples;
    int n_threads;
    const volatile int *stop; /* non-zero ends tracer_run() early; may be NULL */
    /* Called after each sample of tracer_run(), by one thread at a time; may be NULL. */
    void (*sample_done)(void *user, size_t n_done, size_t n_samples);
    void *user;
};

/*
 * Chooses the samples and draws their players. All memory but the solvers' is allocated here, and
 * room for those is asked for. PT_E_CONFIG when the layer, grid or sample count does not fit the
 * network or the data.
 */
int tracer_create(const struct tracer_options *options, struct tracer **tracer,
                  struct pt_error *error);
void tracer_free(struct tracer *tracer); /* NULL is allowed */

/* Seconds spent in the two parts, summed over threads and calls. */
struct tracer_times {
    double values_s, extraction_s;
    double load_s; /* that the first sample of a trace takes longer; by tracer_time_sample() */
};

/*
 * From now on samples that `known` has, too, are copied from it. It is borrowed, and must be a
 * trace of the same network, with the same parameters, by a tracer of the same configuration. NULL:
 * none.
 */
void tracer_reuse(struct tracer *tracer, const struct pt_trace *known);

/*
 * Traces the network as it is now; PT_E_STOPPED: the stop was set. Finished samples go to the file
 * `work_path`, too (trace/trace_work.h), which stays; what an earlier call, of any process, has
 * left there of the same trace is not computed again. NULL: no such file. The trace belongs to the
 * tracer and is overwritten by the next call. Samples are spread over the threads; the bytes do not
 * depend on how.
 */
int tracer_run(struct tracer *tracer, long step, double epoch, const char *work_path,
               const struct pt_trace **trace, struct pt_error *error);

/*
 * How interactions of the first `config->trace.stability_samples` testing samples vary under noise
 * on the input (trace/stability.h), of the network as it is now. The caller frees `*stability`
 * with pt_stability_free(); it is NULL when no samples are wanted or traced.
 */
int tracer_measure_stability(struct tracer *tracer, const struct pt_config *config, long step,
                             struct pt_stability **stability, struct pt_error *error);

struct tracer_times tracer_times(const struct tracer *tracer);
size_t tracer_n_samples(const struct tracer *tracer);
uint64_t tracer_file_bytes(const struct tracer *tracer);  /* of one trace on disk, exactly */
uint64_t tracer_plant_bytes(const struct tracer *tracer); /* of the truth for the same samples */
size_t tracer_solver_bytes(const struct tracer *tracer);  /* allocated on demand, at most */
size_t tracer_value_bytes(const struct tracer *tracer);   /* of its threads' value evaluators */
void tracer_rest(struct tracer *tracer);                  /* frees these until the next call */
/* Samples whose stability tracer_measure_stability() would measure. */
size_t tracer_n_stability(const struct tracer *tracer, const struct pt_config *config);

/* What the values of a sample with the first one's players cost; the caller frees them. */
int tracer_value_costs(const struct tracer *tracer, struct value_costs *costs,
                       struct pt_error *error);

/* About the seconds that one thread takes for a sample, from tracing one, or a part of it when
 * there are many players (load_s is 0 then, and part of values_s). */
int tracer_time_sample(struct tracer *tracer, struct tracer_times *times, struct pt_error *error);

#endif
