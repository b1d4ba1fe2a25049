/* The configuration as an INI file that reads back to the same bytes. */
#include "base/mem.h"
#include "base/text.h"
#include "config/schema.h"
#include "config/value.h"
#include "fmt/ini.h"

#include <stdio.h>
#include <string.h>

#define COMMENT_WIDTH 80

/* The value's text, unless value_parse() would not take it. */
static int printed_value(const struct schema_key *key, const struct pt_config *config,
                         const char *separator, char **value, struct pt_error *error)
{
    struct text text = {0};
    value_print(key, config, separator, &text);
    int status = text_take(&text, value, error);
    if (status)
        return status;
    struct pt_config scratch;
    struct value_problem problem;
    if (value_parse(key, *value, &scratch, &problem))
        return PT_OK;
    mem_free(*value);
    return pt_error_set(error, PT_E_CONFIG, "%s.%s cannot be written: %s", key->section, key->key,
                        problem.message);
}

/* "key = value", or without blanks where only that fits in a line. */
static int print_key(const struct schema_key *key, const struct pt_config *config,
                     struct text *text, struct pt_error *error)
{
    char *value;
    const char *equals = " = ";
    int status = printed_value(key, config, ", ", &value, error);
    if (!status && strlen(key->key) + strlen(value) + strlen(equals) > INI_LINE_BYTES) {
        mem_free(value);
        equals = "=";
        status = printed_value(key, config, ",", &value, error);
    }
    if (status)
        return status;
    if (strlen(key->key) + strlen(value) + strlen(equals) > INI_LINE_BYTES)
        status = pt_error_set(error, PT_E_CONFIG,
                              "%s.%s cannot be written: its line would be over %d bytes",
                              key->section, key->key, INI_LINE_BYTES);
    else
        text_printf(text, "%s%s%s\n", key->key, value[0] ? equals : " =", value);
    mem_free(value);
    return status;
}

static void print_comment(const struct schema_key *key, struct text *text)
{
    char expected[SCHEMA_DESCRIPTION_BYTES], words[4 * SCHEMA_DESCRIPTION_BYTES];
    schema_describe(key, expected, sizeof expected);
    snprintf(words, sizeof words, "%s (%s; default %s)", key->help, expected, schema_default(key));
    text_wrap(text, "# ", "# ", COMMENT_WIDTH, words);
}

int pt_config_print(const struct pt_config *config, int documented, char **text,
                    struct pt_error *error)
{
    struct text page = {0};
    const char *section = "";
    for (size_t i = 0; i < schema_n_keys; i++) {
        const struct schema_key *key = &schema[i];
        if (strcmp(section, key->section) != 0)
            text_printf(&page, "%s[%s]\n", i ? "\n" : "", key->section);
        section = key->section;
        if (documented)
            print_comment(key, &page);
        int status = print_key(key, config, &page, error);
        if (status) {
            text_release(&page);
            return status;
        }
    }
    return text_take(&page, text, error);
}

void pt_config_free_text(char *text)
{
    mem_free(text);
}
