/* Reading of a table into curves, whatever its keys. */
#include "report/result_table.h"

#include "base/fsio.h"
#include "fmt/csv.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_NAME_BYTES 64
#define MAX_PLACES ((size_t)1 << 22) /* cells of a column, those without a row included */

/* A table being read. Its rows are put where they belong, in whatever order they come. */
struct reader {
    const struct table_layout *layout;
    struct csv_table *csv;
    size_t along_column, key_columns[TABLE_MAX_KEYS];
    double *along;
    size_t n_along, size[TABLE_MAX_KEYS], n_places;
    size_t first[TABLE_MAX_KEYS]; /* the smallest value of each key that there is */
    unsigned char *seen;          /* [n_places], 1: there was a row */
    struct arena *arena;
    struct pt_error *error;
};

static int row_error(const struct reader *r, size_t row, const char *column, const char *message)
{
    return pt_error_at(r->error, PT_E_DATA, r->csv->path, (long)row + 2, 0, "column %s: %s", column,
                       message);
}

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static int is_step(double value, int may_be_fraction)
{
    return value >= 0 && value <= RESULTS_MAX_STEP && (may_be_fraction || value == floor(value));
}

static int collect_along(struct reader *r)
{
    const char *name = r->layout->along;
    size_t n_rows = r->csv->n_rows;
    r->along = arena_alloc(r->arena, n_rows ? n_rows : 1, sizeof *r->along, r->error);
    if (!r->along)
        return PT_E_MEMORY;
    if (!name) {
        r->n_along = n_rows > 0;
        return PT_OK;
    }
    int status = csv_column(r->csv, name, CSV_NUMBERS, &r->along_column, r->error);
    if (status)
        return status;
    for (size_t row = 0; row < n_rows; row++) {
        r->along[row] = csv_number(r->csv, row, r->along_column);
        if (!is_step(r->along[row], strcmp(name, "step") != 0))
            return row_error(r, row, name, "no number of a step");
    }
    qsort(r->along, n_rows, sizeof *r->along, compare_doubles);
    for (size_t i = 0; i < n_rows; i++)
        if (i == 0 || r->along[i] != r->along[i - 1])
            r->along[r->n_along++] = r->along[i];
    if (r->n_along > RESULTS_MAX_CHECKPOINTS)
        return pt_error_at(r->error, PT_E_DATA, r->csv->path, 0, 0,
                           "%zu different steps, at most %d", r->n_along, RESULTS_MAX_CHECKPOINTS);
    return PT_OK;
}

static int read_word(const struct reader *r, size_t row, size_t key, size_t *index)
{
    const struct table_key *k = &r->layout->keys[key];
    const char *text = csv_text(r->csv, row, r->key_columns[key]);
    for (*index = 0; k->words[*index]; ++*index)
        if (strcmp(text, k->words[*index]) == 0)
            return PT_OK;
    return row_error(r, row, k->column, "no such name");
}

static int read_key(const struct reader *r, size_t row, size_t key, size_t *index)
{
    const struct table_key *k = &r->layout->keys[key];
    if (k->words)
        return read_word(r, row, key, index);
    double number = csv_number(r->csv, row, r->key_columns[key]);
    if (!(number >= (double)k->lowest && number <= RESULTS_MAX_ORDER && number == floor(number)))
        return row_error(r, row, k->column, "not in its range");
    *index = (size_t)number;
    return PT_OK;
}

static int collect_keys(struct reader *r)
{
    for (size_t key = 0; key < r->layout->n_keys; key++) {
        const struct table_key *k = &r->layout->keys[key];
        int status = csv_column(r->csv, k->column, k->words ? CSV_TEXT : CSV_NUMBERS,
                                &r->key_columns[key], r->error);
        for (size_t row = 0; !status && row < r->csv->n_rows; row++) {
            size_t index;
            status = read_key(r, row, key, &index);
            if (status)
                return status;
            if (index >= r->size[key])
                r->size[key] = index + 1;
            if (row == 0 || index < r->first[key])
                r->first[key] = index;
        }
        if (status)
            return status;
    }
    return PT_OK;
}

