/* metrics.csv: the columns others rely on, an exact round trip, files that are not it. */
#include "testing.h"

#include "base/fsio.h"
#include "base/mem.h"
#include "phasetrace/analysis.h"

#define HEADER                                                                                   \
    "step,epoch,train_loss,test_loss,loss_gap,train_accuracy,test_accuracy,learning_rate,"       \
    "train_clean_loss,train_loss_low,train_loss_high,test_loss_low,test_loss_high,loss_gap_low," \
    "loss_gap_high,train_accuracy_low,train_accuracy_high,test_accuracy_low,test_accuracy_high\n"

static const struct pt_metrics_row row = {
    .step = 1200,
    .epoch = 18.75,
    .train_loss = 0.1,
    .test_loss = 1.0 / 3,
    .loss_gap = -1e-300,
    .train_accuracy = 1,
    .test_accuracy = 0.30000000000000004,
    .learning_rate = 0.01,
    .train_clean_loss = NAN,
    .train_loss_bounds = {0.05, 0.15},
    .test_loss_bounds = {1e22, INFINITY},
    .loss_gap_bounds = {-5e-324, 1.7976931348623157e308},
    .train_accuracy_bounds = {0.5, 0.75},
    .test_accuracy_bounds = {0.25, 0.125},
};

static const char *write_file(const char *text)
{
    static char path[600];
    snprintf(path, sizeof path, "%s/metrics.csv", scratch_directory());
    assert_int_equal(file_replace(path, text, strlen(text), NULL), PT_OK);
    return path;
}

static void numbers_are_as_short_as_exactness_allows(void **state)
{
    (void)state;
    char line[PT_METRICS_LINE_BYTES];
    pt_metrics_header(line);
    assert_string_equal(line, HEADER);
    pt_metrics_format(&row, line);
    assert_string_equal(line, "1200,18.75,0.1,0.3333333333333333,-1e-300,1,0.30000000000000004,"
                              "0.01,,0.05,0.15,1e+22,,-4.94065645841247e-324,"
                              "1.7976931348623157e+308,0.5,0.75,0.25,0.125\n");
}

static void rows_read_back_exactly(void **state)
{
    (void)state;
    char text[3 * PT_METRICS_LINE_BYTES];
    struct pt_metrics_row *rows, first = {.step = 0, .epoch = 0};
    size_t n_rows;
    pt_metrics_header(text);
    pt_metrics_format(&first, text + strlen(text));
    pt_metrics_format(&row, text + strlen(text));
    assert_int_equal(pt_metrics_read(write_file(text), &rows, &n_rows, NULL), PT_OK);
    assert_int_equal(n_rows, 2);
    assert_int_equal(rows[0].step, 0);
    assert_int_equal(rows[1].step, 1200);
    assert_true(rows[1].test_loss == row.test_loss);
    assert_true(rows[1].loss_gap == row.loss_gap);
    assert_true(rows[1].test_accuracy == row.test_accuracy);
    assert_true(isnan(rows[1].train_clean_loss));
    assert_true(isnan(rows[1].test_loss_bounds.high));
    assert_true(rows[1].loss_gap_bounds.low == row.loss_gap_bounds.low);
    assert_true(rows[1].test_accuracy_bounds.high == row.test_accuracy_bounds.high);
    pt_metrics_free(rows);
    assert_int_equal(pt_metrics_read(write_file(HEADER), &rows, &n_rows, NULL), PT_OK);
    assert_int_equal(n_rows, 0);
    pt_metrics_free(rows);
    assert_int_equal(mem_live_bytes(), 0);
}

static void assert_refused(const char *text, long line, const char *message)
{
    struct pt_error error = {0};
    struct pt_metrics_row *rows;
    size_t n_rows;
    assert_int_equal(pt_metrics_read(write_file(text), &rows, &n_rows, &error), PT_E_DATA);
    assert_int_equal(error.line, line);
    if (!strstr(error.message, message))
        fail_msg("\"%s\" does not say \"%s\"", error.message, message);
    assert_int_equal(mem_live_bytes(), 0);
}

static void other_files_are_refused(void **state)
{
    (void)state;
    assert_refused("step,epoch\n1,2\n", 1, "train_loss");
    assert_refused(HEADER "1,2,3\n", 2, "3 cells");
    assert_refused(HEADER "0,,,,,,,,,,,,,,,,,,\n1.5,,,,,,,,,,,,,,,,,,\n", 3, "\"1.5\"");
    assert_refused(HEADER ",,,,,,,,,,,,,,,,,,\n", 2, "step \"\"");
    assert_refused(HEADER "-1,,,,,,,,,,,,,,,,,,\n", 2, "step \"-1\"");
    assert_refused(HEADER "1e16,,,,,,,,,,,,,,,,,,\n", 2, "step \"1e16\"");
    assert_refused(HEADER "1,,x,,,,,,,,,,,,,,,,\n", 2, "column train_loss");
}

static void reading_survives_any_failing_allocation(void **state)
{
    (void)state;
    const char *path = write_file(HEADER "1,,,,,,,,,,,,,,,,,,\n");
    struct pt_metrics_row *rows = NULL;
    size_t n_rows;
    int status = PT_E_MEMORY;
    for (long nth = 1; status != PT_OK; nth++) {
        assert_true(nth < 20);
        mem_fail_at(nth, 0);
        status = pt_metrics_read(path, &rows, &n_rows, NULL);
        mem_fail_at(0, 0);
        assert_true(status == PT_OK || mem_live_bytes() == 0);
    }
    pt_metrics_free(rows);
    assert_int_equal(mem_live_bytes(), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_as_short_as_exactness_allows),
        cmocka_unit_test(rows_read_back_exactly),
        cmocka_unit_test(other_files_are_refused),
        cmocka_unit_test(reading_survives_any_failing_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
