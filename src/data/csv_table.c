/* Tables in CSV: from one file or two to features and cells. */
#include "base/fsio.h"
#include "base/log.h"
#include "base/mem.h"
#include "data/data_file.h"
#include "data/loading.h"
#include "data/table_columns.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define MAX_INPUTS ((size_t)16384)  /* of all columns, levels counted */
#define MAX_CELLS ((size_t)1 << 27) /* of a file, without ignored columns */
#define CENSUS_FILE "adult.csv"

/* A file while it is read. */
struct file {
    unsigned char *bytes; /* what the table points into */
    struct rfc4180_table table;
    unsigned char *keep; /* [n_rows] */
};

struct reader {
    struct loading *loading;
    struct file train, test;
    struct column *columns; /* [n_columns of the training file] */
};

static void free_file(struct file *file)
{
    rfc4180_release(&file->table);
    mem_free(file->keep);
    mem_free(file->bytes);
}

static int read_file(struct reader *r, const char *path, struct file *file, struct pt_error *error)
{
    size_t n_bytes;
    int status = data_file_read(r->loading->dataset, path, &file->bytes, &n_bytes, error);
    if (!status)
        status = rfc4180_parse(path, (char *)file->bytes, n_bytes, &file->table, error);
    if (status)
        return status;
    file->keep = mem_alloc(file->table.n_rows, 1, error);
    return file->keep ? PT_OK : PT_E_MEMORY;
}

/* The file that options->path names, or that of the census in this folder, into `path`. */
static int find_table(const struct pt_data_options *options, char *path, size_t path_bytes,
                      struct pt_error *error)
{
    int length = snprintf(path, path_bytes, "%s", options->path);
    if (length < 0 || (size_t)length >= path_bytes)
        return pt_error_at(error, PT_E_IO, options->path, 0, 0, "path too long");
    if (strcmp(options->set, "census") != 0 || !file_is_directory(path))
        return PT_OK;
    int status = path_join(path, path_bytes, options->path, CENSUS_FILE, error);
    if (!status && !file_exists(path))
        status = pt_error_at(error, PT_E_IO, options->path, 0, 0,
                             "has no %s; `datasets/fetch census` gets the data set", CENSUS_FILE);
    return status;
}

static int check_header(const struct rfc4180_table *train, const struct rfc4180_table *test,
                        struct pt_error *error)
{
    if (train->n_columns != test->n_columns)
        return pt_error_at(error, PT_E_DATA, test->path, 1, 0, "%zu columns, %s has %zu",
                           test->n_columns, train->path, train->n_columns);
    for (size_t i = 0; i < train->n_columns; i++)
        if (strcmp(train->names[i], test->names[i]) != 0)
            return pt_error_at(error, PT_E_DATA, test->path, 1, 0,
                               "column %zu is \"%.100s\", in %s it is \"%.100s\"", i + 1,
                               test->names[i], train->path, train->names[i]);
    return PT_OK;
}

/* ---- Features ---- */

/* Copies of the texts, in an array, in the data set's memory. */
static const char *const *copy_levels(struct pt_dataset *d, const struct levels *levels,
                                      struct pt_error *error)
{
    const char **copies = arena_alloc(d->texts, levels->n, sizeof *copies, error);
    for (size_t i = 0; copies && i < levels->n; i++) {
        copies[i] = arena_string(d->texts, levels->texts[i], error);
        if (!copies[i])
            return NULL;
    }
    return copies;
}

static int is_input(const struct column *column)
{
    return column->kind == COLUMN_NUMBERS || column->kind == COLUMN_LEVELS;
}

static size_t n_inputs_of(const struct column *column)
{
    if (column->kind == COLUMN_LEVELS)
        return column->levels.n;
    return column->kind == COLUMN_NUMBERS ? 1 : 0;
}

