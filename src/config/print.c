/* The configuration as an INI file that reads back to the same bytes. */
#include "base/mem.h"
#include "base/text.h"
#include "config/sweep.h"
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

static int print_swept(const struct pt_swept *swept, struct text *text, struct pt_error *error)
{
    size_t key = sweep_find(swept->key);
    struct value_problem problem = {.message = "there is no such key"};
    const char *why = problem.message;
    if (key == SCHEMA_NONE || !sweep_allows(&schema[key], &why))
        return pt_error_set(error, PT_E_CONFIG, "the sweep of %s cannot be written: %s", swept->key,
                            why);
    if (!sweep_check_values(&schema[key], swept->values, &problem))
        return pt_error_set(error, PT_E_CONFIG, "the sweep of %s cannot be written: %s", swept->key,
                            problem.message);
    size_t n_bytes = strlen(swept->key) + strlen(swept->values);
    if (n_bytes + 1 > INI_LINE_BYTES)
        return pt_error_set(error, PT_E_CONFIG,
                            "the sweep of %s cannot be written: its line would be over %d bytes",
                            swept->key, INI_LINE_BYTES);
    text_printf(text, "%s%s%s\n", swept->key, n_bytes + 3 > INI_LINE_BYTES ? "=" : " = ",
                swept->values);
    return PT_OK;
}

static int print_sweep(const struct pt_sweep *sweep, int documented, struct text *text,
                       struct pt_error *error)
{
    int status = PT_OK;
    if (sweep->n > 0 || documented)
        text_printf(text, "\n[%s]\n", SWEEP_SECTION);
    if (documented)
        text_wrap(text, "# ", "# ", COMMENT_WIDTH, sweep_help);
    for (size_t i = 0; i < sweep->n && !status; i++)
        status = print_swept(&sweep->keys[i], text, error);
    return status;
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
    int status = print_sweep(&config->sweep, documented, &page, error);
    if (status) {
        text_release(&page);
        return status;
    }
    return text_take(&page, text, error);
}

void pt_config_free_text(char *text)
{
    mem_free(text);
}
