/* What is in a file: documents of every kind, when memory fails, too. */
#include "member_files.h"

#include "faults.h"
#include "fmt/safetensors.h"
#include "phasetrace/trace.h"
#include "study/inspect.h"
#include "study/inspect_numbers.h"

static int look(void *path, struct pt_error *error)
{
    json_t *document = NULL;
    int status = inspect(path, &document, error);
    if (status)
        return status;
    assert_non_null(json_string_value(json_object_get(document, "kind")));
    json_decref(document);
    return PT_OK;
}

static void summaries_are_about_finite_numbers(void **state)
{
    (void)state;
    static const double numbers[] = {-3, INFINITY, 5, 1, NAN};
    struct number_summary summary = {0};
    for (size_t i = 0; i < 5; i++)
        number_summary_add(&summary, numbers[i]);
    json_t *object = json_object();
    number_summary_describe(&summary, object);
    assert_near(json_real_value(json_object_get(object, "min")), -3, 0);
    assert_near(json_real_value(json_object_get(object, "max")), 5, 0);
    assert_near(json_real_value(json_object_get(object, "mean")), 1, 0);
    assert_near(json_real_value(json_object_get(object, "deviation")), sqrt(32. / 3), 1e-15);
    assert_int_equal(json_integer_value(json_object_get(object, "not_finite")), 2);
    json_decref(object);
}

static void nothing_has_no_moments(void **state)
{
    (void)state;
    struct number_summary summary = {0};
    json_t *object = json_object();
    number_summary_describe(&summary, object);
    assert_true(json_is_null(json_object_get(object, "min")));
    assert_true(json_is_null(json_object_get(object, "mean")));
    assert_true(json_is_null(json_object_get(object, "deviation")));
    json_decref(object);
}

static void files_when_memory_fails(void **state)
{
    (void)state;
    char directory[600], path[1200];
    snprintf(directory, sizeof directory, "%s", scratch_directory());
    write_file(directory, "table.csv", "a,b\n1,x\n,y\n");
    write_file(
        directory, "file.ini",
        "[data]\nset = boolean\ninputs = 4\nrelevant = 2\nterms = and2 1\ntrain_samples = 8\n"
        "test_samples = 8\n[model]\nhidden = 3\n[trace]\nplayers = 2\nbaseline = black\n");
    write_file(directory, "batch.bin", "");
    static const float values[] = {1, 2, 3};
    static const struct safetensors_tensor tensor = {
        .name = "w", .rank = 1, .shape = {3}, .count = 3, .values = values};
    snprintf(path, sizeof path, "%s/model.safetensors", directory);
    assert_int_equal(safetensors_write(path, &tensor, 1, NULL, 0, NULL), PT_OK);
    assert_survives_memory_faults(look, path);
    struct pt_trace *trace;
    assert_int_equal(pt_trace_create(3, 2, 1, &trace, NULL), PT_OK);
    snprintf(path, sizeof path, "%s/trace.npz", directory);
    assert_int_equal(pt_trace_write(trace, path, NULL), PT_OK);
    pt_trace_free(trace);
    assert_survives_memory_faults(look, path);
    snprintf(path, sizeof path, "%s/table.csv", directory);
    assert_survives_memory_faults(look, path);
    snprintf(path, sizeof path, "%s/file.ini", directory);
    assert_survives_memory_faults(look, path);
    assert_survives_memory_faults(look, SOURCE_ROOT "/datasets/mnist-small/"
                                                    "t10k-labels-idx1-ubyte.gz");
}

static void gaps_are_relative_to_what_was_reached(void **state)
{
    (void)state;
    char path[700];
    struct pt_trace *trace;
    assert_int_equal(pt_trace_create(3, 2, 0, &trace, NULL), PT_OK);
    trace->objective[0] = 4;
    trace->dual_bound[0] = 2;
    trace->objective[1] = trace->dual_bound[1] = 1;
    trace->status[1] = PT_TRACE_ITERATION_CAP;
    snprintf(path, sizeof path, "%s/trace.npz", scratch_directory());
    assert_int_equal(pt_trace_write(trace, path, NULL), PT_OK);
    pt_trace_free(trace);
    json_t *document;
    assert_int_equal(inspect(path, &document, NULL), PT_OK);
    const json_t *extraction = json_object_get(document, "extraction");
    assert_near(json_real_value(json_object_get(extraction, "worst_gap")), 0.5, 0);
    assert_near(json_real_value(json_object_get(extraction, "mean_gap")), 0.25, 0);
    assert_int_equal(json_integer_value(json_object_get(extraction, "iteration_cap")), 1);
    json_decref(document);
}

static void directories_when_memory_fails(void **state)
{
    (void)state;
    char directory[600], path[700];
    snprintf(directory, sizeof directory, "%s", scratch_directory());
    write_file(directory, "run/config.ini", "[run]\nname = r\n");
    write_file(directory, "run/manifest.json", "{\"state\": \"finished\"}");
    write_file(directory, "run/snapshots/step_00000000.safetensors", "");
    write_file(directory, "run/analysis/claims.json", "[{\"id\": \"D1\", \"reproduced\": true}]");
    snprintf(path, sizeof path, "%s/run", directory);
    assert_survives_memory_faults(look, path);
    write_file(directory, "series/config.ini", "[run]\nname = r\nseeds = 1, 2\n");
    write_file(directory, "series/seed_1/manifest.json", "{\"state\": \"finished\"}");
    snprintf(path, sizeof path, "%s/series", directory);
    assert_survives_memory_faults(look, path);
    write_file(directory, "leaves/birch/1.png", "");
    write_file(directory, "leaves/oak/1.png", "");
    snprintf(path, sizeof path, "%s/leaves", directory);
    assert_survives_memory_faults(look, path);
    write_file(directory, "tables/t.csv", "a\n1\n");
    snprintf(path, sizeof path, "%s/tables", directory);
    assert_survives_memory_faults(look, path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(summaries_are_about_finite_numbers),
        cmocka_unit_test(nothing_has_no_moments),
        cmocka_unit_test(files_when_memory_fails),
        cmocka_unit_test(gaps_are_relative_to_what_was_reached),
        cmocka_unit_test(directories_when_memory_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
