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

int trace_copy_sample(const struct pt_trace *from, struct pt_trace *to, size_t i)
{
    size_t k = find_sample(from, to, i);
    if (k == from->n_samples)
        return 0;
    const double *const tables[] = {from->v, from->I_and, from->I_or, from->noise};
    double *const copies[] = {to->v, to->I_and, to->I_or, to->noise};
    size_t n_sets = (size_t)1 << to->n_players;
    for (size_t table = 0; table < 4; table++)
        if (copies[table])
            memcpy(copies[table] + i * n_sets, tables[table] + k * n_sets, n_sets * sizeof(double));
    to->objective[i] = from->objective[k];
    to->dual_bound[i] = from->dual_bound[k];
    to->iterations[i] = from->iterations[k];
    to->status[i] = from->status[k];
    return 1;
}
