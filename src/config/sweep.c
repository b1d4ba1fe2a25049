/* Sweeps: from the lists of values to the settings. */
#include "config/sweep.h"

#include "fmt/ini.h"

#include <string.h>

const char sweep_expected[] = "a list of the key's values";
const char sweep_help[] =
    "The whole job once for each value of that key, as in data.label_noise = 0, 0.05, 0.1; with "
    "two keys once for each pair of values. Each setting has a directory in RUN. Keys of [run] "
    "and lists cannot be swept.";

int sweep_allows(const struct schema_key *key, const char **why)
{
    if (strcmp(key->section, "run") == 0)
        *why = strcmp(key->key, "seed") == 0 ? "several seeds are given by run.seeds"
                                             : "a sweep is about what a run computes";
    else
        *why = schema_is_list(key) ? "its value is a list" : NULL;
    return *why == NULL;
}

size_t sweep_find(const char *name)
{
    const char *dot = strchr(name, '.');
    char section[PT_TEXT_BYTES];
    if (!dot || (size_t)(dot - name) >= sizeof section)
        return SCHEMA_NONE;
    memcpy(section, name, (size_t)(dot - name));
    section[dot - name] = '\0';
    return schema_find(section, dot + 1);
}

static void copy_item(const char *values, struct value_item item, char copy[PT_TEXT_BYTES])
{
    size_t n = item.n_bytes < PT_TEXT_BYTES ? item.n_bytes : PT_TEXT_BYTES - 1;
    memcpy(copy, values + item.start, n);
    copy[n] = '\0';
}

static int parse_item(const struct schema_key *key, const char *values, struct value_item item,
                      struct pt_config *config, struct value_problem *problem)
{
    char copy[PT_TEXT_BYTES];
    if (item.n_bytes == 0)
        return value_problem_set(problem, item.start, 0, "a value is missing in the list");
    copy_item(values, item, copy);
    if (value_parse(key, copy, config, problem))
        return 1;
    problem->offset += item.start;
    return 0;
}

/* The same number may be written in two ways, so fields are compared. */
static int is_repeated(const struct schema_key *key, const char *values, struct value_item item,
                       const struct pt_config *config)
{
    struct pt_config earlier;
    struct value_problem ignored;
    struct value_item other = {.next = 0};
    for (;;) {
        other = value_item_at(values, other.next);
        if (other.start == item.start)
            return 0;
        if (parse_item(key, values, other, &earlier, &ignored) &&
            memcmp((const char *)&earlier + key->offset, (const char *)config + key->offset,
                   key->field_bytes) == 0)
            return 1;
    }
}

int sweep_check_values(const struct schema_key *key, const char *values,
                       struct value_problem *problem)
{
    struct pt_config config;
    struct value_item item = {.next = 0};
    if (strlen(values) >= PT_TEXT_BYTES)
        return value_problem_set(problem, PT_TEXT_BYTES - 1, 0, "longer than %d bytes",
                                 PT_TEXT_BYTES - 1);
    do {
        item = value_item_at(values, item.next);
        if (!parse_item(key, values, item, &config, problem))
            return 0;
        if (is_repeated(key, values, item, &config))
            return value_problem_set(problem, item.start, item.n_bytes,
                                     "'%.*s' is in the list twice", (int)item.n_bytes,
                                     values + item.start);
    } while (item.next);
    return 1;
}

size_t sweep_n_values(const struct pt_swept *swept)
{
    size_t n = 0;
    struct value_item item = {.next = 0};
    do {
        item = value_item_at(swept->values, item.next);
        n++;
    } while (item.next);
    return n;
}

size_t pt_config_n_settings(const struct pt_config *config)
{
    size_t n = 1;
    for (size_t i = 0; i < config->sweep.n; i++)
        n *= sweep_n_values(&config->sweep.keys[i]);
    return n;
}

int sweep_apply(const struct pt_config *config, size_t index, struct pt_config *setting,
                struct sweep_choice choices[PT_MAX_SWEPT], struct value_problem *problem)
{
    *setting = *config;
    memset(&setting->sweep, 0, sizeof setting->sweep);
    for (size_t i = config->sweep.n; i-- > 0;) {
        const struct pt_swept *swept = &config->sweep.keys[i];
        size_t n_values = sweep_n_values(swept), wanted = index % n_values;
        struct value_item item = value_item_at(swept->values, 0);
        for (size_t k = 0; k < wanted; k++)
            item = value_item_at(swept->values, item.next);
        index /= n_values;
        choices[i] = (struct sweep_choice){sweep_find(swept->key), item};
        if (choices[i].key == SCHEMA_NONE)
            return value_problem_set(problem, 0, 0, "there is no such key");
        if (!parse_item(&schema[choices[i].key], swept->values, item, setting, problem))
            return 0;
    }
    return 1;
}

int pt_config_setting(const struct pt_config *config, size_t index, struct pt_config *setting,
                      struct pt_error *error)
{
    struct sweep_choice choices[PT_MAX_SWEPT];
    struct value_problem problem;
    if (sweep_apply(config, index, setting, choices, &problem))
        return PT_OK;
    return pt_error_set(error, PT_E_CONFIG, "setting %zu of the sweep: %s", index + 1,
                        problem.message);
}
