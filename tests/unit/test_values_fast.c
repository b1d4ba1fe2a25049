/* Fast value tables against brute force: many shapes, every baseline, real images, threads. */
#include "testing.h"

#include "base/mem.h"
#include "base/random.h"
#include "phasetrace/dataset.h"
#include "num/gemm.h"
#include "trace/masked_layer.h"
#include "trace/players.h"
#include "trace/values_reference.h"

enum { MOST_VALUES = 6 * 40 * 40, MOST_MASKS = 1 << 12 };

struct net {
    struct pt_network_options options;
    const char *layer; /* masked */
};

struct sample {
    float map[MOST_VALUES], baseline[MOST_VALUES];
    int32_t owner[40 * 40];
};

static struct pt_network *make_network(const struct net *net)
{
    struct pt_network *network;
    assert_int_equal(pt_network_create(&net->options, &network, NULL), PT_OK);
    return network;
}

static struct value_plan make_plan(const struct pt_network *network, const char *layer,
                                   size_t n_players, int background, const float *baseline)
{
    struct masked_layer masked;
    assert_int_equal(masked_layer_find(network, layer, &masked, NULL), PT_OK);
    return (struct value_plan){.network = network,
                               .first_layer = masked.first_layer,
                               .shape = masked.shape,
                               .n_players = n_players,
                               .background = (enum pt_background)background,
                               .baseline = baseline};
}

static size_t map_size(const struct pt_shape *shape)
{
    return shape->channels * shape->height * shape->width;
}

/* Players scattered over single positions, one in four positions being nobody's. */
static void draw_scattered(const struct value_plan *plan, uint32_t seed, int32_t *owner)
{
    struct random_stream stream = random_stream(seed, RANDOM_TEST, 1, 0);
    for (size_t q = 0; q < plan->shape.height * plan->shape.width; q++)
        owner[q] = random_below(&stream, 4) == 0
                       ? -1
                       : (int32_t)random_below(&stream, (uint32_t)plan->n_players);
}

/* Players are cells of a grid, as in a trace. */
static void draw_cells(const struct value_plan *plan, size_t grid, uint32_t seed, int32_t *owner)
{
    int32_t players[12];
    struct player_options options = {
        .n_players = plan->n_players, .grid = grid, .cells = PT_CELLS_ALL, .seed = seed};
    assert_int_equal(players_draw(&options, 0, players, NULL), PT_OK);
    assert_int_equal(players_map(players, plan->n_players, grid, plan->shape, owner, NULL), PT_OK);
}

static void draw_map(const struct value_plan *plan, uint32_t seed, struct sample *s)
{
    struct random_stream stream = random_stream(seed, RANDOM_TEST, 0, 0);
    for (size_t i = 0; i < map_size(&plan->shape); i++) {
        s->map[i] = (float)random_normal(&stream);
        s->baseline[i] = 0.3f * (float)random_normal(&stream);
    }
}

/* The tables of both agree; returns the largest |v|. */
static double assert_agrees(const struct value_plan *plan, struct value_evaluator *evaluator,
                            const struct sample *s)
{
    static double v[MOST_MASKS], expected[MOST_MASKS];
    struct value_reference *reference;
    assert_int_equal(value_reference_create(plan, &reference, NULL), PT_OK);
    assert_int_equal(value_reference_evaluate(reference, s->map, s->owner, 1, expected, NULL),
                     PT_OK);
    size_t n_before = mem_allocation_count();
    assert_int_equal(value_evaluate(evaluator, s->map, s->owner, 1, v, NULL), PT_OK);
    assert_int_equal(mem_allocation_count(), n_before);
    value_reference_free(reference);
    double largest = 0;
    for (size_t i = 0; i < (size_t)1 << plan->n_players; i++)
        largest = fmax(largest, fabs(expected[i]));
    for (size_t i = 0; i < (size_t)1 << plan->n_players; i++)
        assert_near(v[i], expected[i], 1e-5 * largest);
    return largest;
}

static const long widths[] = {33, 7, 20};

