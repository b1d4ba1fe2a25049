/* Optimisers: PyTorch's steps, naive loops in double, what is not finite, any number of threads. */
#include "testing.h"

#include "crews.h"

#include "hashed.h"
#include "num/kernels.h"
#include "optim/update.h"
#include "phasetrace/optimizer.h"

#include "torch_optim.inc"

enum { N_STEPS = 12, N_PARAMETERS = 16, MOST = 50000 };

/* ---- PyTorch ---- */

static void assert_pytorch(struct pt_optimizer_options options, double rate, const double *expected)
{
    float parameters[N_PARAMETERS], gradients[N_PARAMETERS], state[2 * N_PARAMETERS] = {0};
    const struct pt_optimizer_slabs slabs = {parameters, gradients, state, N_PARAMETERS};
    for (size_t i = 0; i < N_PARAMETERS; i++)
        parameters[i] = hashed(i, 0);
    for (long step = 1; step <= N_STEPS; step++) {
        for (size_t i = 0; i < N_PARAMETERS; i++)
            gradients[i] = hashed(i, (uint32_t)step) * ldexpf(1, -3 * (int)(i % 3));
        assert_int_equal(pt_optimizer_step(&options, rate, step, &slabs, NULL), PT_STEP_DONE);
        for (size_t i = 0; i < N_PARAMETERS; i++, expected++)
            assert_near((double)parameters[i], *expected, 1e-5 * fabs(*expected) + 1e-7);
    }
}

static void sgd_is_pytorch_s(void **state)
{
    (void)state;
    assert_pytorch((struct pt_optimizer_options){0}, 0.1, sgd_steps);
    assert_pytorch((struct pt_optimizer_options){.weight_decay = 0.3}, 0.1, sgd_decay_steps);
    assert_pytorch((struct pt_optimizer_options){.momentum = 0.9, .weight_decay = 5e-4}, 0.05,
                   sgd_momentum_steps);
    assert_pytorch(
        (struct pt_optimizer_options){.momentum = 0.8, .weight_decay = 0.02, .nesterov = 1}, 0.05,
        sgd_nesterov_steps);
}

static void adam_is_pytorch_s(void **state)
{
    (void)state;
    struct pt_optimizer_options options = {
        .kind = PT_OPTIMIZER_ADAM, .beta1 = 0.9, .beta2 = 0.999, .epsilon = 1e-8};
    assert_pytorch(options, 0.001, adam_steps);
    options.weight_decay = 0.01; /* AdamW's default */
    options.kind = PT_OPTIMIZER_ADAMW;
    assert_pytorch(options, 0.01, adamw_steps);
    options = (struct pt_optimizer_options){.kind = PT_OPTIMIZER_ADAM,
                                            .beta1 = 0.8,
                                            .beta2 = 0.95,
                                            .epsilon = 1e-3,
                                            .weight_decay = 0.1};
    assert_pytorch(options, 0.02, adam_decay_steps);
    options = (struct pt_optimizer_options){.kind = PT_OPTIMIZER_ADAMW,
                                            .beta1 = 0.5,
                                            .beta2 = 0.9,
                                            .epsilon = 1e-4,
                                            .weight_decay = 0.5};
    assert_pytorch(options, 0.05, adamw_decay_steps);
}

static void steps_match_hand_computed_values(void **state)
{
    (void)state;
    /* Exact in binary: rate 1/2, momentum 3/4, decay 1/8. */
    const struct pt_optimizer_options options = {.momentum = 0.75, .weight_decay = 0.125};
    float parameters[] = {8, -4}, velocity[] = {0, 0};
    const float gradients[] = {1, 2};
    const struct pt_optimizer_slabs slabs = {parameters, gradients, velocity, 2};
    assert_int_equal(pt_optimizer_step(&options, 0.5, 1, &slabs, NULL), PT_STEP_DONE);
    /* v = g + p / 8 = {2, 1.5};  p -= v / 2 */
    assert_true(velocity[0] == 2 && velocity[1] == 1.5F);
    assert_true(parameters[0] == 7 && parameters[1] == -4.75F);
    assert_int_equal(pt_optimizer_step(&options, 0.5, 2, &slabs, NULL), PT_STEP_DONE);
    /* v = 3/4 {2, 1.5} + {1 + 7/8, 2 - 4.75/8} = {3.375, 2.53125} */
    assert_true(velocity[0] == 3.375F && velocity[1] == 2.53125F);
    assert_true(parameters[0] == 5.3125F && parameters[1] == -6.015625F);
}

static void slabs_have_pytorch_s_names(void **state)
{
    (void)state;
    assert_int_equal(pt_optimizer_n_slabs(PT_OPTIMIZER_SGD), 1);
    assert_string_equal(pt_optimizer_slab_name(PT_OPTIMIZER_SGD, 0), "momentum");
    for (int kind = PT_OPTIMIZER_ADAM; kind <= PT_OPTIMIZER_ADAMW; kind++) {
        assert_int_equal(pt_optimizer_n_slabs((enum pt_optimizer)kind), 2);
        assert_string_equal(pt_optimizer_slab_name((enum pt_optimizer)kind, 0), "exp_avg");
        assert_string_equal(pt_optimizer_slab_name((enum pt_optimizer)kind, 1), "exp_avg_sq");
    }
}

