/* The trainer: its steps are the optimiser's at the schedule's rates, for any number of threads. */
#include "testing.h"

#include "crews.h"
#include "faults.h"
#include "num/gemm.h"
#include "small_training.h"
#include "train/trainer.h"

static struct trainer *create_trainer(struct pt_network *network, int n_threads)
{
    struct trainer *trainer;
    assert_int_equal(
        trainer_create(&config, &dataset, PT_TRAIN, network, crew_of(n_threads), &trainer, NULL),
        PT_OK);
    return trainer;
}

static int set_up(void **state)
{
    (void)state;
    set_up_training();
    return 0;
}

/* ---- What a step is ---- */

/* With all samples in a batch their order only moves the last bits. */
static void steps_are_the_optimiser_s_at_the_schedule_s_rates(void **state)
{
    (void)state;
    static const double rates[] = {0.005, 0.01, 0.01, 0.001, 0.001};
    const struct pt_optimizer_options options = {.kind = PT_OPTIMIZER_ADAMW,
                                                 .weight_decay = 0.5,
                                                 .beta1 = 0.8,
                                                 .beta2 = 0.9,
                                                 .epsilon = 1e-4};
    config.train.batch_size = N_SAMPLES;
    config.train.optimizer = PT_OPTIMIZER_ADAMW;
    config.train.weight_decay = 0.5;
    config.train.beta1 = 0.8;
    config.train.beta2 = 0.9;
    config.train.epsilon = 1e-4;
    config.train.warmup_epochs = 2;
    config.train.schedule = PT_RATE_STEP;
    config.train.step_epochs = (struct pt_list){1, {3}};
    struct pt_network *network = create_network(), *other = create_network();
    struct trainer *trainer = create_trainer(network, 1);
    size_t n = pt_network_n_parameters(other);
    float *slabs = calloc(2 * n, sizeof *slabs);
    struct pt_workspace *workspace;
    assert_int_equal(pt_workspace_create(other, N_SAMPLES, 1, &workspace, NULL), PT_OK);
    for (long step = 0; step < 5; step++) {
        assert_near(trainer_rate(trainer), rates[step], 1e-15);
        assert_int_equal(trainer_step(trainer, NULL), PT_OK);
        assert_int_equal(trainer_steps_done(trainer), step + 1);
        pt_network_forward(other, workspace, inputs, N_SAMPLES, 0, pt_network_n_layers(other));
        pt_network_backward(other, workspace, inputs, labels, N_SAMPLES);
        pt_optimizer_step(&options, rates[step], step + 1,
                          &(struct pt_optimizer_slabs){pt_network_parameters(other),
                                                       pt_network_gradients(other), slabs, n},
                          NULL);
    }
    const float *reached = trainer_optimizer(trainer).state;
    assert_int_equal(trainer_optimizer(trainer).kind, PT_OPTIMIZER_ADAMW);
    for (size_t i = 0; i < n; i++)
        assert_near((double)pt_network_parameters(network)[i],
                    (double)pt_network_parameters(other)[i], 1e-5);
    for (size_t i = 0; i < 2 * n; i++)
        assert_near((double)reached[i], (double)slabs[i], 1e-5);
    free(slabs);
    trainer_free(trainer);
    pt_workspace_free(workspace);
    pt_network_free(network);
    pt_network_free(other);
}

/*
 * So small a rate leaves the parameters alone. Each step's velocity, without momentum, is the mean
 * gradient of its batch at the same parameters: weighted by their sizes, those of an epoch add up
 * to the gradient of all samples.
 */
static void an_epoch_has_every_sample_once(void **state)
{
    (void)state;
    static const double sizes[] = {16, 16, 8};
    config.train.learning_rate = 1e-30;
    config.train.momentum = 0;
    struct pt_network *network = create_network();
    struct trainer *trainer = create_trainer(network, 1);
    struct pt_workspace *workspace;
    double sums[1000] = {0};
    size_t n = pt_network_n_parameters(network);
    assert_int_equal(trainer_steps_per_epoch(48, 16), 3);
    assert_int_equal(trainer_steps_per_epoch(N_SAMPLES, 16), 3);
    for (size_t step = 0; step < 3; step++) {
        assert_int_equal(trainer_step(trainer, NULL), PT_OK);
        for (size_t i = 0; i < n; i++)
            sums[i] += sizes[step] / N_SAMPLES * (double)trainer_optimizer(trainer).state[i];
    }
    assert_true(trainer_epoch(trainer) == 1);
    assert_int_equal(pt_workspace_create(network, N_SAMPLES, 1, &workspace, NULL), PT_OK);
    pt_network_forward(network, workspace, inputs, N_SAMPLES, 0, pt_network_n_layers(network));
    pt_network_backward(network, workspace, inputs, labels, N_SAMPLES);
    for (size_t i = 0; i < n; i++)
        assert_near(sums[i], (double)pt_network_gradients(network)[i], 1e-6);
    trainer_free(trainer);
    pt_workspace_free(workspace);
    pt_network_free(network);
}

/* ---- Determinism ---- */

