/* Interactions under noise on the input: against alternating sums and two-pass moments. */
#include "testing.h"

#include "base/random.h"
#include "faults.h"
#include "num/gemm.h"
#include "trace/players.h"
#include "trace/stability.h"
#include "trace/tracer.h"

enum { N_PLAYERS = 3, N_SETS = 8, N_SAMPLES = 3, N_DRAWS = 4, SIDE = 28, N_INPUTS = SIDE * SIDE };

struct fixture {
    struct pt_network *network;
    struct value_plan values;
    struct stability_plan plan;
    float baseline[6 * N_INPUTS], inputs[N_SAMPLES][N_INPUTS], input_deviation[N_INPUTS];
    int32_t owner[N_INPUTS];
    struct stability_sample samples[N_SAMPLES];
};

/* LeNet with its input (0) or its first map (2) masked; player 1 is a dummy of the first sample. */
static void set_up(struct fixture *f, size_t first_layer)
{
    static const int32_t players[N_PLAYERS] = {5, 6, 10};
    const struct pt_network_options options = {.preset = "lenet",
                                               .input = {1, SIDE, SIDE},
                                               .n_classes = 10,
                                               .init = PT_INIT_HE,
                                               .seed = 3};
    assert_int_equal(pt_network_create(&options, &f->network, NULL), PT_OK);
    struct pt_shape shape = pt_network_layer(f->network, first_layer).input;
    assert_int_equal(players_map(players, N_PLAYERS, 4, shape, f->owner, NULL), PT_OK);
    memset(f->baseline, 0, sizeof f->baseline);
    f->values = (struct value_plan){f->network,         first_layer, shape, N_PLAYERS,
                                    PT_BACKGROUND_KEEP, f->baseline, NULL};
    for (size_t i = 0; i < N_INPUTS; i++)
        f->input_deviation[i] = 0.25f;
    f->plan = (struct stability_plan){.values = &f->values,
                                      .input = {1, SIDE, SIDE},
                                      .input_deviation = f->input_deviation,
                                      .n_draws = N_DRAWS,
                                      .deviation = 0.05,
                                      .seed = 11,
                                      .n_threads = 1};
    struct random_stream stream = random_stream(9, RANDOM_TEST, 0, 0);
    for (int32_t s = 0; s < N_SAMPLES; s++) {
        for (size_t i = 0; i < N_INPUTS; i++)
            f->inputs[s][i] = s == 0 && f->owner[i] == 1 ? 0 : (float)random_normal(&stream);
        f->samples[s] = (struct stability_sample){f->inputs[s], f->owner, 2 * s, 700 + 3 * s};
    }
}

/* v of one noisy copy, the noise drawn a second time. */
static void noisy_values(struct fixture *f, size_t sample, size_t draw, double v[N_SETS])
{
    float noisy[N_INPUTS];
    struct random_stream stream =
        random_stream(11, RANDOM_STABILITY, (uint32_t)draw, 700 + 3 * (uint32_t)sample);
    for (size_t i = 0; i < N_INPUTS; i++)
        noisy[i] = (float)(f->inputs[sample][i] + 0.05 / 0.25 * random_normal(&stream));
    struct pt_workspace *workspace;
    struct value_evaluator *evaluator;
    assert_int_equal(pt_workspace_create(f->network, 1, 0, &workspace, NULL), PT_OK);
    assert_int_equal(value_evaluator_create(&f->values, &evaluator, NULL), PT_OK);
    const float *map = f->values.first_layer == 0 ? noisy
                                                  : pt_network_forward(f->network, workspace, noisy,
                                                                       1, 0, f->values.first_layer);
    assert_int_equal(value_evaluate(evaluator, map, f->owner, f->samples[sample].label, v, NULL),
                     PT_OK);
    value_evaluator_free(evaluator);
    pt_workspace_free(workspace);
}

