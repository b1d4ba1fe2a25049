/* Axes: places of steps and values, ticks that do not collide, labels. */
#include "testing.h"

#include "report/axes.h"
#include "report/text.h"

static struct canvas canvas;

static int open_canvas(void **state)
{
    (void)state;
    return canvas_open(&canvas, CANVAS_PNG, "", NULL);
}

static int close_canvas(void **state)
{
    (void)state;
    canvas_close(&canvas);
    return 0;
}

static void steps_are_spaced_by_doubling(void **state)
{
    (void)state;
    const struct step_axis axis = {100, 1000, 1023};
    assert_near(step_axis_x(&axis, 0), 100, 1e-9);
    assert_near(step_axis_x(&axis, 1), 190, 1e-9);
    assert_near(step_axis_x(&axis, 31), 550, 1e-9);
    assert_near(step_axis_x(&axis, 1023), 1000, 1e-9);
}

static void assert_ticks(double width, double last, size_t n, const double *expected)
{
    const struct step_axis axis = {100, 100 + width, last};
    double ticks[AXES_MAX_TICKS];
    assert_int_equal(step_axis_ticks(&canvas, &axis, ticks), n);
    for (size_t i = 0; i < n; i++)
        assert_near(ticks[i], expected[i], 0);
}

static void wide_axes_have_more_ticks(void **state)
{
    (void)state;
    static const double many[] = {0, 1, 2, 5, 10, 20, 50, 100, 200};
    static const double few[] = {0, 1, 10, 100};
    static const double two[] = {0, 1};
    assert_ticks(1600, 200, 9, many);
    assert_ticks(300, 200, 4, few);
    assert_ticks(1600, 1, 2, two);
}

/* Whatever the range, labels keep clear of each other and of the page's end. */
static void labels_never_collide(void **state)
{
    (void)state;
    static const struct text_style style = {.size = TEXT_TICK};
    for (double last = 1; last <= 1e15; last = 3 * last + 1) {
        const struct step_axis axis = {100, 700, last};
        double ticks[AXES_MAX_TICKS], previous_end = -1;
        size_t n = step_axis_ticks(&canvas, &axis, ticks);
        assert_true(n >= 2);
        for (size_t i = 0; i < n; i++) {
            char text[32];
            format_count(ticks[i], text, sizeof text);
            double half = text_width(&canvas, text, &style) / 2;
            double x = step_axis_x(&axis, ticks[i]);
            assert_true(x - half > previous_end + 10);
            previous_end = x + half;
        }
        assert_true(previous_end < 740);
    }
}

static void values_are_linear_and_clamped(void **state)
{
    (void)state;
    const struct value_axis axis = {100, 300, -1, 3, 1, 0};
    assert_near(value_axis_y(&axis, -1), 300, 1e-9);
    assert_near(value_axis_y(&axis, 0), 250, 1e-9);
    assert_near(value_axis_y(&axis, 3), 100, 1e-9);
    assert_near(value_axis_y(&axis, 1e300), 100, 1e-9);
    assert_near(value_axis_y(&axis, -INFINITY), 300, 1e-9);
}

static void tick_steps_are_nice(void **state)
{
    (void)state;
    static const struct {
        double low, high, tick;
    } cases[] = {
        {0, 1, 0.2}, {0, 10, 2}, {1.3, 5.4, 1}, {-0.09, 0.08, 0.05}, {0, 6e-9, 1e-9}, {0, 7e8, 1e8},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct range range = {cases[i].low, cases[i].high};
        struct value_axis axis = value_axis_over(0, 100, range, 5);
        assert_near(axis.tick / cases[i].tick, 1, 1e-9);
        assert_true(axis.low <= cases[i].low && axis.high >= cases[i].high);
    }
}

/* Any range, however silly, gives an axis that a loop over its ticks gets to the end of. */
static void silly_ranges_give_sane_axes(void **state)
{
    (void)state;
    const struct range ranges[] = {
        range_empty(),  {0, 0},          {5, 5},         {-5, -5},
        {1e308, 1e308}, {-1e308, 1e308}, {1, 1 + 1e-15}, {-1e-320, 1e-320},
        {0, 1e-300},
    };
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++) {
        struct value_axis axis = value_axis_over(0, 100, ranges[i], 5);
        assert_true(isfinite(axis.low) && isfinite(axis.high) && axis.low < axis.high);
        double n_ticks = (axis.high - axis.low) / axis.tick;
        assert_true(n_ticks >= 1 && n_ticks <= 11);
    }
}