static int count_inputs(const struct reader *r, struct pt_error *error)
{
    struct pt_dataset *d = r->loading->dataset;
    for (size_t i = 0; i < r->train.table.n_columns; i++) {
        const struct column *column = &r->columns[i];
        if (is_input(column) && !column->has_value)
            return pt_error_at(error, PT_E_DATA, r->train.table.path, 0, 0,
                               "column %s has no value in any row", r->train.table.names[i]);
        d->n_features += is_input(column);
        d->width += n_inputs_of(column);
    }
    if (d->width > MAX_INPUTS)
        return pt_error_at(error, PT_E_DATA, r->train.table.path, 0, 0,
                           "%zu inputs, levels counted: expected at most %zu", d->width,
                           MAX_INPUTS);
    return PT_OK;
}

static int make_features(const struct reader *r, struct pt_error *error)
{
    struct pt_dataset *d = r->loading->dataset;
    int status = count_inputs(r, error);
    if (status)
        return status;
    d->features = mem_alloc(d->n_features, sizeof *d->features, error);
    d->feature_of = mem_alloc(d->width, sizeof *d->feature_of, error);
    if (!d->features || !d->feature_of)
        return PT_E_MEMORY;
    struct pt_feature *feature = d->features;
    uint16_t *feature_of = d->feature_of;
    for (size_t i = 0; i < r->train.table.n_columns; i++) {
        const struct column *column = &r->columns[i];
        if (!is_input(column))
            continue;
        feature->name = arena_string(d->texts, r->train.table.names[i], error);
        feature->n_levels = column->levels.n;
        feature->levels = copy_levels(d, &column->levels, error);
        if (!feature->name || !feature->levels)
            return PT_E_MEMORY;
        for (size_t k = 0; k < n_inputs_of(column); k++)
            *feature_of++ = (uint16_t)(feature - d->features);
        feature++;
    }
    return PT_OK;
}

static int name_labels(struct reader *r, struct pt_error *error)
{
    struct loading *l = r->loading;
    size_t i = 0;
    while (r->columns[i].kind != COLUMN_LABEL)
        i++;
    l->n_labels = r->columns[i].levels.n;
    l->label_names = copy_levels(l->dataset, &r->columns[i].levels, error);
    return l->label_names ? PT_OK : PT_E_MEMORY;
}

/* ---- Cells ---- */

static int refuse_cell(const struct rfc4180_table *table, size_t row, size_t i, const char *cell,
                       const char *what, struct pt_error *error)
{
    return pt_error_at(error, PT_E_DATA, table->path, table->lines[row], 0,
                       "column %s: \"%.100s\" %s", table->names[i], cell, what);
}

static int code_cell(const struct rfc4180_table *table, struct column *column, size_t row, size_t i,
                     const char *cell, double *code, struct pt_error *error)
{
    *code = NAN;
    if (cell_is_missing(cell))
        return PT_OK;
    if (column->kind == COLUMN_NUMBERS && !cell_number(cell, code))
        return refuse_cell(table, row, i, cell, "is no number, expected one from -1e30 to 1e30",
                           error);
    if (column->kind == COLUMN_LEVELS) {
        size_t level = levels_find(&column->levels, cell);
        *code = level == LEVEL_NONE ? CELL_UNSEEN : (double)level;
        if (level == LEVEL_NONE)
            sighting_note(&column->unseen, row, cell);
    }
    return PT_OK;
}

static int code_row(const struct reader *r, const struct rfc4180_table *table, size_t row,
                    const char *cell, double *codes, unsigned char *label, struct pt_error *error)
{
    int status = PT_OK;
    for (size_t i = 0; i < table->n_columns && !status; i++, cell = rfc4180_next(cell)) {
        struct column *column = &r->columns[i];
        if (is_input(column))
            status = code_cell(table, column, row, i, cell, codes++, error);
        if (column->kind != COLUMN_LABEL)
            continue;
        size_t level = levels_find(&column->levels, cell);
        if (level == LEVEL_NONE)
            return refuse_cell(table, row, i, cell, "is no label of the training file", error);
        *label = (unsigned char)level;
    }
    return status;
}

