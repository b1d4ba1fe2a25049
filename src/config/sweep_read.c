/* Reading of [sweep], with the problems it may have. */
#include "config/sweep.h"
#include "config/unknown.h"

#include <stdio.h>
#include <string.h>

/* The place of a part of a text that begins at `place`. */
static struct place part_of(const struct place *place, size_t offset, size_t n_bytes)
{
    struct place part = *place;
    part.column += offset;
    part.n_marked = n_bytes;
    return part;
}

/* The name is no key: says whether it is its section or the rest that is wrong. */
static void report_unknown_name(const struct swept_entry *entry, struct diagnostics *diagnostics)
{
    const char *name = entry->name, *dot = strchr(name, '.');
    size_t elsewhere = schema_find(NULL, name);
    if (!dot && elsewhere != SCHEMA_NONE) {
        diagnostics_add(diagnostics, &entry->name_place,
                        "a swept key is named with its section: '%s.%s'", schema[elsewhere].section,
                        name);
        return;
    }
    if (!dot) {
        diagnostics_add(diagnostics, &entry->name_place,
                        "'%s' names no key: expected section.key, as in data.label_noise", name);
        return;
    }
    char section[PT_TEXT_BYTES];
    size_t n = (size_t)(dot - name);
    snprintf(section, sizeof section, "%.*s", (int)n, name);
    struct place section_place = part_of(&entry->name_place, 0, n);
    struct place key_place = part_of(&entry->name_place, n + 1, strlen(dot + 1));
    if (!schema_has_section(section))
        report_unknown_section(diagnostics, section, &section_place);
    else
        report_unknown_key(diagnostics, section, dot + 1, &key_place);
}

/* Whether the key can be swept; says why not. */
static int check_name(const struct swept_entry *entry, size_t key, struct diagnostics *diagnostics)
{
    const char *why;
    if (key == SCHEMA_NONE) {
        report_unknown_name(entry, diagnostics);
        return 0;
    }
    if (sweep_allows(&schema[key], &why))
        return 1;
    diagnostics_add(diagnostics, &entry->name_place, "%s cannot be swept: %s", entry->name, why);
    return 0;
}

static void remove_at(struct pt_sweep *sweep, struct key_state *states, size_t at)
{
    for (size_t i = at; i + 1 < sweep->n; i++) {
        sweep->keys[i] = sweep->keys[i + 1];
        states[i] = states[i + 1];
    }
    sweep->n--;
    memset(&sweep->keys[sweep->n], 0, sizeof sweep->keys[sweep->n]);
    memset(&states[sweep->n], 0, sizeof states[sweep->n]);
}

/* The texts fit: that of the key is one of the schema's, that of the values has been checked. */
static void store(const struct swept_entry *entry, struct pt_swept *swept)
{
    memset(swept, 0, sizeof *swept);
    memcpy(swept->key, entry->name, strlen(entry->name));
    memcpy(swept->values, entry->values, strlen(entry->values));
}

/* Where the key stands in the sweep, or would stand as a new one. */
static size_t find_swept(const struct pt_sweep *sweep, const char *name)
{
    size_t at = 0;
    while (at < sweep->n && strcmp(sweep->keys[at].key, name) != 0)
        at++;
    return at;
}

/* Stores the values of the key, or nothing where they are wrong. */
static void read_values(const struct swept_entry *entry, struct pt_swept *swept,
                        struct key_state *state, struct diagnostics *diagnostics)
{
    struct value_problem problem;
    struct swept_entry stored = *entry;
    *state = (struct key_state){KEY_GIVEN, entry->written};
    if (!sweep_check_values(&schema[sweep_find(entry->name)], entry->values, &problem)) {
        struct place wrong = written_part(&entry->written, problem.offset, problem.n_bytes);
        diagnostics_add(diagnostics, &wrong, "%s", problem.message);
        state->origin = KEY_WRONG;
        stored.values = "";
    }
    store(&stored, swept);
}

void sweep_read(const struct swept_entry *entry, struct pt_sweep *sweep,
                struct key_state states[PT_MAX_SWEPT], struct diagnostics *diagnostics)
{
    if (!check_name(entry, sweep_find(entry->name), diagnostics))
        return;
    size_t at = find_swept(sweep, entry->name);
    int is_new = at == sweep->n;
    if (!is_new && entry->name_place.file && states[at].value.place.file) {
        diagnostics_add(diagnostics, &entry->name_place,
                        "duplicate key '%s' in [" SWEEP_SECTION "]: it is set in line %ld already",
                        entry->name, states[at].value.place.line);
    } else if (!entry->values[0]) {
        if (!is_new)
            remove_at(sweep, states, at);
    } else if (at == PT_MAX_SWEPT) {
        diagnostics_add(diagnostics, &entry->name_place, "at most %d keys can be swept",
                        PT_MAX_SWEPT);
    } else {
        sweep->n += (size_t)is_new;
        read_values(entry, &sweep->keys[at], &states[at], diagnostics);
    }
}

/* The rules without those about a key whose list of values is wrong. */
static void check_without_wrong(const struct pt_config *config, struct key_state *states,
                                const struct key_state *swept, const char *path,
                                struct diagnostics *diagnostics)
{
    for (size_t i = 0; i < config->sweep.n; i++)
        if (swept[i].origin == KEY_WRONG)
            states[sweep_find(config->sweep.keys[i].key)].origin = KEY_WRONG;
    config_check(config, states, path, diagnostics);
}

/* One of the values, which is in one line. */
static struct written written_item(const struct written *values, struct value_item item)
{
    return (struct written){.text = values->text + item.start,
                            .n_bytes = item.n_bytes,
                            .place = written_part(values, item.start, item.n_bytes)};
}

static void check_setting(const struct pt_config *config, size_t index, struct key_state *states,
                          const struct key_state *swept, const char *path,
                          struct diagnostics *diagnostics)
{
    struct pt_config setting;
    struct sweep_choice choices[PT_MAX_SWEPT];
    struct value_problem ignored;
    sweep_apply(config, index, &setting, choices, &ignored);
    for (size_t i = 0; i < config->sweep.n; i++)
        states[choices[i].key] =
            (struct key_state){KEY_GIVEN, written_item(&swept[i].value, choices[i].item)};
    config_check(&setting, states, path, diagnostics);
}

void sweep_check(const struct pt_config *config, const struct key_state *states,
                 const struct key_state swept[PT_MAX_SWEPT], const char *path,
                 struct diagnostics *diagnostics)
{
    struct key_state changed[SCHEMA_MAX_KEYS];
    size_t n_keys = config->sweep.n, n_settings = pt_config_n_settings(config);
    size_t n_before = diagnostics->n_items;
    int any_wrong = 0;
    memcpy(changed, states, sizeof changed);
    for (size_t i = 0; i < n_keys; i++)
        any_wrong |= swept[i].origin == KEY_WRONG;
    if (any_wrong) {
        check_without_wrong(config, changed, swept, path, diagnostics);
        return;
    }
    if (n_settings > PT_MAX_SETTINGS)
        diagnostics_add(diagnostics, &swept[n_keys - 1].value.place,
                        "the sweep has %zu settings, at most %d are possible", n_settings,
                        PT_MAX_SETTINGS);
    for (size_t s = 0; s < n_settings && diagnostics->n_items == n_before; s++)
        check_setting(config, s, changed, swept, path, diagnostics);
}
