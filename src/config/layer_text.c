/* Lists of layers as text: "conv 8 3x3, relu, flatten, dense classes". */
#include "config/layer_text.h"

#include "config/layer_forms.h"
#include "config/list_item.h"
#include "base/number.h"
#include "base/suggest.h"

#include <stdio.h>
#include <string.h>

#define MAX_SIZE 65536  /* channels, outputs */
#define MAX_EXTENT 1024 /* kernel, stride */

struct word {
    size_t start, n_bytes; /* in the text; empty where there is none */
};

/* The layer that is being read. */
struct element {
    const char *text;
    struct word whole;
    size_t at; /* what of the text is read */
    const struct layer_form *form;
    unsigned given; /* options */
    struct word padding;
    struct pt_layer_spec *spec;
    struct value_problem *problem;
};

static struct word next_word(struct element *element)
{
    const char *text = element->text;
    size_t end = element->whole.start + element->whole.n_bytes, start = element->at;
    while (start < end && list_is_blank(text[start]))
        start++;
    element->at = start;
    while (element->at < end && !list_is_blank(text[element->at]))
        element->at++;
    return (struct word){start, element->at - start};
}

static int is_word(const struct element *element, struct word word, const char *known)
{
    return word.n_bytes == strlen(known) &&
           memcmp(element->text + word.start, known, word.n_bytes) == 0;
}

static const struct layer_form *find_form(const struct element *element, struct word word)
{
    for (size_t i = 0; i < layer_n_forms; i++)
        if (is_word(element, word, layer_forms[i].word))
            return &layer_forms[i];
    return NULL;
}

/* "'WORD' REASON: expected conv CHANNELS KxK ..." */
static int refuse(const struct element *element, struct word word, const char *reason)
{
    return value_problem_set(element->problem, word.start, word.n_bytes, "'%.*s' %s: expected %s",
                             (int)word.n_bytes, element->text + word.start, reason,
                             element->form->usage);
}

static void append_advice(struct value_problem *problem, const char *format, const char *word)
{
    size_t used = strlen(problem->message);
    snprintf(problem->message + used, sizeof problem->message - used, format, word);
}

/* A copy as a string; no known word is as long as `copy`. */
static const char *copy_word(const struct element *element, struct word word, char copy[64])
{
    snprintf(copy, 64, "%.*s", (int)word.n_bytes, element->text + word.start);
    return copy;
}

static int refuse_layer(const struct element *element, struct word word)
{
    char copy[64], expected[256] = "";
    struct suggestion suggestion = {.word = copy_word(element, word, copy)};
    for (size_t i = 0, used = 0; i < layer_n_forms; i++) {
        suggestion_offer(&suggestion, layer_forms[i].word);
        used += (size_t)snprintf(expected + used, sizeof expected - used, "%s%s", i ? ", " : "",
                                 layer_forms[i].word);
    }
    value_problem_set(element->problem, word.start, word.n_bytes,
                      "'%.*s' is no layer: expected one of %s", (int)word.n_bytes,
                      element->text + word.start, expected);
    if (suggestion.best)
        append_advice(element->problem, "; did you mean '%s'?", suggestion.best);
    return 0;
}

static int refuse_option(const struct element *element, struct word word)
{
    char copy[64], reason[64];
    struct suggestion suggestion = {.word = copy_word(element, word, copy)};
    for (size_t i = 0; i < layer_n_options; i++)
        if (element->form->options & layer_options[i].bit)
            suggestion_offer(&suggestion, layer_options[i].word);
    snprintf(reason, sizeof reason, "is no option of %s", element->form->word);
    refuse(element, word, reason);
    if (find_form(element, word))
        append_advice(element->problem, "; is a comma missing before '%s'?", copy);
    else if (suggestion.best)
        append_advice(element->problem, "; did you mean '%s'?", suggestion.best);
    return 0;
}

