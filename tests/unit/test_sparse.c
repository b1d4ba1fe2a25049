/* The exact extraction: golden games, certificate, and the optimum of a linear programme. */
#include "testing.h"

#include "base/mem.h"
#include "trace/interactions.h"
#include "trace/sparse.h"
#include "value_tables.h"

#ifdef HAVE_GLPK
#include "lp_oracle.h"
#endif

struct extraction {
    double I_and[1024], I_or[1024];
    struct sparse_result result;
};

static int extract(unsigned n, const double *v, enum pt_solver solver, double gap,
                   struct extraction *out, struct pt_error *error)
{
    struct interaction_extractor *extractor;
    struct interaction_options options = {.solver = solver, .gap = gap};
    assert_int_equal(interaction_extractor_create(n, &options, &extractor, NULL), PT_OK);
    int status =
        interaction_extract(extractor, v, out->I_and, out->I_or, NULL, &out->result, error);
    interaction_extractor_free(extractor);
    return status;
}

/* Matching: every masked value comes back, by the definition of the two triggers. */
static void assert_matches_with_noise(unsigned n, const double *v, const double *noise,
                                      const struct extraction *x)
{
    double scale = 1e-300;
    for (int mask = 0; mask < 1 << n; mask++)
        scale = fmax(scale, fabs(v[mask] - v[0]));
    for (int mask = 0; mask < 1 << n; mask++) {
        double sum = noise ? noise[mask] : 0;
        for (int set = 1; set < 1 << n; set++)
            sum += ((set & mask) == set) * x->I_and[set] + ((set & mask) != 0) * x->I_or[set];
        assert_near(sum, v[mask] - v[0], 1e-9 * scale);
    }
    assert_true(x->I_and[0] == 0 && x->I_or[0] == 0);
    for (int set = 1; set < 1 << n; set *= 2)
        assert_true(x->I_or[set] == 0);
}

static void assert_matches(unsigned n, const double *v, const struct extraction *x)
{
    assert_matches_with_noise(n, v, NULL, x);
}

static void toy_splits_into_four_interactions(void **state)
{
    (void)state;
    double v[32];
    fill_golden_toy(v);
    struct extraction x;
    assert_int_equal(extract(5, v, PT_SOLVER_EXACT, 1e-6, &x, NULL), PT_OK);
    assert_true(x.result.converged);
    assert_near(x.result.objective, 4, 1e-4);
    assert_true(x.result.dual_bound <= 4 + 1e-9 && x.result.dual_bound >= 4 - 1e-4);
    assert_matches(5, v, &x);
}

static void toy_dividends_are_the_published_ones(void **state)
{
    (void)state;
    static const struct {
        int set, value;
    } and_only[] = {{7, 1}, {6, 1}, {12, 1}, {8, 1}, {16, 1}, {24, -1}},
      or_only[] = {{1, 1},  {2, 2},  {4, 3}, {8, 1},   {3, -1},
                   {5, -1}, {6, -2}, {7, 1}, {12, -1}, {24, 1}};
    double v[32], expected_and[32] = {0}, expected_or[32] = {0};
    fill_golden_toy(v);
    for (size_t i = 0; i < sizeof and_only / sizeof *and_only; i++)
        expected_and[and_only[i].set] = and_only[i].value;
    for (size_t i = 0; i < sizeof or_only / sizeof *or_only; i++)
        expected_or[or_only[i].set] = or_only[i].value;
    struct extraction x;
    extract(5, v, PT_SOLVER_AND, 0, &x, NULL);
    assert_matches(5, v, &x);
    for (int set = 0; set < 32; set++)
        assert_near(x.I_and[set], expected_and[set], 1e-12);
    extract(5, v, PT_SOLVER_OR, 0, &x, NULL);
    assert_matches(5, v, &x);
    for (int set = 0; set < 32; set++)
        assert_near(x.I_and[set] + x.I_or[set], expected_or[set], 1e-12);
}

#ifdef HAVE_GLPK
static void compare_with_the_lp(unsigned n, enum table_kind kind, uint32_t index, double noise)
{
    static double v[256], u[256], d[256];
    static struct extraction x;
    fill_table(kind, n, index, v);
    for (int mask = 0; mask < 1 << n; mask++)
        u[mask] = v[mask] - v[0];
    struct interaction_extractor *extractor;
    struct interaction_options options = {.gap = 1e-4, .noise = noise};
    assert_int_equal(interaction_extractor_create(n, &options, &extractor, NULL), PT_OK);
    interaction_extract(extractor, v, x.I_and, x.I_or, d, &x.result, NULL);
    interaction_extractor_free(extractor);
    double optimum = lp_optimum(u, n, noise * fabs(u[(1 << n) - 1]));
    assert_true(x.result.converged);
    assert_true(x.result.dual_bound <= optimum * (1 + 1e-9) + 1e-12);
    assert_true(x.result.objective >= optimum * (1 - 1e-9) - 1e-12);
    assert_true(x.result.objective <= optimum * (1 + 1.001e-4) + 1e-12);
    assert_matches_with_noise(n, v, d, &x);
}
#endif

