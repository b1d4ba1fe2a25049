/* Fast value tables against brute force for every kind of layer and every preset. */
#include "testing.h"

#include "faults.h"

#include "base/mem.h"
#include "base/random.h"
#include "num/gemm.h"
#include "phasetrace/trace.h"
#include "trace/masked_layer.h"
#include "trace/players.h"
#include "trace/values_reference.h"

enum { MOST_VALUES = 16 * 40 * 40, MOST_PLAYERS = 9 };

struct sample {
    float map[MOST_VALUES], baseline[MOST_VALUES];
    int32_t owner[40 * 40];
};

struct net {
    struct pt_shape input;
    size_t n_layers;
    struct pt_layer_spec layers[12];
};

#define CONV(c, k, s, p)                                                     \
    {                                                                        \
        .kind = PT_CONV2D, .size = c, .kernel = k, .stride = s, .padding = p \
    }
#define MAX(k, s, p)                                                \
    {                                                               \
        .kind = PT_MAX_POOL, .kernel = k, .stride = s, .padding = p \
    }
#define MEAN(k, s, p)                                                   \
    {                                                                   \
        .kind = PT_AVERAGE_POOL, .kernel = k, .stride = s, .padding = p \
    }
#define BATCHNORM             \
    {                         \
        .kind = PT_BATCH_NORM \
    }
#define RELU            \
    {                   \
        .kind = PT_RELU \
    }
#define DROP                            \
    {                                   \
        .kind = PT_DROPOUT, .rate = 0.5 \
    }
#define FLAT               \
    {                      \
        .kind = PT_FLATTEN \
    }
#define GLOBAL                         \
    {                                  \
        .kind = PT_GLOBAL_AVERAGE_POOL \
    }
#define BLOCK_OF(c, s)                              \
    {                                               \
        .kind = PT_RESIDUAL, .size = c, .stride = s \
    }
#define DENSE(n)                    \
    {                               \
        .kind = PT_DENSE, .size = n \
    }

static const struct net nets[] = {
    {{1, 13, 11}, 4, {CONV(5, 3, 1, 1), RELU, MAX(2, 2, 0), DENSE(0)}},
    {{2, 13, 11}, 4, {CONV(5, 3, 2, 1), MEAN(3, 2, 1), RELU, DENSE(0)}},
    {{1, 9, 17},
     7,
     {CONV(3, 5, 1, 2), BATCHNORM, RELU, MAX(3, 1, 1), CONV(4, 2, 2, 0), GLOBAL, DENSE(0)}},
    {{3, 8, 8}, 4, {BLOCK_OF(3, 1), BLOCK_OF(6, 2), GLOBAL, DENSE(0)}},
    {{2, 9, 9}, 5, {CONV(4, 3, 1, 1), BLOCK_OF(4, 2), BLOCK_OF(4, 1), MEAN(2, 2, 0), DENSE(0)}},
    {{1, 12, 10},
     8,
     {BATCHNORM, RELU, CONV(4, 3, 1, 0), DROP, BATCHNORM, MAX(2, 2, 1), DROP, DENSE(0)}},
    {{2, 7, 6}, 6, {FLAT, DROP, DENSE(20), RELU, DENSE(9), DENSE(0)}},
    {{1, 10, 10},
     8,
     {MEAN(3, 1, 1), RELU, BATCHNORM, RELU, CONV(17, 1, 1, 0), FLAT, RELU, DENSE(0)}},
    {{2, 6, 6}, 6, {GLOBAL, RELU, DROP, DENSE(6), RELU, DENSE(0)}},
    {{2, 6, 5}, 6, {CONV(6, 3, 1, 1), GLOBAL, DROP, DENSE(6), RELU, DENSE(0)}},
    {{1, 16, 16}, 6, {CONV(3, 9, 1, 4), RELU, CONV(4, 4, 4, 0), RELU, MAX(4, 4, 0), DENSE(0)}},
    {{1, 20, 20}, 5, {CONV(3, 5, 5, 0), BLOCK_OF(3, 1), RELU, FLAT, DENSE(0)}},
    {{40, 6, 6}, 6, {CONV(33, 3, 1, 1), RELU, CONV(40, 3, 1, 1), RELU, CONV(8, 3, 2, 1), DENSE(0)}},
};

