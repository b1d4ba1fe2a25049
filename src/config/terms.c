/* Terms of the set "boolean" as text: "and1 2, or3 -1.5". */
#include "config/terms.h"

#include "config/list_item.h"
#include "base/number.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const char *const kinds[] = {"and", "or"}; /* in the order of enum pt_term_kind */

static int is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static int parse_kind(const struct schema_key *key, const char *text, size_t offset, size_t n_bytes,
                      enum pt_term_kind *kind, struct value_problem *problem)
{
    char word[16];
    snprintf(word, sizeof word, "%.*s", (int)(n_bytes < 15 ? n_bytes : 15), text + offset);
    struct suggestion suggestion = {.word = word};
    for (int i = 0; i < 2; i++) {
        suggestion_offer(&suggestion, kinds[i]);
        *kind = (enum pt_term_kind)i;
        if (strcmp(word, kinds[i]) == 0)
            return 1;
    }
    return value_refuse_word(problem, key, text, offset, n_bytes, &suggestion);
}

static int parse_order(const struct schema_key *key, const char *text, size_t offset,
                       size_t n_bytes, int *order, struct value_problem *problem)
{
    long parsed = 0;
    if (!value_parse_whole(key, text, offset, n_bytes, &parsed, problem))
        return 0;
    *order = (int)parsed;
    return 1;
}

static int parse_strength(const struct schema_key *key, const char *text, size_t offset,
                          size_t n_bytes, double *strength, struct value_problem *problem)
{
    enum number_result result = number_parse_real(text + offset, n_bytes, strength);
    if (result == NUMBER_JUNK)
        return value_refuse(problem, key, text, offset, n_bytes, "is not a number");
    if (result == NUMBER_OUTSIDE || fabs(*strength) > PT_MAX_STRENGTH)
        return value_refuse(problem, key, text, offset, n_bytes, "is out of range");
    if (*strength == 0)
        return value_refuse(problem, key, text, offset, n_bytes, "is no effect");
    return 1;
}

/* KIND, ORDER without a blank between them, blanks, STRENGTH. */
static int parse_term(const struct schema_key *key, const char *text, const struct list_item *item,
                      struct pt_term *term, struct value_problem *problem)
{
    size_t start = item->start, end = item->end;
    size_t order = start;
    while (order < end && is_letter(text[order]))
        order++;
    size_t head_end = order;
    while (head_end < end && !list_is_blank(text[head_end]))
        head_end++;
    size_t strength = head_end;
    while (strength < end && list_is_blank(text[strength]))
        strength++;
    if (order == start)
        return value_refuse(problem, key, text, start, end - start, "is no term");
    if (!parse_kind(key, text, start, order - start, &term->kind, problem))
        return 0;
    if (order == head_end)
        return value_refuse(problem, key, text, start, end - start,
                            "lacks the number of its inputs");
    if (!parse_order(key, text, order, head_end - order, &term->order, problem))
        return 0;
    if (term->kind == PT_TERM_OR && term->order == 1)
        return value_refuse(problem, key, text, start, head_end - start, "is the same as and1");
    if (strength == end)
        return value_refuse(problem, key, text, start, end - start, "lacks its effect");
    return parse_strength(key, text, strength, end - strength, &term->strength, problem);
}

int terms_parse(const struct schema_key *key, const char *text, struct pt_term_list *list,
                struct value_problem *problem)
{
    struct pt_term_list parsed;
    memset(&parsed, 0, sizeof parsed);
    size_t n_bytes = strlen(text), from = 0;
    do {
        struct list_item item = list_item_at(text, n_bytes, from);
        if (item.start == item.end)
            return value_refuse(problem, key, text, item.from, 0, "");
        if (parsed.n == PT_MAX_TERMS)
            return value_refuse(problem, key, text, item.start, item.end - item.start,
                                "is one term too many");
        if (!parse_term(key, text, &item, &parsed.items[parsed.n++], problem))
            return 0;
        from = item.stop + 1;
    } while (from <= n_bytes);
    memcpy(list, &parsed, sizeof parsed);
    return 1;
}

void terms_print(const struct pt_term_list *list, struct text *text)
{
    for (size_t i = 0; i < list->n && i < PT_MAX_TERMS; i++) {
        const struct pt_term *term = &list->items[i];
        char strength[NUMBER_REAL_BYTES];
        number_format_real(term->strength, strength);
        text_printf(text, "%s%s%d %s", i ? ", " : "", kinds[term->kind == PT_TERM_OR], term->order,
                    strength);
    }
}
