/* Value tables by teams: the bytes of one evaluator, whoever evaluates which block. */
#include "testing.h"

#include "base/random.h"
#include "base/threads.h"
#include "faults.h"
#include "num/gemm.h"
#include "trace/value_team.h"

enum { N_INPUTS = 36, N_PLAYERS = 12, N_SETS = 1 << N_PLAYERS, N_SAMPLES = 3 };

/* An MLP whose inputs are shared out among the players; the second sample has a dummy. */
struct fixture {
    struct pt_network *network;
    struct value_plan plan;
    volatile int stop;
    float baseline[N_INPUTS], maps[N_SAMPLES][N_INPUTS];
    int32_t owner[N_INPUTS];
    /* What a team has found. */
    double v[N_SAMPLES][N_SETS];
    int statuses[N_SAMPLES];
    struct pt_error errors[N_SAMPLES];
};

static int set_up(void **state)
{
    static struct fixture fixture;
    struct fixture *f = *state = &fixture;
    static const long hidden[] = {24, 16};
    const struct pt_network_options options = {.preset = "mlp",
                                               .input = {1, 6, 6},
                                               .n_classes = 3,
                                               .hidden = hidden,
                                               .n_hidden = 2,
                                               .width = 1,
                                               .seed = 5};
    struct random_stream stream = random_stream(3, RANDOM_TEST, 0, 0);
    memset(f, 0, sizeof *f);
    assert_int_equal(pt_network_create(&options, &f->network, NULL), PT_OK);
    for (int32_t i = 0; i < N_INPUTS; i++)
        f->owner[i] = i % (N_PLAYERS + 1) - 1;
    for (size_t s = 0; s < N_SAMPLES; s++)
        for (size_t i = 0; i < N_INPUTS; i++)
            f->maps[s][i] = s == 1 && f->owner[i] == 4 ? 0 : (float)random_normal(&stream);
    f->plan = (struct value_plan){.network = f->network,
                                  .shape = {1, 6, 6},
                                  .n_players = N_PLAYERS,
                                  .baseline = f->baseline,
                                  .stop = &f->stop};
    return 0;
}

static int tear_down(void **state)
{
    pt_network_free(((struct fixture *)*state)->network);
    return 0;
}

/* Evaluates the first samples by a team, label s for sample s. */
static void evaluate(struct fixture *f, int n_threads, size_t n_samples)
{
    struct value_team *team;
    assert_int_equal(value_team_create(&f->plan, n_threads, &team, NULL), PT_OK);
    size_t n_before = mem_allocation_count();
    value_team_begin(team, n_samples);
#pragma omp parallel num_threads(n_threads)
    {
#pragma omp for schedule(dynamic, 1) nowait
        for (size_t s = 0; s < n_samples; s++)
            f->statuses[s] = value_team_evaluate(team, thread_index(), f->maps[s], f->owner,
                                                 (int32_t)s, f->v[s], &f->errors[s]);
        value_team_help(team, thread_index());
    }
    assert_int_equal(mem_allocation_count(), n_before);
    assert_true(value_team_seconds(team) > 0);
    value_team_free(team);
}

static void tables_are_those_of_one_evaluator(void **state)
{
    struct fixture *f = *state;
    static double expected[N_SAMPLES][N_SETS];
    struct value_evaluator *evaluator;
    assert_int_equal(value_evaluator_create(&f->plan, &evaluator, NULL), PT_OK);
    for (size_t s = 0; s < N_SAMPLES; s++)
        assert_int_equal(
            value_evaluate(evaluator, f->maps[s], f->owner, (int32_t)s, expected[s], NULL), PT_OK);
    value_evaluator_free(evaluator);
    static const int threads[] = {1, 2, 3, 4, 8};
    for (size_t n_samples = 1; n_samples <= N_SAMPLES; n_samples++)
        for (size_t k = 0; k < 5; k++)
            for (int repeat = 0; repeat < 20; repeat++) {
                memset(f->v, 0, sizeof f->v);
                evaluate(f, threads[k], n_samples);
                for (size_t s = 0; s < n_samples; s++)
                    assert_int_equal(f->statuses[s], PT_OK);
                assert_memory_equal(f->v, expected, n_samples * sizeof *f->v);
            }
}

/* The masks with player 7 are not finite: the first of them is named by any team. */
static void the_first_mask_that_is_not_finite_is_named(void **state)
{
    struct fixture *f = *state;
    for (size_t i = 0; i < N_INPUTS; i++)
        if (f->owner[i] == 9)
            f->maps[0][i] = INFINITY;
    for (int n_threads = 1; n_threads <= 8; n_threads++)
        for (int repeat = 0; repeat < 20; repeat++) {
            memset(f->errors, 0, sizeof f->errors);
            evaluate(f, n_threads, 2);
            assert_int_equal(f->statuses[0], PT_E_DIVERGED);
            assert_non_null(strstr(f->errors[0].message, "mask 512: "));
            assert_int_equal(f->statuses[1], PT_OK);
        }
}

static void a_stop_ends_all(void **state)
{
    struct fixture *f = *state;
    f->stop = 1;
    evaluate(f, 4, N_SAMPLES);
    for (size_t s = 0; s < N_SAMPLES; s++)
        assert_int_equal(f->statuses[s], PT_E_STOPPED);
}

static void estimates_are_of_the_right_size(void **state)
{
    struct fixture *f = *state;
    const double *v = f->v[0];
    struct value_team *team;
    double seconds = 0;
    assert_int_equal(value_team_create(&f->plan, 1, &team, NULL), PT_OK);
    assert_int_equal(value_team_estimate(team, f->maps[0], f->owner, 0, f->v[0], &seconds, NULL),
                     PT_OK);
    assert_true(seconds > 0 && seconds < 10);
    for (size_t i = 0; i < N_SETS; i++)
        assert_true(isfinite(v[i]));
    value_team_free(team);
}

static int create_and_free(void *fixture, struct pt_error *error)
{
    struct fixture *f = fixture;
    struct value_team *team;
    int status = value_team_create(&f->plan, 3, &team, error);
    if (!status)
        value_team_free(team);
    return status;
}

static void faults_leave_nothing(void **state)
{
    assert_survives_memory_faults(create_and_free, *state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(tables_are_those_of_one_evaluator, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_first_mask_that_is_not_finite_is_named, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_stop_ends_all, set_up, tear_down),
        cmocka_unit_test_setup_teardown(estimates_are_of_the_right_size, set_up, tear_down),
        cmocka_unit_test_setup_teardown(faults_leave_nothing, set_up, tear_down),
    };
    blas_setup();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