/* MLPs of no, one and three hidden layers on maps that are not square, with several channels. */
static void mlps_agree_with_brute_force(void **state)
{
    (void)state;
    static struct sample s;
    static const struct pt_shape shapes[] = {{1, 28, 28}, {3, 5, 7}, {1, 1, 12}, {2, 4, 3}};
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
        for (size_t n_hidden = 0; n_hidden <= 3; n_hidden++) {
            const struct net net = {{.preset = "mlp",
                                     .input = shapes[i],
                                     .n_classes = 3,
                                     .hidden = widths,
                                     .n_hidden = n_hidden,
                                     .seed = 2},
                                    "input"};
            struct pt_network *network = make_network(&net);
            for (size_t n = 1; n <= 12; n++) {
                struct value_plan plan = make_plan(network, net.layer, n, (int)(n % 2), s.baseline);
                struct value_evaluator *evaluator;
                assert_int_equal(value_evaluator_create(&plan, &evaluator, NULL), PT_OK);
                for (uint32_t seed = 0; seed < 2; seed++) {
                    draw_map(&plan, seed, &s);
                    draw_scattered(&plan, seed, s.owner);
                    assert_true(assert_agrees(&plan, evaluator, &s) > 0);
                }
                value_evaluator_free(evaluator);
            }
            pt_network_free(network);
        }
}

/* LeNets on maps of odd sizes, grids that do not divide them, few and many players. */
static void lenets_agree_with_brute_force(void **state)
{
    (void)state;
    static struct sample s;
    static const struct pt_shape shapes[] = {{1, 28, 28}, {3, 33, 35}, {2, 29, 17}};
    static const char *const layers[] = {"input", "relu1", "relu2"};
    static const size_t grids[] = {4, 5, 8}, n_players[] = {2, 3, 5, 8, 10, 12};
    for (size_t i = 0; i < 9; i++) {
        const struct net net = {
            {.preset = "lenet", .input = shapes[i / 3], .n_classes = 4, .seed = i}, layers[i % 3]};
        struct pt_network *network = make_network(&net);
        for (size_t k = 0; k < sizeof n_players / sizeof *n_players; k++) {
            size_t n = n_players[k];
            struct value_plan plan =
                make_plan(network, net.layer, n, (int)((n + i) % 2), s.baseline);
            struct value_evaluator *evaluator;
            assert_int_equal(value_evaluator_create(&plan, &evaluator, NULL), PT_OK);
            for (uint32_t seed = n > 10 ? 1 : 0; seed < (n > 10 ? 2 : 3); seed++) {
                draw_map(&plan, seed, &s);
                if (seed < 2 && plan.shape.height >= grids[(i + seed) % 3] &&
                    plan.shape.width >= grids[(i + seed) % 3])
                    draw_cells(&plan, grids[(i + seed) % 3], seed, s.owner);
                else
                    draw_scattered(&plan, seed, s.owner);
                assert_true(assert_agrees(&plan, evaluator, &s) > 0);
            }
            value_evaluator_free(evaluator);
        }
        pt_network_free(network);
    }
}

static const struct net real_nets[] = {
    {{"mlp", {1, 28, 28}, 10, (const long[]){256, 256}, 2, PT_INIT_HE, 1, 1, NULL, 0, 0, NULL},
     "input"},
    {{"lenet", {1, 28, 28}, 10, NULL, 0, PT_INIT_HE, 1, 1, NULL, 0, 0, NULL}, "input"},
    {{"lenet", {1, 28, 28}, 10, NULL, 0, PT_INIT_HE, 1, 1, NULL, 0, 0, NULL}, "relu1"},
};

