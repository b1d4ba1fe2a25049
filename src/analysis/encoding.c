/* From a trace to its salient interactions (doc/METHOD.md, "Salience"). */
#include "analysis/encoding.h"

#include "phasetrace/dataset.h"

#include <math.h>
#include <string.h>

static int check_groups(const struct pt_trace *trace, struct pt_error *error)
{
    static const int32_t split_of_group[PT_N_GROUPS] = {PT_TRAIN, PT_TEST, PT_THIRD, PT_TRAIN};
    if (trace->n_players < 1 || trace->n_players > PT_MAX_PLAYERS)
        return pt_error_set(error, PT_E_DATA, "%zu players, expected 1 to %d", trace->n_players,
                            PT_MAX_PLAYERS);
    if (trace->n_samples < 1)
        return pt_error_set(error, PT_E_DATA, "the trace has no samples");
    for (size_t i = 0; i < trace->n_samples; i++) {
        int32_t group = trace->group[i], least = i > 0 ? trace->group[i - 1] : 0;
        if (group < least || group >= PT_N_GROUPS)
            return pt_error_set(error, PT_E_DATA,
                                "sample %zu is of group %d, expected %d to %d: samples must be in "
                                "the order of the groups",
                                i, (int)group, (int)least, PT_N_GROUPS - 1);
        if (trace->split[i] != split_of_group[group])
            return pt_error_set(error, PT_E_DATA, "sample %zu is of group %d and of split %d", i,
                                (int)group, (int)trace->split[i]);
    }
    return PT_OK;
}

static void *copy(struct arena *arena, const void *values, size_t count, size_t bytes,
                  struct pt_error *error)
{
    void *own = arena_alloc(arena, count, bytes, error);
    if (own)
        memcpy(own, values, count * bytes);
    return own;
}

static int have_same_players(const struct pt_trace *trace)
{
    size_t n = trace->n_players;
    for (size_t i = 1; i < trace->n_samples; i++)
        if (memcmp(trace->players + i * n, trace->players, n * sizeof *trace->players) != 0)
            return 0;
    return 1;
}

static int adopt_samples(const struct pt_trace *trace, struct arena *arena, struct encoding *e,
                         struct pt_error *error)
{
    size_t n = trace->n_samples;
    e->n_players = trace->n_players;
    e->n_samples = n;
    e->same_players = have_same_players(trace);
    for (size_t i = 0; i < n; i++)
        e->first[trace->group[i] + 1]++;
    for (size_t g = 0; g < PT_N_GROUPS; g++)
        e->first[g + 1] += e->first[g];
    if (!(e->sample_index = copy(arena, trace->sample_index, n, sizeof(int32_t), error)) ||
        !(e->split = copy(arena, trace->split, n, sizeof(int32_t), error)) ||
        !(e->label = copy(arena, trace->label, n, sizeof(int32_t), error)) ||
        !(e->mislabelled = copy(arena, trace->mislabelled, n, sizeof(int32_t), error)) ||
        !(e->v_empty = arena_alloc(arena, n, sizeof(double), error)) ||
        !(e->v_full = arena_alloc(arena, n, sizeof(double), error)) ||
        !(e->live = arena_alloc(arena, n, sizeof(uint32_t), error)) ||
        !(e->start = arena_alloc(arena, n + 1, sizeof(size_t), error)))
        return PT_E_MEMORY;
    return PT_OK;
}

/*
 * A player is a dummy when v(x_T) is bit for bit the same with it and without it, for all T: an
 * empty image cell, say, whose baseline value is what it has. Every interaction with a dummy is 0
 * by definition, so claims that count interactions count those among live players.
 */
static uint32_t live_players(const double *v, size_t n_players)
{
    uint32_t live = 0;
    for (size_t i = 0; i < n_players; i++) {
        uint32_t player = (uint32_t)1 << i;
        for (uint32_t mask = 0; mask >> n_players == 0 && !(live & player); mask++)
            if (mask & player && v[mask] != v[mask & ~player])
                live |= player;
    }
    return live;
}