/* ---- All instruction sets ---- */

static void assert_floats(const float *actual, const double *expected, size_t n)
{
    for (size_t i = 0; i < n; i++)
        assert_near((double)actual[i], expected[i], 1e-6 * (fabs(expected[i]) + 1));
}

static void check_sgd(const struct update_kernels *kernels, size_t n)
{
    const struct sgd_update u = {0.1F, 0.01F, 0.9F, 0.7F, 0.4F};
    float p[64] = {0}, g[64] = {0}, v[64] = {0};
    double p_expected[64], v_expected[64];
    for (size_t i = 0; i < n; i++) {
        p[i] = hashed(i, 1), g[i] = hashed(i, 2), v[i] = hashed(i, 3);
        double d = (double)g[i] + 0.01 * (double)p[i];
        v_expected[i] = 0.9 * (double)v[i] + d;
        p_expected[i] = (double)p[i] - 0.1 * (0.7 * v_expected[i] + 0.4 * d);
    }
    assert_int_equal(kernels->sgd(&u, p, g, v, n, 10), 1);
    assert_floats(p, p_expected, n);
    assert_floats(v, v_expected, n);
}

static void check_adam(const struct update_kernels *kernels, size_t n)
{
    const struct adam_update u = {0.1F, 0.01F, 0.99F, 0.9F, 0.2F, 0.8F, 0.3F, 0.5F, 0.125F};
    float p[64] = {0}, g[64] = {0}, m[64] = {0}, s[64] = {0};
    double p_expected[64], m_expected[64], s_expected[64];
    for (size_t i = 0; i < n; i++) {
        p[i] = hashed(i, 1), g[i] = hashed(i, 2), m[i] = hashed(i, 3), s[i] = fabsf(hashed(i, 4));
        double d = (double)g[i] + 0.01 * (double)p[i];
        m_expected[i] = 0.9 * (double)m[i] + 0.2 * d;
        s_expected[i] = 0.8 * (double)s[i] + 0.3 * d * d;
        p_expected[i] =
            0.99 * (double)p[i] - 0.1 * m_expected[i] / (sqrt(s_expected[i]) / 0.5 + 0.125);
    }
    assert_int_equal(kernels->adam(&u, p, g, m, s, n, 10), 1);
    assert_floats(p, p_expected, n);
    assert_floats(m, m_expected, n);
    assert_floats(s, s_expected, n);
}

/* At every place of bodies and tails. */
static void check_limits(const struct update_kernels *kernels, size_t n)
{
    static const float bad[] = {NAN, -NAN, INFINITY, -INFINITY, 2.0001F, -2.0001F};
    const struct sgd_update sgd = {1, 0, 0, 1, 0};
    const struct adam_update adam = {.rate = 1, .shrink = 1, .root = 1, .epsilon = 1};
    for (size_t at = 0; at < n; at++)
        for (size_t b = 0; b < sizeof bad / sizeof *bad; b++) {
            float values[64], zeros[3][64] = {{0}};
            for (size_t i = 0; i < n; i++)
                values[i] = i % 2 ? 2 : -2;
            assert_int_equal(kernels->all_below(values, n, 2), 1);
            values[at] = bad[b];
            assert_int_equal(kernels->all_below(values, n, 2), 0);
            assert_int_equal(kernels->sgd(&sgd, values, zeros[0], zeros[1], n, 2), 0);
            assert_int_equal(kernels->adam(&adam, values, zeros[0], zeros[1], zeros[2], n, 2), 0);
        }
}

static void every_set_is_right(void **state)
{
    (void)state;
    const struct kernels *sets[3];
    size_t n_sets = kernels_all(sets);
    for (size_t k = 0; k < n_sets; k++) {
        const struct update_kernels *kernels = update_kernels_of(sets[k]->name);
        assert_string_equal(kernels->name, sets[k]->name);
        for (size_t n = 0; n <= 64; n++) {
            check_sgd(kernels, n);
            check_adam(kernels, n);
        }
        check_limits(kernels, 37);
    }
}

/* ---- Threads ---- */

static float parameters[MOST], gradients[MOST], state_slabs[2 * MOST];

static void fill_large(void)
{
    for (size_t i = 0; i < MOST; i++) {
        parameters[i] = hashed(i, 5);
        gradients[i] = hashed(i, 6);
        state_slabs[i] = hashed(i, 7);
        state_slabs[MOST + i] = fabsf(hashed(i, 8));
    }
}

