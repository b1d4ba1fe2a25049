/* Extraction of value tables: reading them, sharing them among threads, summing up, storing. */
#include "testing.h"

#include "faults.h"

#include "base/random.h"
#include "fmt/npz.h"
#include "phasetrace/trace.h"
#include "study/extract.h"
#include "study/shapiq_export.h"

#include <jansson.h>

static char values_path[600], npz_path[600];

static void set_paths(void)
{
    const char *directory = scratch_directory();
    snprintf(values_path, sizeof values_path, "%s/values.npy", directory);
    snprintf(npz_path, sizeof npz_path, "%s/result.npz", directory);
}

static void write_npy(enum npy_type type, size_t rank, const size_t *shape, const void *values)
{
    static unsigned char bytes[NPY_MAX_HEADER_BYTES + 8 * 4096];
    size_t n_header = npy_format_header(type, rank, shape, bytes), count = 1;
    for (size_t i = 0; i < rank; i++)
        count *= shape[i];
    size_t n_bytes = count * npy_type_bytes(type);
    assert_true(n_header + n_bytes <= sizeof bytes);
    memcpy(bytes + n_header, values, n_bytes);
    assert_int_equal(file_replace(values_path, bytes, n_header + n_bytes, NULL), PT_OK);
}

/* m tables of 2^n normal numbers. */
static void write_random(size_t n_tables, size_t n_players)
{
    static double values[4096];
    struct random_stream stream = random_stream(8, RANDOM_TEST, 0, 0);
    for (size_t i = 0; i < n_tables << n_players; i++)
        values[i] = random_normal(&stream);
    write_npy(NPY_F8, 2, (size_t[]){n_tables, (size_t)1 << n_players}, values);
}

static void assert_refused(const char *expected)
{
    struct value_tables tables = {0};
    struct pt_error error = {0};
    assert_int_equal(value_tables_read(values_path, &tables, &error), PT_E_DATA);
    value_tables_release(&tables);
    assert_string_equal(error.file, values_path);
    if (!strstr(error.message, expected))
        fail_msg("'%s' is not in '%s'", expected, error.message);
}

static void tables_of_both_shapes_are_read(void **state)
{
    (void)state;
    set_paths();
    struct value_tables tables = {0};
    double one[] = {-0.0, 1.5};
    write_npy(NPY_F8, 1, (size_t[]){2}, one);
    assert_int_equal(value_tables_read(values_path, &tables, NULL), PT_OK);
    assert_int_equal(tables.n_players, 1);
    assert_int_equal(tables.n_tables, 1);
    assert_true(tables.v[1] == 1.5);
    value_tables_release(&tables);
    float two[] = {1, 2, 3, 4, 5, 6, 7, 8};
    write_npy(NPY_F4, 2, (size_t[]){2, 4}, two);
    assert_int_equal(value_tables_read(values_path, &tables, NULL), PT_OK);
    assert_int_equal(tables.n_players, 2);
    assert_int_equal(tables.n_tables, 2);
    assert_true(tables.v[7] == 8);
    value_tables_release(&tables);
}

static void what_is_no_table_is_refused(void **state)
{
    (void)state;
    set_paths();
    double values[64] = {0};
    write_npy(NPY_F8, 1, (size_t[]){6}, values);
    assert_refused("the shape is [6]: a table of n players has 2^n values, n from 1 to 20");
    write_npy(NPY_F8, 1, (size_t[]){1}, values);
    assert_refused("the shape is [1]");
    write_npy(NPY_F8, 0, NULL, values);
    assert_refused("the shape is [], expected one table [2^n] or several [m, 2^n]");
    write_npy(NPY_F8, 3, (size_t[]){2, 2, 4}, values);
    assert_refused("the shape is [2, 2, 4], expected");
    write_npy(NPY_F8, 2, (size_t[]){0, 4}, values);
    assert_refused("the shape is [0, 4]: there is no table");
    write_npy(NPY_F8, 2, (size_t[]){4, 0}, values);
    assert_refused("the shape is [4, 0]: a table");
    write_npy(NPY_I8, 1, (size_t[]){4}, values);
    assert_refused("elements are <i8, expected <f8");
    values[13] = NAN;
    write_npy(NPY_F8, 2, (size_t[]){8, 8}, values);
    assert_refused("table 1: the value of mask 5 is nan");
    values[13] = 0;
    values[63] = -INFINITY;
    write_npy(NPY_F8, 2, (size_t[]){8, 8}, values);
    assert_refused("table 7: the value of mask 7 is -inf");
    values[63] = -1.5e290;
    write_npy(NPY_F8, 2, (size_t[]){8, 8}, values);
    assert_refused("table 7: the value of mask 7 is -1.5e+290, more than 1e+290 in size");
}

