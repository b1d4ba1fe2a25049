/* Text: what is drawn stays where it was promised, seen in the pixels. */
#include "testing.h"

#include "base/mem.h"
#include "report/text.h"

#define STRIDE ((size_t)PAGE_WIDTH)

static struct canvas canvas;

static int open_canvas(void **state)
{
    (void)state;
    int status = canvas_open(&canvas, CANVAS_PNG, "", NULL);
    canvas_set_colour(&canvas, colour_ink, 1);
    return status;
}

static int close_canvas(void **state)
{
    (void)state;
    canvas_close(&canvas);
    return 0;
}

/* The columns that are not all white. */
static void inked_columns(size_t *first, size_t *last)
{
    cairo_surface_flush(canvas.surface);
    *first = STRIDE;
    *last = 0;
    for (size_t y = 0; y < (size_t)PAGE_HEIGHT; y++)
        for (size_t x = 0; x < STRIDE; x++)
            if ((canvas.pixels[y * STRIDE + x] & 0xFFFFFF) != 0xFFFFFF) {
                *first = x < *first ? x : *first;
                *last = x > *last ? x : *last;
            }
}

static void long_text_stays_within(void **state)
{
    (void)state;
    char text[3000] = "";
    for (int i = 0; i < 80; i++)
        strcat(text, "Zo\xc3\xab \xe2\x88\x92 wide words ");
    for (enum text_align align = TEXT_LEFT; align <= TEXT_RIGHT; align++) {
        open_canvas(state);
        const struct text_style style = {.size = 40, .align = align};
        double x = align == TEXT_LEFT ? 300 : align == TEXT_CENTRE ? 700 : 1100;
        text_draw_within(&canvas, x, 500, 800, text, &style);
        size_t first, last;
        inked_columns(&first, &last);
        assert_true(first >= 298 && last <= 1102);
        assert_true(last - first > 740); /* and it uses the room it has */
        assert_int_equal(cairo_status(canvas.cairo), CAIRO_STATUS_SUCCESS);
        close_canvas(state);
    }
}

static void short_text_keeps_its_size(void **state)
{
    (void)state;
    const struct text_style style = {.size = 40, .is_bold = 1};
    double width = text_width(&canvas, "step 24", &style);
    text_draw_within(&canvas, 100, 500, 800, "step 24", &style);
    size_t first, last;
    inked_columns(&first, &last);
    assert_near((double)(last - first), width, 8);
}

/* Cutting happens between characters: Cairo would refuse half a UTF-8 sequence. */
static void cutting_keeps_characters_whole(void **state)
{
    (void)state;
    const struct text_style style = {.size = 20};
    for (size_t length = 1; length < 600; length += 7) {
        char text[1300] = "";
        for (size_t i = 0; i < length; i++)
            strcat(text, i % 2 ? "\xe2\x98\x83" : "\xc3\xab"); /* 5 bytes a pair */
        if (strlen(text) > 1250)
            break;
        text_draw_within(&canvas, 10, 50, 50, text, &style);
        assert_int_equal(cairo_status(canvas.cairo), CAIRO_STATUS_SUCCESS);
    }
}

static void wrapping_fits_or_draws_nothing(void **state)
{
    (void)state;
    const struct text_style style = {.size = 22, .align = TEXT_CENTRE};
    const char *text = "complex interactions are forgotten";
    size_t first, last;
    assert_int_equal(text_draw_wrapped(&canvas, 500, 100, 100, 9, text, &style), 0);
    assert_int_equal(text_draw_wrapped(&canvas, 500, 100, 250, 1, text, &style), 0);
    inked_columns(&first, &last);
    assert_true(first > last);
    assert_int_equal(text_draw_wrapped(&canvas, 500, 100, 1000, 1, text, &style), 1);
    assert_int_equal(text_draw_wrapped(&canvas, 500, 200, 260, 2, text, &style), 2);
    assert_int_equal(text_draw_wrapped(&canvas, 500, 300, 150, 4, text, &style), 3);
    assert_int_equal(text_draw_wrapped(&canvas, 500, 400, 150, 4, "", &style), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(long_text_stays_within),
        cmocka_unit_test_setup_teardown(short_text_keeps_its_size, open_canvas, close_canvas),
        cmocka_unit_test_setup_teardown(cutting_keeps_characters_whole, open_canvas, close_canvas),
        cmocka_unit_test_setup_teardown(wrapping_fits_or_draws_nothing, open_canvas, close_canvas),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
