/* Problems of a configuration, collected, then shown all at once the way a compiler does. */
#include "config/diagnostics.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define SHOWN_BYTES 120 /* of a source line */
#define BEFORE_CARET 40 /* bytes kept before the caret of a line that is cut */

void diagnostics_add(struct diagnostics *diagnostics, const struct place *place, const char *format,
                     ...)
{
    if (diagnostics->n_items == DIAGNOSTICS_MAX) {
        diagnostics->overflow = 1;
        return;
    }
    struct diagnostic *item = &diagnostics->items[diagnostics->n_items++];
    item->place = *place;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(item->message, sizeof item->message, format, arguments);
    va_end(arguments);
}

static int comes_before(const struct place *a, const struct place *b)
{
    if (!a->file != !b->file)
        return a->file != NULL;
    return a->line != b->line ? a->line < b->line : a->column < b->column;
}

/* By insertion: stable, and there are few. */
static void sort(struct diagnostics *diagnostics)
{
    struct diagnostic *items = diagnostics->items;
    for (size_t i = 1; i < diagnostics->n_items; i++) {
        struct diagnostic moved = items[i];
        size_t j = i;
        for (; j > 0 && comes_before(&moved.place, &items[j - 1].place); j--)
            items[j] = items[j - 1];
        items[j] = moved;
    }
}

/* Bytes that could move the cursor or the caret are not passed on to a terminal. */
static void print_safely(const char *bytes, size_t n_bytes, struct text *text)
{
    for (size_t i = 0; i < n_bytes; i++) {
        unsigned char c = (unsigned char)bytes[i];
        char shown = c == '\t' ? ' ' : c < ' ' || c == 0x7f ? '?' : bytes[i];
        text_append(text, &shown, 1);
    }
}

static int continues_character(char c)
{
    return ((unsigned char)c & 0xC0) == 0x80;
}

/* Characters of UTF-8 text: bytes without the continuation bytes. */
static size_t count_characters(const char *bytes, size_t n_bytes)
{
    size_t n = 0;
    for (size_t i = 0; i < n_bytes; i++)
        n += !continues_character(bytes[i]);
    return n;
}

/* Offset of the caret; one past the end of the line where something is missing. */
static size_t caret_offset(const struct place *place)
{
    size_t offset = place->column - 1;
    return offset < place->n_source_bytes ? offset : place->n_source_bytes;
}

/* The part of the source line that is shown: all of it, or what is around the caret. */
static void choose_window(const struct place *place, size_t *start, size_t *end)
{
    size_t caret = caret_offset(place);
    *start = 0;
    *end = place->n_source_bytes;
    if (*end <= SHOWN_BYTES)
        return;
    if (caret > SHOWN_BYTES / 2)
        *start = caret - BEFORE_CARET;
    if (*end - *start > SHOWN_BYTES)
        *end = *start + SHOWN_BYTES;
    while (*start > 0 && continues_character(place->source[*start]))
        --*start;
    while (*end < place->n_source_bytes && continues_character(place->source[*end]))
        ++*end;
}

static void print_caret(size_t n_before, size_t n_marked, struct text *text)
{
    text_pad(text, n_before);
    text_append(text, "^", 1);
    while (n_marked-- > 1)
        text_append(text, "~", 1);
    text_append(text, "\n", 1);
}

/* The source line behind a margin with its number, the caret on the line below. */
static void print_source(const struct place *place, struct text *text)
{
    char margin[32] = "     ";
    if (place->file)
        snprintf(margin, sizeof margin, "%5ld", place->line);
    size_t start, end, caret = caret_offset(place);
    choose_window(place, &start, &end);
    const char *before = place->file ? "" : "--set ", *cut = start > 0 ? "..." : "";
    text_printf(text, "%s | %s%s", margin, before, cut);
    print_safely(place->source + start, end - start, text);
    text_printf(text, "%s\n", end < place->n_source_bytes ? "..." : "");

    size_t marked_end = caret + place->n_marked < end ? caret + place->n_marked : end;
    size_t n_marked =
        marked_end > caret ? count_characters(place->source + caret, marked_end - caret) : 0;
    text_pad(text, strlen(margin));
    text_append(text, " | ", 3);
    print_caret(strlen(before) + strlen(cut) +
                    count_characters(place->source + start, caret - start),
                n_marked, text);
}

static void print_item(const struct diagnostic *item, struct text *text)
{
    const struct place *place = &item->place;
    const char *file = place->file ? place->file : "--set";
    print_safely(file, strlen(file), text);
    if (place->file && place->line > 0)
        text_printf(text, ":%ld:%zu", place->line, place->column);
    text_append(text, ": ", 2);
    print_safely(item->message, strlen(item->message), text);
    text_append(text, "\n", 1);
    if (place->n_source_bytes > 0 && place->column > 0)
        print_source(place, text);
}

void diagnostics_print(struct diagnostics *diagnostics, struct text *text)
{
    sort(diagnostics);
    for (size_t i = 0; i < diagnostics->n_items; i++)
        print_item(&diagnostics->items[i], text);
    if (diagnostics->overflow)
        text_printf(text, "more than %d problems: the others are not shown\n", DIAGNOSTICS_MAX);
}
