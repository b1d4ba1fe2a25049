/* The reference of all keys as Markdown tables. */
#include "base/text.h"
#include "config/sweep.h"

#include <string.h>

static void start_section(const char *name, int is_first, struct text *page)
{
    text_printf(page,
                "%s## [%s]\n\n"
                "| Key | Value | Default | Meaning |\n"
                "| --- | --- | --- | --- |\n",
                is_first ? "" : "\n", name);
}

static void print_row(const struct schema_key *key, struct text *page)
{
    char expected[SCHEMA_DESCRIPTION_BYTES];
    schema_describe(key, expected, sizeof expected);
    text_printf(page, "| `%s` | %s | %s | %s |\n", key->key, expected, schema_default(key),
                key->help);
}

/* What of the section's keys does not fit into a table. */
static void print_details(const char *section, struct text *page)
{
    for (size_t i = 0; i < schema_n_keys; i++)
        if (strcmp(schema[i].section, section) == 0 && schema_details(&schema[i]))
            text_printf(page, "\nThe value of `%s`:\n\n```text\n%s```\n", schema[i].key,
                        schema_details(&schema[i]));
}

int pt_config_manual(char **text, struct pt_error *error)
{
    struct text page = {0};
    for (size_t i = 0; i < schema_n_keys; i++) {
        const struct schema_key *key = &schema[i];
        if (i == 0 || strcmp(key->section, key[-1].section) != 0)
            start_section(key->section, i == 0, &page);
        print_row(key, &page);
        if (i + 1 == schema_n_keys || strcmp(key->section, key[1].section) != 0)
            print_details(key->section, &page);
    }
    start_section(SWEEP_SECTION, 0, &page);
    text_printf(&page, "| `%s` | %s | empty | %s |\n", SWEEP_ENTRY, sweep_expected, sweep_help);
    return text_take(&page, text, error);
}
