/* Reading of the tables of a sweep. */
#include "report/sweep.h"

#include "base/fsio.h"
#include "fmt/csv.h"
#include "num/student.h"

#include <jansson.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define TABLE "analysis/sweep.csv"
#define LARGEST_LEVEL 1e100 /* keeps differences of two levels finite */

static const char *const columns[SWEEP_N_QUANTITIES] = {
    [SWEEP_SPINDLE_WEIGHT] = "spindle_weight",
    [SWEEP_SPINDLE_SHARE] = "spindle_share",
    [SWEEP_LOSS_GAP] = "loss_gap",
    [SWEEP_EXCESS] = "excess_end",
    [SWEEP_ORDER_STAR] = "mean_order_star",
    [SWEEP_ORDER_END] = "mean_order_end",
};

static int table_error(const struct sweep *sweep, size_t line, const char *message,
                       struct pt_error *error)
{
    return pt_error_at(error, PT_E_DATA, sweep->csv->path, (long)line, 0, "%s", message);
}

/* Cairo refuses text that is not UTF-8. */
static void make_printable(char *text)
{
    json_t *valid = json_string(text);
    for (unsigned char *p = (unsigned char *)text; *p; p++)
        if (*p < ' ' || *p == 127 || (*p > 127 && !valid))
            *p = '?';
    json_decref(valid);
}

/* ---- Keys and their levels ---- */

static struct sweep_level level_at(const struct sweep *sweep, size_t key, size_t row)
{
    struct sweep_level level = {csv_text(sweep->csv, row, key), NAN};
    if (sweep->keys[key].is_numeric)
        level.number = csv_number(sweep->csv, row, key);
    return level;
}

/* The index of the level, or n_levels. */
static size_t find_level(const struct sweep_key *key, const struct sweep_level *level)
{
    size_t i = 0;
    while (i < key->n_levels && (key->is_numeric ? key->levels[i].number != level->number
                                                 : strcmp(key->levels[i].text, level->text) != 0))
        i++;
    return i;
}

static void sort_levels(struct sweep_key *key)
{
    for (size_t i = 1; i < key->n_levels; i++)
        for (size_t k = i; k > 0 && key->levels[k].number < key->levels[k - 1].number; k--) {
            struct sweep_level swap = key->levels[k];
            key->levels[k] = key->levels[k - 1];
            key->levels[k - 1] = swap;
        }
}

static int holds_numbers(const struct sweep *sweep, size_t key)
{
    size_t column;
    if (csv_column(sweep->csv, sweep->keys[key].name, CSV_NUMBERS, &column, NULL))
        return 0;
    for (size_t row = 0; row < sweep->csv->n_rows; row++)
        if (!(fabs(csv_number(sweep->csv, row, column)) <= LARGEST_LEVEL))
            return 0;
    return 1;
}

static int read_key(struct sweep *sweep, size_t index, struct pt_error *error)
{
    struct sweep_key *key = &sweep->keys[index];
    key->name = sweep->csv->names[index];
    if (strlen(key->name) > RESULTS_MAX_TEXT_BYTES)
        return table_error(sweep, 1, "the name of a key is too long", error);
    make_printable(sweep->csv->names[index]);
    key->is_numeric = holds_numbers(sweep, index);
    for (size_t row = 0; row < sweep->csv->n_rows; row++) {
        make_printable(sweep->csv->cells[row * sweep->csv->n_columns + index]);
        struct sweep_level level = level_at(sweep, index, row);
        if (find_level(key, &level) < key->n_levels)
            continue;
        if (key->n_levels == SWEEP_MAX_SETTINGS)
            return table_error(sweep, row + 2, "a sweep has at most 64 settings", error);
        key->levels[key->n_levels++] = level;
    }
    if (key->is_numeric)
        sort_levels(key);
    return PT_OK;
}

/* The keys are the columns before "setting". */
static int read_keys(struct sweep *sweep, struct pt_error *error)
{
    int status = csv_column(sweep->csv, "setting", CSV_TEXT, &sweep->n_keys, error);
    if (!status && (sweep->n_keys == 0 || sweep->n_keys > SWEEP_MAX_KEYS))
        status = table_error(sweep, 1, "expected one or two swept keys before \"setting\"", error);
    for (size_t i = 0; !status && i < sweep->n_keys; i++)
        status = read_key(sweep, i, error);
    if (!status && sweep->n_keys == 1)
        sweep->keys[1].n_levels = 1;
    if (!status && sweep->keys[0].n_levels * sweep->keys[1].n_levels > SWEEP_MAX_SETTINGS)
        status = table_error(sweep, 0, "a sweep has at most 64 settings", error);
    return status;
}

/* ---- Runs ---- */

static int read_settings(struct sweep *sweep, struct pt_error *error)
{
    for (size_t row = 0; row < sweep->csv->n_rows; row++) {
        const char *name = csv_text(sweep->csv, row, sweep->n_keys);
        size_t i = 0;
        while (i < sweep->n_settings && strcmp(sweep->settings[i], name) != 0)
            i++;
        if (i < sweep->n_settings)
            continue;
        if (strchr(name, '/'))
            return table_error(sweep, row + 2, "column setting: no name of a setting", error);
        if (i == SWEEP_MAX_SETTINGS)
            return table_error(sweep, row + 2, "a sweep has at most 64 settings", error);
        sweep->settings[sweep->n_settings++] = name;
    }
    return PT_OK;
}

