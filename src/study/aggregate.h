/*
 * Several runs that differ in their seed alone, summed up in files of the same form.
 *
 * A number is the mean over the runs that have it, its _low and _high the 95% t-interval of that
 * mean over the seeds (doc/FORMATS.md, "Several seeds").
 */
#ifndef STUDY_AGGREGATE_H
#define STUDY_AGGREGATE_H

#include "phasetrace/config.h"
#include "phasetrace/status.h"

#include <jansson.h>
#include <stddef.h>

struct seed_set {
    size_t n; /* 1..PT_MAX_SEEDS */
    char directories[PT_MAX_SEEDS][PT_PATH_BYTES];
};

/*
 * Writes directory/metrics.csv and, with an analysis, every file of directory/analysis, from those
 * of the runs. `*claims` is what claims.json holds, to be released with json_decref(); NULL without
 * an analysis. PT_E_DATA: the files of the runs do not fit each other.
 */
int aggregate_seeds(const struct seed_set *set, int with_analysis, const char *directory,
                    json_t **claims, struct pt_error *error);

/* ---- The parts ---- */

/*
 * One table, `name` below the runs' directories. Rows are matched by their key columns: step,
 * epoch, split and the like, and all columns that hold words; of rows with equal keys the first
 * matches the first. The runs need not all have the table or the row, but the same columns.
 */
int aggregate_table(const struct seed_set *set, const char *name, const char *directory,
                    struct pt_error *error);

/*
 * analysis/phases.json: of steps the (lower) median, when all runs have one, with its _low and
 * _high the smallest and the largest; else null, and a member "absent" says in how many. Of other
 * numbers the mean.
 */
int aggregate_phases(const struct seed_set *set, const char *directory, struct pt_error *error);

/* analysis/about.json: the first run's with the number of seeds. */
int aggregate_about(const struct seed_set *set, const char *directory, struct pt_error *error);

/*
 * The claims of the runs as one array: value and details are means, reproduced is true when all
 * runs that measured the claim reproduce it. Details low, high: t-interval of the value;
 * n_reproduced, n_measured: numbers of runs. The caller ends with json_decref().
 */
int aggregate_claims(const struct seed_set *set, json_t **claims, struct pt_error *error);

#endif
