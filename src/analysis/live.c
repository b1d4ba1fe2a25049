/*
 * Live players: those the value of a sample depends on.
 *
 * A player is a dummy when v(x_T) is bit for bit the same with it and without it, for all T: an
 * empty image cell, say, whose baseline value is what it has. Every interaction with a dummy is 0
 * by definition, so claims that count interactions count those among live players.
 */
#include "analysis/state.h"

static int depends_on(const double *v, size_t n_players, uint32_t player)
{
    for (uint32_t mask = 0; mask >> n_players == 0; mask++)
        if (mask & player && v[mask] != v[mask & ~player])
            return 1;
    return 0;
}

static int live_reduce(struct pt_analysis *analysis, const struct pt_trace *trace,
                       struct checkpoint *checkpoint, struct pt_error *error)
{
    size_t n = analysis->n_players;
    checkpoint->live =
        arena_alloc(&analysis->inputs, analysis->n_samples, sizeof *checkpoint->live, error);
    if (!checkpoint->live)
        return PT_E_MEMORY;
    for (size_t i = 0; i < analysis->n_samples; i++)
        for (size_t player = 0; player < n; player++)
            if (depends_on(trace->v + (i << n), n, (uint32_t)1 << player))
                checkpoint->live[i] |= (uint32_t)1 << player;
    return PT_OK;
}

const struct quantity quantity_live = {live_reduce, NULL};
