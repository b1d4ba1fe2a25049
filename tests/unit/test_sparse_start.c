/* The unique answer from random starting points, by the documented cost. */
#include "testing.h"

#include "base/mem.h"
#include "trace/interactions.h"
#include "trace/sparse_form.h"
#include "value_tables.h"

#define MAX_SETS 256

struct answer {
    double *I_and, *I_or, *noise;
};

/* What a test needs for one number of players; every vector has MAX_SETS entries. */
struct setting {
    unsigned n;
    size_t n_sets;
    double *memory;
    double *v, *u;
    struct sparse_costs costs;
    struct answer expected, trial, best;
};

static struct setting make_setting(unsigned n)
{
    enum { N_VECTORS = 14 };
    struct setting s = {.n = n, .n_sets = (size_t)1 << n};
    double **vectors[N_VECTORS] = {
        &s.v,           &s.u,          &s.costs.c_and, &s.costs.c_or,     &s.costs.q,
        &s.trial.I_and, &s.trial.I_or, &s.trial.noise, &s.expected.I_and, &s.expected.I_or,
        &s.best.I_and,  &s.best.I_or,  &s.best.noise,  &s.expected.noise,
    };
    s.memory = mem_alloc(N_VECTORS * MAX_SETS, sizeof(double), NULL);
    assert_non_null(s.memory);
    for (size_t i = 0; i < N_VECTORS; i++)
        *vectors[i] = s.memory + i * MAX_SETS;
    /* The rule of trace/sparse.h with s = 1; an OR singleton costs more than it can be worth. */
    for (size_t set = 1; set < s.n_sets; set++) {
        int order = __builtin_popcountll(set);
        s.costs.c_and[set] = 1 + 0.005 * (order - 1);
        s.costs.c_or[set] = order == 1 ? 100 : 1 + 0.005 * (order - 0.5);
        s.costs.q[set] = 0.03 * (order - 1);
    }
    return s;
}

/* Starts at random numbers as large as the table's, with the final cost from the beginning. */
static void start_anywhere(struct sparse_form *form, const struct setting *s, uint32_t index)
{
    struct random_stream stream = random_stream(17, RANDOM_TEST, 0, index);
    struct splitting *splitting = &form->splitting;
    for (size_t i = 0; i < splitting->n_blocks; i++)
        for (size_t set = 1; set < s->n_sets; set++)
            splitting->blocks[i].z[set] = random_normal(&stream);
    for (int i = 0; i < 2; i++) {
        struct split_block *block = &splitting->blocks[i];
        block->prox = SPLIT_WEIGHTED;
        block->cost = i == 0 ? s->costs.c_and : s->costs.c_or;
        block->curvature = s->costs.q;
    }
    splitting_continue(splitting);
}

/* The answer for the scaled table u, into s->best. */
static void solve(struct sparse_form *form, const struct setting *s, double tie_gap)
{
    const struct answer *x = &s->trial, *best = &s->best;
    double value = INFINITY, bound = 0;
    for (long i = 1; isinf(value) || value - bound > tie_gap * value; i++) {
        assert_true(i < 200000);
        splitting_step(&form->splitting);
        if (i % 25 == 0) {
            double now = form->primal(form, &s->costs, x->I_and, x->I_or, x->noise);
            if (now < value) {
                value = now;
                memcpy(best->I_and, x->I_and, s->n_sets * sizeof(double));
                memcpy(best->I_or, x->I_or, s->n_sets * sizeof(double));
                memcpy(best->noise, x->noise, s->n_sets * sizeof(double));
            }
            bound = fmax(bound, form->dual_bound(form, &s->costs, NULL));
        }
        splitting_maybe_restart(&form->splitting);
    }
    form->finish(form, best->I_and, best->I_or, best->noise);
    for (size_t set = 1; set < s->n_sets; set *= 2) {
        best->I_and[set] += best->I_or[set];
        best->I_or[set] = 0;
    }
}

