/* How far the tables of a network go: through the first dense layer where players are few. */
#include "testing.h"

#include "faults.h"

#include "num/gemm.h"
#include "phasetrace/network.h"
#include "trace/table_stack.h"

static struct pt_network *make_network_for(const char *preset, struct pt_shape input)
{
    struct pt_network_options options = {.preset = preset,
                                         .input = input,
                                         .n_classes = 10,
                                         .hidden = (const long[]){30},
                                         .n_hidden = 1};
    struct pt_network *network;
    assert_int_equal(pt_network_create(&options, &network, NULL), PT_OK);
    return network;
}

static struct pt_network *make_network(const char *preset)
{
    return make_network_for(preset, (struct pt_shape){1, 28, 28});
}

/* The next layer when position q belongs to player owner(q), for n players. */
static size_t next_layer(const struct pt_network *network, size_t n,
                         uint32_t (*owner)(size_t q, size_t n))
{
    struct pt_shape shape = pt_network_layer(network, 0).input;
    struct table_stack *stack;
    assert_int_equal(table_stack_create(network, 0, shape, n, &stack, NULL), PT_OK);
    struct table_map *input = table_stack_input(stack);
    for (size_t q = 0; q < shape.height * shape.width; q++)
        input->players[q] = (uint32_t)1 << owner(q, n);
    table_stack_plan(stack, n);
    size_t next = table_stack_next_layer(stack);
    table_stack_free(stack);
    return next;
}

static uint32_t by_rows(size_t q, size_t n)
{
    return (uint32_t)(q / 28 * n / 28);
}

static uint32_t by_tiles(size_t q, size_t n)
{
    return (uint32_t)((q / 28 / 6 * 5 + q % 28 / 6) % n);
}

static uint32_t scattered(size_t q, size_t n)
{
    return (uint32_t)((q * 5 + q / 28 * 3) % n);
}

static void tables_go_as_far_as_they_pay(void **state)
{
    (void)state;
    struct pt_network *lenet = make_network("lenet"), *mlp = make_network("mlp");
    size_t after_dense = pt_network_find_layer(lenet, "fc1") + 1;
    assert_int_equal(next_layer(lenet, 12, by_rows), after_dense + 1);
    assert_int_equal(next_layer(lenet, 8, by_rows), after_dense + 1);
    /* Every window sees all players, and 2^16 rows would not fit. */
    assert_int_equal(next_layer(lenet, 16, scattered), 0);
    /* To a dense layer it is all the same who owns which position. */
    assert_int_equal(next_layer(mlp, 12, scattered), 2);
    assert_int_equal(next_layer(mlp, 16, by_rows), 2);
    pt_network_free(lenet);
    pt_network_free(mlp);
}

static float input_value(size_t row)
{
    return (float)(row % 17) / 10 - 0.8f;
}

/* Logits of one mask, through the tables and by a forward pass of the masked input. */
static void assert_mask_agrees(const struct pt_network *network, struct table_stack *stack,
                               size_t n, uint32_t mask)
{
    float *values = calloc(table_stack_most_floats(stack), sizeof *values);
    float *gathered = calloc(table_stack_most_gathered(stack), sizeof *gathered);
    struct pt_workspace *workspace;
    assert_int_equal(pt_workspace_create(network, 1, 0, &workspace, NULL), PT_OK);
    size_t n_layers = pt_network_n_layers(network);
    float expected[10];
    for (size_t q = 0; q < 28 * 28; q++)
        values[q] = input_value(2 * q + (mask >> by_tiles(q, n) & 1));
    memcpy(expected, pt_network_forward(network, workspace, values, 1, 0, n_layers),
           sizeof expected);
    table_stack_expand(stack, NULL, mask, 0, gathered, values);
    const float *logits =
        pt_network_forward(network, workspace, values, 1, table_stack_next_layer(stack), n_layers);
    for (size_t k = 0; k < 10; k++)
        assert_near((double)logits[k], (double)expected[k], 1e-6);
    pt_workspace_free(workspace);
    free(values);
    free(gathered);
}

/* Up to the limit of memory and beyond, where the tables end before the dense layer. */
static void large_tables_agree_with_forward_passes(void **state)
{
    (void)state;
    struct pt_network *network = make_network("lenet");
    struct pt_shape shape = pt_network_layer(network, 0).input;
    for (size_t n = 10; n <= 18; n += 2) {
        struct table_stack *stack;
        assert_int_equal(table_stack_create(network, 0, shape, n, &stack, NULL), PT_OK);
        struct table_map *input = table_stack_input(stack);
        for (size_t q = 0; q < 28 * 28; q++)
            input->players[q] = (uint32_t)1 << by_tiles(q, n);
        table_stack_plan(stack, n);
        size_t next = table_stack_next_layer(stack);
        assert_true(next > 0);
        assert_true(table_stack_planned(stack).n_floats <= TABLE_MOST_FLOATS);
        for (size_t i = 0; i < 2 * 28 * 28; i++)
            input->values[i] = input_value(i);
        table_stack_load(stack);
        table_stack_fill(stack);
        for (uint32_t mask = 0; mask < 1u << n; mask += (1u << n) / 7)
            assert_mask_agrees(network, stack, n, mask);
        table_stack_free(stack);
    }
    pt_network_free(network);
}

/* Twenty players on small and large networks: the tables never take more than they may. */
static void twenty_players_stay_within_the_limit(void **state)
{
    (void)state;
    static const char *const presets[] = {"mlp", "lenet", "vgg11", "resnet8"};
    for (size_t i = 0; i < sizeof presets / sizeof *presets; i++) {
        struct pt_network *network = make_network_for(presets[i], (struct pt_shape){1, 32, 32});
        struct table_stack *stack;
        assert_int_equal(
            table_stack_create(network, 0, (struct pt_shape){1, 32, 32}, 20, &stack, NULL), PT_OK);
        struct table_map *input = table_stack_input(stack);
        for (size_t q = 0; q < 32 * 32; q++)
            input->players[q] = (uint32_t)1 << (q / 32 / 8 * 5 + q % 32 / 7) % 20;
        table_stack_plan(stack, 20);
        struct table_plan plan = table_stack_planned(stack);
        assert_in_range(plan.n_floats, 1, TABLE_MOST_FLOATS);
        assert_true(isfinite(plan.seconds) && plan.n_used + (size_t)plan.uses_head > 0);
        for (size_t k = 0; k < plan.n_used; k++)
            assert_true(plan.stages->stages[k].cost.scratch_floats <= TABLE_MOST_FLOATS);
        table_stack_free(stack);
        pt_network_free(network);
    }
}

static int create(void *user, struct pt_error *error)
{
    struct table_stack *stack = NULL;
    int status = table_stack_create(user, 0, pt_network_layer(user, 0).input, 10, &stack, error);
    table_stack_free(stack);
    return status;
}

static void creation_survives_memory_faults(void **state)
{
    (void)state;
    static const char *const presets[] = {"lenet", "mlp"};
    for (size_t i = 0; i < 2; i++) {
        struct pt_network *network = make_network(presets[i]);
        assert_survives_memory_faults(create, network);
        pt_network_free(network);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tables_go_as_far_as_they_pay),
        cmocka_unit_test(large_tables_agree_with_forward_passes),
        cmocka_unit_test(twenty_players_stay_within_the_limit),
        cmocka_unit_test(creation_survives_memory_faults),
    };
    blas_setup();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