/* The parameters after some epochs. */
static void train(int n_threads, float *reached)
{
    struct pt_network *network = create_network();
    struct trainer *trainer = create_trainer(network, n_threads);
    size_t before = mem_allocation_count();
    for (int step = 0; step < 30; step++)
        assert_int_equal(trainer_step(trainer, NULL), PT_OK);
    assert_int_equal(mem_allocation_count(), before);
    memcpy(reached, pt_network_parameters(network),
           pt_network_n_parameters(network) * sizeof *reached);
    trainer_free(trainer);
    pt_network_free(network);
}

static void threads_and_repetition_change_nothing(void **state)
{
    (void)state;
    float expected[1000] = {0}, reached[1000] = {0};
    config.train.shift = 2;
    config.train.flip = PT_YES;
    train(1, expected);
    for (int n_threads = 1; n_threads <= 4; n_threads++) {
        train(n_threads, reached);
        assert_memory_equal(reached, expected, sizeof expected);
    }
}

static void augmentation_and_seed_change_something(void **state)
{
    (void)state;
    float plain[1000] = {0}, reached[1000] = {0};
    train(1, plain);
    config.train.shift = 1;
    train(1, reached);
    assert_memory_not_equal(reached, plain, sizeof plain);
    config.train.shift = 0;
    config.train.flip = PT_YES;
    train(1, reached);
    assert_memory_not_equal(reached, plain, sizeof plain);
    config.train.flip = PT_NO;
    config.run.seed = 2;
    train(1, reached);
    assert_memory_not_equal(reached, plain, sizeof plain);
}

/* ---- Failure ---- */

static void a_loss_that_is_not_finite_changes_nothing(void **state)
{
    (void)state;
    struct pt_network *network = create_network(), *other = create_network();
    struct trainer *trainer = create_trainer(network, 1);
    struct pt_error error;
    for (size_t i = 0; i < N_SAMPLES; i++)
        inputs[i * N_INPUTS] = NAN;
    assert_int_equal(trainer_step(trainer, &error), PT_E_DIVERGED);
    assert_string_equal(error.message, "training diverged at step 1: the loss is not finite "
                                       "(learning rate 0.01, last loss nan)");
    assert_int_equal(trainer_steps_done(trainer), 0);
    assert_memory_equal(pt_network_parameters(network), pt_network_parameters(other),
                        pt_network_n_parameters(network) * sizeof(float));
    trainer_free(trainer);
    pt_network_free(network);
    pt_network_free(other);
}

static void growth_ends_in_a_finite_state(void **state)
{
    (void)state;
    struct pt_network *network = create_network();
    config.train.learning_rate = 100;
    config.train.weight_decay = 100;
    config.train.momentum = 0;
    struct trainer *trainer = create_trainer(network, 1);
    struct pt_error error = {0};
    int status = PT_OK;
    long n_steps = 0;
    for (; status == PT_OK; n_steps++)
        status = trainer_step(trainer, &error);
    assert_int_equal(status, PT_E_DIVERGED);
    assert_non_null(
        strstr(error.message, ": a parameter has grown beyond 1e15 (learning rate 100"));
    assert_int_equal(trainer_steps_done(trainer), n_steps);
    int is_large = 0;
    for (size_t i = 0; i < pt_network_n_parameters(network); i++) {
        assert_true(isfinite(pt_network_parameters(network)[i]));
        assert_true(isfinite(trainer_optimizer(trainer).state[i]));
        is_large |= fabsf(pt_network_parameters(network)[i]) > 1e15F;
    }
    assert_true(is_large);
    trainer_free(trainer);
    pt_network_free(network);
}

static int create_and_free(void *network, struct pt_error *error)
{
    struct trainer *trainer;
    int status = trainer_create(&config, &dataset, PT_TRAIN, network, crew_of(2), &trainer, error);
    if (!status)
        trainer_free(trainer);
    return status;
}

static void faults_leave_nothing(void **state)
{
    (void)state;
    crew_of(2); /* kept */
    size_t kept = mem_live_bytes();
    struct pt_network *network = create_network();
    struct pt_error error;
    config.train.optimizer = PT_OPTIMIZER_ADAM;
    assert_survives_memory_faults(create_and_free, network);
    config.train.shift = SIDE;
    size_t before = mem_live_bytes();
    assert_int_equal(create_and_free(network, &error), PT_E_CONFIG);
    assert_int_equal(mem_live_bytes(), before);
    pt_network_free(network);
    trainer_free(NULL);
    assert_int_equal(mem_live_bytes(), kept);
}

static int set_up_blas(void **state)
{
    (void)state;
    blas_setup();
    return 0;
}

#define TEST(name) cmocka_unit_test_setup(name, set_up)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(steps_are_the_optimiser_s_at_the_schedule_s_rates),
        TEST(an_epoch_has_every_sample_once),
        TEST(threads_and_repetition_change_nothing),
        TEST(augmentation_and_seed_change_something),
        TEST(a_loss_that_is_not_finite_changes_nothing),
        TEST(growth_ends_in_a_finite_state),
        TEST(faults_leave_nothing),
    };
    return cmocka_run_group_tests(tests, set_up_blas, NULL);
}
