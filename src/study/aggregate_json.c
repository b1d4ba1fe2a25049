/* What several runs say of their phases and of themselves, in one JSON document. */
#include "study/aggregate.h"

#include "analysis/output.h"
#include "num/student.h"
#include "study/json_file.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

struct documents {
    size_t n;
    json_t *roots[PT_MAX_SEEDS];
};

static void release(struct documents *documents)
{
    for (size_t i = 0; i < documents->n; i++)
        json_decref(documents->roots[i]);
}

static int read_all(const struct seed_set *set, const char *name, struct documents *documents,
                    struct pt_error *error)
{
    int status = PT_OK;
    for (documents->n = 0; documents->n < set->n && !status;) {
        json_t *root;
        status = json_file_read(set->directories[documents->n], name, &root, error);
        if (!status)
            documents->roots[documents->n++] = root;
    }
    if (status)
        release(documents);
    return status;
}

/* ---- Phases ---- */

static int ends_with(const char *text, const char *end)
{
    size_t n = strlen(text), n_end = strlen(end);
    return n > n_end && strcmp(text + n - n_end, end) == 0;
}

/* "t_star", "t1": steps at which something happens. */
static int is_step(const char *key)
{
    return key[0] == 't' && (key[1] == '_' || (key[1] >= '0' && key[1] <= '9'));
}

/* Of an array of JSON numbers that are all steps: by insertion, there are few. */
static void sort(double *values, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        double moved = values[i];
        size_t j = i;
        for (; j > 0 && values[j - 1] > moved; j--)
            values[j] = values[j - 1];
        values[j] = moved;
    }
}

static json_t *json_step(double step)
{
    return isfinite(step) ? json_integer((json_int_t)step) : json_null();
}

/* Numbers of the runs for `key`, sorted when it is of steps; how many there are. */
static size_t gather(json_t *const *objects, size_t n_runs, const char *key, double *values)
{
    size_t n = 0;
    for (size_t i = 0; i < n_runs; i++) {
        double value = json_member_number(objects[i], key);
        if (isfinite(value))
            values[n++] = value;
    }
    if (is_step(key))
        sort(values, n);
    return n;
}

/* A step, with its bounds as "t_star_low" where the runs have such. */
static void merge_step(json_t *merged, json_t *const *objects, size_t n_runs, const char *key,
                       json_t *absent)
{
    double values[PT_MAX_SEEDS];
    size_t n = gather(objects, n_runs, key, values);
    char bound[128], words[64];
    int all = n == n_runs;
    json_object_set_new(merged, key, json_step(all ? values[(n - 1) / 2] : NAN));
    snprintf(bound, sizeof bound, "%.100s_low", key);
    if (json_object_get(objects[0], bound))
        json_object_set_new(merged, bound, json_step(all ? values[0] : NAN));
    snprintf(bound, sizeof bound, "%.100s_high", key);
    if (json_object_get(objects[0], bound))
        json_object_set_new(merged, bound, json_step(all ? values[n - 1] : NAN));
    if (all)
        return;
    snprintf(words, sizeof words, "absent in %zu of %zu", n_runs - n, n_runs);
    json_object_set_new(absent, key, json_string(words));
}

/* One object of phases.json; the runs without it count as without all that is in it. */
static json_t *merge_phases(json_t *const *objects, size_t n_runs)
{
    json_t *merged = json_object(), *absent = json_object(), *value;
    const char *key;
    json_object_foreach(objects[0], key, value)
    {
        double values[PT_MAX_SEEDS];
        if (!is_step(key))
            json_object_set_new(
                merged, key,
                json_number(finite_mean(values, gather(objects, n_runs, key, values))));
        else if (!ends_with(key, "_low") && !ends_with(key, "_high"))
            merge_step(merged, objects, n_runs, key, absent);
    }
    if (json_object_size(absent) > 0)
        json_object_set(merged, "absent", absent);
    json_decref(absent);
    return merged;
}

/* An object that the first run lacks is taken from the first that has it. */
static size_t collect(const struct documents *documents, const char *name, json_t **objects)
{
    size_t first = documents->n;
    for (size_t i = documents->n; i-- > 0;) {
        objects[i] = json_object_get(documents->roots[i], name);
        if (json_is_object(objects[i]))
            first = i;
    }
    json_t *swapped = objects[0];
    if (first < documents->n) {
        objects[0] = objects[first];
        objects[first] = swapped;
    }
    return first;
}

int aggregate_phases(const struct seed_set *set, const char *directory, struct pt_error *error)
{
    struct documents documents;
    json_t *objects[PT_MAX_SEEDS], *value;
    const char *name;
    int status = read_all(set, "analysis/phases.json", &documents, error);
    if (status)
        return status;
    json_t *merged = json_object();
    for (size_t i = 0; i < documents.n; i++)
        json_object_foreach(documents.roots[i], name,
                            value) if (!json_object_get(merged, name) &&
                                       collect(&documents, name, objects) < documents.n)
            json_object_set_new(merged, name, merge_phases(objects, documents.n));
    release(&documents);
    return json_write(directory, "analysis/phases.json", merged, error);
}

/* ---- About ---- */

int aggregate_about(const struct seed_set *set, const char *directory, struct pt_error *error)
{
    json_t *about;
    int status = json_file_read(set->directories[0], "analysis/about.json", &about, error);
    if (status)
        return status;
    json_object_set_new(about, "n_seeds", json_integer((json_int_t)set->n));
    return json_write(directory, "analysis/about.json", about, error);
}
