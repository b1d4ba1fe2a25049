/* The strongest interactions of a few samples at every checkpoint, in analysis/examples.json. */
#include "analysis/examples.h"

#include "analysis/output.h"
#include "analysis/state.h"

#include <math.h>
#include <string.h>

/* How many of a group are shown: what a reader compares, then what the network was told wrong. */
static const size_t wanted[PT_N_GROUPS] = {
    [PT_GROUP_TRAIN] = 4, [PT_GROUP_TEST] = 4, [PT_GROUP_MISLABELLED] = 2};

/* Spread over each group: samples lie in the order of the data set, so classes differ. */
static void choose(const struct pt_analysis *analysis, struct examples *examples)
{
    examples->n = 0;
    for (size_t g = 0; g < PT_N_GROUPS; g++) {
        size_t size = split_size(analysis, g), n = size < wanted[g] ? size : wanted[g];
        for (size_t i = 0; i < n; i++)
            examples->sample[examples->n++] = analysis->first[g] + (2 * i + 1) * size / (2 * n);
    }
}

/* Players are the same at every checkpoint. */
static int examples_reduce(struct pt_analysis *analysis, const struct pt_trace *trace,
                           struct checkpoint *checkpoint, struct pt_error *error)
{
    struct examples *examples = &analysis->examples;
    const size_t n_players = trace->n_players;
    (void)checkpoint;
    if (analysis->n_checkpoints > 0)
        return PT_OK;
    choose(analysis, examples);
    examples->players =
        arena_alloc(&analysis->inputs, examples->n * n_players, sizeof *examples->players, error);
    if (!examples->players)
        return PT_E_MEMORY;
    for (size_t i = 0; i < examples->n; i++)
        memcpy(examples->players + i * n_players, trace->players + examples->sample[i] * n_players,
               n_players * sizeof *trace->players);
    return PT_OK;
}

/* Places of the strongest interactions of a sample, strongest first; of equals the first. Returns
 * how many there are. */
static size_t find_strongest(const struct encoding *e, size_t sample,
                             size_t strongest[EXAMPLES_INTERACTIONS])
{
    size_t n = 0;
    for (size_t i = e->start[sample]; i < e->start[sample + 1]; i++) {
        size_t at = n;
        while (at > 0 &&
               fabs(e->interactions[i].value) > fabs(e->interactions[strongest[at - 1]].value))
            at--;
        if (at == EXAMPLES_INTERACTIONS)
            continue;
        n += n < EXAMPLES_INTERACTIONS;
        memmove(strongest + at + 1, strongest + at, (n - 1 - at) * sizeof *strongest);
        strongest[at] = i;
    }
    return n;
}

static json_t *make_interaction(const struct encoding *e, size_t i)
{
    const struct interaction *interaction = &e->interactions[i];
    return json_pack("{s:s, s:I, s:o, s:o}", "kind", interaction->is_or ? "or" : "and", "set",
                     (json_int_t)interaction->set, "effect", json_number(interaction->value),
                     "generalisable", e->general ? json_boolean(e->general[i]) : json_null());
}

static json_t *make_checkpoint(const struct checkpoint *checkpoint, size_t sample)
{
    const struct encoding *e = &checkpoint->encoding;
    size_t strongest[EXAMPLES_INTERACTIONS];
    size_t n = find_strongest(e, sample, strongest);
    json_t *interactions = json_array();
    for (size_t i = 0; i < n; i++)
        json_array_append_new(interactions, make_interaction(e, strongest[i]));
    return json_pack("{s:I, s:o, s:o, s:I, s:o}", "step", (json_int_t)checkpoint->step, "v_empty",
                     json_number(e->v_empty[sample]), "v_full", json_number(e->v_full[sample]),
                     "n_salient", (json_int_t)(e->start[sample + 1] - e->start[sample]),
                     "interactions", interactions);
}

static json_t *make_sample(const struct pt_analysis *analysis, size_t i)
{
    const struct examples *examples = &analysis->examples;
    const struct encoding *e = &analysis->checkpoints[0].encoding;
    size_t sample = examples->sample[i], n_players = analysis->n_players;
    json_t *players = json_array(), *checkpoints = json_array();
    for (size_t p = 0; p < n_players; p++)
        json_array_append_new(players, json_integer(examples->players[i * n_players + p]));
    for (size_t c = 0; c < analysis->n_checkpoints; c++)
        json_array_append_new(checkpoints, make_checkpoint(&analysis->checkpoints[c], sample));
    return json_pack("{s:s, s:i, s:i, s:b, s:o, s:o}", "split",
                     group_name((size_t)e->split[sample]), "sample_index",
                     (int)e->sample_index[sample], "label", (int)e->label[sample], "mislabelled",
                     e->mislabelled[sample] != 0, "players", players, "checkpoints", checkpoints);
}

static int examples_finish(struct pt_analysis *analysis, const char *directory,
                           struct pt_error *error)
{
    json_t *samples = json_array();
    for (size_t i = 0; i < analysis->examples.n; i++)
        json_array_append_new(samples, make_sample(analysis, i));
    return json_write(
        directory, "examples.json",
        json_pack("{s:I, s:o}", "n_players", (json_int_t)analysis->n_players, "samples", samples),
        error);
}

const struct quantity quantity_examples = {examples_reduce, examples_finish};