static void agree_on_image(const struct net *net, const struct pt_network *network,
                           const struct pt_dataset *dataset, enum pt_baseline baseline,
                           size_t index)
{
    static struct sample s;
    struct value_plan plan = make_plan(network, net->layer, 10, (int)(index % 2), s.baseline);
    struct masked_layer masked = {plan.first_layer, plan.shape};
    if (masked_layer_baseline(&masked, baseline, dataset, s.baseline, NULL))
        return; /* at a feature map there is but one */
    struct pt_workspace *workspace;
    assert_int_equal(pt_workspace_create(network, 1, 0, &workspace, NULL), PT_OK);
    const float *map = pt_network_forward(
        network, workspace, dataset->splits[PT_TEST].inputs + index * 784, 1, 0, plan.first_layer);
    memcpy(s.map, map, map_size(&plan.shape) * sizeof *map);
    pt_workspace_free(workspace);
    draw_cells(&plan, index % 2 ? 4 : 8, (uint32_t)index, s.owner);
    struct value_evaluator *evaluator;
    assert_int_equal(value_evaluator_create(&plan, &evaluator, NULL), PT_OK);
    assert_true(assert_agrees(&plan, evaluator, &s) > 0);
    value_evaluator_free(evaluator);
}

static void real_images_agree_with_brute_force(void **state)
{
    (void)state;
    struct pt_data_options options = {.set = "mnist",
                                      .path = SOURCE_ROOT "/datasets/mnist-small",
                                      .train_samples = 20,
                                      .test_samples = 10,
                                      .seed = 1};
    struct pt_dataset *dataset;
    assert_int_equal(pt_dataset_load(&options, &dataset, NULL), PT_OK);
    static const enum pt_baseline baselines[] = {PT_BASELINE_BLACK, PT_BASELINE_CHANNEL_MEAN,
                                                 PT_BASELINE_MEAN_IMAGE, PT_BASELINE_ZERO};
    for (size_t i = 0; i < sizeof real_nets / sizeof *real_nets; i++) {
        struct pt_network *network = make_network(&real_nets[i]);
        for (size_t k = 0; k < sizeof baselines / sizeof *baselines; k++)
            for (size_t index = 0; index < 2; index++)
                agree_on_image(&real_nets[i], network, dataset, baselines[k], index);
        pt_network_free(network);
    }
    pt_dataset_free(dataset);
}

/* One evaluator, samples whose players and dummies change, against an evaluator made anew; then
 * other parameters. */
static void what_came_before_does_not_matter(void **state)
{
    (void)state;
    static struct sample s;
    static double v[MOST_MASKS], fresh[MOST_MASKS];
    for (size_t i = 0; i < sizeof real_nets / sizeof *real_nets; i++) {
        struct pt_network *network = make_network(&real_nets[i]);
        struct value_plan plan = make_plan(network, real_nets[i].layer, 6, 0, s.baseline);
        struct value_evaluator *evaluator, *other;
        assert_int_equal(value_evaluator_create(&plan, &evaluator, NULL), PT_OK);
        for (uint32_t round = 0; round < 6; round++) {
            draw_map(&plan, round, &s);
            draw_cells(&plan, 4, round / 2, s.owner);
            for (size_t k = 0; k < map_size(&plan.shape); k++)
                if (s.owner[k % (plan.shape.height * plan.shape.width)] < (int32_t)(round % 3))
                    s.map[k] = s.baseline[k];
            assert_int_equal(value_evaluator_create(&plan, &other, NULL), PT_OK);
            assert_int_equal(value_evaluate(evaluator, s.map, s.owner, 1, v, NULL), PT_OK);
            assert_int_equal(value_evaluate(other, s.map, s.owner, 1, fresh, NULL), PT_OK);
            assert_memory_equal(v, fresh, sizeof *v << plan.n_players);
            assert_agrees(&plan, evaluator, &s);
            value_evaluator_free(other);
        }
        for (size_t k = 0; k < pt_network_n_parameters(network); k++)
            pt_network_parameters(network)[k] *= k % 2 ? 1.25F : 0.75F;
        value_renew(evaluator);
        assert_agrees(&plan, evaluator, &s);
        value_evaluator_free(evaluator);
        pt_network_free(network);
    }
}

