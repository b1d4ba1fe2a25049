/* The order spectrum of a checkpoint: hand-computed, and the numbers of analysis/orders.csv. */
#include "analysis_fixture.h"

#include "faults.h"

/* Two players, two training samples, one of testing. All v(N) - v(0) are 4 + 1, so tau = .15. */
static struct pt_trace *hand_trace(void)
{
    static const double I_and[3][4] = {{0, 4, 0, 1}, {0, 2, 4, -1}, {0, 5.5, 0, 0.1}};
    static const double I_or[3] = {0, 0, -0.6};
    struct pt_trace *trace = make_trace(7, 2, 2, 1);
    for (size_t i = 0; i < 3; i++) {
        memcpy(trace->I_and + 4 * i, I_and[i], sizeof I_and[i]);
        trace->I_or[4 * i + 3] = I_or[i];
    }
    fill_values(trace, 0);
    return trace;
}

static void spectrum_is_the_one_added_up_by_hand(void **state)
{
    (void)state;
    struct pt_spectrum s;
    assert_int_equal(pt_spectrum_compute(hand_trace(), 0.03, &s, NULL), PT_OK);
    assert_int_equal(s.step, 7);
    assert_near(s.epoch, 7.0 / 8, 0);
    assert_int_equal(s.n_players, 2);
    assert_int_equal(s.n_samples[PT_TRAIN], 2);
    assert_int_equal(s.n_samples[PT_TEST], 1);
    assert_int_equal(s.n_samples[PT_THIRD], 0);
    assert_near(s.orders[PT_TRAIN][0].strength, 5, 1e-15);
    assert_near(s.orders[PT_TRAIN][1].and_strength, 1, 1e-15);
    assert_near(s.orders[PT_TEST][0].and_strength, 5.5, 1e-15);
    assert_near(s.orders[PT_TEST][1].and_strength, 0, 0); /* .1 is not salient */
    assert_near(s.orders[PT_TEST][1].or_strength, 0.6, 1e-15);
    assert_near(s.orders[PT_TEST][1].strength, 0.6, 1e-15);
}

static void spectrum_is_that_of_the_table(void **state)
{
    (void)state;
    static struct read_table table;
    char directory[600];
    struct pt_spectrum s;
    struct pt_analysis *analysis = make_analysis(10);
    add_trace(analysis, hand_trace());
    assert_int_equal(pt_spectrum_compute(hand_trace(), 0, &s, NULL), PT_OK);
    snprintf(directory, sizeof directory, "%s", scratch_directory());
    assert_int_equal(pt_analysis_finish(analysis, NULL, 0, directory, NULL), PT_OK);
    strcat(directory, "/analysis");
    read_table(&table, directory, "orders.csv");
    assert_int_equal(table.n_rows, 1 + 2 * 3 * 2);
    for (size_t row = 1; row < table.n_rows; row++) {
        size_t split = strcmp(table.cells[row][2], "train") == 0 ? PT_TRAIN : PT_TEST;
        const struct pt_spectrum_order *order =
            &s.orders[split][strtol(table.cells[row][4], NULL, 10) - 1];
        const char *kind = table.cells[row][3];
        double strength = strcmp(kind, "and") == 0  ? order->and_strength
                          : strcmp(kind, "or") == 0 ? order->or_strength
                                                    : order->strength;
        assert_true(strtod(table.cells[row][5], NULL) == strength); /* bit for bit */
    }
    pt_analysis_free(analysis);
}

static void failures_leave_nothing_behind(void **state)
{
    (void)state;
    struct pt_spectrum s;
    struct pt_trace *trace = hand_trace();
    size_t live_bytes = mem_live_bytes();
    int status = PT_E_MEMORY;
    for (long nth = 1; status == PT_E_MEMORY; nth++) {
        mem_fail_at(nth, 0);
        status = pt_spectrum_compute(trace, 0.03, &s, NULL);
        mem_fail_at(0, 0);
        assert_int_equal(mem_live_bytes(), live_bytes);
        assert_true(nth > 1 || status == PT_E_MEMORY);
    }
    assert_int_equal(status, PT_OK);
    trace->group[0] = PT_GROUP_TEST;
    assert_int_equal(pt_spectrum_compute(trace, 0.03, &s, NULL), PT_E_DATA);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spectrum_is_the_one_added_up_by_hand),
        cmocka_unit_test(spectrum_is_that_of_the_table),
        cmocka_unit_test(failures_leave_nothing_behind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
