/* The answer that the tie-breaking cost singles out: what it must not depend on. */
#include "testing.h"

#include "trace/interactions.h"
#include "value_tables.h"

#define MAX_SETS 1024
#define PAPERS_NOISE 0.02

struct answer {
    double I_and[MAX_SETS], I_or[MAX_SETS], noise[MAX_SETS];
    struct sparse_result result;
};

struct settings {
    double gap, tie_gap, noise;
};

static const struct settings defaults[] = {{1e-4, 1e-5, 0}, {1e-4, 1e-5, PAPERS_NOISE}};

static void extract(unsigned n, const double *v, const struct settings *settings,
                    struct answer *answer)
{
    struct interaction_extractor *extractor;
    struct interaction_options options = {.solver = PT_SOLVER_EXACT,
                                          .gap = settings->gap,
                                          .tie_gap = settings->tie_gap,
                                          .noise = settings->noise};
    assert_int_equal(interaction_extractor_create(n, &options, &extractor, NULL), PT_OK);
    assert_int_equal(interaction_extract(extractor, v, answer->I_and, answer->I_or, answer->noise,
                                         &answer->result, NULL),
                     PT_OK);
    interaction_extractor_free(extractor);
    assert_true(answer->result.converged);
}

static double strongest(unsigned n, const struct answer *x)
{
    double largest = 0;
    for (int set = 1; set < 1 << n; set++)
        largest = fmax(largest, fmax(fabs(x->I_and[set]), fabs(x->I_or[set])));
    return largest;
}

/* Largest |factor x - y| over all interactions, as a share of the strongest one. */
static double difference(unsigned n, const struct answer *x, double factor, const struct answer *y)
{
    double largest = 0;
    for (int set = 1; set < 1 << n; set++) {
        largest = fmax(largest, fabs(factor * x->I_and[set] - y->I_and[set]));
        largest = fmax(largest, fabs(factor * x->I_or[set] - y->I_or[set]));
    }
    return largest / (factor * strongest(n, x));
}

/* Largest difference of an order's share of the strength. */
static double share_difference(unsigned n, const struct answer *x, const struct answer *y)
{
    double shares[11] = {0}, largest = 0;
    for (int set = 1; set < 1 << n; set++) {
        int order = __builtin_popcount((unsigned)set);
        shares[order] += (fabs(x->I_and[set]) + fabs(x->I_or[set])) / x->result.objective;
        shares[order] -= (fabs(y->I_and[set]) + fabs(y->I_or[set])) / y->result.objective;
    }
    for (unsigned order = 1; order <= n; order++)
        largest = fmax(largest, fabs(shares[order]));
    return largest;
}

/* Player i becomes player 3i + 1 mod n; 3 and the n used here have no common factor but for 6. */
static int relabel(unsigned n, int set)
{
    int renamed = 0;
    for (unsigned i = 0; i < n; i++)
        if (set >> i & 1)
            renamed |= 1 << (n == 6 ? n - 1 - i : (3 * i + 1) % n);
    return renamed;
}

/* The answer for the table with relabelled players, under the old names. */
static void extract_relabelled(unsigned n, const double *v, const struct settings *settings,
                               struct answer *answer)
{
    static double renamed[MAX_SETS];
    static struct answer other;
    for (int mask = 0; mask < 1 << n; mask++)
        renamed[relabel(n, mask)] = v[mask];
    extract(n, renamed, settings, &other);
    for (int set = 0; set < 1 << n; set++) {
        answer->I_and[set] = other.I_and[relabel(n, set)];
        answer->I_or[set] = other.I_or[relabel(n, set)];
    }
    answer->result = other.result;
}

/* ---- What the answer satisfies ---- */

/* With noise some of the strength moves to subsets of the planted sets, by about the noise bound,
 * 0.08. */
