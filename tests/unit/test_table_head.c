/* The dense layer on tables against the same layer in double, mask by mask. */
#include "testing.h"

#include "faults.h"
#include "reference.h"
#include "table_maps.h"
#include "num/gemm.h"
#include "num/kernels.h"
#include "trace/table_head.h"

enum { N_PLAYERS = 11 };

/* The mean of each channel of a map for one mask. */
static double *mean_for_mask(const struct table_map *map, uint32_t mask)
{
    size_t n_positions = map->shape.height * map->shape.width;
    float *values = calloc(shape_count(&map->shape), sizeof *values);
    double *means = calloc(map->shape.channels, sizeof *means);
    table_map_expand(map, mask, 0, values);
    for (size_t i = 0; i < shape_count(&map->shape); i++)
        means[i / n_positions] += (double)values[i] / (double)n_positions;
    free(values);
    return means;
}

static double *expected_for_mask(const struct layer *layer, const double *parameters,
                                 const struct table_map *map, int reads_means, uint32_t mask)
{
    if (!reads_means)
        return reference_for_mask(layer, parameters, map, mask);
    double *means = mean_for_mask(map, mask);
    double *output = calloc(layer->output.channels, sizeof *output);
    reference_forward(layer, parameters, means, output);
    free(means);
    return output;
}

static void check_head(struct pt_shape shape, size_t n_outputs, unsigned most, int reads_means,
                       uint32_t seed)
{
    struct layer layer = {.name = "fc", .input = shape};
    if (reads_means)
        layer.input = (struct pt_shape){shape.channels, 1, 1};
    assert_int_equal(dense_make(&layer, n_outputs, seed != 1, NULL), PT_OK);
    int relu = seed == 2;
    size_t n_parameters = layer.n_weights + layer.n_biases;
    float *parameters = calloc(n_parameters, sizeof *parameters);
    float *gathered = calloc(BLOCK * shape_count(&shape), sizeof *gathered);
    fill_uniform(parameters, n_parameters, 0.2, seed);
    double *exact = to_double(parameters, n_parameters);
    struct pt_layer_info info = describe_layer(&layer, parameters);
    struct table_map map = random_map(shape, N_PLAYERS, most, seed);
    struct table_head *head;
    const struct table_head_options options = {kernels_best(), info, shape, reads_means, relu};
    assert_int_equal(table_head_create(&options, &head, NULL), PT_OK);
    size_t n_floats = table_head_plan(head, &map).scratch_floats;
    float *floats = mem_alloc(n_floats + 1, sizeof *floats, NULL);
    floats[n_floats] = 12345;
    table_head_load(head, floats);
    table_head_fill(head, &map, floats);
    assert_true(floats[n_floats] == 12345);
    size_t width = table_head_width(head);
    float *values = calloc(BLOCK * width, sizeof *values);
    assert_true(width >= n_outputs);
    for (uint32_t first = 0; first < 1 << N_PLAYERS; first += BLOCK) {
        table_head_expand(head, NULL, first, BLOCK_BITS, gathered, values);
        for (uint32_t i = first / BLOCK; i < BLOCK; i += 37) {
            double *expected = expected_for_mask(&layer, exact, &map, reads_means, first + i);
            for (size_t o = 0; o < n_outputs; o++)
                assert_near((double)values[i * width + o],
                            relu ? fmax(0, expected[o]) : expected[o], 1e-5);
            free(expected);
        }
    }
    mem_free(floats);
    table_head_free(head);
    free_map(&map);
    free(exact);
    free(values);
    free(gathered);
    free(parameters);
}

static void dense_layers_agree_with_naive_ones(void **state)
{
    (void)state;
    for (uint32_t seed = 0; seed < 4; seed++) {
        check_head((struct pt_shape){1, 1, 1}, 4, 1, 0, seed);
        check_head((struct pt_shape){1, 9, 13}, 17, 1, 0, seed);
        check_head((struct pt_shape){3, 5, 4}, 7, 3, 0, seed);
        check_head((struct pt_shape){2, 4, 5}, 3, 9, 0, seed);
    }
}

/* More positions of one set than are added up at a time, few, one. */
static void means_agree_with_naive_ones(void **state)
{
    (void)state;
    for (uint32_t seed = 0; seed < 4; seed++) {
        check_head((struct pt_shape){3, 13, 11}, 5, 0, 1, seed);
        check_head((struct pt_shape){1, 12, 30}, 2, 1, 1, seed);
        check_head((struct pt_shape){20, 3, 5}, 10, 6, 1, seed);
        check_head((struct pt_shape){4, 1, 1}, 3, 9, 1, seed);
    }
}

/* Every set costs its rows times its inputs, for whole vectors of outputs. */
static void products_are_counted(void **state)
{
    (void)state;
    struct table_map map = random_map((struct pt_shape){2, 1, 3}, 4, 0, 1);
    map.players[0] = 1;
    map.players[1] = 6;
    map.players[2] = 1;
    for (int reads_means = 0; reads_means < 2; reads_means++) {
        const struct table_head_options options = {.dense = {.kind = "dense", .output = {10, 1, 1}},
                                                   .shape = map.shape,
                                                   .reads_means = reads_means};
        struct table_head *head;
        assert_int_equal(table_head_create(&options, &head, NULL), PT_OK);
        struct table_cost cost = table_head_plan(head, &map);
        assert_true(cost.scratch_floats < SIZE_MAX);
        assert_near(cost.products, (2 * (reads_means ? 2 : 4) + 4 * 2) * 16, 0);
        table_head_free(head);
    }
    free_map(&map);
}

static void too_many_sets_are_refused(void **state)
{
    (void)state;
    struct table_map map = random_map((struct pt_shape){1, 1, 200}, 4, 0, 1);
    for (uint32_t q = 0; q < 200; q++)
        map.players[q] = q;
    const struct table_head_options options = {.dense = {.kind = "dense", .output = {10, 1, 1}},
                                               .shape = map.shape};
    struct table_head *head;
    assert_int_equal(table_head_create(&options, &head, NULL), PT_OK);
    assert_true(table_head_plan(head, &map).scratch_floats == SIZE_MAX);
    for (uint32_t q = 0; q < 200; q++)
        map.players[q] = q % 128;
    assert_true(table_head_plan(head, &map).scratch_floats == SIZE_MAX);
    for (uint32_t q = 0; q < 200; q++)
        map.players[q] = q % 127; /* with the biases as many terms as there may be */
    assert_true(table_head_plan(head, &map).scratch_floats < SIZE_MAX);
    table_head_free(head);
    free_map(&map);
}

static int create(void *user, struct pt_error *error)
{
    struct table_head *head = NULL;
    int status = table_head_create(user, &head, error);
    table_head_free(head);
    return status;
}

static void creation_survives_memory_faults(void **state)
{
    (void)state;
    struct table_head_options options = {.dense = {.kind = "dense", .output = {10, 1, 1}},
                                         .shape = {1, 5, 5}};
    assert_survives_memory_faults(create, &options);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dense_layers_agree_with_naive_ones),
        cmocka_unit_test(means_agree_with_naive_ones),
        cmocka_unit_test(products_are_counted),
        cmocka_unit_test(too_many_sets_are_refused),
        cmocka_unit_test(creation_survives_memory_faults),
    };
    blas_setup();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
