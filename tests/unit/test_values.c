/* Value tables: against forward passes of samples masked by hand, dummies, both backgrounds. */
#include "testing.h"

#include "faults.h"

#include "base/mem.h"
#include "base/random.h"
#include "num/softmax.h"
#include "trace/players.h"

#include "trace/values.h"

enum { N_PLAYERS = 5, GRID = 4 };

struct fixture {
    struct pt_network *network;
    struct value_plan plan;
    float map[6 * 28 * 28], baseline[6 * 28 * 28];
    int32_t owner[28 * 28];
};

/* LeNet with its input or its first map masked; players are cells 1, 2, 6, 9, 15 of 4 x 4. */
static void set_up(struct fixture *f, size_t first_layer, enum pt_background background)
{
    struct pt_network_options options = {
        .preset = "lenet", .input = {1, 28, 28}, .n_classes = 10, .init = PT_INIT_HE, .seed = 3};
    assert_int_equal(pt_network_create(&options, &f->network, NULL), PT_OK);
    struct pt_shape shape = pt_network_layer(f->network, first_layer).input;
    f->plan = (struct value_plan){f->network, first_layer, shape, N_PLAYERS,
                                  background, f->baseline, NULL};
    struct random_stream stream = random_stream(9, RANDOM_TEST, 0, 0);
    for (size_t i = 0; i < shape.channels * shape.height * shape.width; i++) {
        f->map[i] = (float)random_normal(&stream);
        f->baseline[i] = 0.1f * (float)random_normal(&stream);
    }
    const int32_t players[N_PLAYERS] = {1, 2, 6, 9, 15};
    assert_int_equal(players_map(players, N_PLAYERS, GRID, shape, f->owner, NULL), PT_OK);
}

static void evaluate(struct fixture *f, int32_t label, double *v)
{
    struct value_evaluator *evaluator;
    assert_int_equal(value_evaluator_create(&f->plan, &evaluator, NULL), PT_OK);
    size_t n_before = mem_allocation_count();
    assert_int_equal(value_evaluate(evaluator, f->map, f->owner, label, v, NULL), PT_OK);
    assert_int_equal(mem_allocation_count(), n_before);
    value_evaluator_free(evaluator);
}

/* One sample at a time, masked straight from the definition. */
static double value_by_hand(struct fixture *f, uint32_t mask, int32_t label)
{
    struct pt_shape shape = f->plan.shape;
    size_t n_positions = shape.height * shape.width;
    static float masked[6 * 28 * 28];
    for (size_t i = 0; i < shape.channels * n_positions; i++) {
        int32_t player = f->owner[i % n_positions];
        int keep =
            player < 0 ? f->plan.background == PT_BACKGROUND_KEEP : (int)(mask >> player & 1);
        masked[i] = keep ? f->map[i] : f->baseline[i];
    }
    struct pt_workspace *workspace;
    assert_int_equal(pt_workspace_create(f->network, 1, 0, &workspace, NULL), PT_OK);
    const float *logits = pt_network_forward(f->network, workspace, masked, 1, f->plan.first_layer,
                                             pt_network_n_layers(f->network));
    double value = log_odds(logits, 10, (size_t)label);
    pt_workspace_free(workspace);
    return value;
}

static void tables_match_masking_by_hand(void **state)
{
    (void)state;
    static struct fixture f;
    for (int at_map = 0; at_map < 2; at_map++) {
        for (int background = 0; background < 2; background++) {
            set_up(&f, at_map ? 2 : 0, (enum pt_background)background);
            double v[1 << N_PLAYERS];
            evaluate(&f, 4, v);
            for (uint32_t mask = 0; mask < 1 << N_PLAYERS; mask++)
                assert_near(v[mask], value_by_hand(&f, mask, 4), 1e-4);
            assert_true(fabs(v[0] - v[31]) > 1e-3);
            pt_network_free(f.network);
        }
    }
}

/* A player whose cell holds the baseline already changes nothing, to the last bit. */
static void dummy_players_give_equal_bytes(void **state)
{
    (void)state;
    static struct fixture f;
    set_up(&f, 0, PT_BACKGROUND_KEEP);
    for (size_t i = 0; i < 28 * 28; i++)
        if (f.owner[i] == 1 || f.owner[i] == 4)
            f.map[i] = f.baseline[i];
    double v[1 << N_PLAYERS];
    evaluate(&f, 0, v);
    for (uint32_t mask = 0; mask < 1 << N_PLAYERS; mask++) {
        assert_true(v[mask] == v[mask & ~(1u << 1)]);
        assert_true(v[mask] == v[mask & ~(1u << 4)]);
        assert_near(v[mask], value_by_hand(&f, mask, 0), 1e-4);
    }
    pt_network_free(f.network);
}

static void values_that_are_not_finite_name_the_mask(void **state)
{
    (void)state;
    static struct fixture f;
    set_up(&f, 0, PT_BACKGROUND_KEEP);
    for (size_t i = 0; i < 28 * 28; i++)
        if (f.owner[i] == 3)
            f.map[i] = NAN;
    struct value_evaluator *evaluator;
    assert_int_equal(value_evaluator_create(&f.plan, &evaluator, NULL), PT_OK);
    double v[1 << N_PLAYERS];
    struct pt_error error = {0};
    assert_int_equal(value_evaluate(evaluator, f.map, f.owner, 0, v, &error), PT_E_DIVERGED);
    assert_non_null(strstr(error.message, "mask 8:"));
    value_evaluator_free(evaluator);
    pt_network_free(f.network);
}

static void a_stop_ends_an_evaluation(void **state)
{
    (void)state;
    static struct fixture f;
    set_up(&f, 0, PT_BACKGROUND_KEEP);
    int stop = 1;
    f.plan.stop = &stop;
    struct value_evaluator *evaluator;
    assert_int_equal(value_evaluator_create(&f.plan, &evaluator, NULL), PT_OK);
    double v[1 << N_PLAYERS];
    assert_int_equal(value_evaluate(evaluator, f.map, f.owner, 0, v, NULL), PT_E_STOPPED);
    stop = 0;
    assert_int_equal(value_evaluate(evaluator, f.map, f.owner, 0, v, NULL), PT_OK);
    value_evaluator_free(evaluator);
    pt_network_free(f.network);
}

static int create(void *user, struct pt_error *error)
{
    struct value_evaluator *evaluator = NULL;
    int status = value_evaluator_create(user, &evaluator, error);
    if (!status)
        value_evaluator_free(evaluator);
    return status;
}

static void evaluators_survive_memory_faults(void **state)
{
    (void)state;
    static struct fixture f;
    set_up(&f, 0, PT_BACKGROUND_KEEP);
    assert_survives_memory_faults(create, &f.plan);
    pt_network_free(f.network);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tables_match_masking_by_hand),
        cmocka_unit_test(dummy_players_give_equal_bytes),
        cmocka_unit_test(values_that_are_not_finite_name_the_mask),
        cmocka_unit_test(a_stop_ends_an_evaluation),
        cmocka_unit_test(evaluators_survive_memory_faults),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
