/* Identities that AND and OR interactions obey, by the AND-only and OR-only decompositions. */
#include "testing.h"

#include "base/mem.h"
#include "base/random.h"
#include "trace/interactions.h"

enum { N = 6, SIZE = 1 << N };

static void fill_random(double *v, uint32_t index)
{
    struct random_stream stream = random_stream(5, RANDOM_TEST, 0, index);
    for (int mask = 0; mask < SIZE; mask++)
        v[mask] = random_normal(&stream);
}

static void extract(const double *v, enum pt_solver solver, double *I_and, double *I_or)
{
    struct interaction_extractor *extractor;
    struct interaction_options options = {.solver = solver, .gap = 1e-6};
    struct sparse_result result;
    assert_int_equal(interaction_extractor_create(N, &options, &extractor, NULL), PT_OK);
    assert_int_equal(interaction_extract(extractor, v, I_and, I_or, NULL, &result, NULL), PT_OK);
    interaction_extractor_free(extractor);
}

/* The definitions, term by term. */
static void dividends_follow_their_definition(void **state)
{
    (void)state;
    double v[SIZE], I_and[SIZE], I_or[SIZE];
    fill_random(v, 0);
    extract(v, PT_SOLVER_AND, I_and, I_or);
    for (int set = 1; set < SIZE; set++) {
        double sum = 0;
        for (int mask = 0; mask < SIZE; mask++)
            if ((mask & set) == mask)
                sum += (__builtin_popcount((unsigned)(set ^ mask)) % 2 ? -1 : 1) * (v[mask] - v[0]);
        assert_near(I_and[set], sum, 1e-12);
        assert_true(I_or[set] == 0);
    }
    extract(v, PT_SOLVER_OR, I_and, I_or);
    for (int set = 1; set < SIZE; set++) {
        double sum = 0;
        for (int mask = 0; mask < SIZE; mask++)
            if ((mask & set) == mask)
                sum -= (__builtin_popcount((unsigned)(set ^ mask)) % 2 ? -1 : 1) *
                       (v[(SIZE - 1) ^ mask] - v[0]);
        assert_near(I_and[set] + I_or[set], sum, 1e-12);
    }
}

static void interactions_add_up_to_the_output(void **state)
{
    (void)state;
    double v[SIZE], I_and[SIZE], I_or[SIZE];
    for (int solver = PT_SOLVER_EXACT; solver <= PT_SOLVER_OR; solver++) {
        fill_random(v, 1);
        extract(v, (enum pt_solver)solver, I_and, I_or);
        double sum = 0;
        for (int set = 0; set < SIZE; set++)
            sum += I_and[set] + I_or[set];
        assert_near(sum, v[SIZE - 1] - v[0], 1e-10);
    }
}

static void dividends_are_linear_and_symmetric(void **state)
{
    (void)state;
    double v[SIZE], w[SIZE], mixed[SIZE], a[SIZE], b[SIZE], c[SIZE], ignored[SIZE];
    fill_random(v, 2);
    fill_random(w, 3);
    for (int mask = 0; mask < SIZE; mask++)
        mixed[mask] = 2 * v[mask] - 3 * w[mask] + 7;
    extract(v, PT_SOLVER_AND, a, ignored);
    extract(w, PT_SOLVER_AND, b, ignored);
    extract(mixed, PT_SOLVER_AND, c, ignored);
    for (int set = 0; set < SIZE; set++)
        assert_near(c[set], 2 * a[set] - 3 * b[set], 1e-11);
    /* Swapping players 0 and 3 swaps the sets. */
    for (int mask = 0; mask < SIZE; mask++) {
        int swapped = (mask & ~9) | (mask & 1) << 3 | (mask >> 3 & 1);
        mixed[swapped] = v[mask];
    }
    extract(mixed, PT_SOLVER_AND, c, ignored);
    for (int set = 0; set < SIZE; set++)
        assert_near(c[(set & ~9) | (set & 1) << 3 | (set >> 3 & 1)], a[set], 1e-12);
}

/* I(S + i) = I(S with i always present) - I(S). */
static void recursion_over_a_player_holds(void **state)
{
    (void)state;
    double v[SIZE], present[SIZE], a[SIZE], b[SIZE], ignored[SIZE];
    fill_random(v, 4);
    enum { PLAYER = 1 << 2 };
    for (int mask = 0; mask < SIZE; mask++)
        present[mask] = v[mask | PLAYER];
    extract(v, PT_SOLVER_AND, a, ignored);
    extract(present, PT_SOLVER_AND, b, ignored);
    for (int set = 1; set < SIZE; set++)
        if (!(set & PLAYER))
            assert_near(a[set | PLAYER], b[set] - a[set], 1e-12);
}

static void unanimity_games_have_one_interaction(void **state)
{
    (void)state;
    double v[SIZE], I_and[SIZE], I_or[SIZE];
    for (int set = 1; set < SIZE; set++) {
        for (int is_or = 0; is_or < 2; is_or++) {
            for (int mask = 0; mask < SIZE; mask++)
                v[mask] = 2.5 * (is_or ? (mask & set) != 0 : (mask & set) == set);
            extract(v, is_or ? PT_SOLVER_OR : PT_SOLVER_AND, I_and, I_or);
            for (int other = 1; other < SIZE; other++)
                assert_near(I_and[other] + I_or[other], other == set ? 2.5 : 0, 1e-12);
        }
    }
}

/* Independent noise of variance s^2 on v gives Var I(S) = 2^|S| s^2; the empty set's share of u
 * cancels because it is subtracted everywhere. */
static void noise_grows_with_the_order(void **state)
{
    (void)state;
    enum { N_TABLES = 2000 };
    double sum_of_squares[N + 1] = {0}, v[SIZE], I_and[SIZE], I_or[SIZE];
    for (uint32_t table = 0; table < N_TABLES; table++) {
        fill_random(v, 100 + table);
        extract(v, PT_SOLVER_AND, I_and, I_or);
        for (int order = 1; order <= N; order++)
            sum_of_squares[order] += I_and[(1 << order) - 1] * I_and[(1 << order) - 1];
    }
    for (int order = 1; order <= N; order++)
        assert_near(sum_of_squares[order] / N_TABLES / (1 << order), 1, 6 * sqrt(2.0 / N_TABLES));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dividends_follow_their_definition),
        cmocka_unit_test(interactions_add_up_to_the_output),
        cmocka_unit_test(dividends_are_linear_and_symmetric),
        cmocka_unit_test(recursion_over_a_player_holds),
        cmocka_unit_test(unanimity_games_have_one_interaction),
        cmocka_unit_test(noise_grows_with_the_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
