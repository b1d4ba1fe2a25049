/* Standardisation: against a naive computation, by channel, of the named images alone. */
#include "testing.h"

#include "base/mem.h"
#include "data/standardise.h"

#define N_IMAGES 5
#define CHANNELS 3
#define PLANE 6 /* 2 rows, 3 columns */
#define N_USED 3

static unsigned char pixels[N_IMAGES][CHANNELS][PLANE];
static const struct image_set IMAGES = {.n_images = N_IMAGES,
                                        .channels = CHANNELS,
                                        .height = 2,
                                        .width = 3,
                                        .pixels = &pixels[0][0][0]};
static uint32_t used[N_USED] = {4, 0, 3};

/* Channel 1 is the same everywhere in the images that are used. */
static void make_pixels(void)
{
    unsigned x = 12345;
    for (int i = 0; i < N_IMAGES; i++)
        for (int c = 0; c < CHANNELS; c++)
            for (int k = 0; k < PLANE; k++) {
                x = x * 1103515245u + 12345u;
                pixels[i][c][k] = c == 1 && i != 1 ? 77 : (unsigned char)(x >> 16);
            }
}

static void naive(int c, double *mean, double *deviation)
{
    *mean = *deviation = 0;
    for (int i = 0; i < N_USED; i++)
        for (int k = 0; k < PLANE; k++)
            *mean += pixels[used[i]][c][k] / 255.0 / (N_USED * PLANE);
    for (int i = 0; i < N_USED; i++)
        for (int k = 0; k < PLANE; k++)
            *deviation += pow(pixels[used[i]][c][k] / 255.0 - *mean, 2) / (N_USED * PLANE);
    *deviation = sqrt(*deviation);
}

static void inputs_agree_with_a_naive_computation(void **state)
{
    (void)state;
    make_pixels();
    float mean[PT_MAX_CHANNELS], deviation[PT_MAX_CHANNELS];
    float inputs[N_USED][CHANNELS][PLANE], mean_image[CHANNELS][PLANE];
    struct pt_split split = {.n_samples = N_USED, .inputs = &inputs[0][0][0], .source_index = used};
    standardise_measure(&IMAGES, &split, mean, deviation);
    standardise_fill(&IMAGES, mean, deviation, &split);
    assert_int_equal(standardise_mean_image(&IMAGES, &split, &mean_image[0][0], NULL), PT_OK);
    for (int c = 0; c < CHANNELS; c++) {
        double m, d;
        naive(c, &m, &d);
        if (c == 1)
            d = 1;
        assert_near(mean[c], m, 1e-7);
        assert_near(deviation[c], d, 1e-7);
        for (int k = 0; k < PLANE; k++) {
            double sum = 0;
            for (int i = 0; i < N_USED; i++) {
                assert_near(inputs[i][c][k], (pixels[used[i]][c][k] / 255.0 - m) / d, 1e-5);
                sum += inputs[i][c][k];
            }
            assert_near(mean_image[c][k], sum / N_USED, 1e-6);
        }
    }
    assert_true(deviation[1] == 1.0f);
    assert_int_equal(mem_live_bytes(), 0);
}

static void failed_allocations_are_reported(void **state)
{
    (void)state;
    struct pt_split split = {.n_samples = 0};
    mem_fail_at(1, 0);
    assert_int_equal(standardise_mean_image(&IMAGES, &split, NULL, NULL), PT_E_MEMORY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(inputs_agree_with_a_naive_computation),
        cmocka_unit_test(failed_allocations_are_reported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
