/* Learning rates against those of PyTorch's schedulers, and by hand. */
#include "testing.h"

#include "train/schedule.h"

#include "torch_optim.inc"

/* The training of tools/make_optimizer_fixtures.py. */
enum { EPOCH = 5, N_EPOCHS = 8 };

static struct pt_config config_of(enum pt_rate_schedule schedule)
{
    struct pt_config config;
    pt_config_default(&config);
    config.train.schedule = schedule;
    config.train.learning_rate = 0.4;
    config.train.epochs = N_EPOCHS;
    return config;
}

/* The rates of the steps from `first` on. */
static void assert_rates(const struct pt_config *config, long first, const double *expected,
                         size_t n)
{
    for (size_t i = 0; i < n; i++)
        assert_near(schedule_rate(config, EPOCH, first + (long)i), expected[i], 1e-8);
}

#define N_RATES(rates) (sizeof(rates) / sizeof *(rates))

static void steps_are_pytorch_s(void **state)
{
    (void)state;
    struct pt_config config = config_of(PT_RATE_STEP);
    config.train.step_epochs = (struct pt_list){3, {2, 3, 7}};
    config.train.step_factor = 0.3;
    assert_int_equal(N_RATES(multistep_rates), N_EPOCHS * EPOCH);
    assert_rates(&config, 0, multistep_rates, N_RATES(multistep_rates));
    config.train.step_epochs = (struct pt_list){3, {2, 4, 6}};
    config.train.step_factor = 0.1;
    assert_rates(&config, 0, step_rates, N_RATES(step_rates));
}

static void cosine_is_pytorch_s(void **state)
{
    (void)state;
    struct pt_config config = config_of(PT_RATE_COSINE);
    config.train.final_rate = 0.01;
    assert_int_equal(N_RATES(cosine_rates), N_EPOCHS * EPOCH + 1);
    assert_rates(&config, 0, cosine_rates, N_RATES(cosine_rates));
    assert_true(schedule_rate(&config, EPOCH, N_EPOCHS * EPOCH + 7) == 0.01);
}

static void warm_up_is_pytorch_s(void **state)
{
    (void)state;
    struct pt_config config = config_of(PT_RATE_COSINE);
    config.train.warmup_epochs = 2;
    assert_rates(&config, 0, warmup_rates, N_RATES(warmup_rates));
    assert_rates(&config, 10, cosine_after_warmup_rates, N_RATES(cosine_after_warmup_rates));
}

static void a_warm_up_leads_to_any_schedule(void **state)
{
    (void)state;
    struct pt_config config = config_of(PT_RATE_CONSTANT);
    assert_true(schedule_rate(&config, EPOCH, 0) == 0.4);
    assert_true(schedule_rate(&config, EPOCH, 1000) == 0.4);
    config.train.warmup_epochs = 0.7; /* of 5 steps: 3.5, rounded to 4 */
    static const double rising[] = {0.1, 0.2, 0.3, 0.4, 0.4, 0.4};
    assert_rates(&config, 0, rising, 6);
    config.train.schedule = PT_RATE_STEP;
    config.train.step_epochs = (struct pt_list){1, {1}};
    static const double then_falling[] = {0.1, 0.2, 0.3, 0.4, 0.4, 0.04, 0.04};
    assert_rates(&config, 0, then_falling, 7);
}

/* A baseline network may have fewer epochs than the warm-up: it never gets beyond it. */
static void a_warm_up_may_be_longer_than_the_training(void **state)
{
    (void)state;
    struct pt_config config = config_of(PT_RATE_COSINE);
    config.train.warmup_epochs = N_EPOCHS;
    assert_near(schedule_rate(&config, EPOCH, N_EPOCHS * EPOCH - 1), 0.4, 1e-15);
    assert_true(schedule_rate(&config, EPOCH, N_EPOCHS * EPOCH) == 0);
    config.train.warmup_epochs = 100;
    assert_near(schedule_rate(&config, EPOCH, N_EPOCHS * EPOCH), 0.4 * 41 / 500, 1e-15);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(steps_are_pytorch_s),
        cmocka_unit_test(cosine_is_pytorch_s),
        cmocka_unit_test(warm_up_is_pytorch_s),
        cmocka_unit_test(a_warm_up_leads_to_any_schedule),
        cmocka_unit_test(a_warm_up_may_be_longer_than_the_training),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