static int make_places(struct reader *r)
{
    r->n_places = r->n_along;
    for (size_t key = 0; key < r->layout->n_keys; key++)
        r->n_places *= r->size[key]; /* 1e5 steps, and at most 21 a key: no overflow */
    if (r->n_places > MAX_PLACES)
        return pt_error_at(r->error, PT_E_DATA, r->csv->path, 0, 0, "the table is too large");
    r->seen = arena_alloc(r->arena, r->n_places, sizeof *r->seen, r->error);
    return r->seen ? PT_OK : PT_E_MEMORY;
}

static int find_place(const struct reader *r, size_t row, size_t *place)
{
    *place = 0;
    for (size_t key = 0; key < r->layout->n_keys; key++) {
        size_t index;
        int status = read_key(r, row, key, &index);
        if (status)
            return status;
        *place = *place * r->size[key] + index;
    }
    double step = r->layout->along ? csv_number(r->csv, row, r->along_column) : 0;
    const double *found = bsearch(&step, r->along, r->n_along, sizeof step, compare_doubles);
    *place = *place * r->n_along + (size_t)(found - r->along);
    return PT_OK;
}

static int mark_places(const struct reader *r)
{
    for (size_t row = 0; row < r->csv->n_rows; row++) {
        size_t place;
        int status = find_place(r, row, &place);
        if (status)
            return status;
        if (r->seen[place])
            return pt_error_at(r->error, PT_E_DATA, r->csv->path, (long)row + 2, 0,
                               "the same place once more");
        r->seen[place] = 1;
    }
    return PT_OK;
}

/* "step 4096, split test, kind both": the place without its order. */
static void describe_group(const struct reader *r, size_t group, size_t at, char *text,
                           size_t text_bytes)
{
    char rest[MAX_NAME_BYTES * TABLE_MAX_KEYS] = "", longer[sizeof rest];
    for (size_t key = r->layout->n_keys - 1; key-- > 0;) {
        const struct table_key *k = &r->layout->keys[key];
        size_t index = group % r->size[key];
        group /= r->size[key];
        snprintf(longer, sizeof longer, ", %s %s%.100s", k->column, k->words ? k->words[index] : "",
                 rest);
        memcpy(rest, longer, sizeof rest);
    }
    snprintf(text, text_bytes, "%s %.0f%s", r->layout->along ? r->layout->along : "point",
             r->along[at], rest);
}

/* A step has all orders of a split or none: a file cut between two lines shows here. */
static int check_complete(const struct reader *r)
{
    size_t n_keys = r->layout->n_keys;
    if (r->layout->is_ragged || n_keys == 0 || r->layout->keys[n_keys - 1].words)
        return PT_OK;
    size_t n_orders = r->size[n_keys - 1], lowest = r->first[n_keys - 1];
    for (size_t i = 0; n_orders > 0 && i < r->n_places / n_orders; i++) {
        size_t group = i / r->n_along, at = i % r->n_along, n = 0;
        for (size_t order = lowest; order < n_orders; order++)
            n += r->seen[(group * n_orders + order) * r->n_along + at];
        if (n != 0 && n != n_orders - lowest) {
            char text[256];
            describe_group(r, group, at, text, sizeof text);
            return pt_error_at(r->error, PT_E_DATA, r->csv->path, (long)r->csv->n_rows + 1, 0,
                               "the file ends without all orders of %s", text);
        }
    }
    return PT_OK;
}

/* An array over all places, of the column called `name`; NaN everywhere when that is NULL. */
static int read_values(const struct reader *r, const char *name, double **values)
{
    size_t column = 0, place;
    *values = arena_alloc(r->arena, r->n_places, sizeof **values, r->error);
    if (!*values)
        return PT_E_MEMORY;
    for (size_t i = 0; i < r->n_places; i++)
        (*values)[i] = NAN;
    if (!name)
        return PT_OK;
    int status = csv_column(r->csv, name, CSV_NUMBERS, &column, r->error);
    for (size_t row = 0; !status && row < r->csv->n_rows; row++) {
        status = find_place(r, row, &place);
        if (!status)
            (*values)[place] = csv_number(r->csv, row, column);
    }
    return status;
}

