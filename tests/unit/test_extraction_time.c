/* Estimates of the time of an extraction: their size, and what they leave behind. */
#include "testing.h"

#include "base/clock.h"
#include "base/random.h"
#include "faults.h"
#include "trace/extraction_time.h"

enum { N_PLAYERS = EXTRACTION_TIME_LEAST_PLAYERS, N_SETS = 1 << N_PLAYERS };

static double v[N_SETS];

static struct interaction_options options_of(enum pt_solver solver)
{
    return (struct interaction_options){
        .solver = solver, .gap = 1e-4, .tie_gap = 1e-4, .noise = 0.02};
}

/* The estimate is of far more iterations than it takes. */
static void estimates_are_larger_than_what_they_take(void **state)
{
    (void)state;
    static const enum pt_solver solvers[] = {PT_SOLVER_EXACT, PT_SOLVER_SGD};
    for (size_t i = 0; i < 2; i++) {
        struct interaction_options options = options_of(solvers[i]);
        double seconds = 0, start = clock_seconds();
        assert_int_equal(extraction_time(N_PLAYERS, &options, v, &seconds, NULL), PT_OK);
        assert_true(seconds > clock_seconds() - start);
        assert_true(seconds < 3600);
    }
    struct interaction_options options = options_of(PT_SOLVER_AND);
    double seconds = 0;
    assert_int_equal(extraction_time(N_PLAYERS, &options, v, &seconds, NULL), PT_OK);
    assert_true(seconds > 0 && seconds < 5);
}

static int estimate(void *unused, struct pt_error *error)
{
    (void)unused;
    struct interaction_options options = options_of(PT_SOLVER_EXACT);
    double seconds;
    return extraction_time(N_PLAYERS, &options, v, &seconds, error);
}

static void faults_leave_nothing(void **state)
{
    (void)state;
    assert_survives_memory_faults(estimate, NULL);
}

/* What an extraction allocates is within what is announced, and goes when it rests. */
static void solvers_rest_within_their_bounds(void **state)
{
    (void)state;
    for (unsigned n_players = 10; n_players <= 16; n_players += 3) {
        struct interaction_options options = options_of(PT_SOLVER_EXACT);
        options.max_iterations = 1;
        size_t n_sets = (size_t)1 << n_players, before = mem_live_bytes();
        struct interaction_extractor *extractor;
        double *tables = mem_alloc(4 * n_sets, sizeof *tables, NULL);
        assert_int_equal(interaction_extractor_create(n_players, &options, &extractor, NULL),
                         PT_OK);
        size_t created = mem_live_bytes();
        for (unsigned n_dummies = 0; n_dummies <= 3; n_dummies++) {
            struct random_stream stream = random_stream(1, RANDOM_TEST, n_players, n_dummies);
            for (size_t mask = 0; mask < n_sets; mask++)
                tables[mask] = mask >> n_dummies << n_dummies == mask
                                   ? random_normal(&stream)
                                   : tables[mask >> n_dummies << n_dummies];
            struct sparse_result result;
            assert_int_equal(interaction_extract(extractor, tables, tables + n_sets,
                                                 tables + 2 * n_sets, tables + 3 * n_sets, &result,
                                                 NULL),
                             PT_OK);
            assert_true(mem_live_bytes() - created <=
                        interaction_extractor_bytes(n_players, &options));
        }
        assert_true(mem_live_bytes() > created);
        interaction_extractor_rest(extractor);
        assert_int_equal(mem_live_bytes(), created);
        interaction_extractor_free(extractor);
        mem_free(tables);
        assert_int_equal(mem_live_bytes(), before);
    }
}

int main(void)
{
    struct random_stream stream = random_stream(2, RANDOM_TEST, 0, 0);
    for (size_t mask = 0; mask < N_SETS; mask++)
        v[mask] = random_normal(&stream);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(estimates_are_larger_than_what_they_take),
        cmocka_unit_test(faults_leave_nothing),
        cmocka_unit_test(solvers_rest_within_their_bounds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