/* To the last bit, a dummy changes nothing, and is as good as no player. */
static void dummies_do_not_change_bytes(void **state)
{
    (void)state;
    static struct sample s;
    double v[1 << 5], without[1 << 5];
    for (size_t i = 0; i < sizeof real_nets / sizeof *real_nets; i++) {
        struct pt_network *network = make_network(&real_nets[i]);
        struct value_plan plan = make_plan(network, real_nets[i].layer, 5, 0, s.baseline);
        size_t n_positions = plan.shape.height * plan.shape.width;
        draw_map(&plan, 1, &s);
        draw_cells(&plan, 4, 1, s.owner);
        for (size_t k = 0; k < map_size(&plan.shape); k++)
            if (s.owner[k % n_positions] == 2)
                s.map[k] = s.baseline[k];
        struct value_evaluator *evaluator;
        assert_int_equal(value_evaluator_create(&plan, &evaluator, NULL), PT_OK);
        assert_int_equal(value_evaluate(evaluator, s.map, s.owner, 1, v, NULL), PT_OK);
        for (size_t q = 0; q < n_positions; q++)
            s.owner[q] = s.owner[q] == 2 ? -1 : s.owner[q];
        assert_int_equal(value_evaluate(evaluator, s.map, s.owner, 1, without, NULL), PT_OK);
        for (uint32_t mask = 0; mask < 1 << 5; mask++)
            assert_true(v[mask] == v[mask & ~4u] && v[mask] == without[mask]);
        value_evaluator_free(evaluator);
        pt_network_free(network);
    }
}

/* The same mask is named as by brute force, a dummy among its players or not. */
static void what_is_not_finite_is_found(void **state)
{
    (void)state;
    static struct sample s;
    double v[1 << 5];
    for (size_t i = 0; i < sizeof real_nets / sizeof *real_nets; i++) {
        struct pt_network *network = make_network(&real_nets[i]);
        struct value_plan plan = make_plan(network, real_nets[i].layer, 5, 0, s.baseline);
        draw_map(&plan, 1, &s);
        draw_cells(&plan, 4, 1, s.owner);
        for (size_t k = 0; k < map_size(&plan.shape); k++) {
            int32_t player = s.owner[k % (plan.shape.height * plan.shape.width)];
            s.map[k] = player == 3 ? NAN : player == 1 ? s.baseline[k] : s.map[k];
        }
        struct value_evaluator *evaluator;
        struct value_reference *reference;
        struct pt_error error = {0}, expected = {0};
        assert_int_equal(value_evaluator_create(&plan, &evaluator, NULL), PT_OK);
        assert_int_equal(value_reference_create(&plan, &reference, NULL), PT_OK);
        assert_int_equal(value_evaluate(evaluator, s.map, s.owner, 1, v, &error), PT_E_DIVERGED);
        assert_int_equal(value_reference_evaluate(reference, s.map, s.owner, 1, v, &expected),
                         PT_E_DIVERGED);
        assert_string_equal(error.message, expected.message);
        assert_non_null(strstr(error.message, "mask 8:"));
        value_evaluator_free(evaluator);
        value_reference_free(reference);
        pt_network_free(network);
    }
}

/* Without a live player there is one value. */
static void dummies_alone_give_one_value(void **state)
{
    (void)state;
    static struct sample s;
    for (size_t i = 0; i < sizeof real_nets / sizeof *real_nets; i++) {
        struct pt_network *network = make_network(&real_nets[i]);
        struct value_plan plan = make_plan(network, real_nets[i].layer, 3, 1, s.baseline);
        draw_map(&plan, 1, &s);
        draw_cells(&plan, 4, 1, s.owner);
        memcpy(s.map, s.baseline, sizeof s.map);
        struct value_evaluator *evaluator;
        assert_int_equal(value_evaluator_create(&plan, &evaluator, NULL), PT_OK);
        assert_agrees(&plan, evaluator, &s);
        value_evaluator_free(evaluator);
        pt_network_free(network);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mlps_agree_with_brute_force),
        cmocka_unit_test(lenets_agree_with_brute_force),
        cmocka_unit_test(real_images_agree_with_brute_force),
        cmocka_unit_test(what_came_before_does_not_matter),
        cmocka_unit_test(dummies_do_not_change_bytes),
        cmocka_unit_test(what_is_not_finite_is_found),
        cmocka_unit_test(dummies_alone_give_one_value),
    };
    blas_setup();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
