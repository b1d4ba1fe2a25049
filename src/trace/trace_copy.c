/* Taking over what another trace knows of a sample. */
#include "trace/trace_copy.h"

#include <string.h>

static size_t find_sample(const struct pt_trace *from, const struct pt_trace *to, size_t i)
{
    size_t k = 0;
    while (k < from->n_samples &&
           (from->split[k] != to->split[i] || from->sample_index[k] != to->sample_index[i]))
        k++;
    return k;
}

static void copy_row(const double *from, size_t k, double *to, size_t i, size_t n_row)
{
    if (to)
        memcpy(to + i * n_row, from + k * n_row, n_row * sizeof *to);
}

/* Whether `from` has every array that `to` has, as exactly. */
static int has_arrays(const struct pt_trace *from, const struct pt_trace *to)
{
    return from->values == to->values && (from->v || !to->v) && (from->noise || !to->noise);
}

int trace_copy_sample(const struct pt_trace *from, struct pt_trace *to, size_t i)
{
    size_t k = find_sample(from, to, i);
    if (k == from->n_samples || !has_arrays(from, to))
        return 0;
    size_t n_sets = (size_t)1 << to->n_players;
    copy_row(from->v, k, to->v, i, n_sets);
    copy_row(from->I_and, k, to->I_and, i, n_sets);
    copy_row(from->I_or, k, to->I_or, i, n_sets);
    copy_row(from->noise, k, to->noise, i, n_sets);
    copy_row(from->v_empty, k, to->v_empty, i, 1);
    copy_row(from->v_full, k, to->v_full, i, 1);
    if (to->live_players)
        to->live_players[i] = from->live_players[k];
    to->objective[i] = from->objective[k];
    to->dual_bound[i] = from->dual_bound[k];
    to->iterations[i] = from->iterations[k];
    to->status[i] = from->status[k];
    return 1;
}