/* `name` is what the usage calls the number. */
static int parse_number(const struct element *element, struct word word, const char *name,
                        long least, long most, long *value)
{
    long parsed = 0;
    enum number_result result =
        number_parse_long(element->text + word.start, word.n_bytes, &parsed);
    if (result == NUMBER_JUNK)
        return refuse(element, word, "is not a whole number");
    if (result == NUMBER_OUTSIDE || parsed < least || parsed > most)
        return value_problem_set(element->problem, word.start, word.n_bytes,
                                 "'%.*s' is out of range: expected %s with %s from %ld to %ld",
                                 (int)word.n_bytes, element->text + word.start,
                                 element->form->usage, name, least, most);
    *value = parsed;
    return 1;
}

/* "3x3" */
static int parse_square(const struct element *element, struct word word)
{
    const char *text = element->text + word.start, *x = memchr(text, 'x', word.n_bytes);
    size_t n = x ? (size_t)(x - text) : 0;
    if (n == 0 || word.n_bytes != 2 * n + 1 || memcmp(text, x + 1, n) != 0)
        return refuse(element, word, "is no square kernel such as 3x3");
    return parse_number(element, (struct word){word.start, n}, "K", 1, MAX_EXTENT,
                        &element->spec->kernel);
}

static int parse_share(const struct element *element, struct word word)
{
    double share = 0;
    enum number_result result = number_parse_real(element->text + word.start, word.n_bytes, &share);
    if (result == NUMBER_JUNK)
        return refuse(element, word, "is not a number");
    if (result == NUMBER_OUTSIDE || share < 0 || share >= 1)
        return value_problem_set(element->problem, word.start, word.n_bytes,
                                 "'%.*s' is out of range: expected %s >= 0 and < 1",
                                 (int)word.n_bytes, element->text + word.start,
                                 element->form->usage);
    element->spec->rate = share;
    return 1;
}

static int parse_operand(struct element *element, enum layer_operand operand)
{
    static const char *const lacks[] = {"",
                                        "lacks its channels",
                                        "lacks its outputs",
                                        "lacks its kernel",
                                        "lacks its kernel",
                                        "lacks its share"};
    struct word word = next_word(element);
    if (word.n_bytes == 0)
        return refuse(element, element->whole, lacks[operand]);
    switch (operand) {
    case LAYER_NONE:
        break;
    case LAYER_CHANNELS:
        return parse_number(element, word, "CHANNELS", 1, MAX_SIZE, &element->spec->size);
    case LAYER_OUTPUTS:
        return is_word(element, word, "classes") ||
               parse_number(element, word, "OUTPUTS", 1, MAX_SIZE, &element->spec->size);
    case LAYER_KERNEL:
        return parse_number(element, word, "K", 1, MAX_EXTENT, &element->spec->kernel);
    case LAYER_SQUARE:
        return parse_square(element, word);
    case LAYER_SHARE:
        return parse_share(element, word);
    }
    return 1;
}

static int parse_option(struct element *element, struct word word)
{
    unsigned bit = 0;
    for (size_t i = 0; i < layer_n_options; i++)
        if (is_word(element, word, layer_options[i].word))
            bit = layer_options[i].bit & element->form->options;
    if (!bit)
        return refuse_option(element, word);
    if (element->given & bit)
        return refuse(element, word, "is given twice");
    element->given |= bit;
    element->spec->no_bias |= bit == LAYER_NO_BIAS;
    if (bit == LAYER_NO_BIAS)
        return 1;
    struct word number = next_word(element);
    if (number.n_bytes == 0)
        return refuse(element, word, "lacks its number");
    if (bit == LAYER_STRIDE)
        return parse_number(element, number, "S", 1, MAX_EXTENT, &element->spec->stride);
    element->padding = number;
    return 1;
}

static int parse_element(struct element *element)
{
    struct word word = next_word(element);
    element->form = find_form(element, word);
    if (!element->form)
        return refuse_layer(element, word);
    element->spec->kind = element->form->kind;
    for (size_t i = 0; i < 2 && element->form->operands[i]; i++)
        if (!parse_operand(element, element->form->operands[i]))
            return 0;
    while ((word = next_word(element)).n_bytes > 0)
        if (!parse_option(element, word))
            return 0;
    if (!(element->given & LAYER_STRIDE))
        element->spec->stride = layer_usual_stride(element->spec);
    return !(element->given & LAYER_PADDING) ||
           parse_number(element, element->padding, "P", 0, layer_most_padding(element->spec),
                        &element->spec->padding);
}

