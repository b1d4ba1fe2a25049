/* The bootstrap over samples: resamples, sums over them, percentile intervals. */
#include "num/bootstrap.h"

#include "base/mem.h"
#include "base/random.h"

#include <math.h>

#define MAX_GROUPS 8

struct bootstrap {
    size_t n_replicates, n_samples, n_groups;
    size_t first[MAX_GROUPS + 1]; /* group g is samples first[g] .. first[g + 1] - 1 */
    /* [n_replicates, n_samples]. A count has mean 1 and is nearly Poisson: a group needs more than
     * 255 samples to overflow it, and then the odds are below 1 in 255!. */
    uint8_t *counts;
};

static void draw_replicate(struct bootstrap *bootstrap, uint64_t seed, size_t replicate)
{
    struct random_stream stream = random_stream(seed, RANDOM_BOOTSTRAP, 0, (uint32_t)replicate);
    uint8_t *counts = bootstrap->counts + replicate * bootstrap->n_samples;
    for (size_t g = 0; g < bootstrap->n_groups; g++) {
        size_t first = bootstrap->first[g], n = bootstrap->first[g + 1] - first;
        for (size_t i = 0; i < n; i++)
            counts[first + random_below(&stream, (uint32_t)n)]++;
    }
}

int bootstrap_create(uint64_t seed, size_t n_replicates, const size_t *group_sizes, size_t n_groups,
                     struct bootstrap **bootstrap, struct pt_error *error)
{
    if (n_groups > MAX_GROUPS)
        return pt_error_set(error, PT_E_INTERNAL, "%zu groups, at most %d", n_groups, MAX_GROUPS);
    struct bootstrap *b = mem_alloc(1, sizeof *b, error);
    if (!b)
        return PT_E_MEMORY;
    b->n_replicates = n_replicates;
    b->n_groups = n_groups;
    for (size_t g = 0; g < n_groups; g++)
        b->first[g + 1] = b->first[g] + group_sizes[g];
    b->n_samples = b->first[n_groups];
    b->counts = mem_alloc(n_replicates, b->n_samples, error);
    if (!b->counts) {
        mem_free(b);
        return PT_E_MEMORY;
    }
    for (size_t r = 0; r < n_replicates; r++)
        draw_replicate(b, seed, r);
    *bootstrap = b;
    return PT_OK;
}

void bootstrap_free(struct bootstrap *bootstrap)
{
    if (!bootstrap)
        return;
    mem_free(bootstrap->counts);
    mem_free(bootstrap);
}

size_t bootstrap_n_replicates(const struct bootstrap *bootstrap)
{
    return bootstrap->n_replicates;
}

const uint8_t *bootstrap_counts(const struct bootstrap *bootstrap, size_t group, size_t replicate)
{
    return bootstrap->counts + replicate * bootstrap->n_samples + bootstrap->first[group];
}

void bootstrap_sums(const struct bootstrap *bootstrap, size_t group, const double *rows,
                    size_t n_columns, double *sums)
{
    size_t n = bootstrap->first[group + 1] - bootstrap->first[group];
    for (size_t r = 0; r < bootstrap->n_replicates; r++) {
        const uint8_t *counts = bootstrap_counts(bootstrap, group, r);
        double *sum = sums + r * n_columns;
        for (size_t c = 0; c < n_columns; c++)
            sum[c] = 0;
        for (size_t i = 0; i < n; i++)
            for (size_t c = 0; c < n_columns; c++)
                sum[c] += counts[i] * rows[i * n_columns + c];
    }
}

void bootstrap_means(const struct bootstrap *bootstrap, size_t group, const double *values,
                     double *means)
{
    double n = (double)(bootstrap->first[group + 1] - bootstrap->first[group]);
    bootstrap_sums(bootstrap, group, values, 1, means);
    for (size_t r = 0; r < bootstrap->n_replicates; r++)
        means[r] /= n;
}

struct interval bootstrap_interval(double *replicates, size_t n_replicates)
{
    size_t n = 0;
    for (size_t r = 0; r < n_replicates; r++)
        if (isfinite(replicates[r]))
            replicates[n++] = replicates[r];
    double low = percentile(replicates, n, 0.025);
    return (struct interval){low, percentile(replicates, n, 0.975)};
}

struct interval bootstrap_mean_bounds(const struct bootstrap *bootstrap, size_t group,
                                      const double *values, double *scratch)
{
    bootstrap_means(bootstrap, group, values, scratch);
    return bootstrap_interval(scratch, bootstrap->n_replicates);
}