/* interactions[N_DRAWS][N_SETS] by the definition: alternating sums over subsets. */
static void noisy_interactions(struct fixture *f, size_t sample, double interactions[][N_SETS])
{
    for (size_t d = 0; d < N_DRAWS; d++) {
        double v[N_SETS];
        noisy_values(f, sample, d, v);
        for (size_t set = 0; set < N_SETS; set++) {
            interactions[d][set] = 0;
            for (size_t mask = 0; mask <= set && set > 0; mask++)
                if ((mask & set) == mask)
                    interactions[d][set] +=
                        __builtin_popcountll(set ^ mask) % 2 ? -v[mask] : v[mask];
        }
    }
}

static void moments_agree_with_two_passes(void **state)
{
    (void)state;
    static struct fixture f;
    for (size_t first_layer = 0; first_layer <= 2; first_layer += 2) {
        struct pt_stability *s;
        set_up(&f, first_layer);
        assert_int_equal(stability_measure(&f.plan, f.samples, N_SAMPLES, 77, &s, NULL), PT_OK);
        for (size_t i = 0; i < N_SAMPLES; i++) {
            double interactions[N_DRAWS][N_SETS];
            noisy_interactions(&f, i, interactions);
            for (size_t set = 0; set < N_SETS; set++) {
                double mean = 0, squares = 0;
                for (size_t d = 0; d < N_DRAWS; d++)
                    mean += interactions[d][set] / N_DRAWS;
                for (size_t d = 0; d < N_DRAWS; d++)
                    squares += pow(interactions[d][set] - mean, 2);
                assert_near(s->mean[i * N_SETS + set], mean, 1e-12);
                assert_near(s->variance[i * N_SETS + set], squares / (N_DRAWS - 1), 1e-12);
                assert_true(set == 0 || squares > 0); /* noise has woken the dummy, too */
            }
            assert_int_equal(s->sample_index[i], 700 + 3 * (int)i);
        }
        assert_int_equal(s->step, 77);
        assert_int_equal(s->n_draws, N_DRAWS);
        assert_true(s->deviation == 0.05);
        pt_stability_free(s);
        pt_network_free(f.network);
    }
}

static void without_noise_nothing_varies(void **state)
{
    (void)state;
    static struct fixture f;
    struct pt_stability *s;
    set_up(&f, 0);
    f.plan.deviation = 0;
    assert_int_equal(stability_measure(&f.plan, f.samples, 1, 0, &s, NULL), PT_OK);
    for (size_t set = 0; set < N_SETS; set++) {
        assert_true(s->variance[set] == 0);
        assert_true(set == 0 || (s->mean[set] == 0) == ((set & 2) != 0)); /* player 1 sleeps */
    }
    pt_stability_free(s);
    pt_network_free(f.network);
}

static void threads_do_not_matter(void **state)
{
    (void)state;
    static struct fixture f;
    struct pt_stability *one, *many;
    set_up(&f, 0);
    assert_int_equal(stability_measure(&f.plan, f.samples, N_SAMPLES, 0, &one, NULL), PT_OK);
    f.plan.n_threads = 8;
    assert_int_equal(stability_measure(&f.plan, f.samples, N_SAMPLES, 0, &many, NULL), PT_OK);
    assert_memory_equal(one->mean, many->mean, sizeof(double) * N_SAMPLES * N_SETS);
    assert_memory_equal(one->variance, many->variance, sizeof(double) * N_SAMPLES * N_SETS);
    pt_stability_free(one);
    pt_stability_free(many);
    pt_network_free(f.network);
}

static void the_first_failure_is_reported(void **state)
{
    (void)state;
    static struct fixture f;
    struct pt_stability *s;
    struct pt_error error = {0};
    const volatile int stop = 1;
    set_up(&f, 0);
    f.plan.n_threads = 2;
    f.inputs[1][0] = f.inputs[2][0] = NAN;
    assert_int_equal(stability_measure(&f.plan, f.samples, N_SAMPLES, 0, &s, &error),
                     PT_E_DIVERGED);
    assert_non_null(strstr(error.message, "stability: testing sample 703, draw 0: mask 0"));
    f.values.stop = &stop;
    assert_int_equal(stability_measure(&f.plan, f.samples, 1, 0, &s, &error), PT_E_STOPPED);
    pt_network_free(f.network);
    assert_int_equal(mem_live_bytes(), 0);
}

