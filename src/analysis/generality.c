/* Marks the interactions that generalise (doc/METHOD.md, "Generalisability"). */
#include "analysis/generality.h"

#include "analysis/state.h"
#include "num/binomial.h"

#include <stdlib.h>

int interaction_is_shared(const struct interaction *interaction, const struct encoding *other,
                          size_t sample)
{
    const struct interaction *found =
        encoding_find(other, sample, interaction->set, interaction->is_or);
    return found && (found->value > 0) == (interaction->value > 0);
}

/* ---- Samples ---- */

struct sample_key {
    int32_t split, sample_index;
    size_t place;
};

static int compare_keys(const void *a, const void *b)
{
    const struct sample_key *x = a, *y = b;
    if (x->split != y->split)
        return x->split < y->split ? -1 : 1;
    return (x->sample_index > y->sample_index) - (x->sample_index < y->sample_index);
}

int encoding_match_samples(const struct encoding *samples, const struct encoding *other,
                           size_t *places, struct pt_error *error)
{
    size_t n = other->n_samples;
    struct sample_key *keys = mem_alloc(n, sizeof *keys, error);
    if (!keys)
        return PT_E_MEMORY;
    for (size_t i = 0; i < n; i++)
        keys[i] = (struct sample_key){other->split[i], other->sample_index[i], i};
    qsort(keys, n, sizeof *keys, compare_keys);
    for (size_t i = 0; i < samples->n_samples; i++) {
        struct sample_key wanted = {samples->split[i], samples->sample_index[i], 0};
        const struct sample_key *found = bsearch(&wanted, keys, n, sizeof *keys, compare_keys);
        places[i] = found ? found->place : SIZE_MAX;
    }
    mem_free(keys);
    return PT_OK;
}

/* ---- One network against the baselines ---- */

struct baselines {
    const struct encoding *networks; /* [n] */
    size_t n, n_samples;
    size_t *places; /* [n, n_samples] of the samples in each network */
};

static int match_baselines(const struct pt_analysis *analysis, const struct encoding *samples,
                           struct baselines *baselines, struct pt_error *error)
{
    size_t n = analysis->n_baselines;
    *baselines = (struct baselines){analysis->baselines, n, samples->n_samples, NULL};
    baselines->places = mem_alloc(n * samples->n_samples, sizeof *baselines->places, error);
    int status = baselines->places ? PT_OK : PT_E_MEMORY;
    for (size_t b = 0; b < n && !status; b++)
        status = encoding_match_samples(samples, &baselines->networks[b],
                                        baselines->places + b * samples->n_samples, error);
    return status;
}

/* 1 when one of the first n_networks has the interaction on the sample. */
static int one_shares(const struct baselines *baselines, size_t n_networks, size_t sample,
                      const struct interaction *interaction)
{
    for (size_t b = 0; b < n_networks; b++)
        if (interaction_is_shared(interaction, &baselines->networks[b],
                                  baselines->places[b * baselines->n_samples + sample]))
            return 1;
    return 0;
}

/* Counts, by type and order, sets of live players with a sign that would pass: those the baselines
 * have, each once. passing[2, n_players] starts at 0. */
static void count_passing(const struct baselines *baselines, size_t sample, uint32_t live,
                          size_t n_players, double *passing)
{
    for (size_t b = 0; b < baselines->n; b++) {
        const struct encoding *network = &baselines->networks[b];
        size_t place = baselines->places[b * baselines->n_samples + sample];
        for (size_t i = network->start[place]; i < network->start[place + 1]; i++) {
            const struct interaction *interaction = &network->interactions[i];
            if (!(interaction->set & ~live) && !one_shares(baselines, b, sample, interaction))
                passing[interaction->is_or * n_players + interaction_order(interaction) - 1] += 1;
        }
    }
}

static void judge_sample(const struct baselines *baselines, struct encoding *encoding,
                         size_t sample)
{
    size_t n = encoding->n_players, n_live = (size_t)__builtin_popcount(encoding->live[sample]);
    for (size_t i = encoding->start[sample]; i < encoding->start[sample + 1]; i++)
        encoding->general[i] =
            (unsigned char)one_shares(baselines, baselines->n, sample, &encoding->interactions[i]);
    double *chance = encoding->chance + sample * 2 * n;
    count_passing(baselines, sample, encoding->live[sample], n, chance);
    for (size_t order = 1; order <= n_live; order++)
        for (size_t is_or = 0; is_or < 2; is_or++)
            chance[is_or * n + order - 1] /= 2 * binomial(n_live, order);
}

static int judge(const struct baselines *baselines, struct arena *arena, struct encoding *encoding,
                 struct pt_error *error)
{
    size_t n_samples = encoding->n_samples;
    unsigned char *general = arena_alloc(arena, encoding->start[n_samples], 1, error);
    double *chance = arena_alloc(arena, n_samples * 2 * encoding->n_players, sizeof *chance, error);
    if (!general || !chance)
        return PT_E_MEMORY;
    encoding->general = general;
    encoding->chance = chance;
    for (size_t i = 0; i < n_samples; i++)
        judge_sample(baselines, encoding, i);
    return PT_OK;
}

/* ---- All networks ---- */

/* All checkpoints have the same samples, so that one matching serves them. */
static int judge_checkpoints(struct pt_analysis *analysis, struct pt_error *error)
{
    struct baselines baselines;
    int status = match_baselines(analysis, &analysis->checkpoints[0].encoding, &baselines, error);
    for (size_t c = 0; c < analysis->n_checkpoints && !status; c++)
        status = judge(&baselines, &analysis->results, &analysis->checkpoints[c].encoding, error);
    mem_free(baselines.places);
    return status;
}

static int judge_final(struct pt_analysis *analysis, struct pt_error *error)
{
    struct baselines baselines;
    int status = match_baselines(analysis, &analysis->final, &baselines, error);
    if (!status)
        status = judge(&baselines, &analysis->results, &analysis->final, error);
    mem_free(baselines.places);
    return status;
}

/* What an earlier finish has left lies in memory that is gone. */
static void forget(struct encoding *encoding)
{
    encoding->general = NULL;
    encoding->chance = NULL;
}

static int generality_finish(struct pt_analysis *analysis, const char *directory,
                             struct pt_error *error)
{
    (void)directory;
    for (size_t c = 0; c < analysis->n_checkpoints; c++)
        forget(&analysis->checkpoints[c].encoding);
    forget(&analysis->final);
    if (analysis->n_baselines == 0)
        return PT_OK;
    int status = judge_checkpoints(analysis, error);
    if (!status && analysis->final.n_samples > 0)
        status = judge_final(analysis, error);
    return status;
}

const struct quantity quantity_generality = {NULL, generality_finish};
