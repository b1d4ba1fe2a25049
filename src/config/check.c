/* What must hold between the values of several keys. */
#include "config/check.h"

#include "config/list_item.h"

#include <stdio.h>
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
static const struct key_name input_players_rule[] = {
    {"trace", "players"}, {"trace", "cells"}, {"data", "inputs"}, {"data", "set"}, {NULL, NULL}};
static const struct key_name input_cells_rule[] = {
    {"trace", "cells"}, {"data", "inputs"}, {"data", "set"}, {NULL, NULL}};
static const struct key_name relevant_rule[] = {
    {"data", "relevant"}, {"data", "inputs"}, {"data", "set"}, {NULL, NULL}};
static const struct key_name terms_rule[] = {
    {"data", "terms"}, {"data", "relevant"}, {"data", "set"}, {NULL, NULL}};
static const struct key_name train_rule[] = {{"data", "train_samples"}, {NULL, NULL}};
static const struct key_name test_rule[] = {{"data", "test_samples"}, {NULL, NULL}};
static const struct key_name path_rule[] = {{"data", "path"}, {NULL, NULL}};
static const struct key_name layers_rule[] = {
    {"model", "layers"}, {"model", "preset"}, {NULL, NULL}};
static const struct key_name table_rule[] = {{"data", "path"}, {"data", "set"}, {NULL, NULL}};
static const struct key_name label_rule[] = {{"data", "label"}, {"data", "set"}, {NULL, NULL}};
static const struct key_name channels_rule[] = {{"data", "channels"}, {NULL, NULL}};
static const struct key_name preset_rule[] = {{"model", "preset"}, {"data", "set"}, {NULL, NULL}};
static const struct key_name absent_rule[] = {{"trace", "baseline"}, {"data", "set"}, {NULL, NULL}};
static const struct key_name classes_rule[] = {{"data", "classes"}, {NULL, NULL}};
static const struct key_name baseline_rule[] = {
    {"trace", "baseline"}, {"trace", "layer"}, {NULL, NULL}};
static const struct key_name layer_rule[] = {{"trace", "layer"}, {"model", "preset"}, {NULL, NULL}};
static const struct key_name nesterov_rule[] = {
    {"train", "nesterov"}, {"train", "momentum"}, {"train", "optimizer"}, {NULL, NULL}};
static const struct key_name steps_rule[] = {
    {"train", "step_epochs"}, {"train", "schedule"}, {NULL, NULL}};
static const struct key_name step_end_rule[] = {
    {"train", "step_epochs"}, {"train", "epochs"}, {"train", "schedule"}, {NULL, NULL}};
static const struct key_name final_rate_rule[] = {
    {"train", "final_rate"}, {"train", "learning_rate"}, {"train", "schedule"}, {NULL, NULL}};
static const struct key_name warmup_rule[] = {
    {"train", "warmup_epochs"}, {"train", "epochs"}, {NULL, NULL}};
static const struct key_name shift_rule[] = {{"train", "shift"}, {"data", "set"}, {NULL, NULL}};
static const struct key_name flip_rule[] = {{"train", "flip"}, {"data", "set"}, {NULL, NULL}};

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
        int is_later = !state->value.place.file && place->file;
        if (state->origin == KEY_GIVEN && (is_first || is_later))
            place = &state->value.place;
    }
    return place;
}

