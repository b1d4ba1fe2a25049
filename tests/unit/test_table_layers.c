/* Layers on tables against the same layer in double, mask by mask. */
#include "testing.h"

#include "reference.h"
#include "table_maps.h"
#include "num/gemm.h"
#include "num/kernels.h"
#include "trace/table_conv.h"

enum { N_PLAYERS = 10 };

struct shape_case {
    struct pt_shape input;
    size_t n_channels, kernel, stride, padding;
    unsigned most; /* players of a position */
};

static size_t n_values_of(const struct table_map *map)
{
    return map->first_row[map->shape.height * map->shape.width] * map->shape.channels;
}

static float *guarded_scratch(size_t n_floats)
{
    float *scratch = mem_alloc(n_floats + 1, sizeof *scratch, NULL);
    scratch[n_floats] = 12345;
    return scratch;
}

static void run_conv(const struct pt_layer_info *info, const struct table_map *input,
                     struct table_map *output)
{
    struct table_conv *conv;
    assert_int_equal(table_conv_create(kernels_best(), info, NULL, 0, &conv, NULL), PT_OK);
    struct table_cost cost = table_conv_plan(conv, input, output);
    float *scratch = guarded_scratch(cost.scratch_floats);
    output->values = mem_alloc(n_values_of(output), sizeof *output->values, NULL);
    table_conv_fill(conv, input, output, scratch);
    assert_true(scratch[cost.scratch_floats] == 12345);
    assert_true(cost.moves > 0 && cost.products > 0);
    table_conv_free(conv);
    mem_free(scratch);
}

static struct table_map run(const struct pt_layer_info *info, const struct table_map *input)
{
    struct table_map output;
    assert_int_equal(table_map_create(info->output, &output, NULL), PT_OK);
    if (strcmp(info->kind, "conv2d") == 0) {
        run_conv(info, input, &output);
        return output;
    }
    struct table_cost cost = table_pool_plan(info, input, &output);
    output.values = mem_alloc(n_values_of(&output), sizeof *output.values, NULL);
    table_pool_fill(kernels_best(), info, input, &output);
    assert_true(cost.moves > 0);
    return output;
}

static void assert_layer_agrees(const struct layer *layer, const float *parameters, unsigned most,
                                uint32_t seed)
{
    struct pt_layer_info info = describe_layer(layer, parameters);
    struct table_map input = random_map(layer->input, N_PLAYERS, most, seed);
    struct table_map output = run(&info, &input);
    double *exact = to_double(parameters, layer->n_weights + layer->n_biases);
    float *values = calloc(shape_count(&layer->output), sizeof *values);
    for (uint32_t mask = 0; mask < 1 << N_PLAYERS; mask += 31) {
        double *expected = reference_for_mask(layer, exact, &input, mask);
        table_map_expand(&output, mask, 0, values);
        for (size_t i = 0; i < shape_count(&layer->output); i++)
            assert_near((double)values[i], expected[i], 1e-5);
        free(expected);
    }
    free(values);
    free(exact);
    free_map(&input);
    free_map(&output);
}

static void convolutions_agree_with_naive_ones(void **state)
{
    (void)state;
    static const struct shape_case cases[] = {
        {{1, 9, 7}, 6, 5, 1, 2, 1},   {{3, 8, 11}, 4, 5, 1, 0, 2},  {{2, 7, 7}, 5, 3, 2, 1, 3},
        {{4, 5, 6}, 3, 1, 1, 0, 4},   {{2, 3, 3}, 2, 3, 1, 2, 9},   {{1, 8, 8}, 3, 8, 1, 0, 1},
        {{4, 7, 8}, 5, 1, 2, 0, 3},   {{3, 9, 8}, 4, 5, 3, 2, 2},   {{2, 7, 6}, 3, 2, 3, 1, 2},
        {{24, 4, 5}, 20, 3, 1, 1, 9}, {{33, 5, 4}, 17, 3, 2, 1, 8}, /* inputs with many rows, too */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct shape_case *c = &cases[i];
        struct layer layer = {.name = "conv", .input = c->input};
        assert_int_equal(
            conv2d_make(&layer, c->n_channels, c->kernel, c->stride, c->padding, i != 2, NULL),
            PT_OK);
        size_t n_parameters = layer.n_weights + layer.n_biases;
        float *parameters = calloc(n_parameters, sizeof *parameters);
        fill_uniform(parameters, n_parameters, 0.3, (uint32_t)i);
        for (uint32_t seed = 0; seed < 3; seed++)
            assert_layer_agrees(&layer, parameters, c->most, seed);
        free(parameters);
    }
}