/* Appends the layer between two commas to the list. */
static int parse_item(struct element *element, const struct list_item *item,
                      struct pt_layer_list *list)
{
    size_t n_bytes = item->end - item->start;
    if (n_bytes == 0)
        return value_problem_set(element->problem, item->from, item->stop - item->from,
                                 "a layer is missing in the list");
    if (list->n == PT_MAX_LAYER_SPECS)
        return value_problem_set(element->problem, item->start, n_bytes,
                                 "the list has more than %d layers", PT_MAX_LAYER_SPECS);
    element->whole = (struct word){item->start, n_bytes};
    element->at = item->start;
    element->given = 0;
    element->spec = &list->items[list->n++];
    return parse_element(element);
}

/* The element is the last one. */
static int check_last(const struct element *element)
{
    if (element->spec->kind == PT_DENSE && element->spec->size == 0)
        return 1;
    struct word last = element->whole;
    return value_problem_set(element->problem, last.start, last.n_bytes,
                             "'%.*s' cannot be the last layer: expected dense classes",
                             (int)last.n_bytes, element->text + last.start);
}

int layer_text_parse(const char *text, struct pt_layer_list *list, struct value_problem *problem)
{
    struct pt_layer_list parsed;
    struct element element = {.text = text, .problem = problem};
    memset(&parsed, 0, sizeof parsed);
    size_t n_bytes = strlen(text);
    for (size_t from = 0; n_bytes > 0 && from <= n_bytes;) {
        struct list_item item = list_item_at(text, n_bytes, from);
        if (!parse_item(&element, &item, &parsed))
            return 0;
        from = item.stop + 1;
    }
    if (parsed.n > 0 && !check_last(&element))
        return 0;
    memcpy(list, &parsed, sizeof parsed);
    return 1;
}

static void print_operand(enum layer_operand operand, const struct pt_layer_spec *spec,
                          struct text *text)
{
    char share[NUMBER_REAL_BYTES];
    switch (operand) {
    case LAYER_NONE:
        break;
    case LAYER_OUTPUTS:
        if (spec->size == 0)
            text_printf(text, " classes");
        else
            text_printf(text, " %ld", spec->size);
        break;
    case LAYER_CHANNELS:
        text_printf(text, " %ld", spec->size);
        break;
    case LAYER_KERNEL:
        text_printf(text, " %ld", spec->kernel);
        break;
    case LAYER_SQUARE:
        text_printf(text, " %ldx%ld", spec->kernel, spec->kernel);
        break;
    case LAYER_SHARE:
        number_format_real(spec->rate, share);
        text_printf(text, " %s", share);
        break;
    }
}

static void print_layer(const struct layer_form *form, const struct pt_layer_spec *spec,
                        struct text *text)
{
    text_printf(text, "%s", form->word);
    for (size_t i = 0; i < 2; i++)
        print_operand(form->operands[i], spec, text);
    if (spec->stride != layer_usual_stride(spec))
        text_printf(text, " stride %ld", spec->stride);
    if (spec->padding != 0)
        text_printf(text, " padding %ld", spec->padding);
    if (spec->no_bias)
        text_printf(text, " no-bias");
}

void layer_text_print(const struct pt_layer_list *list, struct text *text)
{
    for (size_t i = 0; i < list->n && i < PT_MAX_LAYER_SPECS; i++) {
        const struct pt_layer_spec *spec = &list->items[i];
        const struct layer_form *form = layer_forms;
        while (form < layer_forms + layer_n_forms && form->kind != spec->kind)
            form++;
        text_printf(text, "%s", i ? ", " : "");
        if (form < layer_forms + layer_n_forms)
            print_layer(form, spec, text);
        else
            text_printf(text, "%d", (int)spec->kind); /* which layer_text_parse() refuses */
    }
}