/* Fills v, u = (v - v(0)) / max |u| and what the program answers for u. */
static void make_case(struct setting *s, enum table_kind kind, double noise, double tie_gap)
{
    double largest = 0;
    fill_table(kind, s->n, 0, s->v);
    for (size_t mask = 0; mask < s->n_sets; mask++)
        largest = fmax(largest, fabs(s->v[mask] - s->v[0]));
    for (size_t mask = 0; mask < s->n_sets; mask++)
        s->u[mask] = (s->v[mask] - s->v[0]) / largest;
    struct interaction_options options = {.gap = 1e-4, .tie_gap = tie_gap, .noise = noise};
    struct interaction_extractor *extractor;
    struct sparse_result result;
    assert_int_equal(interaction_extractor_create(s->n, &options, &extractor, NULL), PT_OK);
    assert_int_equal(interaction_extract(extractor, s->u, s->expected.I_and, s->expected.I_or,
                                         s->expected.noise, &result, NULL),
                     PT_OK);
    interaction_extractor_free(extractor);
}

static double difference(const struct setting *s)
{
    double largest = 0, strongest = 0;
    for (size_t set = 1; set < s->n_sets; set++) {
        largest = fmax(largest, fabs(s->best.I_and[set] - s->expected.I_and[set]));
        largest = fmax(largest, fabs(s->best.I_or[set] - s->expected.I_or[set]));
        strongest = fmax(strongest, fabs(s->expected.I_and[set]));
        strongest = fmax(strongest, fabs(s->expected.I_or[set]));
    }
    return largest / strongest;
}

static double share_difference(const struct setting *s)
{
    double shares[2][9] = {{0}}, sums[2] = {0}, largest = 0;
    for (size_t set = 1; set < s->n_sets; set++) {
        int order = __builtin_popcountll(set);
        shares[0][order] += fabs(s->best.I_and[set]) + fabs(s->best.I_or[set]);
        shares[1][order] += fabs(s->expected.I_and[set]) + fabs(s->expected.I_or[set]);
    }
    for (unsigned order = 1; order <= s->n; order++)
        for (int i = 0; i < 2; i++)
            sums[i] += shares[i][order];
    for (unsigned order = 1; order <= s->n; order++)
        largest = fmax(largest, fabs(shares[0][order] / sums[0] - shares[1][order] / sums[1]));
    return largest;
}

static int ascending(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

struct agreement {
    double differences[256];
    size_t n_differences;
    double share_difference; /* the largest */
};

static void compare_starts(unsigned n, double noise, double tie_gap, struct agreement *g)
{
    static const enum table_kind kinds[] = {NOISE, PLANTED, SMOOTH, UNTRAINED, TRAINED};
    enum { N_STARTS = 3, N_ANSWERS = N_STARTS * sizeof kinds / sizeof *kinds };
    struct setting s = make_setting(n);
    struct sparse_form form = {0};
    assert_int_equal(noise > 0 ? sparse_noise_create(n, &form, NULL)
                               : sparse_plain_create(n, &form, NULL),
                     PT_OK);
    for (uint32_t i = 0; i < N_ANSWERS; i++) {
        make_case(&s, kinds[i / N_STARTS], noise, tie_gap);
        form.set_up(&form, s.u, noise * fabs(s.u[s.n_sets - 1]));
        start_anywhere(&form, &s, i);
        solve(&form, &s, tie_gap);
        g->differences[g->n_differences++] = difference(&s);
        g->share_difference = fmax(g->share_difference, share_difference(&s));
    }
    form.release(&form);
    mem_free(s.memory);
}

static void check_starts(double tie_gap, double median, double worst, double share)
{
    struct agreement g = {0};
    for (unsigned n = 6; n <= 8; n += 2) {
        compare_starts(n, 0, tie_gap, &g);
        compare_starts(n, 0.02, tie_gap, &g);
    }
    qsort(g.differences, g.n_differences, sizeof *g.differences, ascending);
    print_message("median %.1e, worst %.1e, shares of orders %.1e\n",
                  g.differences[g.n_differences / 2], g.differences[g.n_differences - 1],
                  g.share_difference);
    assert_true(g.differences[g.n_differences / 2] <= median);
    assert_true(g.differences[g.n_differences - 1] <= worst);
    assert_true(g.share_difference <= share);
}

/* The gap bounds the cost, not single interactions: of 60 answers one has an interaction that is 3%
 * of the strongest away after a start as far as this. */
static void random_starts_give_nearly_the_same_answer(void **state)
{
    (void)state;
    check_starts(1e-5, 1e-3, 5e-2, 1e-3);
}

static void a_smaller_gap_leaves_less_of_the_start(void **state)
{
    (void)state;
    check_starts(1e-6, 1e-4, 1e-2, 1e-3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_starts_give_nearly_the_same_answer),
        cmocka_unit_test(a_smaller_gap_leaves_less_of_the_start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