static void toy_has_exactly_the_planted_support(void **state)
{
    (void)state;
    static const double least[] = {1e-3, 0.1}, tolerance[] = {1e-3, 0.25};
    double v[32];
    struct answer x;
    fill_golden_toy(v);
    for (int i = 0; i < 2; i++) {
        extract(5, v, &defaults[i], &x);
        for (int set = 1; set < 32; set++) {
            int planted_and = set == 7 || set == 6 || set == 12, planted_or = set == 24;
            assert_true((fabs(x.I_and[set]) > least[i]) == planted_and);
            assert_true((fabs(x.I_or[set]) > least[i]) == planted_or);
            assert_near(x.I_and[set], planted_and, tolerance[i]);
            assert_near(x.I_or[set], planted_or, tolerance[i]);
        }
    }
}

/* By the definition of the two triggers. */
static void assert_matches(unsigned n, const double *v, const struct answer *x)
{
    double scale = 0;
    for (int mask = 0; mask < 1 << n; mask++)
        scale = fmax(scale, fabs(v[mask] - v[0]));
    for (int mask = 0; mask < 1 << n; mask++) {
        double sum = x->noise[mask];
        for (int set = 1; set < 1 << n; set++)
            sum += ((set & mask) == set) * x->I_and[set] + ((set & mask) != 0) * x->I_or[set];
        assert_near(sum, v[mask] - v[0], 1e-9 * scale);
    }
}

static void assert_sound(unsigned n, const double *v, double share, const struct answer *x)
{
    double bound = share * fabs(v[(1 << n) - 1] - v[0]), total = 0;
    assert_matches(n, v, x);
    for (int mask = 0; mask < 1 << n; mask++)
        assert_true(fabs(x->noise[mask]) <= bound * (1 + 1e-14));
    assert_true(x->noise[0] == 0 && x->I_and[0] == 0 && x->I_or[0] == 0);
    for (int set = 1; set < 1 << n; set++) {
        total += fabs(x->I_and[set]) + fabs(x->I_or[set]);
        assert_true(__builtin_popcount((unsigned)set) > 1 || x->I_or[set] == 0);
    }
    assert_near(x->result.objective, total, 1e-12 * total);
    assert_true(x->result.dual_bound <= x->result.objective);
}

/*
 * The objective may exceed the bound by the gap, 1e-4, and by what favouring low orders costs. In
 * white noise that is most, 2e-3: interactions are many times stronger than any value there, so
 * that the quadratic term is not small.
 */
static void every_answer_matches_its_table(void **state)
{
    (void)state;
    static double v[MAX_SETS];
    static struct answer x;
    for (unsigned n = 6; n <= 10; n += 2)
        for (int kind = 0; kind < N_KINDS; kind++)
            for (int i = 0; i < 2; i++) {
                fill_table((enum table_kind)kind, n, 7, v);
                extract(n, v, &defaults[i], &x);
                assert_sound(n, v, defaults[i].noise, &x);
                double excess = kind == NOISE ? 2.5e-3 : 3e-4;
                assert_true(x.result.objective <= x.result.dual_bound * (1 + excess));
            }
}

static void dummy_players_are_in_nothing(void **state)
{
    (void)state;
    static double v[MAX_SETS];
    static struct answer x;
    for (uint32_t index = 0; index < 3; index++)
        for (int i = 0; i < 2; i++) {
            fill_table(DUMMIES, 8, index, v);
            extract(8, v, &defaults[i], &x);
            for (int set = 1; set < 256; set++) {
                if (set & ~0x15)
                    assert_true(x.I_and[set] == 0 && x.I_or[set] == 0);
                assert_true(x.noise[set] == x.noise[set & 0x15]);
            }
        }
}

/* ---- What it does not depend on ---- */

struct agreement {
    double differences[256];
    size_t n_differences;
    double largest_share_difference;
};

static void add_comparison(struct agreement *g, unsigned n, const struct answer *x,
                           const struct answer *y)
{
    g->differences[g->n_differences++] = difference(n, x, 1, y);
    g->largest_share_difference = fmax(g->largest_share_difference, share_difference(n, x, y));
}

