/* Similarity of training and testing samples by order, from all interactions of a trace. */
#include "analysis/categories.h"
#include "analysis/similarity.h"

#include <string.h>

/* Means over the categories of one entry, column `set` of table[n_samples, 2^n]. */
static void column_means(const struct categories *categories, const double *table, size_t set,
                         const double *sizes, double *means)
{
    memset(means, 0, 2 * categories->n * sizeof *means);
    for (size_t m = 0; m < categories->n_members; m++)
        means[categories->slot[m]] +=
            table[((size_t)categories->sample[m] << categories->n_players) + set];
    for (size_t slot = 0; slot < 2 * categories->n; slot++)
        means[slot] /= sizes[slot];
}

static int compare_dense(const struct pt_trace *trace, const struct categories *categories,
                         struct arena *scratch, struct dense_similarity *similarity,
                         struct pt_error *error)
{
    struct category_overlaps overlaps;
    double *sizes = arena_alloc(scratch, 2 * categories->n, sizeof *sizes, error);
    if (!sizes || category_overlaps_create(categories, scratch, &overlaps, error))
        return PT_E_MEMORY;
    for (size_t m = 0; m < categories->n_members; m++)
        sizes[categories->slot[m]]++;
    const double *tables[2] = {trace->I_and, trace->I_or};
    for (size_t t = 0; t < 2; t++)
        for (uint32_t set = 1; set >> trace->n_players == 0; set++) {
            column_means(categories, tables[t], set, sizes, overlaps.means);
            category_overlaps_add(&overlaps, (size_t)__builtin_popcount(set), 1);
        }
    category_overlaps_mean(&overlaps, similarity->value, similarity->null);
    return PT_OK;
}

int similarity_measure_dense(const struct pt_trace *trace, const struct encoding *encoding,
                             struct arena *arena, struct dense_similarity *similarity,
                             struct pt_error *error)
{
    struct categories categories;
    struct arena scratch = {0};
    *similarity = (struct dense_similarity){0};
    int status = categories_find(encoding, &scratch, &categories, error);
    if (!status && encoding->same_players && categories.n > 0) {
        similarity->value = arena_alloc(arena, trace->n_players + 1, sizeof(double), error);
        similarity->null = arena_alloc(arena, trace->n_players + 1, sizeof(double), error);
        status = similarity->value && similarity->null
                     ? compare_dense(trace, &categories, &scratch, similarity, error)
                     : PT_E_MEMORY;
    }
    arena_release(&scratch);
    return status;
}
