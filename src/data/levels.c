/* Levels: a sorted array of texts that grows. */
#include "data/levels.h"

#include "base/mem.h"
#include "base/number.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LARGEST 1e30 /* a number: its square, summed over any table, is finite */

int cell_number(const char *text, double *value)
{
    return number_parse_real(text, strlen(text), value) == NUMBER_OK && fabs(*value) <= LARGEST;
}

static int compare(const struct levels *levels, const char *a, const char *b)
{
    double x, y;
    if (!levels->are_numbers || !cell_number(a, &x) || !cell_number(b, &y))
        return strcmp(a, b);
    return (x > y) - (x < y);
}

/* The first level that is not before `text`. */
static size_t place_of(const struct levels *levels, const char *text)
{
    size_t low = 0, high = levels->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare(levels, levels->texts[middle], text) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void insert(struct levels *levels, size_t place, const char *text)
{
    memmove(&levels->texts[place + 1], &levels->texts[place],
            (levels->n - place) * sizeof *levels->texts);
    levels->texts[place] = text;
    levels->n++;
}

int levels_add(struct levels *levels, const char *text, struct pt_error *error)
{
    size_t place = place_of(levels, text);
    if (place < levels->n && compare(levels, levels->texts[place], text) == 0)
        return PT_OK;
    int status = mem_grow((void **)&levels->texts, &levels->capacity, levels->n + 1,
                          sizeof *levels->texts, error);
    if (!status)
        insert(levels, place, text);
    return status;
}

void levels_sort(struct levels *levels)
{
    size_t n = levels->n;
    double value;
    for (size_t i = 0; i < n; i++)
        if (!cell_number(levels->texts[i], &value))
            return;
    levels->are_numbers = 1;
    levels->n = 0;
    /* In place: what is inserted comes from behind what is sorted already. */
    for (size_t i = 0; i < n; i++) {
        const char *text = levels->texts[i];
        size_t place = place_of(levels, text);
        if (place == levels->n || compare(levels, levels->texts[place], text) != 0)
            insert(levels, place, text);
    }
}

size_t levels_find(const struct levels *levels, const char *text)
{
    double value;
    if (levels->are_numbers && !cell_number(text, &value))
        return LEVEL_NONE;
    size_t place = place_of(levels, text);
    return place < levels->n && compare(levels, levels->texts[place], text) == 0 ? place
                                                                                 : LEVEL_NONE;
}

void levels_free(struct levels *levels)
{
    mem_free(levels->texts);
    *levels = (struct levels){0};
}