static struct extraction *extract(struct value_tables *tables, struct interaction_options options,
                                  int n_threads)
{
    struct extraction *x;
    *tables = (struct value_tables){0};
    assert_int_equal(value_tables_read(values_path, tables, NULL), PT_OK);
    assert_int_equal(extract_tables(tables, &options, n_threads, &x, NULL), PT_OK);
    return x;
}

static void finish(struct extraction *x, struct value_tables *tables)
{
    extraction_free(x);
    value_tables_release(tables);
}

static void threads_change_nothing(void **state)
{
    (void)state;
    set_paths();
    write_random(9, 6);
    struct interaction_options options = {.gap = 1e-4, .tie_gap = 1e-5, .noise = 0.05};
    struct value_tables tables, again;
    struct extraction *one = extract(&tables, options, 1);
    for (int n_threads = 2; n_threads <= 16; n_threads *= 2) {
        struct extraction *x = extract(&again, options, n_threads);
        size_t bytes = 9 * 64 * sizeof(double);
        assert_memory_equal(x->I_and, one->I_and, bytes);
        assert_memory_equal(x->I_or, one->I_or, bytes);
        assert_memory_equal(x->noise, one->noise, bytes);
        assert_memory_equal(x->dual_bound, one->dual_bound, 9 * sizeof(double));
        assert_memory_equal(x->iterations, one->iterations, 9 * sizeof(int32_t));
        finish(x, &again);
    }
    assert_int_equal(one->n_unconverged, 0);
    finish(one, &tables);
}

static void tables_at_the_cap_are_counted(void **state)
{
    (void)state;
    set_paths();
    write_random(3, 6);
    struct value_tables tables;
    struct interaction_options options = {.gap = 1e-9, .max_iterations = 30};
    struct extraction *x = extract(&tables, options, 2);
    assert_int_equal(x->n_unconverged, 3);
    assert_int_equal(x->status[2], PT_TRACE_ITERATION_CAP);
    assert_null(x->noise);
    finish(x, &tables);
}

static void stopping_leaves_nothing(void **state)
{
    (void)state;
    set_paths();
    write_random(3, 4);
    volatile int stop = 15;
    struct value_tables tables = {0};
    struct interaction_options options = {.gap = 1e-4, .stop = &stop};
    struct extraction *x = NULL;
    assert_int_equal(value_tables_read(values_path, &tables, NULL), PT_OK);
    size_t live = mem_live_bytes();
    assert_int_equal(extract_tables(&tables, &options, 2, &x, NULL), PT_E_STOPPED);
    assert_null(x);
    assert_int_equal(mem_live_bytes(), live);
    value_tables_release(&tables);
}

/* All of it is asked for before the work begins, with the numbers that make it so much. */
static void too_little_memory_is_told_beforehand(void **state)
{
    (void)state;
    set_paths();
    write_random(2, 10);
    struct value_tables tables = {0};
    struct interaction_options options = {.gap = 1e-4};
    struct extraction *x = NULL;
    struct pt_error error = {0};
    assert_int_equal(value_tables_read(values_path, &tables, NULL), PT_OK);
    mem_set_limit(mem_live_bytes() + 200000);
    int status = extract_tables(&tables, &options, 2, &x, &error);
    mem_set_limit(0);
    assert_int_equal(status, PT_E_MEMORY);
    assert_non_null(strstr(error.message, "2 tables of 2^10 values with 2 threads: out of memory"));
    value_tables_release(&tables);
}

