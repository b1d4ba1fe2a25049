/* Reading of the interactions that are shown sample by sample. */
#include "report/examples.h"

#include "base/fsio.h"
#include "report/json_part.h"
#include "report/result_table.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static int read_generalises(const struct json_part *part, int *generalises)
{
    const json_t *value = json_object_get(part->json, "generalisable");
    if (!json_is_boolean(value) && !json_is_null(value))
        return json_wrong_member(part, "generalisable", "true, false or null");
    *generalises = json_is_null(value) ? -1 : json_is_true(value);
    return PT_OK;
}

static int read_interaction(const struct json_part *part, size_t n_players,
                            struct shown_interaction *interaction)
{
    const char *kind = json_string_value(json_object_get(part->json, "kind"));
    long set;
    int status = json_read_count(part, "set", &set);
    if (!status)
        status = json_read_number(part, "effect", &interaction->effect);
    if (!status)
        status = read_generalises(part, &interaction->generalises);
    if (status)
        return status;
    if (!kind || (strcmp(kind, "and") != 0 && strcmp(kind, "or") != 0))
        return json_wrong_member(part, "kind", "\"and\" or \"or\"");
    if (set < 1 || set >> n_players || isnan(interaction->effect))
        return json_wrong_member(part, "set", "a set of players with an effect");
    interaction->is_or = kind[0] == 'o';
    interaction->set = (uint32_t)set;
    return PT_OK;
}

static int read_checkpoint(const struct json_part *part, size_t n_players,
                           struct shown_checkpoint *checkpoint)
{
    const json_t *items = json_object_get(part->json, "interactions");
    int status = json_read_number(part, "step", &checkpoint->step);
    if (!status)
        status = json_read_number(part, "v_full", &checkpoint->v_full);
    if (!status && !(checkpoint->step >= 0 && checkpoint->step <= RESULTS_MAX_STEP))
        return json_wrong_member(part, "step", "a step number");
    if (!status && !json_is_array(items))
        return json_wrong_member(part, "interactions", "an array");
    size_t n = json_array_size(items);
    n = n < EXAMPLES_MAX_SHOWN ? n : EXAMPLES_MAX_SHOWN;
    for (checkpoint->n = 0; checkpoint->n < n && !status; checkpoint->n++) {
        const struct json_part item = {part->path, part->name, json_array_get(items, checkpoint->n),
                                       part->error};
        status = read_interaction(&item, n_players, &checkpoint->interactions[checkpoint->n]);
    }
    return status;
}

static int read_checkpoints(const struct json_part *part, size_t n_players,
                            struct shown_sample *sample, struct arena *arena)
{
    const json_t *items = json_object_get(part->json, "checkpoints");
    size_t n = json_array_size(items);
    if (n < 1 || n > EXAMPLES_MAX_CHECKPOINTS)
        return json_wrong_member(part, "checkpoints", "an array of checkpoints");
    sample->checkpoints = arena_alloc(arena, n, sizeof *sample->checkpoints, part->error);
    int status = sample->checkpoints ? PT_OK : PT_E_MEMORY;
    for (size_t i = 0; i < n && !status; i++) {
        const struct json_part item = {part->path, part->name, json_array_get(items, i),
                                       part->error};
        status = read_checkpoint(&item, n_players, &sample->checkpoints[i]);
        if (!status && i > 0 && !(sample->checkpoints[i].step > sample->checkpoints[i - 1].step))
            status = json_wrong_member(&item, "step", "after the one before");
    }
    sample->n_checkpoints = n;
    return status;
}

static int read_players(const struct json_part *part, size_t n_players, struct shown_sample *sample)
{
    const json_t *players = json_object_get(part->json, "players");
    if (json_array_size(players) != n_players)
        return json_wrong_member(part, "players", "an array of all players' cells");
    for (size_t i = 0; i < n_players; i++) {
        json_int_t cell = json_integer_value(json_array_get(players, i));
        if (!json_is_integer(json_array_get(players, i)) || cell < 0 || cell > INT32_MAX)
            return json_wrong_member(part, "players", "an array of cell numbers");
        sample->players[i] = (int32_t)cell;
    }
    return PT_OK;
}

static int read_sample(const struct json_part *part, size_t n_players, struct shown_sample *sample,
                       struct arena *arena)
{
    sample->true_label = -1;
    sample->is_mislabelled = json_is_true(json_object_get(part->json, "mislabelled"));
    int status = json_read_text(part, "split", 32, arena, &sample->split);
    if (!status)
        status = json_read_count(part, "sample_index", &sample->index);
    if (!status)
        status = json_read_count(part, "label", &sample->label);
    if (!status)
        status = read_players(part, n_players, sample);
    return status ? status : read_checkpoints(part, n_players, sample, arena);
}

static int read_samples(const struct json_part *whole, struct shown_examples *examples,
                        struct arena *arena)
{
    const json_t *items = json_object_get(whole->json, "samples");
    size_t n = json_array_size(items);
    long n_players;
    int status = json_read_count(whole, "n_players", &n_players);
    if (status)
        return status;
    if (n_players < 1 || n_players > PT_MAX_PLAYERS)
        return json_wrong_member(whole, "n_players", "a number of players");
    if (!json_is_array(items) || n > EXAMPLES_MAX_SAMPLES)
        return json_wrong_member(whole, "samples", "an array of a few samples");
    examples->n_players = (size_t)n_players;
    examples->samples = arena_alloc(arena, n, sizeof *examples->samples, whole->error);
    status = examples->samples ? PT_OK : PT_E_MEMORY;
    for (examples->n = 0; examples->n < n && !status; examples->n++) {
        char name[32];
        snprintf(name, sizeof name, "sample %zu", examples->n);
        const struct json_part part = {whole->path, name, json_array_get(items, examples->n),
                                       whole->error};
        status = read_sample(&part, examples->n_players, &examples->samples[examples->n], arena);
    }
    return status;
}

int examples_load(const char *run_directory, struct shown_examples *examples, struct arena *arena,
                  struct pt_error *error)
{
    char path[PATH_MAX];
    json_t *root;
    memset(examples, 0, sizeof *examples);
    int status = path_join(path, sizeof path, run_directory, "analysis/examples.json", error);
    if (status || !file_exists(path))
        return status;
    status = json_document_load(path, JSON_OBJECT, &root, error);
    if (status)
        return status;
    const struct json_part whole = {path, "", root, error};
    status = read_samples(&whole, examples, arena);
    json_decref(root);
    if (!status)
        status = path_join(path, sizeof path, run_directory, "trace/inputs.json", error);
    return status || !file_exists(path) ? status
                                        : examples_load_inputs(path, examples, arena, error);
}