static void objective_is_the_optimum_of_the_lp(void **state)
{
    (void)state;
#ifdef HAVE_GLPK
    for (unsigned n = 1; n <= 6; n++)
        for (int kind = 0; kind < N_KINDS; kind++)
            for (uint32_t index = 0; index < 3; index++) {
                compare_with_the_lp(n, (enum table_kind)kind, index, 0);
                compare_with_the_lp(n, (enum table_kind)kind, index, 0.02);
            }
    compare_with_the_lp(8, TRAINED, 0, 0);
    compare_with_the_lp(8, TRAINED, 0, 0.02);
#else
    skip();
#endif
}

static void larger_tables_converge_at_any_scale(void **state)
{
    (void)state;
    static double v[1024], scaled[1024];
    for (int kind = 0; kind < N_KINDS; kind++) {
        fill_table((enum table_kind)kind, 10, 0, v);
        static struct extraction x, y;
        extract(10, v, PT_SOLVER_EXACT, 1e-4, &x, NULL);
        assert_true(x.result.converged);
        assert_true(x.result.objective - x.result.dual_bound <= 1e-4 * x.result.objective + 1e-12);
        assert_matches(10, v, &x);
        static const double scales[] = {0x1p-20, 0x1p20};
        for (int i = 0; i < 2; i++) {
            for (int mask = 0; mask < 1024; mask++)
                scaled[mask] = v[mask] * scales[i];
            extract(10, scaled, PT_SOLVER_EXACT, 1e-4, &y, NULL);
            assert_int_equal(y.result.iterations, x.result.iterations);
            for (int set = 0; set < 1024; set++)
                assert_near(y.I_and[set], x.I_and[set] * scales[i], 1e-12 * scales[i]);
        }
    }
}

static void degenerate_tables_are_exact(void **state)
{
    (void)state;
    double v[8] = {3, 3, 3, 3, 3, 3, 3, 3};
    struct extraction x;
    assert_int_equal(extract(3, v, PT_SOLVER_EXACT, 1e-4, &x, NULL), PT_OK);
    assert_true(x.result.converged && x.result.objective == 0 && x.result.dual_bound == 0);
    double one[2] = {-0.0, 2.5};
    assert_int_equal(extract(1, one, PT_SOLVER_EXACT, 1e-4, &x, NULL), PT_OK);
    assert_near(x.I_and[1], 2.5, 1e-12);
    assert_near(x.result.dual_bound, 2.5, 2.5e-4);
    /* Players 0 and 2 do nothing: only sets of player 1 may appear. */
    double middle[8] = {1, 1, 4, 4, 1, 1, 4, 4};
    assert_int_equal(interaction_live_players(middle, 3), 2);
    extract(3, middle, PT_SOLVER_EXACT, 1e-4, &x, NULL);
    for (int set = 0; set < 8; set++)
        assert_near(x.I_and[set] + x.I_or[set], set == 2 ? 3 : 0, 1e-12);
}

static void values_that_are_not_finite_are_refused(void **state)
{
    (void)state;
    double v[8] = {0, 1, 2, 3, 4, NAN, 6, 7};
    struct extraction x;
    struct pt_error error = {0};
    assert_int_equal(extract(3, v, PT_SOLVER_EXACT, 1e-4, &x, &error), PT_E_DIVERGED);
    assert_non_null(strstr(error.message, "mask 5"));
}

static void iteration_cap_is_reported(void **state)
{
    (void)state;
    double v[64];
    fill_table(NOISE, 6, 0, v);
    struct interaction_extractor *extractor;
    struct interaction_options options = {.gap = 1e-9, .max_iterations = 30};
    assert_int_equal(interaction_extractor_create(6, &options, &extractor, NULL), PT_OK);
    struct extraction x;
    interaction_extract(extractor, v, x.I_and, x.I_or, NULL, &x.result, NULL);
    assert_false(x.result.converged);
    assert_int_equal(x.result.iterations, 30);
    assert_true(x.result.dual_bound < x.result.objective);
    assert_matches(6, v, &x);
    interaction_extractor_free(extractor);
}

static void failing_allocations_leave_nothing(void **state)
{
    (void)state;
    double v[32];
    fill_golden_toy(v);
    size_t before = mem_live_bytes();
    int status = PT_E_MEMORY;
    for (long nth = 1; status != PT_OK; nth++) {
        struct interaction_options options = {.gap = 1e-4};
        struct interaction_extractor *extractor = NULL;
        struct extraction x;
        mem_fail_at(nth, 0);
        status = interaction_extractor_create(5, &options, &extractor, NULL);
        if (!status)
            status = interaction_extract(extractor, v, x.I_and, x.I_or, NULL, &x.result, NULL);
        mem_fail_at(0, 0);
        if (extractor)
            interaction_extractor_free(extractor);
        assert_true(status == PT_OK || status == PT_E_MEMORY);
        assert_int_equal(mem_live_bytes(), before);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(toy_splits_into_four_interactions),
        cmocka_unit_test(toy_dividends_are_the_published_ones),
        cmocka_unit_test(objective_is_the_optimum_of_the_lp),
        cmocka_unit_test(larger_tables_converge_at_any_scale),
        cmocka_unit_test(degenerate_tables_are_exact),
        cmocka_unit_test(values_that_are_not_finite_are_refused),
        cmocka_unit_test(iteration_cap_is_reported),
        cmocka_unit_test(failing_allocations_leave_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
