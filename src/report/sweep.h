/* The runs of a sweep side by side, from the tables in its directory. */
#ifndef REPORT_SWEEP_H
#define REPORT_SWEEP_H

#include "num/statistics.h"
#include "report/canvas.h"
#include "report/results.h"

/* What a configuration may ask for. */
#define SWEEP_MAX_KEYS 2
#define SWEEP_MAX_SETTINGS 64
#define SWEEP_MAX_SEEDS 64

enum sweep_quantity {
    SWEEP_SPINDLE_WEIGHT, /* log-odds, what claim D15 is about */
    SWEEP_SPINDLE_SHARE,
    SWEEP_LOSS_GAP, /* at the end, nats */
    SWEEP_EXCESS,   /* generalisable share in excess of chance at the end, training samples */
    SWEEP_ORDER_STAR,
    SWEEP_ORDER_END,
    SWEEP_N_QUANTITIES
};

/* A value of a swept key. */
struct sweep_level {
    const char *text;
    double number; /* NaN when the key's values are not all numbers */
};

struct sweep_key {
    const char *name; /* "data.label_noise" */
    int is_numeric;   /* then the levels ascend; otherwise they are in the order of the table */
    size_t n_levels;
    struct sweep_level levels[SWEEP_MAX_SETTINGS];
};

/* A run. */
struct sweep_point {
    size_t level[SWEEP_MAX_KEYS];
    const char *seed;
    double values[SWEEP_N_QUANTITIES]; /* NaN where not defined */
};

struct sweep {
    size_t n_keys;                         /* 1 or 2 */
    struct sweep_key keys[SWEEP_MAX_KEYS]; /* the second has one level when there is no such key */
    size_t n_points;
    struct sweep_point *points; /* [n_points] */
    size_t n_settings;
    const char *settings[SWEEP_MAX_SETTINGS]; /* names, as in the names of directories */
    size_t n_abouts;                          /* of those settings that have one */
    struct result_about abouts[SWEEP_MAX_SETTINGS];
    struct result_claim claim; /* D15 */
    struct csv_table *csv;     /* owns names and texts of the table */
    struct arena arena;        /* owns the rest */
};

/* Whether the directory is that of a finished sweep: it has analysis/sweep.csv. */
int sweep_is_at(const char *directory);

/*
 * Reads analysis/sweep.csv and, where they are, analysis/claims.json and the about.json of each
 * setting. PT_E_IO; PT_E_DATA with file and line: a column is missing or holds what it must not, a
 * run is there twice, or there are more than a sweep may have. The caller calls sweep_release() in
 * any case.
 */
int sweep_load(const char *directory, struct sweep *sweep, struct pt_error *error);
void sweep_release(struct sweep *sweep);

/* Whether a run is one of the setting. */
int sweep_is_of(const struct sweep_point *point, const size_t level[SWEEP_MAX_KEYS]);

/* Over the seeds of a setting. */
struct sweep_mean {
    double mean;              /* NaN when no run has the quantity */
    struct interval interval; /* 95% t-interval; NaN with less than two runs */
};
struct sweep_mean sweep_mean(const struct sweep *sweep, enum sweep_quantity quantity,
                             const size_t level[SWEEP_MAX_KEYS]);

/* Panels of the quantities over the values of the swept key, below the verdict on D15. */
void fig_sweep(struct canvas *canvas, const struct sweep *sweep);

/* Writes directory/figures/sweep.png, .svg and .pdf. */
int sweep_report(const char *directory, struct pt_error *error);

#endif