/* The place of one item of a list value. */
static struct place item_place(const struct check *check, const struct key_name *list, size_t item)
{
    const struct written *value = &check->states[schema_find(list->section, list->key)].value;
    struct list_item found = list_item_at(value->text, value->n_bytes, 0);
    for (size_t i = 0; i < item; i++)
        found = list_item_at(value->text, value->n_bytes, found.stop + 1);
    return written_part(value, found.start, found.end - found.start);
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

static int has_set(const struct check *check, const char *name)
{
    return strcmp(check->config->data.set, name) == 0;
}

/* Its cells are columns, which only the file knows. */
static int has_table(const struct check *check)
{
    return has_set(check, "csv") || has_set(check, "census");
}

static int has_boolean_inputs(const struct check *check)
{
    return has_set(check, "boolean");
}

/* Cells to draw players from: of boolean inputs each is one. */
static long count_cells(const struct check *check)
{
    const struct pt_config *config = check->config;
    long side = config->trace.grid;
    if (has_boolean_inputs(check) && config->trace.cells != PT_CELLS_LIST)
        return config->data.inputs;
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
    int is_boolean = has_boolean_inputs(check);
    const struct place *place = blame(check, is_boolean ? input_players_rule : players_rule);
    long n_cells = count_cells(check), n_players = check->config->trace.players;
    int is_open = has_table(check) && check->config->trace.cells != PT_CELLS_LIST;
    if (!place || is_open || n_players <= n_cells)
        return;
    if (check->config->trace.cells == PT_CELLS_LIST)
        diagnostics_add(check->diagnostics, place,
                        "%ld players need as many cells: the list has %ld", n_players, n_cells);
    else if (is_boolean)
        diagnostics_add(check->diagnostics, place, "%ld players need as many inputs: inputs = %ld",
                        n_players, n_cells);
    else
        diagnostics_add(check->diagnostics, place,
                        "%ld players need as many cells: grid = %ld with cells = %s has %ld",
                        n_players, check->config->trace.grid,
                        schema[schema_find("trace", "cells")].choices[check->config->trace.cells],
                        n_cells);
}

/* Every cell of the list exists. */
static void check_cell_range(const struct check *check)
{
    const struct pt_list *list = &check->config->trace.cell_list;
    int is_boolean = has_boolean_inputs(check);
    long size = is_boolean ? check->config->data.inputs : check->config->trace.grid;
    long n_existing = is_boolean ? size : size * size;
    size_t i = 0;
    while (i < list->n && list->items[i] < n_existing)
        i++;
    if (i == list->n)
        return;
    struct place place = item_place(check, cells_rule, i);
    diagnostics_add(check->diagnostics, &place,
                    is_boolean ? "there is no input %ld: with inputs = %ld they are 0 to %ld"
                               : "there is no cell %ld: grid = %ld has cells 0 to %ld",
                    list->items[i], size, n_existing - 1);
}

static void check_cells(const struct check *check)
{
    const struct pt_list *list = &check->config->trace.cell_list;
    if (check->config->trace.cells != PT_CELLS_LIST ||
        !blame(check, has_boolean_inputs(check) ? input_cells_rule : cells_rule))
        return;
    if (!has_table(check))
        check_cell_range(check);
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

static int has_preset(const struct check *check, const char *name)
{
    return strcmp(check->config->model.preset, name) == 0;
}

static int is_mlp(const struct check *check)
{
    return has_preset(check, "mlp") || has_preset(check, "mlp5");
}

static int is_chosen(const struct check *check, const char *section, const char *key)
{
    return check->states[schema_find(section, key)].origin != KEY_DEFAULT;
}

/* A list beside another preset is not used, but it is forgotten only where none was chosen. */
static void check_layers(const struct check *check)
{
    const struct place *place = blame(check, layers_rule);
    int has_list = check->config->model.layers.n > 0;
    if (!place)
        return;
    if (has_preset(check, "layers") && !has_list)
        diagnostics_add(check->diagnostics, place,
                        "preset = layers needs a list of them: layers is empty");
    else if (has_list && !is_chosen(check, "model", "preset"))
        diagnostics_add(check->diagnostics, place,
                        "a list of layers is used with preset = layers only: name the preset");
}

static void check_layer(const struct check *check)
{
    const struct place *place = blame(check, layer_rule);
    if (place && is_mlp(check) && strcmp(check->config->trace.layer, "input") != 0)
        diagnostics_add(check->diagnostics, place,
                        "an mlp can only be traced at layer = input, not at '%s'",
                        check->config->trace.layer);
}

static void check_baseline(const struct check *check)
{
    const struct place *place = blame(check, baseline_rule);
    if (place && check->config->trace.baseline != PT_BASELINE_ZERO && !is_mlp(check) &&
        strcmp(check->config->trace.layer, "input") != 0)
        diagnostics_add(check->diagnostics, place,
                        "at a feature map an absent player is 0: with layer = %s say "
                        "baseline = zero",
                        check->config->trace.layer);
}

static void check_terms(const struct check *check)
{
    const struct pt_term_list *terms = &check->config->data.terms;
    const struct place *place = blame(check, terms_rule);
    long n_relevant = check->config->data.relevant;
    size_t i = 0;
    while (i < terms->n && terms->items[i].order <= n_relevant)
        i++;
    if (!place || i == terms->n)
        return;
    struct place item;
    if (check->states[schema_find("data", "terms")].origin == KEY_GIVEN) {
        item = item_place(check, terms_rule, i);
        place = &item;
    }
    diagnostics_add(check->diagnostics, place,
                    "a term of %d inputs needs as many relevant ones: relevant = %ld",
                    terms->items[i].order, n_relevant);
}

struct rule {
    int is_broken;
    const struct key_name *keys;
    const char *message;
};

static void check_rules(const struct check *check, const struct rule *rules, size_t n_rules)
{
    for (size_t i = 0; i < n_rules; i++) {
        const struct place *place = blame(check, rules[i].keys);
        if (place && rules[i].is_broken)
            diagnostics_add(check->diagnostics, place, "%s", rules[i].message);
    }
}

static int is_ascending(const struct pt_list *list)
{
    for (size_t i = 1; i < list->n; i++)
        if (list->items[i] <= list->items[i - 1])
            return 0;
    return 1;
}

static void check_training(const struct check *check)
{
    const struct pt_config *config = check->config;
    const struct pt_list *steps = &config->train.step_epochs;
    int in_steps = config->train.schedule == PT_RATE_STEP;
    const struct rule rules[] = {
        {config->train.nesterov && config->train.optimizer != PT_OPTIMIZER_SGD, nesterov_rule,
         "nesterov is a kind of momentum: it needs optimizer = sgd"},
        {config->train.nesterov && config->train.momentum == 0, nesterov_rule,
         "nesterov is a kind of momentum: it needs a momentum above 0"},
        {in_steps && steps->n == 0, steps_rule,
         "schedule = step needs the epochs after which the rate falls: step_epochs = 30, 60"},
        {in_steps && !is_ascending(steps), steps_rule, "step_epochs have to ascend"},
        {in_steps && is_ascending(steps) && steps->n > 0 &&
             steps->items[steps->n - 1] >= config->train.epochs,
         step_end_rule,
         "the last step comes after the training: step_epochs have to be below epochs"},
        {steps->n > 0 && !is_chosen(check, "train", "schedule"), steps_rule,
         "step_epochs are used with schedule = step only: name the schedule"},
        {config->train.schedule == PT_RATE_COSINE &&
             config->train.final_rate > config->train.learning_rate,
         final_rate_rule, "final_rate is above learning_rate"},
        {config->train.warmup_epochs >= (double)config->train.epochs, warmup_rule,
         "the warm-up has to end before the training does: warmup_epochs below epochs"},
    };
    check_rules(check, rules, sizeof rules / sizeof *rules);
}

/* Samples of a generated set and of a table are vectors. */
static void check_preset(const struct check *check)
{
    const struct pt_config *config = check->config;
    int has_vectors =
        has_set(check, "boolean") || has_set(check, "csv") || has_set(check, "census");
    const struct place *place = blame(check, preset_rule);
    if (place && has_vectors && !is_mlp(check) && !has_preset(check, "layers"))
        diagnostics_add(check->diagnostics, place,
                        "%s needs images: with set = %s say preset = mlp", config->model.preset,
                        config->data.set);
}

/* What a generated set cannot do. */
static void check_boolean(const struct check *check)
{
    const struct pt_config *config = check->config;
    const struct rule rules[] = {
        {config->data.path[0] != '\0', path_rule, "the set boolean is generated: it has no path"},
        {config->data.train_samples == 0, train_rule,
         "0 is all of a file: the set boolean is generated and needs a number"},
        {config->data.test_samples == 0, test_rule,
         "0 is all of a file: the set boolean is generated and needs a number"},
        {config->data.classes.n > 0, classes_rule,
         "the set boolean has two classes: there are none to choose"},
        {config->data.relevant > config->data.inputs, relevant_rule,
         "there are more relevant inputs than inputs"},
        {config->trace.baseline != PT_BASELINE_BLACK, absent_rule,
         "an absent input of the set boolean is 0: say baseline = black"},
        {config->train.shift > 0, shift_rule, "the set boolean has no images to shift"},
        {config->train.flip == PT_YES, flip_rule, "the set boolean has no images to flip"},
    };
    check_rules(check, rules, sizeof rules / sizeof *rules);
    check_terms(check);
}

/* What sets without a usual place or form need. */
static void check_files(const struct check *check)
{
    const struct pt_config *config = check->config;
    const struct rule rules[] = {
        {!config->data.path[0] && (has_set(check, "csv") || has_set(check, "images")), table_rule,
         "this set has no place of its own: give data.path"},
        {!config->data.label[0] && has_set(check, "csv"), label_rule,
         "which column holds the classes? Give data.label"},
        {config->data.channels == 2, channels_rule,
         "images have 1 channel or 3, or 0 for what the files have"},
    };
    check_rules(check, rules, sizeof rules / sizeof *rules);
}

void config_check(const struct pt_config *config, const struct key_state *states, const char *path,
                  struct diagnostics *diagnostics)
{
    struct check check = {config, states, {.file = path}, diagnostics};
    /* What a cell is depends on the set. */
    if (states[schema_find("data", "set")].origin != KEY_WRONG) {
        check_players(&check);
        check_cells(&check);
        check_files(&check);
        check_preset(&check);
    }
    check_classes(&check);
    check_layers(&check);
    check_layer(&check);
    check_baseline(&check);
    check_training(&check);
    if (has_boolean_inputs(&check))
        check_boolean(&check);
}