/* Two games of AND terms: {0}: 2, {0,1}: -1 and 0.04 in {1}, which is not salient; {1}: 8. */
static void orders_are_summed_by_hand(void **state)
{
    (void)state;
    set_paths();
    double v[] = {5, 7, 5.04, 6.04, 0, 0, 8, 8};
    write_npy(NPY_F8, 2, (size_t[]){2, 4}, v);
    struct value_tables tables;
    struct extraction *x =
        extract(&tables, (struct interaction_options){.solver = PT_SOLVER_AND}, 1);
    struct extraction_order orders[2];
    extraction_sum_orders(x, orders);
    assert_near(orders[0].n_and, 1, 1e-12);
    assert_near(orders[0].and_strength, (2 + 8) / 2.0, 1e-12);
    assert_near(orders[1].n_and, 0.5, 1e-12);
    assert_near(orders[1].and_strength, 0.5, 1e-12);
    assert_true(orders[0].n_or == 0 && orders[1].or_strength == 0);
    finish(x, &tables);
    /* Backwards: OR-only interactions are those of T -> v(N) - v(N without T). */
    double w[] = {0, 1.5, 1.5, 1.5};
    write_npy(NPY_F8, 1, (size_t[]){4}, w);
    x = extract(&tables, (struct interaction_options){.solver = PT_SOLVER_OR}, 1);
    extraction_sum_orders(x, orders);
    assert_true(orders[0].n_and == 0 && orders[1].n_or == 1 && orders[1].or_strength == 1.5);
    finish(x, &tables);
}

static void read_array(struct npz_reader *reader, const char *name, enum npy_type type, size_t rank,
                       const void *expected)
{
    struct npy_array array;
    assert_int_equal(npz_read(reader, name, type, &array, NULL), PT_OK);
    assert_int_equal(array.rank, rank);
    assert_memory_equal(array.values, expected, array.count * npy_type_bytes(type));
    mem_free(array.values);
}

static void file_holds_what_was_extracted(void **state)
{
    (void)state;
    set_paths();
    write_random(3, 4);
    struct value_tables tables;
    struct interaction_options options = {.gap = 1e-3, .tie_gap = 2e-5, .noise = 0.25};
    struct extraction *x = extract(&tables, options, 2);
    assert_int_equal(extraction_write(x, npz_path, NULL), PT_OK);
    struct npz_reader *reader;
    assert_int_equal(npz_open(npz_path, &reader, NULL), PT_OK);
    assert_int_equal(npz_n_entries(reader), 14);
    read_array(reader, "least", NPY_F8, 1, x->least);
    read_array(reader, "v", NPY_F8, 2, tables.v);
    read_array(reader, "I_and", NPY_F8, 2, x->I_and);
    read_array(reader, "I_or", NPY_F8, 2, x->I_or);
    read_array(reader, "noise", NPY_F8, 2, x->noise);
    read_array(reader, "dual", NPY_F8, 2, x->dual);
    read_array(reader, "objective", NPY_F8, 1, x->objective);
    read_array(reader, "dual_bound", NPY_F8, 1, x->dual_bound);
    read_array(reader, "iterations", NPY_I4, 1, x->iterations);
    read_array(reader, "status", NPY_I4, 1, x->status);
    read_array(reader, "solver", NPY_I4, 0, &(int32_t){PT_SOLVER_EXACT});
    read_array(reader, "gap", NPY_F8, 0, &options.gap);
    read_array(reader, "tie_gap", NPY_F8, 0, &options.tie_gap);
    read_array(reader, "noise_share", NPY_F8, 0, &options.noise);
    npz_close(reader);
    finish(x, &tables);
}