int sweep_is_of(const struct sweep_point *point, const size_t level[SWEEP_MAX_KEYS])
{
    return point->level[0] == level[0] && point->level[1] == level[1];
}

static int is_same_run(const struct sweep_point *a, const struct sweep_point *b)
{
    return sweep_is_of(a, b->level) && strcmp(a->seed, b->seed) == 0;
}

static int read_points(struct sweep *sweep, struct pt_error *error)
{
    size_t seed_column, n_rows = sweep->csv->n_rows;
    if (n_rows > SWEEP_MAX_SETTINGS * SWEEP_MAX_SEEDS)
        return table_error(sweep, 0, "more runs than a sweep may have", error);
    sweep->points = arena_alloc(&sweep->arena, n_rows, sizeof *sweep->points, error);
    if (!sweep->points)
        return PT_E_MEMORY;
    int status = csv_column(sweep->csv, "seed", CSV_TEXT, &seed_column, error);
    for (size_t row = 0; !status && row < n_rows; row++) {
        struct sweep_point *point = &sweep->points[row];
        point->seed = csv_text(sweep->csv, row, seed_column);
        for (size_t key = 0; key < sweep->n_keys; key++) {
            struct sweep_level level = level_at(sweep, key, row);
            point->level[key] = find_level(&sweep->keys[key], &level);
        }
        for (size_t i = 0; !status && i < row; i++)
            if (is_same_run(&sweep->points[i], point))
                status = table_error(sweep, row + 2, "the same run once more", error);
    }
    sweep->n_points = status ? 0 : n_rows;
    return status;
}

static int read_values(struct sweep *sweep, struct pt_error *error)
{
    size_t column;
    int status = PT_OK;
    for (size_t i = 0; !status && i < SWEEP_N_QUANTITIES; i++) {
        status = csv_column(sweep->csv, columns[i], CSV_NUMBERS, &column, error);
        for (size_t row = 0; !status && row < sweep->n_points; row++)
            sweep->points[row].values[i] = csv_number(sweep->csv, row, column);
    }
    return status;
}

/* ---- JSON ---- */

/* Of a share of wrong labels that differs nothing is said about all settings. */
static void forget_varied_noise(struct sweep *sweep)
{
    int is_varied = 0;
    for (size_t i = 1; i < sweep->n_abouts; i++)
        is_varied |= sweep->abouts[i].label_noise != sweep->abouts[0].label_noise;
    for (size_t i = 0; is_varied && i < sweep->n_abouts; i++)
        sweep->abouts[i].label_noise = NAN;
}

static int read_abouts(struct sweep *sweep, const char *directory, struct pt_error *error)
{
    int status = PT_OK;
    for (size_t i = 0; i < sweep->n_settings && !status; i++) {
        char name[PATH_MAX], path[PATH_MAX];
        snprintf(name, sizeof name, "sweep_%s/analysis/about.json", sweep->settings[i]);
        status = path_join(path, sizeof path, directory, name, error);
        if (!status && file_exists(path))
            status =
                results_load_about(path, &sweep->abouts[sweep->n_abouts++], &sweep->arena, error);
    }
    forget_varied_noise(sweep);
    return status;
}

static int read_claim(struct sweep *sweep, const char *directory, struct pt_error *error)
{
    char path[PATH_MAX];
    int status = path_join(path, sizeof path, directory, "analysis/claims.json", error);
    if (status || !file_exists(path))
        return status;
    return results_load_claim(path, "D15", &sweep->claim, &sweep->arena, error);
}

int sweep_is_at(const char *directory)
{
    char path[PATH_MAX];
    return path_join(path, sizeof path, directory, TABLE, NULL) == PT_OK && file_exists(path);
}

int sweep_load(const char *directory, struct sweep *sweep, struct pt_error *error)
{
    char path[PATH_MAX];
    memset(sweep, 0, sizeof *sweep);
    int status = path_join(path, sizeof path, directory, TABLE, error);
    if (!status)
        status = csv_read(path, &sweep->csv, error);
    if (!status)
        status = read_keys(sweep, error);
    if (!status)
        status = read_settings(sweep, error);
    if (!status)
        status = read_points(sweep, error);
    if (!status)
        status = read_values(sweep, error);
    if (!status)
        status = read_abouts(sweep, directory, error);
    return status ? status : read_claim(sweep, directory, error);
}

void sweep_release(struct sweep *sweep)
{
    csv_free(sweep->csv);
    arena_release(&sweep->arena);
}

struct sweep_mean sweep_mean(const struct sweep *sweep, enum sweep_quantity quantity,
                             const size_t level[SWEEP_MAX_KEYS])
{
    double values[SWEEP_MAX_SETTINGS * SWEEP_MAX_SEEDS];
    size_t n = 0;
    for (size_t i = 0; i < sweep->n_points; i++) {
        if (sweep_is_of(&sweep->points[i], level))
            values[n++] = sweep->points[i].values[quantity];
    }
    return (struct sweep_mean){finite_mean(values, n), mean_interval(values, n)};
}
