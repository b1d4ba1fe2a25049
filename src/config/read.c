/* Reading a configuration: defaults, the file's entries, the --set arguments. */
#include "base/mem.h"
#include "base/text.h"
#include "config/check.h"
#include "config/diagnostics.h"
#include "config/schema.h"
#include "config/sweep.h"
#include "config/unknown.h"
#include "config/value.h"
#include "fmt/ini.h"

#include <string.h>

#define LIST_SET_BYTES 8192 /* longest --set of a list; any other is one line of a file */

_Static_assert(INI_MAX_PROBLEMS > DIAGNOSTICS_MAX, "else a full list would pass for a whole one");

struct reading {
    const char *path;
    struct ini ini;
    struct pt_config *config;
    struct key_state states[SCHEMA_MAX_KEYS];
    struct key_state swept[PT_MAX_SWEPT];
    struct diagnostics diagnostics;
};

void pt_config_default(struct pt_config *config)
{
    struct value_problem problem;
    memset(config, 0, sizeof *config);
    for (size_t i = 0; i < schema_n_keys; i++)
        value_parse(&schema[i], schema[i].default_text, config, &problem);
}

static struct place place_in_file(const struct reading *reading, long line, size_t column,
                                  size_t n_marked)
{
    const struct ini_line *source = &reading->ini.lines[line - 1];
    return (struct place){reading->path, line, column, n_marked, source->text, source->n_bytes};
}

/* Stores the value of key `index`. */
static void set_value(struct reading *reading, size_t index, const char *value,
                      const struct written *written)
{
    struct value_problem problem;
    struct key_state *state = &reading->states[index];
    state->value = *written;
    if (value_parse(&schema[index], value, reading->config, &problem)) {
        state->origin = KEY_GIVEN;
        return;
    }
    state->origin = KEY_WRONG;
    struct place wrong = written_part(written, problem.offset, problem.n_bytes);
    diagnostics_add(&reading->diagnostics, &wrong, "%s", problem.message);
}

static void read_swept(struct reading *reading, const char *name, const char *values,
                       const struct place *name_place, const struct written *written)
{
    struct swept_entry entry = {name, values, *name_place, *written};
    sweep_read(&entry, &reading->config->sweep, reading->swept, &reading->diagnostics);
}

static struct written written_in_file(const struct reading *reading, const struct ini_entry *entry)
{
    const struct ini_part *first = &reading->ini.parts[entry->first_part];
    return (struct written){entry->value, strlen(entry->value),
                            place_in_file(reading, first->line, first->column, first->n_bytes),
                            &reading->ini, entry};
}

static void read_entry(struct reading *reading, const struct ini_entry *entry)
{
    const char *section = reading->ini.sections[entry->section].name;
    struct place key_place =
        place_in_file(reading, entry->line, entry->key_column, strlen(entry->key));
    struct written written = written_in_file(reading, entry);
    if (strcmp(section, SWEEP_SECTION) == 0) {
        read_swept(reading, entry->key, entry->value, &key_place, &written);
        return;
    }
    if (!schema_has_section(section))
        return;
    size_t index = schema_find(section, entry->key);
    if (index == SCHEMA_NONE) {
        report_unknown_key(&reading->diagnostics, section, entry->key, &key_place);
        return;
    }
    const struct key_state *state = &reading->states[index];
    if (state->origin != KEY_DEFAULT) {
        diagnostics_add(&reading->diagnostics, &key_place,
                        "duplicate key '%s' in [%s]: it is set in line %ld already", entry->key,
                        section, state->value.place.line);
        return;
    }
    set_value(reading, index, entry->value, &written);
}

/* A key whose value cannot be read was given all the same. */
static void note_faulty(struct reading *reading, const struct ini_entry *entry)
{
    size_t index = schema_find(reading->ini.sections[entry->section].name, entry->key);
    if (index != SCHEMA_NONE && reading->states[index].origin == KEY_DEFAULT)
        reading->states[index].origin = KEY_WRONG;
}

static void read_ini(struct reading *reading)
{
    const struct ini *ini = &reading->ini;
    for (size_t i = 0; i < ini->n_problems; i++) {
        const struct ini_problem *problem = &ini->problems[i];
        struct place place =
            place_in_file(reading, problem->line, problem->column, problem->n_bytes);
        diagnostics_add(&reading->diagnostics, &place, "%s", problem->message);
    }
    for (size_t i = 0; i < ini->n_sections && !reading->diagnostics.overflow; i++) {
        const struct ini_section *section = &ini->sections[i];
        struct place place =
            place_in_file(reading, section->line, section->column, strlen(section->name));
        if (!schema_has_section(section->name) && strcmp(section->name, SWEEP_SECTION) != 0)
            report_unknown_section(&reading->diagnostics, section->name, &place);
    }
    for (size_t i = 0; i < ini->n_entries && !reading->diagnostics.overflow; i++)
        read_entry(reading, &ini->entries[i]);
    for (size_t i = 0; i < ini->n_faulty; i++)
        note_faulty(reading, &ini->faulty[i]);
}