static void read_values(const struct pt_trace *trace, struct encoding *e)
{
    size_t n_masks = (size_t)1 << e->n_players;
    for (size_t i = 0; i < e->n_samples; i++) {
        if (trace->values != PT_VALUES_F8) {
            e->v_empty[i] = trace->v_empty[i];
            e->v_full[i] = trace->v_full[i];
            e->live[i] = (uint32_t)trace->live_players[i];
            continue;
        }
        const double *v = trace->v + i * n_masks;
        e->v_empty[i] = v[0];
        e->v_full[i] = v[n_masks - 1];
        e->live[i] = live_players(v, e->n_players);
    }
}

static double salience_threshold(const struct encoding *e, double salience)
{
    size_t n = e->first[PT_GROUP_TEST + 1];
    if (n == 0)
        n = e->n_samples;
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += fabs(e->v_full[i] - e->v_empty[i]);
    return salience * sum / (double)n;
}

static int is_salient(double value, double tau)
{
    return value != 0 && fabs(value) >= tau;
}

/* Appends those of one type and sample to `to`, or only counts them when that is NULL. */
static size_t gather(const double *values, size_t n_players, double tau, uint32_t is_or,
                     struct interaction *to)
{
    size_t n = 0;
    for (uint32_t set = 1; set >> n_players == 0; set++) {
        if (!is_salient(values[set], tau))
            continue;
        if (to)
            to[n] = (struct interaction){values[set], set, is_or};
        n++;
    }
    return n;
}

static int gather_all(const struct pt_trace *trace, struct arena *arena, struct encoding *e,
                      struct pt_error *error)
{
    size_t n = e->n_players;
    for (size_t i = 0; i < e->n_samples; i++)
        e->start[i + 1] = e->start[i] + gather(trace->I_and + (i << n), n, e->tau, 0, NULL) +
                          gather(trace->I_or + (i << n), n, e->tau, 1, NULL);
    e->interactions = arena_alloc(arena, e->start[e->n_samples], sizeof *e->interactions, error);
    if (!e->interactions)
        return PT_E_MEMORY;
    for (size_t i = 0; i < e->n_samples; i++) {
        struct interaction *to = e->interactions + e->start[i];
        to += gather(trace->I_and + (i << n), n, e->tau, 0, to);
        gather(trace->I_or + (i << n), n, e->tau, 1, to);
    }
    return PT_OK;
}

int encoding_measure(const struct pt_trace *trace, double salience, struct arena *arena,
                     struct encoding *encoding, struct pt_error *error)
{
    *encoding = (struct encoding){0};
    int status = check_groups(trace, error);
    if (!status)
        status = adopt_samples(trace, arena, encoding, error);
    if (status)
        return status;
    read_values(trace, encoding);
    encoding->tau = salience_threshold(encoding, salience);
    return PT_OK;
}

int encoding_reduce(const struct pt_trace *trace, double salience, struct arena *arena,
                    struct encoding *encoding, struct pt_error *error)
{
    int status = encoding_measure(trace, salience, arena, encoding, error);
    return status ? status : gather_all(trace, arena, encoding, error);
}

size_t encoding_find_sample(const struct encoding *encoding, int32_t split, int32_t sample_index)
{
    for (size_t i = 0; i < encoding->n_samples; i++)
        if (encoding->split[i] == split && encoding->sample_index[i] == sample_index)
            return i;
    return SIZE_MAX;
}

const struct interaction *encoding_find(const struct encoding *encoding, size_t sample,
                                        uint32_t set, uint32_t is_or)
{
    size_t low = encoding->start[sample], end = encoding->start[sample + 1], high = end;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct interaction *at = &encoding->interactions[middle];
        if (at->is_or < is_or || (at->is_or == is_or && at->set < set))
            low = middle + 1;
        else
            high = middle;
    }
    const struct interaction *found = &encoding->interactions[low];
    return low < end && found->set == set && found->is_or == is_or ? found : NULL;
}