static void ranges_pass_over_nan(void **state)
{
    (void)state;
    struct range range = range_empty();
    assert_true(range_is_empty(range));
    range_add(&range, NAN);
    range_add(&range, INFINITY);
    assert_true(range_is_empty(range));
    range_add(&range, -2);
    range_add(&range, 7);
    range_add(&range, NAN);
    assert_near(range.low, -2, 0);
    assert_near(range.high, 7, 0);
}

static void labels_have_the_decimals_of_the_tick(void **state)
{
    (void)state;
    static const struct {
        double tick, value;
        const char *label;
    } cases[] = {
        {0.2, 0.4, "0.4"},
        {0.25, -0.5,
         "\xe2\x88\x92"
         "0.5"},
        {0.05, 0.1, "0.10"},
        {5, 10, "10"},
        {0.2, 5.5e-17, "0"},
        {1e-7, 3e-7, "3e-7"},
        {5e-4, 1e-3, "1e-3"},
        {5e-4, 1.5e-3, "1.5e-3"},
        {2e20, 4e20, "4e20"},
        {0.2, -5.5e-17, "0"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[64];
        const struct value_axis axis = {0, 1, 0, 1, cases[i].tick, 0};
        value_axis_label(&axis, cases[i].value, text, sizeof text);
        assert_string_equal(text, cases[i].label);
    }
}

static void logarithmic_axes_span_decades(void **state)
{
    (void)state;
    struct value_axis axis = value_axis_log_over(100, 500, (struct range){3e-5, 0.2});
    assert_near(axis.low, -5, 0);
    assert_near(axis.high, 0, 0);
    assert_near(value_axis_y(&axis, 1), 100, 1e-9);
    assert_near(value_axis_y(&axis, 1e-2), 260, 1e-9);
    assert_near(value_axis_y(&axis, 0), 500, 1e-9);
    assert_near(value_axis_y(&axis, -3), 500, 1e-9);
    char text[64];
    value_axis_label(&axis, 1e-4, text, sizeof text);
    assert_string_equal(text, "10\xe2\x81\xbb\xe2\x81\xb4");
    value_axis_label(&axis, 1e12, text, sizeof text);
    assert_string_equal(text, "10\xc2\xb9\xc2\xb2");
    value_axis_label(&axis, 1, text, sizeof text);
    assert_string_equal(text, "1");
    const struct range silly[] = {range_empty(), {0, 0}, {1e-300, 1e300}, {1, 1}, {-2, -1}};
    for (size_t i = 0; i < sizeof silly / sizeof *silly; i++) {
        axis = value_axis_log_over(100, 500, silly[i]);
        assert_true(axis.low < axis.high && axis.high - axis.low <= 200);
        assert_true((axis.high - axis.low) / axis.tick <= 7);
    }
}

static void orders_have_equal_room(void **state)
{
    (void)state;
    const struct order_axis from_1 = {100, 500, 1, 4}, from_0 = {100, 500, 0, 4};
    assert_near(order_axis_width(&from_1), 100, 1e-9);
    assert_near(order_axis_x(&from_1, 1), 150, 1e-9);
    assert_near(order_axis_x(&from_1, 4), 450, 1e-9);
    assert_near(order_axis_x(&from_0, 0), 140, 1e-9);
}

static void counts_are_grouped(void **state)
{
    (void)state;
    char text[32];
    format_count(0, text, sizeof text);
    assert_string_equal(text, "0");
    format_count(999, text, sizeof text);
    assert_string_equal(text, "999");
    format_count(1000, text, sizeof text);
    assert_string_equal(text, "1,000");
    format_count(1e15, text, sizeof text);
    assert_string_equal(text, "1,000,000,000,000,000");
    format_count(123456, text, 5);
    assert_true(strlen(text) < 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(steps_are_spaced_by_doubling),
        cmocka_unit_test(wide_axes_have_more_ticks),
        cmocka_unit_test(labels_never_collide),
        cmocka_unit_test(values_are_linear_and_clamped),
        cmocka_unit_test(tick_steps_are_nice),
        cmocka_unit_test(silly_ranges_give_sane_axes),
        cmocka_unit_test(ranges_pass_over_nan),
        cmocka_unit_test(labels_have_the_decimals_of_the_tick),
        cmocka_unit_test(logarithmic_axes_span_decades),
        cmocka_unit_test(orders_have_equal_room),
        cmocka_unit_test(counts_are_grouped),
    };
    return cmocka_run_group_tests(tests, open_canvas, close_canvas);
}
