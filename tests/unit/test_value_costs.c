/* What value tables cost, against numbers worked out by hand. */
#include "testing.h"

#include "faults.h"

#include "num/gemm.h"
#include "trace/masked_layer.h"
#include "trace/value_costs.h"

enum { N_PLAYERS = 10, SIDE = 8, N_POSITIONS = SIDE * SIDE };

static const struct pt_layer_spec specs[] = {
    {.kind = PT_CONV2D, .size = 16, .kernel = 1, .stride = 1},
    {.kind = PT_RELU},
    {.kind = PT_MAX_POOL, .kernel = 2, .stride = 2},
    {.kind = PT_DENSE, .size = 20},
    {.kind = PT_RELU},
    {.kind = PT_DENSE},
};

static struct pt_network *make_network(void)
{
    struct pt_network *network;
    const struct pt_network_options options = {.preset = "layers",
                                               .input = {3, SIDE, SIDE},
                                               .n_classes = 4,
                                               .layers = specs,
                                               .n_layers = sizeof specs / sizeof *specs};
    assert_int_equal(pt_network_create(&options, &network, NULL), PT_OK);
    return network;
}

static struct value_plan make_plan(const struct pt_network *network)
{
    return (struct value_plan){
        .network = network, .shape = {3, SIDE, SIDE}, .n_players = N_PLAYERS};
}

/* Ten players in the first two rows, each at one place. */
static void place_players(int32_t owner[N_POSITIONS])
{
    for (int32_t q = 0; q < N_POSITIONS; q++)
        owner[q] = q < N_PLAYERS ? q : -1;
}

static void rows_and_flops_are_counted(void **state)
{
    (void)state;
    struct pt_network *network = make_network();
    struct value_plan plan = make_plan(network);
    struct value_costs costs;
    int32_t owner[N_POSITIONS];
    place_players(owner);
    assert_int_equal(value_costs_find(&plan, owner, &costs, NULL), PT_OK);
    assert_int_equal(costs.n_layers, 7); /* with a flatten layer */
    assert_int_equal(costs.n_on_tables, 6);
    const struct value_layer_cost *layers = costs.layers;
    assert_string_equal(layers[0].name, "conv1");
    assert_string_equal(layers[0].kind, "conv2d");
    assert_true(layers[0].rows == 10 * 2 + 54 && layers[0].all_rows == 1024 * 64);
    assert_true(layers[1].rows == layers[0].rows && layers[1].flops == 0);
    /* The first pooled place sees players 0, 1, 8 and 9, three others see two each. */
    assert_true(layers[2].rows == 16 + 3 * 4 + 12 && layers[2].all_rows == 1024 * 16);
    assert_int_equal(layers[0].bytes, 74 * 16 * sizeof(float));
    assert_int_equal(layers[1].bytes, 0);
    assert_true(layers[0].plain_flops == 1024.0 * 2 * 64 * 3 * 16);
    assert_true(layers[4].plain_flops == 1024.0 * 2 * 16 * 16 * 20);
    double flops = 0, plain = 0;
    for (size_t i = 0; i < costs.n_layers; i++) {
        assert_int_equal(layers[i].on_tables, i < 6);
        assert_true(layers[i].rows <= layers[i].all_rows);
        flops += layers[i].flops;
        plain += layers[i].plain_flops;
    }
    assert_true(layers[6].flops == layers[6].plain_flops && layers[6].bytes == 0);
    assert_true(costs.flops == flops && costs.plain_flops == plain && flops < plain / 5);
    assert_true(costs.bytes > layers[0].bytes && costs.seconds > 0);
    value_costs_free(&costs);
    pt_network_free(network);
}

/* A map of one place that everybody has a part in: there is nothing to share. */
static void without_tables_nothing_is_saved(void **state)
{
    (void)state;
    struct pt_network *network = make_network();
    struct value_plan plan = make_plan(network);
    struct value_costs costs;
    int32_t owner[N_POSITIONS];
    plan.n_players = 1;
    place_players(owner);
    for (size_t q = 0; q < N_POSITIONS; q++)
        owner[q] = 0;
    assert_int_equal(value_costs_find(&plan, owner, &costs, NULL), PT_OK);
    for (size_t i = costs.n_on_tables; i < costs.n_layers; i++)
        assert_true(costs.layers[i].flops == costs.layers[i].plain_flops &&
                    costs.layers[i].rows == costs.layers[i].all_rows);
    assert_true(costs.layers[2].rows == 2 * 16);
    value_costs_free(&costs);
    assert_null(costs.layers);
    pt_network_free(network);
}

static int find(void *user, struct pt_error *error)
{
    struct value_plan plan = make_plan(user);
    struct value_costs costs;
    int32_t owner[N_POSITIONS];
    place_players(owner);
    int status = value_costs_find(&plan, owner, &costs, error);
    value_costs_free(&costs);
    return status;
}

static void finding_survives_memory_faults(void **state)
{
    (void)state;
    struct pt_network *network = make_network();
    assert_survives_memory_faults(find, network);
    pt_network_free(network);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_and_flops_are_counted),
        cmocka_unit_test(without_tables_nothing_is_saved),
        cmocka_unit_test(finding_survives_memory_faults),
    };
    blas_setup();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