static int allocate_cells(const struct reader *r, const struct file *file, struct sample_set *set,
                          struct pt_error *error)
{
    const struct pt_dataset *d = r->loading->dataset;
    *set = (struct sample_set){.channels = 1, .height = 1, .width = d->width};
    for (size_t row = 0; row < file->table.n_rows; row++)
        set->n_samples += file->keep[row];
    if (set->n_samples > MAX_CELLS / d->n_features)
        return pt_error_at(error, PT_E_DATA, file->table.path, 0, 0,
                           "%zu rows of %zu columns: expected at most %zu cells", set->n_samples,
                           d->n_features, MAX_CELLS);
    set->memory[0] = mem_alloc(set->n_samples * d->n_features, sizeof *set->cells, error);
    set->memory[1] = mem_alloc(set->n_samples, 1, error);
    set->cells = set->memory[0];
    set->labels = set->memory[1];
    return set->memory[0] && set->memory[1] ? PT_OK : PT_E_MEMORY;
}

static int code_rows(const struct reader *r, const struct file *file, struct sample_set *set,
                     struct pt_error *error)
{
    int status = allocate_cells(r, file, set, error);
    double *codes = set->memory[0];
    unsigned char *label = set->memory[1];
    const char *cell = file->table.cells;
    for (size_t row = 0; row < file->table.n_rows && !status; row++) {
        if (file->keep[row]) {
            status = code_row(r, &file->table, row, cell, codes, label++, error);
            codes += r->loading->dataset->n_features;
        }
        for (size_t i = 0; i < file->table.n_columns; i++)
            cell = rfc4180_next(cell);
    }
    return status;
}

/* ---- Loading ---- */

static int load_training_file(struct reader *r, struct pt_error *error)
{
    const struct pt_data_options *o = r->loading->options;
    char path[sizeof r->loading->dataset->files[0].path];
    int status = find_table(o, path, sizeof path, error);
    if (!status)
        status = read_file(r, path, &r->train, error);
    if (status)
        return status;
    r->columns = mem_alloc(r->train.table.n_columns, sizeof *r->columns, error);
    if (!r->columns)
        return PT_E_MEMORY;
    status = table_columns_choose(&r->train.table, o, r->columns, error);
    if (!status)
        status = table_rows_choose(&r->train.table, r->columns, o->missing, r->train.keep, error);
    if (!status)
        status = table_levels_collect(&r->train.table, r->train.keep, r->columns, error);
    if (!status)
        status = make_features(r, error);
    if (!status)
        status = name_labels(r, error);
    return status ? status : code_rows(r, &r->train, &r->loading->train, error);
}

/* Only the testing file can have such levels. */
static void warn_of_unseen_levels(const struct reader *r)
{
    const struct rfc4180_table *table = &r->test.table;
    for (size_t i = 0; i < table->n_columns; i++) {
        const struct sighting *unseen = &r->columns[i].unseen;
        if (unseen->n > 0)
            log_message(
                r->loading->options->log, PT_LOG_WARNING,
                "%s:%u: column %s: \"%.100s\" is no value of the training file's; %zu row%s "
                "such values, which count as none of its names",
                table->path, (unsigned)table->lines[unseen->row], table->names[i], unseen->cell,
                unseen->n, unseen->n == 1 ? " has" : "s have");
    }
}

static int load_testing_file(struct reader *r, struct pt_error *error)
{
    const struct pt_data_options *o = r->loading->options;
    int status = read_file(r, o->test_path, &r->test, error);
    if (!status)
        status = check_header(&r->train.table, &r->test.table, error);
    if (!status)
        status = table_rows_choose(&r->test.table, r->columns, o->missing, r->test.keep, error);
    if (!status)
        status = code_rows(r, &r->test, &r->loading->test, error);
    if (!status)
        warn_of_unseen_levels(r);
    return status;
}

int csv_table_load(struct loading *loading, struct pt_error *error)
{
    struct reader r = {.loading = loading};
    const char *test_path = loading->options->test_path;
    loading->is_one_file = !test_path || !*test_path;
    int status = load_training_file(&r, error);
    if (!status && !loading->is_one_file)
        status = load_testing_file(&r, error);
    for (size_t i = 0; r.columns && i < r.train.table.n_columns; i++)
        levels_free(&r.columns[i].levels);
    mem_free(r.columns);
    free_file(&r.train);
    free_file(&r.test);
    return status;
}
