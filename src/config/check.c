/* What must hold between the values of several keys. */
#include "config/check.h"

#include <string.h>

struct check {
    const struct pt_config *config;
    const struct key_state *states;
    struct place file; /* without a line */
    struct diagnostics *diagnostics;
};

struct key_name {
    const char *section, *key; /* NULL after the last of a rule */
};

static const struct key_name players_rule[] = {
    {"trace", "players"}, {"trace", "cells"}, {"trace", "grid"}, {NULL, NULL}};
static const struct key_name cells_rule[] = {{"trace", "cells"}, {"trace", "grid"}, {NULL, NULL}};
static const struct key_name classes_rule[] = {{"data", "classes"}, {NULL, NULL}};
static const struct key_name baseline_rule[] = {
    {"trace", "baseline"}, {"trace", "layer"}, {NULL, NULL}};
static const struct key_name layer_rule[] = {{"trace", "layer"}, {"model", "preset"}, {NULL, NULL}};

/*
 * The place to complain about: the first of the rule's keys that was given, one from the command
 * line before one from the file, since that one was changed last. NULL when the rule cannot be
 * judged because one of its values is wrong already.
 */
static const struct place *blame(const struct check *check, const struct key_name *rule)
{
    const struct place *place = &check->file;
    for (; rule->key; rule++) {
        const struct key_state *state = &check->states[schema_find(rule->section, rule->key)];
        if (state->origin == KEY_WRONG)
            return NULL;
        int is_first = place == &check->file;
        int is_later = !state->place.file && place->file;
        if (state->origin == KEY_GIVEN && (is_first || is_later))
            place = &state->place;
    }
    return place;
}

static int is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* The place of one number of a list value. */
static struct place item_place(const struct check *check, const struct key_name *list, size_t item)
{
    struct place place = check->states[schema_find(list->section, list->key)].place;
    const char *value = place.source + place.column - 1;
    size_t start = 0, end = 0;
    for (size_t i = 0; i <= item; i++) {
        start = i ? end + 1 : 0;
        for (end = start; end < place.n_marked && value[end] != ',';)
            end++;
    }
    while (start < end && is_blank(value[start]))
        start++;
    while (end > start && is_blank(value[end - 1]))
        end--;
    place.column += start;
    place.n_marked = end - start;
    return place;
}

/* Index of the first number that stood in the list before, or list->n. */
static size_t find_repeated(const struct pt_list *list)
{
    for (size_t i = 0; i < list->n; i++)
        for (size_t j = 0; j < i; j++)
            if (list->items[i] == list->items[j])
                return i;
    return list->n;
}

static long count_cells(const struct pt_config *config)
{
    long side = config->trace.grid;
    switch (config->trace.cells) {
    case PT_CELLS_CENTRAL:
        return side > 2 ? (side - 2) * (side - 2) : 0;
    case PT_CELLS_NOCORNER:
        return side > 1 ? side * side - 4 : 0;
    case PT_CELLS_ALL:
        return side * side;
    case PT_CELLS_LIST:
        break;
    }
    return (long)config->trace.cell_list.n;
}

static void check_players(const struct check *check)
{
    const struct place *place = blame(check, players_rule);
    long n_cells = count_cells(check->config), n_players = check->config->trace.players;
    if (!place || n_players <= n_cells)
        return;
    if (check->config->trace.cells == PT_CELLS_LIST)
        diagnostics_add(check->diagnostics, place,
                        "%ld players need as many cells: the list has %ld", n_players, n_cells);
    else
        diagnostics_add(check->diagnostics, place,
                        "%ld players need as many cells: grid = %ld with cells = %s has %ld",
                        n_players, check->config->trace.grid,
                        schema[schema_find("trace", "cells")].choices[check->config->trace.cells],
                        n_cells);
}

static void check_cells(const struct check *check)
{
    const struct pt_list *list = &check->config->trace.cell_list;
    if (check->config->trace.cells != PT_CELLS_LIST || !blame(check, cells_rule))
        return;
    long side = check->config->trace.grid;
    for (size_t i = 0; i < list->n; i++)
        if (list->items[i] >= side * side) {
            struct place place = item_place(check, cells_rule, i);
            diagnostics_add(check->diagnostics, &place,
                            "there is no cell %ld: grid = %ld has cells 0 to %ld", list->items[i],
                            side, side * side - 1);
            break;
        }
    size_t repeated = find_repeated(list);
    if (repeated == list->n)
        return;
    struct place place = item_place(check, cells_rule, repeated);
    diagnostics_add(check->diagnostics, &place, "cell %ld is in the list twice",
                    list->items[repeated]);
}

static void check_classes(const struct check *check)
{
    const struct pt_list *list = &check->config->data.classes;
    const struct place *whole = blame(check, classes_rule);
    if (!whole)
        return;
    if (list->n == 1)
        diagnostics_add(check->diagnostics, whole,
                        "one class leaves nothing to learn: give at least two, or none for all");
    size_t repeated = find_repeated(list);
    if (repeated == list->n)
        return;
    struct place place = item_place(check, classes_rule, repeated);
    diagnostics_add(check->diagnostics, &place, "class %ld is in the list twice",
                    list->items[repeated]);
}

static void check_layer(const struct check *check)
{
    const struct place *place = blame(check, layer_rule);
    if (place && strcmp(check->config->model.preset, "mlp") == 0 &&
        strcmp(check->config->trace.layer, "input") != 0)
        diagnostics_add(check->diagnostics, place,
                        "an mlp can only be traced at layer = input, not at '%s'",
                        check->config->trace.layer);
}

static void check_baseline(const struct check *check)
{
    const struct place *place = blame(check, baseline_rule);
    if (place && check->config->trace.baseline != PT_BASELINE_ZERO &&
        strcmp(check->config->model.preset, "mlp") != 0 &&
        strcmp(check->config->trace.layer, "input") != 0)
        diagnostics_add(check->diagnostics, place,
                        "at a feature map an absent player is 0: with layer = %s say "
                        "baseline = zero",
                        check->config->trace.layer);
}

void config_check(const struct pt_config *config, const struct key_state *states, const char *path,
                  struct diagnostics *diagnostics)
{
    struct check check = {config, states, {.file = path}, diagnostics};
    check_players(&check);
    check_cells(&check);
    check_classes(&check);
    check_layer(&check);
    check_baseline(&check);
}
