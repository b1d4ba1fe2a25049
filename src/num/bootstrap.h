/*
 * The bootstrap over samples (Efron 1979), percentile form.
 *
 * One resample is drawn for each replicate and then used for every quantity and checkpoint, so
 * that differences between quantities keep their correlation. Samples come in groups (training,
 * testing); each is resampled to its own size, independently of the others.
 */
#ifndef NUM_BOOTSTRAP_H
#define NUM_BOOTSTRAP_H

#include "num/statistics.h"
#include "phasetrace/status.h"

#include <stddef.h>
#include <stdint.h>

struct bootstrap;

/*
 * Draws how often each sample occurs in each replicate, from the streams RANDOM_BOOTSTRAP of
 * `seed`, index = replicate. Takes n_replicates * (number of samples) bytes. A group may be empty.
 * The caller frees it with bootstrap_free().
 */
int bootstrap_create(uint64_t seed, size_t n_replicates, const size_t *group_sizes, size_t n_groups,
                     struct bootstrap **bootstrap, struct pt_error *error);
void bootstrap_free(struct bootstrap *bootstrap); /* NULL is allowed */

size_t bootstrap_n_replicates(const struct bootstrap *bootstrap);

/* How often each sample of a group occurs in one replicate: [group size], borrowed. */
const uint8_t *bootstrap_counts(const struct bootstrap *bootstrap, size_t group, size_t replicate);

/* Column sums of rows[group size, n_columns] over each resample: sums[n_replicates, n_columns]. */
void bootstrap_sums(const struct bootstrap *bootstrap, size_t group, const double *rows,
                    size_t n_columns, double *sums);

/* Means of values[group size] over each resample: means[n_replicates]. */
void bootstrap_means(const struct bootstrap *bootstrap, size_t group, const double *values,
                     double *means);

/*
 * The 2.5th and 97.5th percentile of a statistic's replicates, which are reordered. Replicates
 * in which the statistic does not exist (NaN, infinite) are left out.
 */
struct interval bootstrap_interval(double *replicates, size_t n_replicates);

/* bootstrap_means() and bootstrap_interval() in one; scratch[n_replicates]. */
struct interval bootstrap_mean_bounds(const struct bootstrap *bootstrap, size_t group,
                                      const double *values, double *scratch);

#endif
