/* Showing JSON documents as text. */
#include "app/json_view.h"

#include <math.h>
#include <string.h>

#define CELL_BYTES 512
#define MAX_COLUMNS 32
#define WIDEST_CELL 60

/* A number in six digits, a string without control characters, a list of scalars with commas. */
static void format(const json_t *value, char cell[CELL_BYTES])
{
    cell[0] = '\0';
    if (json_is_string(value))
        snprintf(cell, CELL_BYTES, "%s", json_string_value(value));
    else if (json_is_integer(value))
        snprintf(cell, CELL_BYTES, "%lld", (long long)json_integer_value(value));
    else if (json_is_real(value))
        snprintf(cell, CELL_BYTES, "%.6g", json_real_value(value));
    else if (json_is_boolean(value))
        snprintf(cell, CELL_BYTES, "%s", json_is_true(value) ? "yes" : "no");
    else if (json_is_null(value))
        snprintf(cell, CELL_BYTES, "-");
    for (char *c = cell; *c; c++)
        if ((unsigned char)*c < ' ' || *c == 127)
            *c = '?';
}

static int is_table(const json_t *value)
{
    return json_is_array(value) && json_is_object(json_array_get(value, 0));
}

static void print_list(FILE *stream, const json_t *list)
{
    char cell[CELL_BYTES];
    for (size_t i = 0; i < json_array_size(list); i++) {
        format(json_array_get(list, i), cell);
        fprintf(stream, "%s%s", i ? ", " : "", cell);
    }
    fputc('\n', stream);
}

static size_t longest_key(const json_t *object)
{
    const char *key;
    json_t *value;
    size_t longest = 0;
    json_object_foreach((json_t *)object, key,
                        value) if (!is_table(value) && !json_is_object(value) &&
                                   strlen(key) > longest) longest = strlen(key);
    return longest;
}

/* The columns in the order in which rows first have them. */
static size_t find_columns(const json_t *rows, const char *names[MAX_COLUMNS],
                           size_t widths[MAX_COLUMNS], int is_text[MAX_COLUMNS])
{
    size_t n = 0, i;
    json_t *row, *value;
    const char *key;
    char cell[CELL_BYTES];
    json_array_foreach(rows, i, row)
    {
        json_object_foreach(row, key, value)
        {
            size_t k = 0;
            while (k < n && strcmp(names[k], key) != 0)
                k++;
            if (k == MAX_COLUMNS)
                continue;
            if (k == n) {
                names[n] = key;
                widths[n] = strlen(key);
                is_text[n++] = json_is_string(value);
            }
            format(value, cell);
            size_t length = strlen(cell);
            if (length > widths[k])
                widths[k] = length < WIDEST_CELL ? length : WIDEST_CELL;
        }
    }
    return n;
}

static void print_cell(FILE *stream, const char *cell, size_t width, int is_text, int is_last)
{
    if (is_text && is_last)
        fprintf(stream, "  %s", cell);
    else
        fprintf(stream, is_text ? "  %-*s" : "  %*s", (int)width, cell);
}

static void print_table(FILE *stream, const json_t *rows)
{
    const char *names[MAX_COLUMNS];
    size_t widths[MAX_COLUMNS], i, n;
    int is_text[MAX_COLUMNS];
    json_t *row;
    char cell[CELL_BYTES];
    n = find_columns(rows, names, widths, is_text);
    for (size_t k = 0; k < n; k++)
        print_cell(stream, names[k], widths[k], is_text[k], k + 1 == n);
    fputc('\n', stream);
    json_array_foreach(rows, i, row)
    {
        for (size_t k = 0; k < n; k++) {
            format(json_object_get(row, names[k]), cell);
            print_cell(stream, cell, widths[k], is_text[k], k + 1 == n);
        }
        fputc('\n', stream);
    }
}

static void print_scalars(FILE *stream, const json_t *object, const char *indent)
{
    const char *key;
    json_t *value;
    char cell[CELL_BYTES];
    size_t width = longest_key(object);
    json_object_foreach((json_t *)object, key, value)
    {
        if (is_table(value) || json_is_object(value))
            continue;
        fprintf(stream, "%s%-*s  ", indent, (int)width, key);
        if (json_is_array(value)) {
            print_list(stream, value);
            continue;
        }
        format(value, cell);
        fprintf(stream, "%s\n", cell);
    }
}

void json_view_print(FILE *stream, const json_t *document)
{
    const char *key;
    json_t *value;
    print_scalars(stream, document, "");
    json_object_foreach((json_t *)document, key, value)
    {
        if (is_table(value)) {
            fprintf(stream, "%s\n", key);
            print_table(stream, value);
        } else if (json_is_object(value)) {
            fprintf(stream, "%s\n", key);
            print_scalars(stream, value, "  ");
        }
    }
}