/* Windows that overlap, windows that leave out the last row and column, more than 256 rows. */
static void poolings_agree_with_naive_ones(void **state)
{
    (void)state;
    static const struct shape_case cases[] = {{{6, 7, 9}, 0, 2, 2, 0, 2},
                                              {{3, 8, 8}, 0, 3, 2, 0, 1},
                                              {{2, 4, 4}, 0, 4, 1, 0, 9},
                                              {{2, 5, 5}, 0, 3, 2, 1, 3}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct layer layer = {.name = "pool", .input = cases[i].input};
        assert_int_equal(
            maxpool2d_make(&layer, cases[i].kernel, cases[i].stride, cases[i].padding, NULL),
            PT_OK);
        const float none = 0;
        for (uint32_t seed = 0; seed < 3; seed++)
            assert_layer_agrees(&layer, &none, cases[i].most, seed);
        struct layer average = {.name = "pool", .input = cases[i].input};
        assert_int_equal(
            avgpool2d_make(&average, cases[i].kernel, cases[i].stride, cases[i].padding, NULL),
            PT_OK);
        for (uint32_t seed = 0; seed < 3; seed++)
            assert_layer_agrees(&average, &none, cases[i].most, seed);
    }
}

/* As in the layers themselves: NaN is larger than all else and not cut off at zero. */
static void not_a_number_survives(void **state)
{
    (void)state;
    struct layer layer = {.name = "pool", .input = {1, 2, 2}};
    assert_int_equal(maxpool2d_make(&layer, 2, 2, 0, NULL), PT_OK);
    struct pt_layer_info info = describe_layer(&layer, NULL);
    for (size_t at = 0; at < 4; at++) {
        struct table_map input = random_map(layer.input, 1, 0, 1);
        input.values[at] = NAN;
        struct table_map output = run(&info, &input);
        table_relu(&output);
        assert_true(isnan(output.values[0]));
        free_map(&input);
        free_map(&output);
    }
}

static void relus_cut_off_every_row(void **state)
{
    (void)state;
    struct table_map map = random_map((struct pt_shape){3, 2, 5}, 6, 3, 4);
    struct table_map cut = random_map((struct pt_shape){3, 2, 5}, 6, 3, 4);
    table_relu(&cut);
    for (size_t i = 0; i < map.first_row[10] * 3; i++)
        assert_true(cut.values[i] == fmaxf(0, map.values[i]));
    free_map(&map);
    free_map(&cut);
}

/* A row for each mask of either map's players. */
static void sums_have_the_players_of_both(void **state)
{
    (void)state;
    struct pt_shape shape = {5, 3, 4};
    for (uint32_t seed = 0; seed < 6; seed++) {
        int relu = seed % 2 != 0;
        struct table_map left = random_map(shape, N_PLAYERS, 3, seed), sum;
        struct table_map right = random_map(shape, N_PLAYERS, 4, seed + 50);
        assert_int_equal(table_map_create(shape, &sum, NULL), PT_OK);
        assert_true(table_add_plan(&left, &right, &sum).moves > 0);
        for (size_t q = 0; q < 12; q++)
            assert_int_equal(sum.players[q], left.players[q] | right.players[q]);
        sum.values = mem_alloc(n_values_of(&sum), sizeof *sum.values, NULL);
        table_add_fill(kernels_best(), &left, &right, relu, &sum);
        for (uint32_t mask = 0; mask < 1 << N_PLAYERS; mask += 13) {
            float a[60], b[60], both[60];
            table_map_expand(&left, mask, 0, a);
            table_map_expand(&right, mask, 0, b);
            table_map_expand(&sum, mask, 0, both);
            for (size_t i = 0; i < 60; i++)
                assert_true(both[i] == (relu ? fmaxf(0, a[i] + b[i]) : a[i] + b[i]));
        }
        free_map(&left);
        free_map(&right);
        free_map(&sum);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(convolutions_agree_with_naive_ones),
        cmocka_unit_test(poolings_agree_with_naive_ones),
        cmocka_unit_test(not_a_number_survives),
        cmocka_unit_test(relus_cut_off_every_row),
        cmocka_unit_test(sums_have_the_players_of_both),
    };
    blas_setup();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
