/* One value of the configuration: from its text into its field, and back. */
#include "config/value.h"

#include "config/layer_text.h"
#include "config/list_item.h"
#include "base/number.h"
#include "base/suggest.h"
#include "config/terms.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

_Static_assert(sizeof(enum pt_solver) == sizeof(int), "SCHEMA_CHOICE stores an int");

static void *field_of(const struct schema_key *key, struct pt_config *config)
{
    return (char *)config + key->offset;
}

int value_problem_set(struct value_problem *problem, size_t offset, size_t n_bytes,
                      const char *format, ...)
{
    problem->offset = offset;
    problem->n_bytes = n_bytes ? n_bytes : 1;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(problem->message, sizeof problem->message, format, arguments);
    va_end(arguments);
    return 0;
}

int value_refuse(struct value_problem *problem, const struct schema_key *key, const char *text,
                 size_t offset, size_t n_bytes, const char *reason)
{
    char expected[SCHEMA_DESCRIPTION_BYTES];
    schema_describe(key, expected, sizeof expected);
    if (n_bytes == 0)
        return value_problem_set(problem, offset, 0, "a value is missing: expected %s", expected);
    return value_problem_set(problem, offset, n_bytes, "'%.*s' %s: expected %s", (int)n_bytes,
                             text + offset, reason, expected);
}

int value_refuse_word(struct value_problem *problem, const struct schema_key *key, const char *text,
                      size_t offset, size_t n_bytes, const struct suggestion *suggestion)
{
    value_refuse(problem, key, text, offset, n_bytes, "is unknown");
    size_t used = strlen(problem->message);
    if (suggestion->best)
        snprintf(problem->message + used, sizeof problem->message - used, "; did you mean '%s'?",
                 suggestion->best);
    return 0;
}

static int parse_text(const struct schema_key *key, const char *text, struct pt_config *config,
                      struct value_problem *problem)
{
    size_t n = strlen(text);
    for (size_t i = 0; i < n; i++) {
        if ((unsigned char)text[i] < ' ' || text[i] == 0x7f)
            return value_problem_set(problem, i, 1, "%s cannot hold a control character", key->key);
        int at_edge = i == 0 || i + 1 == n;
        if (at_edge && list_is_blank(text[i]))
            return value_problem_set(problem, i, 1, "%s cannot start or end with a blank",
                                     key->key);
        if ((text[i] == ';' || text[i] == '#') && (i == 0 || list_is_blank(text[i - 1])))
            return value_problem_set(problem, i, 1,
                                     "%s cannot hold a '%c' at its start or after a blank",
                                     key->key, text[i]);
        if (text[i] == '/' && key->type == SCHEMA_NAME)
            return value_problem_set(problem, i, 1, "%s cannot hold a '/'", key->key);
    }
    if (n == 0 && key->type == SCHEMA_NAME)
        return value_refuse(problem, key, text, 0, 0, "");
    if (n > 0 && text[n - 1] == ',')
        return value_problem_set(problem, n - 1, 1, "%s cannot end with a comma", key->key);
    if (n >= key->field_bytes)
        return value_problem_set(problem, key->field_bytes - 1, n - key->field_bytes + 1,
                                 "%s is longer than %zu bytes", key->key, key->field_bytes - 1);
    memset(field_of(key, config), 0, key->field_bytes);
    memcpy(field_of(key, config), text, n);
    return 1;
}

/* Index of a choice, or -1 with the problem set. */
static int parse_choice(const struct schema_key *key, const char *text,
                        struct value_problem *problem)
{
    struct suggestion suggestion = {.word = text};
    for (int i = 0; key->choices[i]; i++) {
        if (strcmp(key->choices[i], text) == 0)
            return i;
        suggestion_offer(&suggestion, key->choices[i]);
    }
    value_refuse_word(problem, key, text, 0, strlen(text), &suggestion);
    return -1;
}