static int measure_and_free(void *fixture, struct pt_error *error)
{
    struct fixture *f = fixture;
    struct pt_stability *s;
    int status = stability_measure(&f->plan, f->samples, 1, 0, &s, error);
    if (!status)
        pt_stability_free(s);
    return status;
}

static void faults_leave_nothing(void **state)
{
    (void)state;
    static struct fixture f;
    set_up(&f, 0);
    assert_survives_memory_faults(measure_and_free, &f);
    pt_network_free(f.network);
}

/* A data set of 4 training and 5 testing samples around the fixture's inputs. */
static struct pt_dataset made_dataset(struct fixture *f, float (*inputs)[N_INPUTS])
{
    static uint8_t labels[5] = {0, 1, 0, 1, 0};
    static uint32_t index[5] = {10, 11, 12, 13, 14};
    struct pt_dataset dataset = {.n_classes = 2, .channels = 1, .height = SIDE, .width = SIDE};
    dataset.mean = f->baseline; /* nothing but zeros */
    dataset.deviation = f->input_deviation;
    for (size_t i = 0; i < 5; i++)
        memcpy(inputs[i], f->inputs[i % N_SAMPLES], sizeof inputs[i]);
    dataset.splits[PT_TRAIN] = (struct pt_split){4, inputs[0], labels, labels, index};
    dataset.splits[PT_TEST] = (struct pt_split){5, inputs[0], labels, labels, index};
    return dataset;
}

static void the_tracer_takes_its_first_testing_samples(void **state)
{
    (void)state;
    static struct fixture f;
    static float inputs[5][N_INPUTS];
    static struct pt_config config;
    struct tracer *tracer;
    struct pt_stability *s;
    set_up(&f, 0);
    struct pt_dataset dataset = made_dataset(&f, inputs);
    pt_config_default(&config);
    config.trace.samples = 4;
    config.trace.players = N_PLAYERS;
    config.trace.stability_samples = 2;
    config.trace.stability_draws = 3;
    const struct tracer_options options = {.config = &config,
                                           .dataset = &dataset,
                                           .network = f.network,
                                           .samples = SAMPLES_OF_CHECKPOINT,
                                           .n_threads = 1};
    assert_int_equal(tracer_create(&options, &tracer, NULL), PT_OK);
    const struct pt_trace *trace;
    assert_int_equal(tracer_run(tracer, 5, 1, NULL, &trace, NULL), PT_OK);
    for (long n_wanted = 0; n_wanted <= 9; n_wanted += 2) {
        config.trace.stability_samples = n_wanted;
        assert_int_equal(tracer_measure_stability(tracer, &config, 5, &s, NULL), PT_OK);
        if (n_wanted == 0) {
            assert_null(s);
            continue;
        }
        size_t n = n_wanted < 4 ? (size_t)n_wanted : 4;
        assert_int_equal(s->n_samples, n);
        assert_int_equal(s->n_draws, 3);
        assert_true(s->deviation == config.trace.stability_deviation);
        for (size_t i = 0; i < n; i++)
            assert_int_equal(s->sample_index[i], trace->sample_index[4 + i]);
        pt_stability_free(s);
    }
    tracer_free(tracer);
    pt_network_free(f.network);
    assert_int_equal(mem_live_bytes(), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(moments_agree_with_two_passes),
        cmocka_unit_test(without_noise_nothing_varies),
        cmocka_unit_test(threads_do_not_matter),
        cmocka_unit_test(the_first_failure_is_reported),
        cmocka_unit_test(faults_leave_nothing),
        cmocka_unit_test(the_tracer_takes_its_first_testing_samples),
    };
    blas_setup();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
