/* Planted interactions against those found, worked out by hand, and the claims about them. */
#include "testing.h"

#include "analysis_fixture.h"

static struct read_table table;

/* Two players pairs planted on one training and one testing sample: AND{0,1} = 2, OR{0,1,2} = -1.
 */
static void add_plant(struct pt_analysis *analysis)
{
    struct pt_trace *plant = make_trace(0, 3, 1, 1);
    for (size_t i = 0; i < 2; i++) {
        plant->I_and[i * 8 + 3] = 2;
        plant->I_or[i * 8 + 7] = -1;
    }
    fill_values(plant, 0);
    assert_int_equal(pt_analysis_set_plant(analysis, plant, NULL), PT_OK);
}

/* On the testing sample: one planted interaction, one with the wrong sign, one that was not. */
static void add_network(struct pt_analysis *analysis, long step, double or_value)
{
    struct pt_trace *trace = make_trace(step, 3, 1, 1);
    for (size_t i = 0; i < 2; i++) {
        trace->I_and[i * 8 + 3] = 1.5;
        trace->I_or[i * 8 + 7] = or_value;
        trace->I_and[i * 8 + 4] = 1;
    }
    fill_values(trace, 0);
    add_trace(analysis, trace);
}

static const char *finish(struct pt_analysis *analysis, const struct pt_metrics_row *metrics,
                          size_t n_metrics)
{
    struct pt_error error = {0};
    static char directory[600];
    snprintf(directory, sizeof directory, "%s", scratch_directory());
    if (pt_analysis_finish(analysis, metrics, n_metrics, directory, &error) != PT_OK)
        fail_msg("%s", error.message);
    strcat(directory, "/analysis");
    return directory;
}

static double number(size_t row, size_t column)
{
    return strtod(table.cells[row][column], NULL);
}

static void a_case_worked_out_by_hand(void **state)
{
    (void)state;
    struct pt_analysis *analysis = make_analysis(20);
    add_plant(analysis);
    add_network(analysis, 0, 0.5);
    read_table(&table, finish(analysis, NULL, 0), "ground_truth.csv");
    assert_int_equal(table.n_rows, 1 + 2 * 4);
    assert_string_equal(table.cells[5][2], "test");
    static const double all[] = {3, 2, 1.5 / 3, 0.5, 0.5, 2.0 / 3, 2.0 / 3, 2.0 / 3};
    for (size_t i = 0; i < 8; i++)
        assert_near(number(5, 4 + i), all[i], 1e-12);
    assert_string_equal(table.cells[5][12], ""); /* no baseline networks */
    assert_near(number(5, 14), 0.5, 1e-12);      /* of the two strongest 1.5 is planted, 1 is not */
    assert_near(number(6, 6), 0, 1e-12);         /* order 1: nothing of it was planted */
    assert_string_equal(table.cells[6][9], "");
    assert_near(number(7, 6), 1, 1e-12); /* order 2 */
    assert_near(number(7, 9), 1, 1e-12);
    assert_near(number(8, 9), 0, 1e-12); /* order 3: there, with the wrong sign */
    pt_analysis_free(analysis);
    assert_int_equal(mem_live_bytes(), 0);
}

static void claims_are_judged_where_the_loss_is_least(void **state)
{
    (void)state;
    const struct pt_metrics_row metrics[] = {
        {.step = 0, .test_loss = 2}, {.step = 1, .test_loss = 1}, {.step = 2, .test_loss = 3}};
    struct pt_analysis *analysis = make_analysis(20);
    add_plant(analysis);
    add_network(analysis, 0, 0.5);
    add_network(analysis, 1, -1.25);
    add_network(analysis, 2, 0.5);
    finish(analysis, metrics, 3);
    const struct pt_claim *claim = find_claim(analysis, "T1");
    assert_int_equal(claim->reproduced, PT_REPRODUCED);
    assert_near(claim->value, 1, 1e-12);
    assert_near(find_detail(claim, "step"), 1, 0);
    assert_near(find_detail(claim, "precision"), 2.75 / 3.75, 1e-12);
    assert_near(find_detail(claim, "r_precision_end"), 0.5, 1e-12);
    assert_int_equal(find_claim(analysis, "T2")->reproduced, PT_NOT_MEASURED);
    finish(analysis, metrics, 1);
    claim = find_claim(analysis, "T1");
    assert_int_equal(claim->reproduced, PT_NOT_REPRODUCED);
    assert_near(claim->value, 0.5, 1e-12);
    finish(analysis, NULL, 0);
    assert_int_equal(find_claim(analysis, "T1")->reproduced, PT_NOT_MEASURED);
    pt_analysis_free(analysis);
}

/* What is common with a baseline network is generalisable: of it, and of what was planted, how much
 * agrees. */
static void generalisable_interactions_are_compared(void **state)
{
    (void)state;
    const struct pt_metrics_row metrics[] = {{.step = 0, .test_loss = 2}};
    struct pt_analysis *analysis = make_analysis(20);
    add_plant(analysis);
    add_network(analysis, 0, -1.25);
    struct pt_trace *baseline = make_trace(9, 3, 1, 1);
    for (size_t i = 0; i < 2; i++) {
        baseline->I_and[i * 8 + 3] = 4;
        baseline->I_and[i * 8 + 4] = 1;
    }
    fill_values(baseline, 0);
    assert_int_equal(pt_analysis_add_baseline(analysis, baseline, NULL), PT_OK);
    read_table(&table, finish(analysis, metrics, 1), "ground_truth.csv");
    assert_near(number(5, 12), 1.5 / 2.5, 1e-12);
    assert_near(number(5, 13), 1.5 / 2.75, 1e-12);
    const struct pt_claim *claim = find_claim(analysis, "T2");
    assert_int_equal(claim->reproduced, PT_NOT_REPRODUCED);
    assert_near(claim->value, 1.5 / 2.75, 1e-12);
    pt_analysis_free(analysis);
}

static void a_truth_that_lacks_a_sample_is_refused(void **state)
{
    (void)state;
    struct pt_error error = {0};
    struct pt_analysis *analysis = make_analysis(20);
    add_plant(analysis);
    add_trace(analysis, make_trace(0, 3, 1, 2));
    assert_int_equal(pt_analysis_finish(analysis, NULL, 0, scratch_directory(), &error), PT_E_DATA);
    assert_non_null(strstr(error.message, "the planted truth lacks the test sample"));
    pt_analysis_free(analysis);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_case_worked_out_by_hand),
        cmocka_unit_test(claims_are_judged_where_the_loss_is_least),
        cmocka_unit_test(generalisable_interactions_are_compared),
        cmocka_unit_test(a_truth_that_lacks_a_sample_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