int value_parse_whole(const struct schema_key *key, const char *text, size_t offset, size_t n_bytes,
                      long *value, struct value_problem *problem)
{
    long parsed = 0;
    enum number_result result = number_parse_long(text + offset, n_bytes, &parsed);
    if (result == NUMBER_JUNK)
        return value_refuse(problem, key, text, offset, n_bytes, "is not a whole number");
    if (result == NUMBER_OUTSIDE || (double)parsed < key->minimum || (double)parsed > key->maximum)
        return value_refuse(problem, key, text, offset, n_bytes, "is out of range");
    *value = parsed;
    return 1;
}

static int parse_real(const struct schema_key *key, const char *text, double *value,
                      struct value_problem *problem)
{
    double parsed = 0;
    size_t n = strlen(text);
    enum number_result result = number_parse_real(text, n, &parsed);
    if (result == NUMBER_JUNK)
        return value_refuse(problem, key, text, 0, n, "is not a number");
    int below = parsed < key->minimum || (key->open_ends & SCHEMA_ABOVE && parsed == key->minimum);
    int above = parsed > key->maximum || (key->open_ends & SCHEMA_BELOW && parsed == key->maximum);
    if (result == NUMBER_OUTSIDE || below || above)
        return value_refuse(problem, key, text, 0, n, "is out of range");
    *value = parsed;
    return 1;
}

static int parse_seed(const struct schema_key *key, const char *text, uint64_t *value,
                      struct value_problem *problem)
{
    size_t n = strlen(text);
    enum number_result result = number_parse_u64(text, n, value);
    if (result == NUMBER_JUNK)
        return value_refuse(problem, key, text, 0, n, "is not a whole number");
    /* JSON files of a run hold seeds as signed numbers of 64 bits. */
    if (result == NUMBER_OUTSIDE || *value > INT64_MAX)
        return value_refuse(problem, key, text, 0, n, "is out of range");
    return 1;
}

struct value_item value_item_at(const char *text, size_t at)
{
    struct list_item item = list_item_at(text, strlen(text), at);
    size_t n_bytes = item.end - item.start;
    return (struct value_item){n_bytes ? item.start : item.from, n_bytes,
                               text[item.stop] ? item.stop + 1 : 0};
}

/* Numbers between commas; an empty text is an empty list. */
static int parse_list(const struct schema_key *key, const char *text, struct pt_list *list,
                      struct value_problem *problem)
{
    struct pt_list parsed = {0};
    size_t n_bytes = strlen(text);
    for (size_t from = 0; n_bytes > 0 && from <= n_bytes;) {
        struct list_item item = list_item_at(text, n_bytes, from);
        size_t n_item = item.end - item.start;
        if (n_item == 0)
            return value_problem_set(problem, item.from, item.stop - item.from,
                                     "a number is missing in the list");
        if (parsed.n == PT_MAX_LIST)
            return value_problem_set(problem, item.start, n_item,
                                     "the list has more than %d numbers", PT_MAX_LIST);
        if (!value_parse_whole(key, text, item.start, n_item, &parsed.items[parsed.n++], problem))
            return 0;
        from = item.stop + 1;
    }
    *list = parsed;
    return 1;
}

static int parse_cells(const struct schema_key *key, const char *text, struct pt_config *config,
                       struct value_problem *problem)
{
    struct pt_list list = {0};
    int kind = PT_CELLS_LIST;
    if (text[0] == '-' || (text[0] >= '0' && text[0] <= '9')) {
        if (!parse_list(key, text, &list, problem))
            return 0;
    } else {
        kind = parse_choice(key, text, problem);
    }
    if (kind < 0)
        return 0;
    config->trace.cells = (enum pt_cells)kind;
    config->trace.cell_list = list;
    return 1;
}