struct span {
    size_t start, end;
};

static struct span trim(const char *text, size_t start, size_t end)
{
    while (start < end && (text[start] == ' ' || text[start] == '\t'))
        start++;
    while (end > start && (text[end - 1] == ' ' || text[end - 1] == '\t'))
        end--;
    return (struct span){start, end};
}

/* The span as a string, for which the byte behind it is lost. */
static const char *cut(char *text, struct span span)
{
    text[span.end] = '\0';
    return text + span.start;
}

static struct place place_in_set(const char *set, size_t number, struct span span)
{
    return (struct place){NULL, (long)number, span.start + 1, span.end - span.start,
                          set,  strlen(set)};
}

static void refuse_long_set(struct reading *reading, struct place place, size_t limit)
{
    place.column = limit + 1;
    diagnostics_add(&reading->diagnostics, &place, "longer than the limit of %zu bytes", limit);
}

/* "section.key=value", the `number`th of the command line. */
static void read_set(struct reading *reading, const char *set, size_t number)
{
    size_t n = strlen(set), equals = strcspn(set, "="), dot = strcspn(set, ".");
    struct place whole = place_in_set(set, number, (struct span){0, n});
    if (equals == n || dot > equals) {
        diagnostics_add(&reading->diagnostics, &whole, "expected section.key=value");
        return;
    }
    struct span section_span = trim(set, 0, dot), key_span = trim(set, dot + 1, equals),
                value_span = trim(set, equals + 1, n);
    char copy[LIST_SET_BYTES + 1];
    if (n > LIST_SET_BYTES) {
        refuse_long_set(reading, whole, LIST_SET_BYTES);
        return;
    }
    memcpy(copy, set, n + 1);
    const char *section = cut(copy, section_span), *key = cut(copy, key_span),
               *value = cut(copy, value_span);
    struct place section_place = place_in_set(set, number, section_span),
                 key_place = place_in_set(set, number, key_span);
    struct written written = {.text = set + value_span.start,
                              .n_bytes = value_span.end - value_span.start,
                              .place = place_in_set(set, number, value_span)};
    size_t index = schema_find(section, key);
    if (n > INI_LINE_BYTES && (index == SCHEMA_NONE || !schema_is_list(&schema[index])))
        refuse_long_set(reading, whole, INI_LINE_BYTES);
    else if (strcmp(section, SWEEP_SECTION) == 0)
        read_swept(reading, key, value, &key_place, &written);
    else if (!schema_has_section(section))
        report_unknown_section(&reading->diagnostics, section, &section_place);
    else if (index == SCHEMA_NONE)
        report_unknown_key(&reading->diagnostics, section, key, &key_place);
    else
        set_value(reading, index, value, &written);
}

/* "configs/mnist.ini" names the run "mnist"; a name that cannot be one leaves the default. */
static void name_after_file(const char *path, struct pt_config *config)
{
    const char *slash = strrchr(path, '/');
    const char *start = slash ? slash + 1 : path;
    size_t n = strlen(start);
    if (n > 4 && strcmp(start + n - 4, ".ini") == 0)
        n -= 4;
    char stem[PT_TEXT_BYTES];
    struct value_problem ignored;
    if (n >= sizeof stem)
        return;
    memcpy(stem, start, n);
    stem[n] = '\0';
    value_parse(&schema[schema_find("run", "name")], stem, config, &ignored);
}

/* Turns the collected problems, if any, into the caller's report and error record. */
static int report_problems(struct reading *reading, char **report, struct pt_error *error)
{
    if (reading->diagnostics.n_items == 0)
        return PT_OK;
    struct text text = {0};
    diagnostics_print(&reading->diagnostics, &text);
    char *rendered;
    int status = text_take(&text, &rendered, error);
    if (status)
        return status;
    size_t n = strlen(rendered);
    pt_error_set(error, PT_E_CONFIG, "%.*s", (int)(n - 1), rendered);
    if (report)
        *report = rendered;
    else
        mem_free(rendered);
    return PT_E_CONFIG;
}

int pt_config_read(const char *path, const char *const *sets, size_t n_sets,
                   struct pt_config *config, char **report, struct pt_error *error)
{
    if (report)
        *report = NULL;
    struct reading *reading = mem_alloc(1, sizeof *reading, error);
    if (!reading)
        return PT_E_MEMORY;
    reading->path = path;
    reading->config = config;
    pt_config_default(config);
    int status = path ? ini_read(path, &reading->ini, error) : PT_OK;
    if (!status) {
        read_ini(reading);
        for (size_t i = 0; i < n_sets; i++)
            read_set(reading, sets[i], i + 1);
        sweep_check(config, reading->states, reading->swept, path, &reading->diagnostics);
        if (path && reading->states[schema_find("run", "name")].origin == KEY_DEFAULT)
            name_after_file(path, config);
        status = report_problems(reading, report, error);
    }
    ini_release(&reading->ini);
    mem_free(reading);
    return status;
}