static void numbers_that_are_not_finite_are_not_stored(void **state)
{
    (void)state;
    set_paths();
    write_random(1, 3);
    struct value_tables tables;
    struct extraction *x = extract(&tables, (struct interaction_options){.gap = 1e-3}, 1);
    x->I_or[7] = INFINITY;
    struct pt_error error = {0};
    assert_int_equal(extraction_write(x, npz_path, &error), PT_E_DIVERGED);
    assert_non_null(strstr(error.message, "I_or: entry 7 is inf"));
    assert_false(file_exists(npz_path));
    finish(x, &tables);
}

static double json_number(const json_t *root, const char *part, const char *key)
{
    const json_t *value = json_object_get(json_object_get(root, part), key);
    assert_true(json_is_number(value));
    return json_number_value(value);
}

static json_t *load_export(const char *ending)
{
    char path[700];
    snprintf(path, sizeof path, "%.*s%s", (int)strlen(npz_path) - 4, npz_path, ending);
    json_t *root = json_load_file(path, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(root);
    return root;
}

static void exported_files_are_moebius_transforms(void **state)
{
    (void)state;
    set_paths();
    write_random(12, 3);
    struct value_tables tables;
    struct extraction *x = extract(&tables, (struct interaction_options){.gap = 1e-3}, 1);
    assert_int_equal(shapiq_export(x, npz_path, NULL), PT_OK);
    json_t *and_part = load_export(".11.and.json"), *or_part = load_export(".11.or.json");
    const double *I_and = x->I_and + 11 * 8, *I_or = x->I_or + 11 * 8, *v = tables.v + 11 * 8;
    assert_true(json_number(and_part, "data", "0,2") == I_and[5]);
    assert_true(json_number(and_part, "data", "1") == I_and[2]);
    assert_true(json_number(and_part, "data", "Empty") == v[0]);
    assert_true(json_number(and_part, "metadata", "baseline_value") == v[0]);
    assert_true(json_number(and_part, "metadata", "n_players") == 3);
    assert_true(json_number(and_part, "metadata", "max_order") == 3);
    assert_string_equal(
        json_string_value(json_object_get(json_object_get(and_part, "metadata"), "index")),
        "Moebius");
    assert_true(json_number(or_part, "data", "0,1,2") == I_or[7]);
    assert_true(json_number(or_part, "data", "Empty") == 0);
    assert_null(json_object_get(json_object_get(or_part, "data"), "1"));
    json_decref(and_part);
    json_decref(or_part);
    finish(x, &tables);
    /* One table needs no number. */
    write_random(1, 3);
    x = extract(&tables, (struct interaction_options){.gap = 1e-3}, 1);
    assert_int_equal(shapiq_export(x, npz_path, NULL), PT_OK);
    json_decref(load_export(".and.json"));
    json_decref(load_export(".or.json"));
    finish(x, &tables);
}

static int all_of_it(void *user, struct pt_error *error)
{
    (void)user;
    struct value_tables tables = {0};
    struct extraction *x = NULL;
    struct interaction_options options = {.gap = 1e-3, .noise = 0.02};
    int status = value_tables_read(values_path, &tables, error);
    if (!status)
        status = extract_tables(&tables, &options, 2, &x, error);
    if (!status)
        status = extraction_write(x, npz_path, error);
    if (!status)
        status = shapiq_export(x, npz_path, error);
    finish(x, &tables);
    return status;
}

static void every_failure_leaves_nothing(void **state)
{
    (void)state;
    set_paths();
    write_random(3, 3);
    assert_survives_memory_faults(all_of_it, NULL);
    assert_survives_file_faults(all_of_it, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tables_of_both_shapes_are_read),
        cmocka_unit_test(what_is_no_table_is_refused),
        cmocka_unit_test(threads_change_nothing),
        cmocka_unit_test(tables_at_the_cap_are_counted),
        cmocka_unit_test(stopping_leaves_nothing),
        cmocka_unit_test(too_little_memory_is_told_beforehand),
        cmocka_unit_test(orders_are_summed_by_hand),
        cmocka_unit_test(file_holds_what_was_extracted),
        cmocka_unit_test(numbers_that_are_not_finite_are_not_stored),
        cmocka_unit_test(exported_files_are_moebius_transforms),
        cmocka_unit_test(every_failure_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