static int store_whole(const struct schema_key *key, const char *text, struct pt_config *config,
                       struct value_problem *problem)
{
    long whole = 0;
    if (!value_parse_whole(key, text, 0, strlen(text), &whole, problem))
        return 0;
    if (key->field_bytes == sizeof(int))
        *(int *)field_of(key, config) = (int)whole;
    else
        *(long *)field_of(key, config) = whole;
    return 1;
}

int value_parse(const struct schema_key *key, const char *text, struct pt_config *config,
                struct value_problem *problem)
{
    int choice;
    switch (key->type) {
    case SCHEMA_PATH:
    case SCHEMA_NAME:
    case SCHEMA_TEXT:
    case SCHEMA_NAMES:
        return parse_text(key, text, config, problem);
    case SCHEMA_WORD:
        return parse_choice(key, text, problem) >= 0 && parse_text(key, text, config, problem);
    case SCHEMA_CHOICE:
        choice = parse_choice(key, text, problem);
        if (choice >= 0)
            memcpy(field_of(key, config), &choice, sizeof choice);
        return choice >= 0;
    case SCHEMA_WHOLE:
        return store_whole(key, text, config, problem);
    case SCHEMA_SEED:
        return parse_seed(key, text, field_of(key, config), problem);
    case SCHEMA_SEEDS:
        return seeds_parse(text, field_of(key, config), problem);
    case SCHEMA_REAL:
        return parse_real(key, text, field_of(key, config), problem);
    case SCHEMA_LIST:
        return parse_list(key, text, field_of(key, config), problem);
    case SCHEMA_TERMS:
        return terms_parse(key, text, field_of(key, config), problem);
    case SCHEMA_LAYERS:
        return layer_text_parse(text, field_of(key, config), problem);
    case SCHEMA_CELLS:
        return parse_cells(key, text, config, problem);
    }
    return 0;
}

static void print_list(const struct pt_list *list, struct text *text)
{
    for (size_t i = 0; i < list->n && i < PT_MAX_LIST; i++)
        text_printf(text, "%s%ld", i ? ", " : "", list->items[i]);
}

/* A number when it is none of the choices, which value_parse() then refuses. */
static void print_choice(const struct schema_key *key, int choice, struct text *text)
{
    int n_choices = 0;
    while (key->choices[n_choices])
        n_choices++;
    if (choice >= 0 && choice < n_choices)
        text_printf(text, "%s", key->choices[choice]);
    else
        text_printf(text, "%d", choice);
}

void value_print(const struct schema_key *key, const struct pt_config *config, struct text *text)
{
    const void *field = (const char *)config + key->offset;
    char real[NUMBER_REAL_BYTES];
    int choice;
    switch (key->type) {
    case SCHEMA_PATH:
    case SCHEMA_NAME:
    case SCHEMA_TEXT:
    case SCHEMA_NAMES:
    case SCHEMA_WORD:
        text_append(text, field, strnlen(field, key->field_bytes));
        break;
    case SCHEMA_WHOLE:
        text_printf(text, "%ld",
                    key->field_bytes == sizeof(int) ? *(const int *)field : *(const long *)field);
        break;
    case SCHEMA_SEED:
        text_printf(text, "%" PRIu64, *(const uint64_t *)field);
        break;
    case SCHEMA_SEEDS:
        seeds_print(field, text);
        break;
    case SCHEMA_REAL:
        number_format_real(*(const double *)field, real);
        text_append(text, real, strlen(real));
        break;
    case SCHEMA_LIST:
        print_list(field, text);
        break;
    case SCHEMA_CHOICE:
        memcpy(&choice, field, sizeof choice);
        print_choice(key, choice, text);
        break;
    case SCHEMA_TERMS:
        terms_print(field, text);
        break;
    case SCHEMA_LAYERS:
        layer_text_print(field, text);
        break;
    case SCHEMA_CELLS:
        if (config->trace.cells == PT_CELLS_LIST)
            print_list(&config->trace.cell_list, text);
        else
            print_choice(key, (int)config->trace.cells, text);
        break;
    }
}
