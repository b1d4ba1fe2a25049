/* The configuration as an INI file that reads back to the same bytes. */
#include "base/mem.h"
#include "base/text.h"
#include "config/sweep.h"
#include "fmt/ini.h"

#include <stdio.h>
#include <string.h>

#define COMMENT_WIDTH 80
#define LINE_WIDTH 100

/* The value's text, unless value_parse() would not take it. */
static int printed_value(const struct schema_key *key, const struct pt_config *config, char **value,
                         struct pt_error *error)
{
    struct text text = {0};
    value_print(key, config, &text);
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

/* What of the value comes before a blank where a reader would join two lines, or all of it. */
static size_t unbroken_bytes(const char *value)
{
    for (const char *p = value; (p = strstr(p, ", ")); p++)
        if (p[2] != ' ' && p[2] != '\t')
            return (size_t)(p - value) + 1;
    return strlen(value);
}

/* Lines of LINE_WIDTH at most where there are commas enough, below each other: 1, or 0 when one is
 * too long to be read. */
static int print_wrapped(const char *key, const char *value, struct text *text)
{
    size_t indent = strlen(key) + strlen(" = "), column = indent;
    text_printf(text, "%s = ", key);
    for (const char *rest = value; *rest;) {
        size_t n = unbroken_bytes(rest);
        if (rest > value && column + 1 + n > LINE_WIDTH) {
            text_append(text, "\n", 1);
            text_pad(text, indent);
            column = indent;
        } else if (rest > value) {
            text_append(text, " ", 1);
            column++;
        }
        text_append(text, rest, n);
        column += n;
        rest += n + (rest[n] == ' ');
        if (column > INI_LINE_BYTES)
            return 0;
    }
    text_append(text, "\n", 1);
    return 1;
}

/* "key = value", in several lines if it is long, without blanks if only that fits: 1, or 0 when no
 * line can hold it. */
static int print_entry(const char *key, const char *value, struct text *text)
{
    size_t n_value = strlen(value), n_bytes = strlen(key) + strlen(" = ") + n_value;
    int can_wrap = unbroken_bytes(value) < n_value && ini_can_continue(value, n_value);
    if (n_bytes > LINE_WIDTH && can_wrap)
        return print_wrapped(key, value, text);
    if (n_bytes > INI_LINE_BYTES + 2)
        return 0;
    const char *equals = n_value == 0 ? " =" : n_bytes > INI_LINE_BYTES ? "=" : " = ";
    text_printf(text, "%s%s%s\n", key, equals, value);
    return 1;
}

static int print_key(const struct schema_key *key, const struct pt_config *config,
                     struct text *text, struct pt_error *error)
{
    char *value;
    int status = printed_value(key, config, &value, error);
    if (status)
        return status;
    if (!print_entry(key->key, value, text))
        status = pt_error_set(error, PT_E_CONFIG,
                              "%s.%s cannot be written: its line would be over %d bytes",
                              key->section, key->key, INI_LINE_BYTES);
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
    if (!print_entry(swept->key, swept->values, text))
        return pt_error_set(error, PT_E_CONFIG,
                            "the sweep of %s cannot be written: its line would be over %d bytes",
                            swept->key, INI_LINE_BYTES);
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
