/* The rules that cut a mean order curve into phases, on curves drawn by hand. */
#include "analysis_fixture.h"

#include "analysis/phases.h"

#include <jansson.h>

static void assert_points(const double *m, size_t n, size_t minimum, size_t rise)
{
    struct phase_points points = phase_points(m, n);
    assert_int_equal(points.minimum, minimum);
    assert_int_equal(points.rise, rise);
}

static void dips_are_cut_at_their_minimum(void **state)
{
    (void)state;
    /* the quarter of the rise lies at 2 */
    const double plain[] = {5, 3, 1, 1.5, 2.5, 4, 5};
    assert_points(plain, 7, 2, 4);
    const double relapsing[] = {5, 3, 1, 3, 1.9, 2.1, 5};
    assert_points(relapsing, 7, 2, 5);
    const double at_the_threshold[] = {5, 1, 2, 5};
    assert_points(at_the_threshold, 4, 1, 3);
    const double twice[] = {5, 1, 3, 1, 5};
    assert_points(twice, 5, 1, 4);
}

static void absent_phases_have_no_points(void **state)
{
    (void)state;
    const double falling[] = {4, 3, 2, 1}, rising[] = {1, 2, 3, 4}, flat[] = {2, 2, 2};
    const double recovering_nothing[] = {4, 1, 3, 1};
    assert_points(falling, 4, 3, 4);
    assert_points(rising, 4, 0, 1);
    assert_points(flat, 3, 0, 3);
    assert_points(flat, 1, 0, 1);
    assert_points(recovering_nothing, 4, 1, 4);
}

static void unknown_mean_orders_are_passed_over(void **state)
{
    (void)state;
    const double gaps[] = {NAN, 3, 1, 5}, nothing[] = {NAN, NAN}, open_end[] = {3, 1, 4, NAN};
    assert_points(gaps, 4, 2, 3);
    assert_points(nothing, 2, 2, 2);
    assert_points(open_end, 4, 1, 4);
}

/* One testing sample whose strength lies at orders 1 and 3, so that its mean order is m. */
static void add_checkpoint(struct pt_analysis *analysis, long step, double m)
{
    struct pt_trace *trace = make_trace(step, 3, 0, 1);
    trace->I_and[1] = (3 - m) / 2;
    trace->I_and[7] = (m - 1) / 2;
    fill_values(trace, 0);
    add_trace(analysis, trace);
}

static json_t *phases_of(struct pt_analysis *analysis)
{
    char path[600];
    const char *directory = scratch_directory();
    assert_int_equal(pt_analysis_finish(analysis, NULL, 0, directory, NULL), PT_OK);
    snprintf(path, sizeof path, "%s/analysis/phases.json", directory);
    json_t *document = json_load_file(path, 0, NULL);
    assert_non_null(document);
    return document;
}

static double number_of(json_t *document, const char *split, const char *key)
{
    json_t *value = json_object_get(json_object_get(document, split), key);
    assert_true(json_is_number(value) || json_is_null(value));
    return json_is_null(value) ? NAN : json_number_value(value);
}

static void phases_are_written(void **state)
{
    (void)state;
    struct pt_analysis *analysis = make_analysis(10);
    static const double m[] = {2.5, 1.75, 1.25, 1.375, 2, 2.75};
    for (size_t i = 0; i < 6; i++)
        add_checkpoint(analysis, i ? 1 << i : 0, m[i]);
    json_t *document = phases_of(analysis);
    assert_true(number_of(document, "test", "t_star") == 4);
    assert_true(number_of(document, "test", "t_rise") == 16);
    assert_near(number_of(document, "test", "mean_order_start"), 2.5, 1e-14);
    assert_near(number_of(document, "test", "mean_order_star"), 1.25, 1e-14);
    assert_near(number_of(document, "test", "mean_order_end"), 2.75, 1e-14);
    assert_true(number_of(document, "test", "t_star_low") == 4);
    assert_true(isnan(number_of(document, "train", "t_star")));
    assert_true(isnan(number_of(document, "train", "mean_order_end")));
    assert_int_equal(pt_analysis_phases(analysis, PT_TEST)->t_star, 4);
    json_decref(document);
    pt_analysis_free(analysis);
}

static void minima_at_an_end_are_no_end_of_a_phase(void **state)
{
    (void)state;
    static const double first[] = {1.25, 1.5, 2}, last[] = {2, 1.5, 1.25};
    for (int falls = 0; falls < 2; falls++) {
        struct pt_analysis *analysis = make_analysis(10);
        for (size_t i = 0; i < 3; i++)
            add_checkpoint(analysis, (long)i, falls ? last[i] : first[i]);
        json_t *document = phases_of(analysis);
        assert_true(isnan(number_of(document, "test", "t_star")));
        assert_true(isnan(number_of(document, "test", "mean_order_star")));
        assert_near(number_of(document, "test", "mean_order_end"), falls ? 1.25 : 2, 1e-14);
        assert_int_equal(pt_analysis_phases(analysis, PT_TEST)->t_rise, falls ? -1 : 1);
        json_decref(document);
        pt_analysis_free(analysis);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dips_are_cut_at_their_minimum),
        cmocka_unit_test(absent_phases_have_no_points),
        cmocka_unit_test(unknown_mean_orders_are_passed_over),
        cmocka_unit_test(phases_are_written),
        cmocka_unit_test(minima_at_an_end_are_no_end_of_a_phase),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
