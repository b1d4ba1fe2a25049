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

int pt_config_manual(char **text, struct pt_error *error)
{
    struct text page = {0};
    const char *section = "";
    for (size_t i = 0; i < schema_n_keys; i++) {
        const struct schema_key *key = &schema[i];
        if (strcmp(section, key->section) != 0)
            start_section(key->section, i == 0, &page);
        section = key->section;
        char expected[SCHEMA_DESCRIPTION_BYTES];
        schema_describe(key, expected, sizeof expected);
        text_printf(&page, "| `%s` | %s | %s | %s |\n", key->key, expected, schema_default(key),
                    key->help);
    }
    start_section(SWEEP_SECTION, 0, &page);
    text_printf(&page, "| `%s` | %s | empty | %s |\n", SWEEP_ENTRY, sweep_expected, sweep_help);
    return text_take(&page, text, error);
}
