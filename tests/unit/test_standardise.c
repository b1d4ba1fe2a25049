/* Standardisation: against a naive computation, by channel, of the named images alone. */
#include "testing.h"

#include "data/split.h"
#include "data/standardise.h"
#include "faults.h"

#define N_IMAGES 5
#define CHANNELS 3
#define PLANE 6 /* 2 rows, 3 columns */
#define N_USED 3

static unsigned char pixels[N_IMAGES][CHANNELS][PLANE];
static const struct sample_set IMAGES = {.n_samples = N_IMAGES,
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

/* A data set of the images in use as training samples, of all of them as third split. */
static void prepare(struct pt_dataset *d)
{
    static uint32_t all[N_IMAGES] = {0, 1, 2, 3, 4};
    *d = (struct pt_dataset){.channels = CHANNELS, .height = 2, .width = 3};
    assert_int_equal(split_allocate(&d->splits[PT_TRAIN], N_USED, CHANNELS * PLANE, NULL), PT_OK);
    assert_int_equal(split_allocate(&d->splits[PT_THIRD], N_IMAGES, CHANNELS * PLANE, NULL), PT_OK);
    memcpy(d->splits[PT_TRAIN].source_index, used, sizeof used);
    memcpy(d->splits[PT_THIRD].source_index, all, sizeof all);
}

static void release(struct pt_dataset *d)
{
    split_release(&d->splits[PT_TRAIN]);
    split_release(&d->splits[PT_THIRD]);
    mem_free(d->mean);
    mem_free(d->deviation);
    mem_free(d->mean_image);
}

static const struct sample_set *const SETS[PT_N_SPLITS] = {&IMAGES, &IMAGES, &IMAGES};

static void inputs_agree_with_a_naive_computation(void **state)
{
    (void)state;
    struct pt_dataset d;
    make_pixels();
    prepare(&d);
    assert_int_equal(standardise_images(&d, SETS, NULL), PT_OK);
    for (int c = 0; c < CHANNELS; c++) {
        double m, s;
        naive(c, &m, &s);
        if (c == 1)
            s = 1;
        for (int k = c * PLANE; k < (c + 1) * PLANE; k++) {
            double sum = 0;
            assert_near((double)d.mean[k], m, 1e-7);
            assert_near((double)d.deviation[k], s, 1e-7);
            for (int i = 0; i < N_IMAGES; i++) {
                double expected = (pixels[i][c][k - c * PLANE] / 255.0 - m) / s;
                double input = (double)d.splits[PT_THIRD].inputs[i * CHANNELS * PLANE + k];
                assert_near(input, expected, 1e-5);
            }
            for (int i = 0; i < N_USED; i++)
                sum += (double)d.splits[PT_TRAIN].inputs[i * CHANNELS * PLANE + k];
            assert_near((double)d.mean_image[k], sum / N_USED, 1e-6);
        }
    }
    assert_true(d.deviation[PLANE] == 1.0f);
    release(&d);
    assert_int_equal(mem_live_bytes(), 0);
}

/* Numbers with a gap, levels, a column that is the same everywhere but for rounding. */
static void columns_of_tables_stand_alone(void **state)
{
    (void)state;
    static const double cells[4][3] = {
        {1e9 + 1, 0, 0.1}, {1e9 + 3, 1, 0.1}, {NAN, 1, 0.1}, {1e9 + 7, CELL_UNSEEN, 0.1}};
    static const struct sample_set table = {.n_samples = 4, .width = 4, .cells = &cells[0][0]};
    static const struct sample_set *const sets[PT_N_SPLITS] = {&table, &table, &table};
    struct pt_feature features[3] = {{.n_levels = 0}, {.n_levels = 2}, {.n_levels = 0}};
    uint16_t feature_of[4] = {0, 1, 1, 2};
    struct pt_dataset d = {.channels = 1,
                           .height = 1,
                           .width = 4,
                           .n_features = 3,
                           .features = features,
                           .feature_of = feature_of};
    assert_int_equal(split_allocate(&d.splits[PT_TRAIN], 3, 4, NULL), PT_OK);
    assert_int_equal(split_allocate(&d.splits[PT_THIRD], 1, 4, NULL), PT_OK);
    for (uint32_t i = 0; i < 3; i++)
        d.splits[PT_TRAIN].source_index[i] = i;
    d.splits[PT_THIRD].source_index[0] = 3;
    assert_int_equal(standardise_table(&d, sets, NULL), PT_OK);
    const double r = sqrt(0.5); /* (1 - 2/3) / sqrt(2/9) */
    const double expected[4][4] = {
        {-1, 2 * r, -2 * r, 0}, {1, -r, r, 0}, {0, -r, r, 0}, {5, -r, -2 * r, 0}};
    for (int i = 0; i < 4; i++)
        for (int k = 0; k < 4; k++) {
            const struct pt_split *split = &d.splits[i < 3 ? PT_TRAIN : PT_THIRD];
            assert_near((double)split->inputs[4 * (i % 3) + k], expected[i][k], 1e-6);
        }
    const double means[4] = {1e9 + 2, 1 / 3.0, 2 / 3.0, 0.1}, deviations[2] = {1, sqrt(2 / 9.0)};
    for (int k = 0; k < 4; k++) {
        assert_near((double)d.mean[k], means[k], 1e-7 * means[k]);
        assert_near((double)d.deviation[k], deviations[k == 1 || k == 2], 1e-7);
        assert_near((double)d.mean_image[k], 0, 1e-7);
    }
    release(&d);
}

static int fill(void *dataset, struct pt_error *error)
{
    struct pt_dataset *d = dataset;
    int status = standardise_images(d, SETS, error);
    mem_free(d->mean);
    mem_free(d->deviation);
    mem_free(d->mean_image);
    d->mean = d->deviation = d->mean_image = NULL;
    return status;
}

static void failed_allocations_are_reported(void **state)
{
    (void)state;
    struct pt_dataset d;
    prepare(&d);
    assert_survives_memory_faults(fill, &d);
    release(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(inputs_agree_with_a_naive_computation),
        cmocka_unit_test(columns_of_tables_stand_alone),
        cmocka_unit_test(failed_allocations_are_reported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