static int read_column(const struct reader *r, const struct table_column *column, double *values[3])
{
    static const char *const ends[] = {"low", "high"};
    int status = read_values(r, column->name, &values[0]);
    for (size_t end = 0; end < 2 && !status; end++) {
        char name[MAX_NAME_BYTES];
        snprintf(name, sizeof name, "%s_%s", column->name, ends[end]);
        status = read_values(r,
                             column->bounds == TABLE_BARE       ? NULL
                             : column->bounds == TABLE_LOW_HIGH ? ends[end]
                                                                : name,
                             &values[end + 1]);
    }
    return status;
}

static int read_table(struct reader *r, struct result_table *table)
{
    int status = collect_along(r);
    if (!status)
        status = collect_keys(r);
    if (!status)
        status = make_places(r);
    if (!status)
        status = mark_places(r);
    if (!status)
        status = check_complete(r);
    for (size_t i = 0; i < r->layout->n_columns && !status; i++)
        status = read_column(r, &r->layout->columns[i], table->values[i]);
    if (status)
        return status;
    table->layout = r->layout;
    table->n_along = r->n_along;
    table->along = r->along;
    memcpy(table->size, r->size, sizeof table->size);
    return PT_OK;
}

int result_table_read(struct result_table *table, const struct table_layout *layout,
                      const char *run_directory, struct arena *arena, struct pt_error *error)
{
    char path[PATH_MAX];
    struct reader r = {.layout = layout, .arena = arena, .error = error};
    memset(table, 0, sizeof *table);
    int status = path_join(path, sizeof path, run_directory, layout->file, error);
    if (status || (layout->is_optional && !file_exists(path)))
        return status;
    status = csv_read(path, &r.csv, error);
    if (!status)
        status = read_table(&r, table);
    csv_free(r.csv);
    return status;
}

static size_t column_index(const struct result_table *table, const char *name)
{
    size_t i = 0;
    while (i < table->layout->n_columns && strcmp(table->layout->columns[i].name, name) != 0)
        i++;
    return i;
}

struct curve result_curve(const struct result_table *table, const char *column, const size_t *keys)
{
    if (table->n_along == 0)
        return (struct curve){0};
    size_t place = 0, index = column_index(table, column);
    if (index == table->layout->n_columns)
        return (struct curve){0};
    for (size_t key = 0; key < table->layout->n_keys; key++) {
        if (keys[key] >= table->size[key])
            return (struct curve){0};
        place = place * table->size[key] + keys[key];
    }
    double *const *values = table->values[index];
    place *= table->n_along;
    return (struct curve){table->n_along, table->along, values[0] + place, values[1] + place,
                          values[2] + place};
}

size_t result_n_orders(const struct result_table *table)
{
    return table->n_along > 0 ? table->size[table->layout->n_keys - 1] - 1 : 0;
}

struct spectrum result_spectrum(const struct result_table *table, const char *column,
                                const size_t *keys, size_t at)
{
    struct spectrum spectrum = {.n_orders = result_n_orders(table)};
    size_t place[TABLE_MAX_KEYS];
    memcpy(place, keys, sizeof place);
    for (size_t order = 0; order <= RESULTS_MAX_ORDER; order++) {
        spectrum.value[order] = spectrum.low[order] = spectrum.high[order] = NAN;
        if (order > spectrum.n_orders)
            continue;
        place[table->layout->n_keys - 1] = order;
        struct curve curve = result_curve(table, column, place);
        if (at >= curve.n)
            continue;
        spectrum.value[order] = curve.value[at];
        spectrum.low[order] = curve.low[at];
        spectrum.high[order] = curve.high[at];
    }
    return spectrum;
}

int curve_has_values(const struct curve *curve)
{
    for (size_t i = 0; i < curve->n; i++)
        if (isfinite(curve->value[i]))
            return 1;
    return 0;
}
