/* Wherever the tables of a network end, the logits are those of a plain forward pass. */
#include "testing.h"

#include "base/random.h"
#include "num/gemm.h"
#include "phasetrace/network.h"
#include "trace/table_stack.h"

enum { N_PLAYERS = 7, N_CLASSES = 3, MOST_VALUES = 3 * 32 * 32 };

#define CONV(c, k, s, p)                                                     \
    {                                                                        \
        .kind = PT_CONV2D, .size = c, .kernel = k, .stride = s, .padding = p \
    }

static const struct pt_layer_spec many_kinds[] = {
    CONV(5, 3, 1, 1),
    {.kind = PT_BATCH_NORM},
    {.kind = PT_RELU},
    {.kind = PT_AVERAGE_POOL, .kernel = 3, .stride = 1, .padding = 1},
    {.kind = PT_RESIDUAL, .size = 6, .stride = 2},
    {.kind = PT_RELU},
    {.kind = PT_MAX_POOL, .kernel = 3, .stride = 2, .padding = 1},
    {.kind = PT_BATCH_NORM},
    {.kind = PT_DROPOUT, .rate = 0.3},
    CONV(20, 2, 1, 1),
    {.kind = PT_GLOBAL_AVERAGE_POOL},
    {.kind = PT_DENSE, .size = 9},
    {.kind = PT_RELU},
    {.kind = PT_DENSE},
};

static const struct pt_network_options networks[] = {
    {.preset = "layers",
     .input = {2, 15, 18},
     .layers = many_kinds,
     .n_layers = sizeof many_kinds / sizeof *many_kinds},
    {.preset = "lenet", .input = {1, 28, 28}},
    {.preset = "resnet8", .input = {3, 16, 16}, .width = 0.5},
    {.preset = "vgg11_bn", .input = {1, 32, 32}, .width = 0.1},
    {.preset = "mlp", .input = {2, 5, 5}, .hidden = (const long[]){12, 8}, .n_hidden = 2},
};

static struct pt_network *make_network(const struct pt_network_options *base)
{
    struct pt_network_options options = *base;
    struct pt_network *network;
    options.n_classes = N_CLASSES;
    assert_int_equal(pt_network_create(&options, &network, NULL), PT_OK);
    struct random_stream stream = random_stream(5, RANDOM_TEST, 0, 0);
    for (size_t i = 0; i < pt_network_n_tensors(network); i++) {
        const struct pt_tensor *tensor = pt_network_tensor(network, i);
        float *values = pt_network_parameters(network) + tensor->offset;
        for (size_t k = 0; k < tensor->count && tensor->is_buffer; k++)
            values[k] = 0.5f + (float)random_uniform(&stream);
    }
    return network;
}

static float value_at(size_t channel, size_t q, int is_present)
{
    struct random_stream stream = random_stream(9, RANDOM_TEST, (uint32_t)channel, (uint32_t)q);
    float present = (float)random_normal(&stream), absent = 0.2f * (float)random_normal(&stream);
    return is_present ? present : absent;
}

/* Five positions in a row belong together; a sixth of them to nobody. */
static uint32_t player_of(struct pt_shape shape, size_t q)
{
    size_t cell = q / shape.width / 4 * 5 + q % shape.width / 4;
    return cell % 6 == 5 ? N_PLAYERS : (uint32_t)(cell % N_PLAYERS);
}

static void set_players(struct table_map *input)
{
    for (size_t q = 0; q < input->shape.height * input->shape.width; q++) {
        uint32_t player = player_of(input->shape, q);
        input->players[q] = player < N_PLAYERS ? (uint32_t)1 << player : 0;
    }
}

static void set_values(struct table_map *input)
{
    float *row = input->values;
    for (size_t q = 0; q < input->shape.height * input->shape.width; q++)
        for (int present = 0; present <= (input->players[q] != 0); present++)
            for (size_t c = 0; c < input->shape.channels; c++)
                *row++ = value_at(c, q, present);
}

static const float *expected_logits(const struct pt_network *network, struct pt_workspace *w,
                                    struct pt_shape shape, uint32_t mask)
{
    float values[MOST_VALUES];
    size_t n_positions = shape.height * shape.width;
    for (size_t i = 0; i < shape.channels * n_positions; i++) {
        uint32_t player = player_of(shape, i % n_positions);
        values[i] =
            value_at(i / n_positions, i % n_positions, player < N_PLAYERS && (mask >> player & 1));
    }
    return pt_network_forward(network, w, values, 1, 0, pt_network_n_layers(network));
}

static void assert_stack_agrees(const struct pt_network *network, struct table_stack *stack)
{
    static float values[MOST_VALUES * 16], gathered[MOST_VALUES * 16];
    struct pt_shape shape = table_stack_input(stack)->shape;
    struct pt_workspace *w;
    assert_int_equal(pt_workspace_create(network, 1, 0, &w, NULL), PT_OK);
    assert_true(table_stack_most_floats(stack) <= sizeof values / sizeof *values);
    assert_true(table_stack_most_gathered(stack) <= sizeof gathered / sizeof *gathered);
    table_stack_plan(stack, N_PLAYERS);
    set_values(table_stack_input(stack));
    table_stack_load(stack);
    table_stack_fill(stack);
    for (uint32_t mask = 0; mask < 1 << N_PLAYERS; mask += 9) {
        float expected[N_CLASSES], largest = 0;
        memcpy(expected, expected_logits(network, w, shape, mask), sizeof expected);
        table_stack_expand(stack, NULL, mask, 0, gathered, values);
        const float *logits = pt_network_forward(
            network, w, values, 1, table_stack_next_layer(stack), pt_network_n_layers(network));
        for (size_t k = 0; k < N_CLASSES; k++)
            largest = fmaxf(largest, fabsf(expected[k]));
        for (size_t k = 0; k < N_CLASSES; k++)
            assert_near((double)logits[k], (double)expected[k], 1e-5 * (double)largest);
    }
    pt_workspace_free(w);
}

/* All ends that are allowed, and no others: those between residual blocks. */
static void tables_may_end_anywhere(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof networks / sizeof *networks; i++) {
        struct pt_network *network = make_network(&networks[i]);
        struct table_stack *stack;
        assert_int_equal(table_stack_create(network, 0, networks[i].input, N_PLAYERS, &stack, NULL),
                         PT_OK);
        set_players(table_stack_input(stack));
        const struct table_stages *stages = table_stack_planned(stack).stages;
        assert_non_null(stages->head);
        for (size_t n_used = 0; n_used <= stages->n; n_used++)
            for (int with_head = 0; with_head <= (n_used == stages->n); with_head++) {
                int can_end = n_used == 0 || stages->stages[n_used - 1].can_end;
                table_stack_force(stack, n_used, with_head);
                assert_stack_agrees(network, stack);
                struct table_plan plan = table_stack_planned(stack);
                assert_int_equal(plan.n_used == n_used && plan.uses_head == with_head, can_end);
            }
        table_stack_free(stack);
        pt_network_free(network);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tables_may_end_anywhere),
    };
    blas_setup();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