static size_t map_size(const struct pt_shape *shape)
{
    return shape->channels * shape->height * shape->width;
}

/* Running means and variances as after training, and gains. */
static void unsettle_batchnorms(struct pt_network *network)
{
    float *values = pt_network_parameters(network);
    struct random_stream stream = random_stream(5, RANDOM_TEST, 0, 0);
    for (size_t i = 0; i < pt_network_n_tensors(network); i++) {
        const struct pt_tensor *tensor = pt_network_tensor(network, i);
        int is_variance = strstr(tensor->name, "running_var") != NULL;
        int is_gain = tensor->rank == 1 && strstr(tensor->name, "weight") != NULL;
        for (size_t k = 0; k < tensor->count; k++)
            if (tensor->is_buffer || is_gain)
                values[tensor->offset + k] = is_variance || is_gain
                                                 ? (float)(0.3 + random_uniform(&stream))
                                                 : 0.2f * (float)random_normal(&stream);
    }
}

static struct pt_network *make_network(const struct pt_network_options *options)
{
    struct pt_network *network;
    assert_int_equal(pt_network_create(options, &network, NULL), PT_OK);
    unsettle_batchnorms(network);
    return network;
}

static struct pt_network *make_net(const struct net *net)
{
    return make_network(&(struct pt_network_options){.preset = "layers",
                                                     .input = net->input,
                                                     .n_classes = 4,
                                                     .layers = net->layers,
                                                     .n_layers = net->n_layers,
                                                     .seed = 3});
}

/* Cells of a grid, all over the map, in one corner, or single positions here and there. */
static void draw_owners(const struct value_plan *plan, uint32_t way, int32_t *owner)
{
    size_t height = plan->shape.height, width = plan->shape.width;
    struct random_stream stream = random_stream(way, RANDOM_TEST, 1, 0);
    size_t n_rows = way == 1 ? (height + 1) / 2 : height;
    for (size_t q = 0; q < height * width; q++) {
        size_t row = q / width, column = q % width;
        int32_t cell = (int32_t)(row * 3 / n_rows * 4 + column * 4 / width);
        if (way == 2)
            cell = (int32_t)random_below(&stream, 6 * (uint32_t)plan->n_players);
        owner[q] = row < n_rows && cell < (int32_t)plan->n_players ? cell : -1;
    }
}

/* One player is a dummy in every other sample. */
static void draw_map(const struct value_plan *plan, uint32_t seed, struct sample *s)
{
    struct random_stream stream = random_stream(seed, RANDOM_TEST, 0, 0);
    size_t n_positions = plan->shape.height * plan->shape.width;
    for (size_t i = 0; i < map_size(&plan->shape); i++) {
        s->baseline[i] = plan->first_layer ? 0 : 0.3f * (float)random_normal(&stream);
        int is_dummy = seed % 2 && s->owner[i % n_positions] == 1;
        s->map[i] = is_dummy ? s->baseline[i] : (float)random_normal(&stream);
        if (plan->first_layer)
            s->map[i] = fmaxf(0, s->map[i]);
    }
}

static void assert_agrees(const struct value_plan *plan, struct value_evaluator *evaluator,
                          const struct sample *s)
{
    double v[1 << MOST_PLAYERS], expected[1 << MOST_PLAYERS], largest = 0;
    struct value_reference *reference;
    assert_int_equal(value_reference_create(plan, &reference, NULL), PT_OK);
    assert_int_equal(value_reference_evaluate(reference, s->map, s->owner, 1, expected, NULL),
                     PT_OK);
    size_t n_before = mem_allocation_count();
    assert_int_equal(value_evaluate(evaluator, s->map, s->owner, 1, v, NULL), PT_OK);
    assert_int_equal(mem_allocation_count(), n_before);
    value_reference_free(reference);
    for (size_t i = 0; i < (size_t)1 << plan->n_players; i++)
        largest = fmax(largest, fabs(expected[i]));
    assert_true(largest > 0);
    for (size_t i = 0; i < (size_t)1 << plan->n_players; i++)
        assert_near(v[i], expected[i], 1e-5 * largest);
}

