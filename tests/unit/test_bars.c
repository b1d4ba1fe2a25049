/* Bars: where they stand, seen in the pixels, and how they stack. */
#include "testing.h"

#include "report/bars.h"

#define STRIDE ((size_t)PAGE_WIDTH)

static struct canvas canvas;
static const struct order_axis orders = {100, 500, 1, 2};
static const struct value_axis values = {100, 500, -10, 10, 5, 0}; /* 20 units a value, 0 at 300 */

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

static struct spectrum spectrum_of(double first, double second)
{
    return (struct spectrum){2, {NAN, first, second}, {NAN, NAN, NAN}, {NAN, NAN, NAN}};
}

static void assert_colour(double x, double y, struct colour colour)
{
    cairo_surface_flush(canvas.surface);
    uint32_t pixel = canvas.pixels[(size_t)y * STRIDE + (size_t)x];
    assert_near((pixel >> 16 & 255) / 255.0, colour.red, 0.01);
    assert_near((pixel >> 8 & 255) / 255.0, colour.green, 0.01);
    assert_near((pixel & 255) / 255.0, colour.blue, 0.01);
}

static void layers_of_a_slot_are_stacked_by_sign(void **state)
{
    (void)state;
    struct bar_chart chart = {0};
    bar_chart_add(&chart, spectrum_of(3, NAN), colour_green, 0);
    bar_chart_add(&chart, spectrum_of(-2, 1), colour_blue, 0);
    bar_chart_add(&chart, spectrum_of(4, 2), colour_orange, 0);
    struct range range = bar_chart_range(&chart);
    assert_near(range.low, -2, 1e-12);
    assert_near(range.high, 7, 1e-12);
    bar_chart_draw(&canvas, &chart, &orders, &values);
    assert_colour(200, 300 - 20, colour_green);   /* 0..3 */
    assert_colour(200, 300 - 100, colour_orange); /* 3..7 */
    assert_colour(200, 300 - 150, colour_paper);
    assert_colour(200, 300 + 20, colour_blue); /* 0..-2 */
    assert_colour(200, 300 + 50, colour_paper);
    assert_colour(400, 300 - 10, colour_blue);   /* 0..1 */
    assert_colour(400, 300 - 40, colour_orange); /* 1..3 */
}

static void slots_stand_beside_each_other(void **state)
{
    (void)state;
    struct bar_chart chart = {0};
    bar_chart_add(&chart, spectrum_of(5, 5), colour_green, 0);
    bar_chart_add(&chart, spectrum_of(2, NAN), colour_blue, 1);
    bar_chart_add_mark(&chart, spectrum_of(8, NAN), colour_orange, 1);
    assert_near(bar_chart_range(&chart).high, 8, 1e-12); /* a mark stands at its value */
    bar_chart_draw(&canvas, &chart, &orders, &values);
    assert_colour(180, 300 - 60, colour_green);
    assert_colour(220, 300 - 20, colour_blue);
    assert_colour(220, 300 - 60, colour_paper);
    assert_colour(220, 300 - 160, colour_orange);
    assert_colour(420, 300 - 20, colour_paper);
}

static void whiskers_reach_their_bounds(void **state)
{
    (void)state;
    struct bar_chart chart = {0};
    struct spectrum spectrum = spectrum_of(4, 1);
    spectrum.low[1] = 3;
    spectrum.high[1] = 9;
    bar_chart_add(&chart, spectrum, colour_green, 0);
    assert_near(bar_chart_range(&chart).high, 9, 1e-12);
    bar_chart_draw(&canvas, &chart, &orders, &values);
    assert_colour(200, 300 - 170, colour_ink);
    assert_colour(200, 300 - 190, colour_paper);
    assert_colour(200, 300 - 40, colour_green);
}

static void charts_without_values_have_no_range(void **state)
{
    (void)state;
    struct bar_chart chart = {0};
    assert_true(range_is_empty(bar_chart_range(&chart)));
    bar_chart_add(&chart, spectrum_of(NAN, NAN), colour_green, 0);
    assert_true(range_is_empty(bar_chart_range(&chart)));
    bar_chart_draw(&canvas, &chart, &orders, &values);
    assert_colour(200, 290, colour_paper);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(layers_of_a_slot_are_stacked_by_sign, open_canvas,
                                        close_canvas),
        cmocka_unit_test_setup_teardown(slots_stand_beside_each_other, open_canvas, close_canvas),
        cmocka_unit_test_setup_teardown(whiskers_reach_their_bounds, open_canvas, close_canvas),
        cmocka_unit_test_setup_teardown(charts_without_values_have_no_range, open_canvas,
                                        close_canvas),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