static void any_number_of_threads_gives_the_same_bytes(void **state)
{
    (void)state;
    static float expected[MOST], expected_slabs[2 * MOST];
    const struct pt_optimizer_slabs slabs = {parameters, gradients, state_slabs, MOST};
    for (int kind = PT_OPTIMIZER_SGD; kind <= PT_OPTIMIZER_ADAMW; kind++)
        for (int n_threads = 1; n_threads <= 8; n_threads++) {
            const struct pt_optimizer_options options = {.kind = (enum pt_optimizer)kind,
                                                         .momentum = 0.9,
                                                         .weight_decay = 0.1,
                                                         .beta1 = 0.9,
                                                         .beta2 = 0.99,
                                                         .epsilon = 1e-8};
            fill_large();
            assert_int_equal(pt_optimizer_step(&options, 0.01, 3, &slabs, crew_of(n_threads)),
                             PT_STEP_DONE);
            if (n_threads == 1) {
                memcpy(expected, parameters, sizeof expected);
                memcpy(expected_slabs, state_slabs, sizeof expected_slabs);
            }
            assert_memory_equal(parameters, expected, sizeof expected);
            assert_memory_equal(state_slabs, expected_slabs, sizeof expected_slabs);
        }
}

/* ---- Divergence ---- */

static void a_bad_gradient_changes_nothing(void **state)
{
    (void)state;
    static float parameters_before[MOST], slabs_before[2 * MOST];
    static const float bad[] = {NAN, INFINITY, -INFINITY, 1.01e15F, -1.01e15F};
    const struct pt_optimizer_slabs slabs = {parameters, gradients, state_slabs, MOST};
    const struct pt_optimizer_options options = {
        .kind = PT_OPTIMIZER_ADAM, .beta1 = 0.9, .beta2 = 0.99, .epsilon = 1e-8};
    fill_large();
    memcpy(parameters_before, parameters, sizeof parameters);
    memcpy(slabs_before, state_slabs, sizeof state_slabs);
    for (size_t at = 0; at < MOST; at += 7919)
        for (size_t b = 0; b < 5; b++) {
            float good = gradients[at];
            gradients[at] = bad[b];
            assert_int_equal(pt_optimizer_step(&options, 0.01, 1, &slabs, crew_of(1 + (int)at % 3)),
                             PT_STEP_BAD_GRADIENT);
            gradients[at] = good;
            assert_memory_equal(parameters, parameters_before, sizeof parameters);
            assert_memory_equal(state_slabs, slabs_before, sizeof state_slabs);
        }
}

static void growth_is_told_in_every_block(void **state)
{
    (void)state;
    const struct pt_optimizer_options options = {0};
    const struct pt_optimizer_slabs slabs = {parameters, gradients, state_slabs, MOST};
    for (size_t at = 0; at < MOST; at += 7919) {
        fill_large();
        gradients[at] = -1e14F;
        assert_int_equal(pt_optimizer_step(&options, 1, 1, &slabs, crew_of(2)), PT_STEP_DONE);
        assert_int_equal(pt_optimizer_step(&options, 9.5, 1, &slabs, crew_of(2)),
                         PT_STEP_TOO_LARGE);
    }
}

/* The largest gradients with the wildest options, turning round: all stays finite until told. */
static void what_is_kept_is_finite(void **state)
{
    (void)state;
    enum { N = 40 };
    static const double betas[] = {0, 0.9, 0.9999999999};
    for (int kind = PT_OPTIMIZER_SGD; kind <= PT_OPTIMIZER_ADAMW; kind++)
        for (int trial = 0; trial < 9 * 8; trial++) {
            const struct pt_optimizer_options options = {
                .kind = (enum pt_optimizer)kind,
                .momentum = betas[trial % 3],
                .nesterov = trial / 3 % 2,
                .beta1 = betas[trial % 3],
                .beta2 = betas[trial / 3 % 3],
                .epsilon = trial / 9 % 2 ? 1e-15 : 1,
                .weight_decay = trial / 18 % 2 ? 100 : 0,
            };
            float p[N], g[N], s[2 * N] = {0};
            const struct pt_optimizer_slabs slabs = {p, g, s, N};
            for (size_t i = 0; i < N; i++)
                p[i] = 1e15F * hashed(i, 1);
            enum pt_step_result result = PT_STEP_DONE;
            for (long step = 1; step <= 50 && result == PT_STEP_DONE; step++) {
                for (size_t i = 0; i < N; i++)
                    g[i] = step % 3 ? copysignf(1e15F, hashed(i, (uint32_t)step)) : 0;
                result = pt_optimizer_step(&options, trial / 36 ? 100 : 1e-3, step, &slabs, NULL);
                assert_int_not_equal(result, PT_STEP_BAD_GRADIENT);
            }
            for (size_t i = 0; i < N; i++)
                assert_true(isfinite(p[i]) && isfinite(s[i]) && isfinite(s[N + i]));
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sgd_is_pytorch_s),
        cmocka_unit_test(adam_is_pytorch_s),
        cmocka_unit_test(steps_match_hand_computed_values),
        cmocka_unit_test(slabs_have_pytorch_s_names),
        cmocka_unit_test(every_set_is_right),
        cmocka_unit_test(any_number_of_threads_gives_the_same_bytes),
        cmocka_unit_test(a_bad_gradient_changes_nothing),
        cmocka_unit_test(growth_is_told_in_every_block),
        cmocka_unit_test(what_is_kept_is_finite),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