/* All arrangements of players; each value table is the same by an evaluator of its own. */
static void check_plan(struct value_plan *plan, struct sample *s)
{
    struct value_evaluator *evaluator, *other;
    double v[1 << MOST_PLAYERS], alone[1 << MOST_PLAYERS];
    assert_int_equal(value_evaluator_create(plan, &evaluator, NULL), PT_OK);
    for (uint32_t way = 0; way < 3; way++) {
        draw_owners(plan, way, s->owner);
        draw_map(plan, way, s);
        assert_agrees(plan, evaluator, s);
        assert_int_equal(value_evaluator_create(plan, &other, NULL), PT_OK);
        assert_int_equal(value_evaluate(evaluator, s->map, s->owner, 0, v, NULL), PT_OK);
        assert_int_equal(value_evaluate(other, s->map, s->owner, 0, alone, NULL), PT_OK);
        assert_memory_equal(v, alone, sizeof *v << plan->n_players);
        value_evaluator_free(other);
    }
    value_evaluator_free(evaluator);
}

/* Masked at the input and wherever the network lets a map be masked. */
static void check_network(const struct pt_network *network, size_t most_players)
{
    static struct sample s;
    size_t n_checked = 0;
    for (size_t i = 0; i <= pt_network_n_layers(network) && n_checked < 4; i++) {
        const char *name = i == 0 ? "input" : pt_network_layer(network, i - 1).name;
        struct masked_layer masked;
        if (masked_layer_find(network, name, &masked, NULL))
            continue;
        n_checked++;
        for (size_t n = most_players > 5 ? most_players - 4 : 1; n <= most_players; n += 4) {
            struct value_plan plan = {.network = network,
                                      .first_layer = masked.first_layer,
                                      .shape = masked.shape,
                                      .n_players = n,
                                      .background = n % 8 ? PT_BACKGROUND_MASK : PT_BACKGROUND_KEEP,
                                      .baseline = s.baseline};
            check_plan(&plan, &s);
            plan.background = PT_BACKGROUND_KEEP;
            check_plan(&plan, &s);
        }
    }
}

static void kinds_of_layers_agree_with_brute_force(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof nets / sizeof *nets; i++) {
        struct pt_network *network = make_net(&nets[i]);
        check_network(network, 9);
        pt_network_free(network);
    }
}

static void presets_agree_with_brute_force(void **state)
{
    (void)state;
    for (size_t i = 0; pt_preset_name(i); i++) {
        const char *name = pt_preset_name(i);
        int is_deep = strstr(name, "resnet") && strcmp(name, "resnet8") != 0;
        struct pt_network_options options = {.preset = name,
                                             .input = {1, 32, 32},
                                             .n_classes = 3,
                                             .hidden = (const long[]){20, 7},
                                             .n_hidden = 2,
                                             .width = is_deep ? 0.1 : 0.05,
                                             .seed = i};
        if (strcmp(name, "layers") == 0)
            continue;
        if (strncmp(name, "mlp", 3) == 0)
            options.input = (struct pt_shape){1, 1, 30};
        struct pt_network *network = make_network(&options);
        check_network(network, is_deep ? 4 : 6);
        pt_network_free(network);
    }
}

static int create(void *user, struct pt_error *error)
{
    struct value_evaluator *evaluator = NULL;
    int status = value_evaluator_create(user, &evaluator, error);
    value_evaluator_free(evaluator);
    return status;
}

static void creation_survives_memory_faults(void **state)
{
    (void)state;
    struct pt_network *network = make_net(&nets[4]);
    struct value_plan plan = {.network = network,
                              .shape = nets[4].input,
                              .n_players = 3,
                              .baseline = (const float[2 * 9 * 9]){0}};
    assert_survives_memory_faults(create, &plan);
    pt_network_free(network);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kinds_of_layers_agree_with_brute_force),
        cmocka_unit_test(presets_agree_with_brute_force),
        cmocka_unit_test(creation_survives_memory_faults),
    };
    blas_setup();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