static int ascending(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

/* Sorts the differences, too. */
static void print_agreement(struct agreement *g)
{
    qsort(g->differences, g->n_differences, sizeof *g->differences, ascending);
    print_message("median %.1e, worst %.1e, shares of orders %.1e\n",
                  g->differences[g->n_differences / 2], g->differences[g->n_differences - 1],
                  g->largest_share_difference);
}

/*
 * Rounding grows over thousands of iterations to 1e-8. Rarely it turns a decision, on a restart or
 * on the end, and the answer is then another one within the gap: 2e-5 has been seen.
 */
static void origin_unit_and_names_do_not_matter(void **state)
{
    (void)state;
    static const double factors[] = {3.7, 1e-6, 1e6};
    static double v[MAX_SETS], other[MAX_SETS];
    static struct answer x, y;
    struct agreement g = {0};
    for (unsigned n = 6; n <= 10; n += 2) {
        for (int kind = 0; kind < 2 * N_KINDS; kind++) {
            const struct settings *settings = &defaults[kind % 2];
            fill_table((enum table_kind)(kind / 2), n, n, v);
            extract(n, v, settings, &x);
            for (int i = 0; i < 3; i++) {
                for (int mask = 0; mask < 1 << n; mask++)
                    other[mask] = factors[i] * v[mask];
                extract(n, other, settings, &y);
                g.differences[g.n_differences++] = difference(n, &x, factors[i], &y);
            }
            for (int mask = 0; mask < 1 << n; mask++)
                other[mask] = v[mask] + 3.14159;
            extract(n, other, settings, &y);
            add_comparison(&g, n, &x, &y);
            extract_relabelled(n, v, settings, &y);
            add_comparison(&g, n, &x, &y);
        }
    }
    print_agreement(&g);
    assert_true(g.differences[g.n_differences / 2] <= 1e-10);
    assert_true(g.differences[g.n_differences * 98 / 100] <= 1e-6);
    assert_true(g.differences[g.n_differences - 1] <= 1e-3);
}

/*
 * The second stage starts where the first one stopped, so another `gap` is another start. Additive
 * tables are left out when there is noise: singletons have no curvature, and which of them gives
 * way to the noise is then not determined.
 */
static void compare_starts(double tie_gap, uint32_t n_tables, struct agreement *g)
{
    static double v[MAX_SETS];
    static struct answer x, y;
    for (unsigned n = 6; n <= 10; n += 2)
        for (int kind = 0; kind < 2 * N_KINDS; kind++)
            for (uint32_t index = 0; index < n_tables; index++) {
                double noise = kind % 2 ? PAPERS_NOISE : 0;
                if (kind / 2 == DUMMIES || (kind / 2 == ADDITIVE && noise > 0))
                    continue;
                fill_table((enum table_kind)(kind / 2), n, index, v);
                extract(n, v, &(struct settings){1e-4, tie_gap, noise}, &x);
                extract(n, v, &(struct settings){1e-3, tie_gap, noise}, &y);
                add_comparison(g, n, &x, &y);
                extract_relabelled(n, v, &(struct settings){1e-5, tie_gap, noise}, &y);
                add_comparison(g, n, &x, &y);
            }
    print_agreement(g);
}

static void the_start_hardly_matters(void **state)
{
    (void)state;
    struct agreement g = {0};
    compare_starts(1e-5, 2, &g);
    assert_true(g.differences[g.n_differences / 2] <= 1e-3);
    assert_true(g.differences[g.n_differences - 1] <= 1e-2);
    assert_true(g.largest_share_difference <= 1e-3);
}

static void a_smaller_tie_gap_agrees_better(void **state)
{
    (void)state;
    struct agreement g = {0};
    compare_starts(1e-6, 1, &g);
    assert_true(g.differences[g.n_differences / 2] <= 1e-4);
    assert_true(g.differences[g.n_differences - 1] <= 3e-3);
    assert_true(g.largest_share_difference <= 1e-3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(toy_has_exactly_the_planted_support),
        cmocka_unit_test(every_answer_matches_its_table),
        cmocka_unit_test(dummy_players_are_in_nothing),
        cmocka_unit_test(origin_unit_and_names_do_not_matter),
        cmocka_unit_test(the_start_hardly_matters),
        cmocka_unit_test(a_smaller_tie_gap_agrees_better),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
