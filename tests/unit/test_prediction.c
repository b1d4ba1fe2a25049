/* Predicted strengths: against dense matrices, and by the duality of AND and OR. */
#include "analysis_fixture.h"

#include "dense_theory.h"
#include "faults.h"

#include "analysis/prediction.h"
#include "base/random.h"

enum { N = 4, SETS = 1 << N, COLUMNS = N_SIGMA2 * N };

static void reduce(const struct pt_trace *trace, struct arena *arena, struct encoding *encoding)
{
    assert_int_equal(encoding_reduce(trace, 0.03, arena, encoding, NULL), PT_OK);
}

/* Three samples with interactions of both kinds, some of them not salient. */
static struct pt_trace *mixed_trace(void)
{
    struct pt_trace *trace = make_trace(0, N, 1, 2);
    struct random_stream stream = random_stream(2, RANDOM_TEST, 0, 0);
    for (size_t i = 0; i < 3; i++)
        for (uint32_t set = 1; set < SETS; set++) {
            double scale = random_uniform(&stream) < 0.3 ? 1e-3 : 1;
            trace->I_and[SETS * i + set] = scale * random_normal(&stream);
            if (set & (set - 1))
                trace->I_or[SETS * i + set] = scale * random_normal(&stream);
        }
    fill_values(trace, -1.5);
    return trace;
}

static void add_dense(const double *w_hat, double tau, double *strengths)
{
    for (size_t set = 1; set < SETS; set++)
        if (fabs(w_hat[set]) >= tau)
            strengths[__builtin_popcountll(set) - 1] += fabs(w_hat[set]);
}

/* The definition, for one sample of mixed_trace(). */
static void predict_dense(const struct pt_trace *trace, size_t sample, double tau, double sigma2,
                          double strengths[N_PREDICTED_KINDS][N])
{
    double w[2][SETS] = {{0}}, sums[2] = {0};
    w[0][0] = trace->v[SETS * sample];
    for (size_t set = 1; set < SETS; set++) {
        double i_and = trace->I_and[SETS * sample + set], i_or = trace->I_or[SETS * sample + set];
        w[0][set] = fabs(i_and) >= tau ? i_and : 0;
        w[1][set] = fabs(i_or) >= tau ? i_or : 0;
        w[1][0] -= w[1][set];
    }
    for (size_t vector = 0; vector < 2; vector++) {
        apply_dense(N, sigma2, w[vector]);
        for (size_t set = 1; set < SETS; set++)
            sums[vector] += w[vector][set];
    }
    memset(strengths, 0, N_PREDICTED_KINDS * sizeof *strengths);
    add_dense(w[0], 0.03 * fabs(sums[0]), strengths[PREDICTED_AND]);
    add_dense(w[0], 0.03 * fabs(sums[0] + sums[1]), strengths[PREDICTED_BOTH]);
    add_dense(w[1], 0.03 * fabs(sums[0] + sums[1]), strengths[PREDICTED_BOTH]);
}

static void strengths_follow_the_definition(void **state)
{
    (void)state;
    static double all[N_PREDICTED_KINDS][2 * COLUMNS];
    double *const strengths[] = {all[0], all[1]};
    struct arena arena = {0};
    struct encoding encoding;
    struct pt_trace *trace = mixed_trace();
    reduce(trace, &arena, &encoding);
    assert_int_equal(predict_strengths(&encoding, 1, 2, 0.03, strengths, NULL), PT_OK);
    for (size_t i = 0; i < 2; i++)
        for (size_t g = 0; g < N_SIGMA2; g++) {
            double expected[N_PREDICTED_KINDS][N];
            predict_dense(trace, 1 + i, encoding.tau, sigma2_at(g), expected);
            for (size_t kind = 0; kind < N_PREDICTED_KINDS; kind++)
                for (size_t k = 0; k < N; k++)
                    assert_near(all[kind][(i * N_SIGMA2 + g) * N + k], expected[kind][k], 1e-12);
        }
    arena_release(&arena);
}

/* OR interactions are AND interactions of the absence of players: negated, and with what the OR
 * part says about the whole sample as the constant. */
static void or_is_and_of_absence(void **state)
{
    (void)state;
    static const uint32_t sets[4] = {3, 6, 7, 15};
    static const double values[4] = {2, -0.7, 1.1, 0.4};
    static double as_or[COLUMNS], as_and[COLUMNS];
    for (int dual = 0; dual < 2; dual++) {
        struct arena arena = {0};
        struct encoding encoding;
        struct pt_trace *trace = make_trace(0, N, 0, 1);
        double whole = 0;
        for (size_t i = 0; i < 4; i++) {
            (dual ? trace->I_and : trace->I_or)[sets[i]] = dual ? -values[i] : values[i];
            whole += values[i];
        }
        fill_values(trace, dual ? whole : 0);
        double *const strengths[] = {NULL, dual ? as_and : as_or};
        reduce(trace, &arena, &encoding);
        assert_int_equal(predict_strengths(&encoding, 0, 1, 0.03, strengths, NULL), PT_OK);
        arena_release(&arena);
    }
    for (size_t i = 0; i < COLUMNS; i++)
        assert_near(as_or[i], as_and[i], 1e-14);
    assert_near(as_or[1], 2.7, 1e-14); /* no noise: orders 1 and 2 */
    assert_near(as_or[0], 0, 1e-14);
    assert_true(as_or[COLUMNS / 2] > 0.01);
}

static int predict_mixed(void *user, struct pt_error *error)
{
    (void)user;
    static double all[3 * COLUMNS];
    double *const strengths[] = {all, NULL};
    struct arena arena = {0};
    struct encoding encoding;
    int status = encoding_reduce(mixed_trace(), 0.03, &arena, &encoding, error);
    if (!status)
        status = predict_strengths(&encoding, 0, 3, 0.03, strengths, error);
    arena_release(&arena);
    return status;
}

static void failing_allocations_leave_nothing(void **state)
{
    (void)state;
    assert_survives_memory_faults(predict_mixed, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(strengths_follow_the_definition),
        cmocka_unit_test(or_is_and_of_absence),
        cmocka_unit_test(failing_allocations_leave_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
