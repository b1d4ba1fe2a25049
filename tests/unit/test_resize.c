/* Resizing: against values computed with NumPy from the definition, and what must hold exactly. */
#include "testing.h"

#include "data/resize.h"
#include "faults.h"

#define HEIGHT 5
#define WIDTH 7

/* k^2 mod 251, row by row, and in a second channel 255 minus that. */
static unsigned char image[2][HEIGHT * WIDTH];

static int make_image(void **state)
{
    (void)state;
    for (int k = 0; k < HEIGHT * WIDTH; k++) {
        image[0][k] = (unsigned char)(k * k % 251);
        image[1][k] = (unsigned char)(255 - image[0][k]);
    }
    return 0;
}

/* floor(A x B^T + 1/2), A and B the weights of area means (3 below 5 and 7; 6 below 7) or of linear
 * interpolation (9; 6 above 5); the interpolation agrees with torch.nn.functional.interpolate. */
static const unsigned char to_3[9] = {25, 46, 78, 158, 58, 141, 117, 112, 138};
static const unsigned char to_6[36] = {0,   2,   6,  13,  22,  34,  38,  52,  68,  87,  109, 133,
                                       138, 123, 48, 81,  115, 153, 198, 167, 31,  76,  124, 175,
                                       157, 157, 79, 102, 136, 200, 39,  105, 173, 101, 66,  142};
static const unsigned char to_9[81] = {
    0,   1,   2,   5,   9,   14,  21,  29,  36,  16,  20,  25,  32,  39,  48,  59,  70,
    80,  44,  53,  64,  76,  90,  105, 121, 139, 154, 114, 128, 96,  53,  72,  94,  116,
    139, 160, 196, 215, 127, 12,  38,  65,  94,  123, 149, 193, 217, 135, 26,  58,  91,
    126, 161, 192, 172, 202, 138, 51,  89,  107, 141, 182, 219, 84,  119, 123, 120, 163,
    79,  88,  135, 177, 31,  69,  114, 161, 208, 62,  56,  107, 152};

static void values_are_those_of_the_definition(void **state)
{
    (void)state;
    const struct {
        size_t side;
        const unsigned char *expected;
    } cases[] = {{3, to_3}, {6, to_6}, {9, to_9}};
    for (size_t i = 0; i < 3; i++) {
        size_t n = cases[i].side * cases[i].side;
        unsigned char resized[2 * 81];
        assert_int_equal(resize_image(image[0], 2, HEIGHT, WIDTH, cases[i].side, resized, NULL),
                         PT_OK);
        assert_memory_equal(resized, cases[i].expected, n);
        for (size_t k = 0; k < n; k++)
            assert_in_range(resized[n + k], 254 - resized[k], 256 - resized[k]); /* both rounded */
    }
}

static void the_same_size_is_the_same_image(void **state)
{
    (void)state;
    unsigned char resized[25];
    assert_int_equal(resize_image(image[0], 1, 5, 5, 5, resized, NULL), PT_OK);
    assert_memory_equal(resized, image[0], 25);
}

static void one_colour_stays(void **state)
{
    (void)state;
    unsigned char flat[200], resized[31 * 31], expected[31 * 31];
    memset(flat, 173, sizeof flat);
    memset(expected, 173, sizeof expected);
    for (size_t side = 1; side <= 31; side++) {
        assert_int_equal(resize_image(flat, 1, 10, 20, side, resized, NULL), PT_OK);
        assert_memory_equal(resized, expected, side * side);
    }
    assert_int_equal(resize_image(flat, 1, 1, 1, 31, resized, NULL), PT_OK);
    assert_memory_equal(resized, expected, sizeof expected);
}

/* 3.5 becomes 4; 3.25 becomes 3. */
static void means_are_rounded_halves_up(void **state)
{
    (void)state;
    const unsigned char half[4] = {3, 4, 4, 3}, quarter[4] = {3, 3, 4, 3};
    unsigned char mean;
    assert_int_equal(resize_image(half, 1, 2, 2, 1, &mean, NULL), PT_OK);
    assert_int_equal(mean, 4);
    assert_int_equal(resize_image(quarter, 1, 2, 2, 1, &mean, NULL), PT_OK);
    assert_int_equal(mean, 3);
}

static int resize(void *side, struct pt_error *error)
{
    unsigned char resized[81];
    return resize_image(image[0], 1, HEIGHT, WIDTH, *(size_t *)side, resized, error);
}

static void failed_allocations_leave_nothing(void **state)
{
    (void)state;
    size_t side = 9;
    assert_survives_memory_faults(resize, &side);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_those_of_the_definition),
        cmocka_unit_test(the_same_size_is_the_same_image),
        cmocka_unit_test(one_colour_stays),
        cmocka_unit_test(means_are_rounded_halves_up),
        cmocka_unit_test(failed_allocations_leave_nothing),
    };
    return cmocka_run_group_tests(tests, make_image, NULL);
}
