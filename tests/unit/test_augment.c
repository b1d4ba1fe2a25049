/* Augmentation: every pixel by its definition, how often each move is drawn, where it is refused.
 */
#include "testing.h"

#include "train/augment.h"

enum { CHANNELS = 2, HEIGHT = 7, WIDTH = 5, N_PIXELS = CHANNELS * HEIGHT * WIDTH };

static float means[N_PIXELS], deviations[N_PIXELS];
static struct pt_dataset dataset = {.name = "made-up",
                                    .channels = CHANNELS,
                                    .height = HEIGHT,
                                    .width = WIDTH,
                                    .mean = means,
                                    .deviation = deviations};

static struct augment augment_of(long shift, enum pt_switch flip)
{
    for (size_t i = 0; i < N_PIXELS; i++) {
        means[i] = i < N_PIXELS / CHANNELS ? 0.25f : 0.5f;
        deviations[i] = i < N_PIXELS / CHANNELS ? 0.5f : 2;
    }
    struct pt_config config;
    struct augment augment;
    pt_config_default(&config);
    config.run.seed = 17;
    config.train.shift = shift;
    config.train.flip = flip;
    assert_int_equal(augment_make(&config, &dataset, &augment, NULL), PT_OK);
    return augment;
}

/* All values differ, none is black. */
static void fill_image(float image[N_PIXELS])
{
    for (size_t i = 0; i < N_PIXELS; i++)
        image[i] = (float)(i + 1);
}

/* Whether the copy is the image moved by dy and dx, then mirrored. */
static int is_moved(const float *copy, long dy, long dx, int is_mirrored)
{
    static const float black[CHANNELS] = {-0.5f, -0.25f};
    for (long c = 0; c < CHANNELS; c++)
        for (long y = 0; y < HEIGHT; y++)
            for (long x = 0; x < WIDTH; x++) {
                long from_y = y - dy, from_x = (is_mirrored ? WIDTH - 1 - x : x) - dx;
                int is_inside = from_y >= 0 && from_y < HEIGHT && from_x >= 0 && from_x < WIDTH;
                float expected =
                    is_inside ? (float)((c * HEIGHT + from_y) * WIDTH + from_x + 1) : black[c];
                if (*copy++ != expected)
                    return 0;
            }
    return 1;
}

static void without_it_images_are_copied(void **state)
{
    (void)state;
    float image[N_PIXELS], copy[N_PIXELS];
    struct augment augment = augment_of(0, PT_NO);
    fill_image(image);
    augment_copy(&augment, 1, 2, image, copy);
    assert_memory_equal(copy, image, sizeof image);
}

/* Counts how often each (dy, dx, mirrored) was drawn; every copy is one of them. */
static void count_moves(long shift, enum pt_switch flip, size_t n_draws, size_t counts[9][9][2])
{
    struct augment augment = augment_of(shift, flip);
    float image[N_PIXELS], copy[N_PIXELS];
    fill_image(image);
    memset(counts, 0, 9 * 9 * 2 * sizeof(size_t));
    for (size_t draw = 0; draw < n_draws; draw++) {
        augment_copy(&augment, (uint32_t)draw % 10, (uint32_t)draw / 10, image, copy);
        size_t n_found = 0;
        for (long dy = -shift; dy <= shift; dy++)
            for (long dx = -shift; dx <= shift; dx++)
                for (int is_mirrored = 0; is_mirrored < 2; is_mirrored++)
                    if (is_moved(copy, dy, dx, is_mirrored)) {
                        counts[dy + shift][dx + shift][is_mirrored]++;
                        n_found++;
                    }
        assert_int_equal(n_found, 1);
    }
}

static void every_move_is_as_likely(void **state)
{
    (void)state;
    static size_t counts[9][9][2];
    count_moves(2, PT_YES, 10000, counts);
    /* 50 kinds, 200 each expected with a deviation of 14. */
    for (size_t dy = 0; dy < 5; dy++)
        for (size_t dx = 0; dx < 5; dx++)
            for (size_t is_mirrored = 0; is_mirrored < 2; is_mirrored++)
                assert_in_range(counts[dy][dx][is_mirrored], 140, 260);
    count_moves(4, PT_NO, 1000, counts);
    for (size_t dy = 0; dy < 9; dy++)
        for (size_t dx = 0; dx < 9; dx++)
            assert_int_equal(counts[dy][dx][1], 0);
    count_moves(0, PT_YES, 1000, counts);
    assert_in_range(counts[0][0][1], 440, 560);
}

/* A draw depends on seed, epoch and sample alone, not on those before it. */
static void draws_have_no_memory(void **state)
{
    (void)state;
    struct augment augment = augment_of(3, PT_YES), other = augment;
    other.seed++;
    float image[N_PIXELS], first[N_PIXELS], copy[N_PIXELS];
    fill_image(image);
    size_t n_same[3] = {0};
    for (uint32_t i = 0; i < 200; i++) {
        augment_copy(&augment, 5, i, image, first);
        augment_copy(&augment, 6, i, image, copy);
        n_same[0] += memcmp(first, copy, sizeof copy) == 0;
        augment_copy(&augment, 5, i + 1, image, copy);
        n_same[1] += memcmp(first, copy, sizeof copy) == 0;
        augment_copy(&other, 5, i, image, copy);
        n_same[2] += memcmp(first, copy, sizeof copy) == 0;
        augment_copy(&augment, 5, i, image, copy);
        assert_memory_equal(copy, first, sizeof copy);
    }
    for (size_t i = 0; i < 3; i++)
        assert_in_range(n_same[i], 0, 10); /* of 98 kinds: 2 expected */
}

static void what_is_no_image_is_refused(void **state)
{
    (void)state;
    struct pt_config config;
    struct augment augment;
    struct pt_error error;
    struct pt_dataset vectors = {.name = "made-up", .channels = 40, .height = 1, .width = 1};
    pt_config_default(&config);
    assert_int_equal(augment_make(&config, &vectors, &augment, &error), PT_OK);
    config.train.shift = 1;
    assert_int_equal(augment_make(&config, &vectors, &augment, &error), PT_E_CONFIG);
    assert_string_equal(error.message, "train.shift is for images: the samples of made-up are "
                                       "vectors of 40 numbers");
    config.train.shift = 0;
    config.train.flip = PT_YES;
    assert_int_equal(augment_make(&config, &vectors, &augment, &error), PT_E_CONFIG);
    config.train.shift = 5;
    assert_int_equal(augment_make(&config, &dataset, &augment, &error), PT_E_CONFIG);
    assert_string_equal(error.message,
                        "train.shift = 5 would move images of 7 x 5 pixels out of sight");
    config.train.shift = 4;
    assert_int_equal(augment_make(&config, &dataset, &augment, &error), PT_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_it_images_are_copied),
        cmocka_unit_test(every_move_is_as_likely),
        cmocka_unit_test(draws_have_no_memory),
        cmocka_unit_test(what_is_no_image_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
