/* A run: train a network, trace its snapshots, analyse and draw them, all into one directory. */
#ifndef PHASETRACE_RUN_H
#define PHASETRACE_RUN_H

#include "phasetrace/analysis.h"
#include "phasetrace/config.h"
#include "phasetrace/log.h"
#include "phasetrace/status.h"

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#define PT_MAX_CLAIMS 64

enum pt_run_part {
    PT_PART_PREPARE,
    PT_PART_TRAIN,
    PT_PART_EVALUATE,
    PT_PART_TRACE,
    PT_PART_BASELINES, /* training and tracing of the baseline networks */
    PT_PART_ANALYSE,
    PT_PART_DRAW,
    PT_N_PARTS
};

/* What a report of progress follows. */
enum pt_run_moment {
    PT_MOMENT_TICK,     /* nothing but time; several of these a second */
    PT_MOMENT_BEGIN,    /* the part begins now */
    PT_MOMENT_SNAPSHOT, /* a snapshot within an epoch, with its trace */
    PT_MOMENT_EPOCH     /* the evaluation at the end of an epoch, with a snapshot if one is due */
};

/* Where a run stands, for whoever watches it. Losses are NaN before the first evaluation; steps
 * are the network's, and so are epochs but in PT_PART_BASELINES: those of all baseline networks. */
struct pt_run_progress {
    enum pt_run_part part;
    enum pt_run_moment moment;
    long step, n_steps;
    double epoch;
    long n_epochs;
    size_t n_snapshots_done, n_snapshots;
    double train_loss, test_loss, train_accuracy, test_accuracy;
    size_t n_traced, n_to_trace;        /* samples of the trace in hand; 0, 0: none is */
    double samples_per_s;               /* that training takes in; NaN before the first step */
    double elapsed_s, left_s;           /* left: from the time that steps and traces took so far */
    const struct pt_spectrum *spectrum; /* of the checkpoint traced last; NULL before the first */
};

struct pt_run_options {
    const char *config_path; /* NULL or the file the configuration came from: for data paths */
    int trace;               /* trace every snapshot, analyse, draw */
    int resume;              /* go on with what lies in run.out, if anything does */
    /* A run directory or a safetensors file, whose networks are traced instead of training one; the
     * configuration is that of pt_run_source_config(). NULL: trains. */
    const char *source;
    const volatile int *stop; /* becomes non-zero to stop cleanly; may be NULL */
    /* May be NULL. Called by one thread at a time, not always the same; what it is given lives for
     * the call. */
    void (*progress)(void *user, const struct pt_run_progress *progress);
    struct pt_log log; /* warnings, and what is done at each snapshot */
    /* Draws the figures of a run directory, as pt_report_figures(); NULL: no figures. */
    int (*draw)(const char *run_directory, struct pt_error *error);
    void *user;
};

/* Seconds that tracing took, summed over threads. */
struct pt_trace_work {
    double values_s, extraction_s;
};

struct pt_run_outcome {
    char directory[PT_PATH_BYTES];
    size_t n_claims; /* 0 without a trace */
    struct pt_claim claims[PT_MAX_CLAIMS];
    double seconds[PT_N_PARTS];      /* wall time of each part, in all processes that ran it */
    struct pt_trace_work trace_work; /* of the network's traces, stability included */
    struct pt_trace_work baselines_work;
    double train_accuracy, test_accuracy;
    size_t n_unconverged; /* extractions that reached the iteration cap */
    int was_finished;     /* 1: nothing was left to do, and nothing was done */
};

/*
 * Runs everything the configuration asks for. All that can be checked is checked before the run
 * directory is made. On PT_E_STOPPED and PT_E_DIVERGED the directory keeps what was complete, the
 * last finite parameters (snapshots/last.safetensors) and a manifest that says why it ended.
 * `outcome->directory` is set as soon as there is one. PT_E_BUSY: another process writes there.
 *
 * RUN/events.jsonl says while it runs what happens (doc/FORMATS.md).
 *
 * With options->resume a run that ended early, in whatever way, goes on where its files say it
 * stands, and leaves the same bytes as one that did not (manifest.json and events.jsonl aside); a
 * run that was traced is traced. PT_E_CONFIG: run.out holds something else, or a run with another
 * configuration or source; PT_E_DATA: a run with other data, or of a newer version of the program.
 */
PT_API int pt_run(const struct pt_config *config, const struct pt_run_options *options,
                  struct pt_run_outcome *outcome, struct pt_error *error);

/*
 * Reads the configuration, as pt_config_read() does, with which pt_run() traces the networks of
 * options->source: the snapshots of a run directory, or a file with one network, its tensors named
 * as in PyTorch. Of a run only what its training does not depend on can be other than it was:
 * PT_E_CONFIG names every other key. Data that are not where the configuration says are looked for
 * where they were. PT_E_DATA: a directory that is no run; PT_E_IO: no such file.
 */
PT_API int pt_run_source_config(const char *source, const char *config_path,
                                const char *const *sets, size_t n_sets, struct pt_config *config,
                                char **report, struct pt_error *error);

/*
 * The analysis of a run directory again, from its traces and evaluations, with the configuration
 * it was made with changed by `sets` ("analysis.salience=0.05"; what was trained and traced stays
 * what it is). PT_E_BUSY as pt_run(). Writes the analysis files and, with options->draw, the
 * figures; fills claims and directory of `outcome`.
 */
PT_API int pt_run_analyse(const char *run_directory, const char *const *sets, size_t n_sets,
                          const struct pt_run_options *options, struct pt_run_outcome *outcome,
                          struct pt_error *error);

/* What a run will take, from short measurements on this machine. */
struct pt_run_plan {
    size_t n_parameters, n_train, n_test;
    char columns[96]; /* of a table: what its columns are taken for, in words; else empty */
    long steps_per_epoch, n_steps;
    size_t n_snapshots, n_traced; /* samples traced at each snapshot; 0 without a trace */
    size_t n_baselines, n_final;  /* n_final: samples that each of them is traced on */
    int n_threads;
    double train_s, evaluate_s, trace_s, baselines_s; /* wall time */
    double sample_values_s, sample_extraction_s;      /* of one sample traced by one thread */
    uint64_t sample_bytes;                            /* that it adds to a trace */
    /* Files of traces: of one snapshot, of the larger sample, of all baseline networks,
     * stability.npz, plant.npz, of everything; 0: none. Exact. */
    uint64_t snapshot_bytes, final_bytes, baselines_bytes, stability_bytes, plant_bytes,
        trace_bytes;
    size_t memory_bytes; /* allocated at the same time, at most, touched or not; data included */
    uint64_t disk_bytes, free_bytes; /* free: where the run directory will be; 0: unknown */
};

/*
 * Prepares the run as pt_run() does, times a few steps, one evaluation and the trace of one
 * sample, writes nothing. A description of the network, one layer a line, goes to `layers`
 * [layers_bytes]. Fails as pt_run() would before its run directory is made; PT_E_MEMORY: the
 * network is too large for this machine, before anything of its size is allocated; `layers` then
 * has the table, and `plan` the number of parameters. After any other failure it is empty.
 */
PT_API int pt_run_make_plan(const struct pt_config *config, const struct pt_run_options *options,
                            struct pt_run_plan *plan, char *layers, size_t layers_bytes,
                            struct pt_error *error);

#ifdef __cplusplus
}
#endif

#endif
