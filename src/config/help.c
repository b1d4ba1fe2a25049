/* What --help-config shows about the keys. */
#include "base/text.h"
#include "config/schema.h"
#include "base/suggest.h"
#include "config/sweep.h"

#include <stdio.h>
#include <string.h>

#define WIDTH 79

/* Whether `name` is the key, its section or "section.key". */
static int is_named(const struct schema_key *key, const char *name)
{
    size_t n = strlen(key->section);
    return strcmp(name, key->section) == 0 || strcmp(name, key->key) == 0 ||
           (strncmp(name, key->section, n) == 0 && name[n] == '.' &&
            strcmp(name + n + 1, key->key) == 0);
}

static void print_indented(const char *lines, struct text *text)
{
    for (size_t n; *lines; lines += n + 1) {
        n = strcspn(lines, "\n");
        if (n > 0)
            text_pad(text, 6);
        text_printf(text, "%.*s\n", (int)n, lines);
    }
}

/* "  players: a whole number from 2 to 16 (default 10)", below it the help. */
static void print_entry(const struct schema_key *key, struct text *text)
{
    char expected[SCHEMA_DESCRIPTION_BYTES], head[2 * SCHEMA_DESCRIPTION_BYTES];
    schema_describe(key, expected, sizeof expected);
    snprintf(head, sizeof head, "%s: %s (default %s)", key->key, expected, schema_default(key));
    text_wrap(text, "  ", "      ", WIDTH, head);
    text_wrap(text, "      ", "      ", WIDTH, key->help);
    if (schema_details(key)) {
        text_append(text, "\n", 1);
        print_indented(schema_details(key), text);
    }
}

/* The section whose keys are not in the table. */
static void print_sweep(int is_first, struct text *text)
{
    text_printf(text, "%s[%s]\n", is_first ? "" : "\n", SWEEP_SECTION);
    text_printf(text, "  %s: %s (default empty)\n", SWEEP_ENTRY, sweep_expected);
    text_wrap(text, "      ", "      ", WIDTH, sweep_help);
}

static int report_unknown(const char *name, struct pt_error *error)
{
    const char *dot = strchr(name, '.');
    struct suggestion suggestion = {.word = dot ? dot + 1 : name};
    for (size_t i = 0; i < schema_n_keys; i++) {
        suggestion_offer(&suggestion, schema[i].key);
        suggestion_offer(&suggestion, schema[i].section);
    }
    suggestion_offer(&suggestion, SWEEP_SECTION);
    if (suggestion.best)
        return pt_error_set(error, PT_E_CONFIG,
                            "there is no configuration key '%s'; did you mean '%s'?", name,
                            suggestion.best);
    return pt_error_set(error, PT_E_CONFIG, "there is no configuration key '%s'", name);
}

int pt_config_help(const char *name, char **text, struct pt_error *error)
{
    struct text page = {0};
    const char *section = "";
    for (size_t i = 0; i < schema_n_keys; i++) {
        const struct schema_key *key = &schema[i];
        if (name && !is_named(key, name))
            continue;
        if (strcmp(section, key->section) != 0)
            text_printf(&page, "%s[%s]\n", section[0] ? "\n" : "", key->section);
        section = key->section;
        print_entry(key, &page);
    }
    if (!name || strcmp(name, SWEEP_SECTION) == 0)
        print_sweep(!section[0], &page);
    else if (!section[0])
        return report_unknown(name, error);
    return text_take(&page, text, error);
}
