/* Explaining models that are functions or tables. */
#include "testing.h"

#include "faults.h"
#include "value_tables.h"

#include "phasetrace/explain.h"
#include "study/extract.h"

/* A model with notes of how it was asked. */
struct model {
    size_t n_players;
    const double *table;
    int times_asked[4096];
    size_t n_calls, longest_call;
    int out_of_order;
    uint32_t failing_mask; /* from this one on it fails; 0: never */
    uint32_t skipped_mask; /* it says nothing about this one; 0: none */
};

static int answer(const uint32_t *masks, size_t n_masks, double *v, void *user)
{
    struct model *model = user;
    int failing = 0;
    for (size_t i = 0; i < n_masks; i++) {
        uint32_t mask = masks[i];
        model->out_of_order |= i > 0 && mask <= masks[i - 1];
        __atomic_fetch_add(&model->times_asked[mask], 1, __ATOMIC_RELAXED);
        if (mask != model->skipped_mask || mask == 0)
            v[i] = model->table[mask];
        if (mask >= model->failing_mask && model->failing_mask != 0)
            failing = 42;
    }
    __atomic_fetch_add(&model->n_calls, 1, __ATOMIC_RELAXED);
    if (n_masks > model->longest_call)
        model->longest_call = n_masks;
    return failing;
}

static struct pt_explanation *explain(struct model *model, struct pt_explain_options options)
{
    struct pt_explanation *x = NULL;
    assert_int_equal(pt_explain(model->n_players, answer, model, &options, &x, NULL), PT_OK);
    return x;
}

static void assert_refused(struct model *model, struct pt_explain_options options, int code,
                           const char *expected)
{
    struct pt_explanation *x = NULL;
    struct pt_error error = {0};
    size_t live = mem_live_bytes();
    assert_int_equal(pt_explain(model->n_players, answer, model, &options, &x, &error), code);
    assert_int_equal(error.code, code);
    assert_null(x);
    assert_int_equal(mem_live_bytes(), live);
    if (!strstr(error.message, expected))
        fail_msg("'%s' is not in '%s'", expected, error.message);
}

static void fill_random(double *v, size_t n)
{
    struct random_stream stream = random_stream(5, RANDOM_TEST, 0, 0);
    for (size_t i = 0; i < n; i++)
        v[i] = random_normal(&stream);
}

/* x1 x2 x3 + x2 x3 + x3 x4 + (x4 or x5) is found as it is written. */
static void the_published_example_is_found(void **state)
{
    (void)state;
    double table[32];
    fill_golden_toy(table);
    struct model model = {.n_players = 5, .table = table};
    struct pt_explanation *x = explain(&model, (struct pt_explain_options){.gap = 1e-9});
    assert_int_equal(x->n_players, 5);
    assert_int_equal(x->n_tables, 1);
    assert_memory_equal(x->v, table, sizeof table);
    assert_near(x->least[0], 4, 1e-6);
    assert_true(x->dual_bound[0] <= 4 + 1e-12 && x->dual_bound[0] > 4 - 1e-6);
    assert_true(x->iterations[0] > 0);
    assert_int_equal(x->status[0], PT_TRACE_CONVERGED);
    assert_int_equal(x->n_unconverged, 0);
    assert_null(x->noise);
    struct pt_interaction found[5];
    assert_int_equal(pt_explanation_strongest(x, 0, found, 4), 4);
    uint32_t and_sets = 0;
    for (size_t i = 0; i < 4; i++) {
        assert_near(found[i].strength, 1, 0.05);
        if (found[i].is_or)
            assert_int_equal(found[i].players, 0x18);
        else
            and_sets |= found[i].players == 0x7   ? 1
                        : found[i].players == 0x6 ? 2
                        : found[i].players == 0xc ? 4
                                                  : 8;
    }
    assert_int_equal(and_sets, 7);
    pt_explanation_free(x);
}

static void every_mask_is_asked_for_once(void **state)
{
    (void)state;
    static double table[4096];
    static const struct {
        size_t n_players, block, longest;
        int n_threads;
    } cases[] = {{12, 0, 256, 1}, {12, 0, 256, 4}, {5, 7, 7, 3}, {5, 1, 1, 2}, {1, 1000, 2, 8}};
    fill_random(table, 4096);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct model model = {.n_players = cases[i].n_players, .table = table};
        size_t n_masks = (size_t)1 << model.n_players;
        /* One kind alone is fast. */
        struct pt_explanation *x =
            explain(&model, (struct pt_explain_options){.solver = PT_SOLVER_AND,
                                                        .block = cases[i].block,
                                                        .n_threads = cases[i].n_threads});
        for (size_t mask = 0; mask < 4096; mask++)
            assert_int_equal(model.times_asked[mask], mask < n_masks);
        assert_int_equal(model.longest_call, cases[i].longest);
        assert_int_equal(model.n_calls, (n_masks + cases[i].longest - 1) / cases[i].longest);
        assert_false(model.out_of_order);
        assert_memory_equal(x->v, table, n_masks * sizeof *table);
        pt_explanation_free(x);
    }
}

/* v(T) - v(0) is the sum of what holds in T, and the defaults are those of train extract. */
static void interactions_are_those_of_train_extract(void **state)
{
    (void)state;
    double table[64], *v = table;
    fill_random(table, 64);
    struct model model = {.n_players = 6, .table = table};
    struct pt_explanation *x = explain(&model, (struct pt_explain_options){.noise = 0.05});
    for (size_t mask = 0; mask < 64; mask++) {
        double sum = x->noise[mask];
        for (size_t set = 1; set < 64; set++)
            sum += ((set & mask) == set ? x->I_and[set] : 0) + (set & mask ? x->I_or[set] : 0);
        assert_near(sum, v[mask] - v[0], 1e-12);
        assert_true(fabs(x->noise[mask]) <= 0.05 * fabs(v[63] - v[0]) * (1 + 1e-12));
    }
    struct value_tables tables = {.n_players = 6, .n_tables = 1, .v = table};
    struct interaction_options options = {.gap = 1e-4, .tie_gap = 1e-5, .noise = 0.05};
    struct extraction *direct;
    assert_int_equal(extract_tables(&tables, &options, 1, &direct, NULL), PT_OK);
    assert_memory_equal(x->I_and, direct->I_and, sizeof table);
    assert_memory_equal(x->I_or, direct->I_or, sizeof table);
    assert_true(x->objective[0] == direct->objective[0]);
    extraction_free(direct);
    pt_explanation_free(x);
}

static void tables_are_explained_by_any_number_of_threads(void **state)
{
    (void)state;
    double tables[5 * 16];
    fill_random(tables, 80);
    struct pt_explanation *one = NULL, *many = NULL;
    struct pt_explain_options options = {.tie_gap = PT_NO_TIE_GAP};
    assert_int_equal(pt_explain_tables(tables, 4, 5, &options, &one, NULL), PT_OK);
    options.n_threads = 3;
    assert_int_equal(pt_explain_tables(tables, 4, 5, &options, &many, NULL), PT_OK);
    assert_int_equal(one->n_tables, 5);
    assert_true(one->v != tables);
    assert_memory_equal(one->v, tables, sizeof tables);
    assert_memory_equal(one->I_and, many->I_and, sizeof tables);
    assert_memory_equal(one->I_or, many->I_or, sizeof tables);
    /* The last table by itself is as the last of five. */
    struct pt_interaction of_five[3], alone[3];
    assert_int_equal(pt_explanation_strongest(one, 4, of_five, 3), 3);
    pt_explanation_free(many);
    assert_int_equal(pt_explain_tables(tables + 64, 4, 1, &options, &many, NULL), PT_OK);
    assert_int_equal(pt_explanation_strongest(many, 0, alone, 3), 3);
    assert_true(of_five[2].players == alone[2].players && of_five[2].strength == alone[2].strength);
    pt_explanation_free(one);
    pt_explanation_free(many);
}

/* AND: {0} -3, {1} 0, {0,1} 3; OR of the same: {1} 3. */
static void strongest_come_first(void **state)
{
    (void)state;
    double tables[] = {1, -2, 1, 1};
    struct pt_explanation *x = NULL;
    struct pt_explain_options options = {.solver = PT_SOLVER_AND};
    assert_int_equal(pt_explain_tables(tables, 2, 1, &options, &x, NULL), PT_OK);
    struct pt_interaction found[4];
    assert_int_equal(pt_explanation_strongest(x, 0, found, 4), 2);
    assert_int_equal(found[0].players, 1);
    assert_near(found[0].strength, -3, 1e-15);
    assert_int_equal(found[1].players, 3);
    assert_near(found[1].strength, 3, 1e-15);
    assert_int_equal(found[1].is_or, 0);
    assert_int_equal(pt_explanation_strongest(x, 0, found, 1), 1);
    assert_int_equal(found[0].players, 1);
    assert_int_equal(pt_explanation_strongest(x, 0, found, 0), 0);
    pt_explanation_free(x);
    double weaker_first[] = {0, 1, -2, 4};
    assert_int_equal(pt_explain_tables(weaker_first, 2, 1, &options, &x, NULL), PT_OK);
    assert_int_equal(pt_explanation_strongest(x, 0, found, 2), 2);
    assert_int_equal(found[0].players, 3); /* 5, -2, 1 */
    assert_int_equal(found[1].players, 2);
    pt_explanation_free(x);
}

static void a_model_that_fails_is_quoted(void **state)
{
    (void)state;
    static double table[4096];
    fill_random(table, 4096);
    for (int n_threads = 1; n_threads <= 4; n_threads++) {
        struct model model = {.n_players = 12, .table = table, .failing_mask = 1000};
        assert_refused(&model, (struct pt_explain_options){.n_threads = n_threads}, PT_E_STOPPED,
                       "the value function returned 42 for masks 768 to 1023");
        if (n_threads == 1)
            assert_int_equal(model.n_calls, 4);
    }
    struct model last = {.n_players = 3, .table = table, .failing_mask = 7};
    assert_refused(&last, (struct pt_explain_options){.block = 5}, PT_E_STOPPED,
                   "returned 42 for masks 5 to 7");
}

static void values_that_are_not_finite_are_named(void **state)
{
    (void)state;
    double table[16] = {0};
    struct model model = {.n_players = 4, .table = table};
    table[9] = -INFINITY;
    assert_refused(&model, (struct pt_explain_options){0}, PT_E_DATA, "mask 9 is -inf");
    table[5] = NAN;
    assert_refused(&model, (struct pt_explain_options){0}, PT_E_DATA, "mask 5 is nan");
    table[5] = table[9] = 0;
    table[15] = 1e300;
    assert_refused(&model, (struct pt_explain_options){0}, PT_E_DATA, "mask 15 is 1e+300");
    table[15] = 0;
    model.skipped_mask = 11;
    assert_refused(&model, (struct pt_explain_options){0}, PT_E_DATA, "mask 11 is nan");
}

static void what_cannot_be_is_refused(void **state)
{
    (void)state;
    double table[2] = {0, 1};
    struct model model = {.n_players = 1, .table = table};
    static const struct {
        struct pt_explain_options options;
        const char *expected;
    } cases[] = {{{.gap = 0.2}, "gap = 0.2, expected 1e-10 to 0.1"},
                 {{.gap = -1}, "gap = -1"},
                 {{.tie_gap = -2}, "tie_gap = -2"},
                 {{.tie_gap = NAN}, "tie_gap = nan"},
                 {{.noise = -0.1}, "noise = -0.1, expected 0 to 1"},
                 {{.noise = 0.1, .solver = PT_SOLVER_AND}, "AND or with OR"},
                 {{.solver = (enum pt_solver)7}, "no solver 7"},
                 {{.n_threads = -1}, "n_threads = -1"},
                 {{.max_iterations = -5}, "max_iterations = -5"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_refused(&model, cases[i].options, PT_E_CONFIG, cases[i].expected);
    model.n_players = 21;
    assert_refused(&model, (struct pt_explain_options){0}, PT_E_CONFIG, "21 players");
    model.n_players = 0;
    assert_refused(&model, (struct pt_explain_options){0}, PT_E_CONFIG, "0 players");
    assert_int_equal(model.n_calls, 0);
    struct pt_explanation *x = NULL;
    struct pt_explain_options options = {0};
    assert_int_equal(pt_explain_tables(table, 1, 0, &options, &x, NULL), PT_E_CONFIG);
    assert_int_equal(pt_explain_tables(table, 20, SIZE_MAX / 2, &options, &x, NULL), PT_E_MEMORY);
    pt_explanation_free(NULL);
}

static void a_stop_is_heard_before_the_model_is(void **state)
{
    (void)state;
    double table[16] = {0};
    volatile int stop = 1;
    struct model model = {.n_players = 4, .table = table};
    assert_refused(&model, (struct pt_explain_options){.stop = &stop}, PT_E_STOPPED, "stopped");
    assert_int_equal(model.n_calls, 0);
}

static void a_cap_is_no_error(void **state)
{
    (void)state;
    double table[64];
    fill_random(table, 64);
    struct model model = {.n_players = 6, .table = table};
    struct pt_explanation *x =
        explain(&model, (struct pt_explain_options){.gap = 1e-9, .max_iterations = 30});
    assert_int_equal(x->n_unconverged, 1);
    assert_int_equal(x->status[0], PT_TRACE_ITERATION_CAP);
    pt_explanation_free(x);
}

static char path[600];

static int all_of_it(void *user, struct pt_error *error)
{
    struct pt_explain_options options = {.noise = 0.02, .n_threads = 2, .block = 3};
    struct pt_explanation *x = NULL;
    int status = pt_explain(3, answer, user, &options, &x, error);
    if (!status)
        status = pt_explanation_write(x, path, error);
    pt_explanation_free(x);
    return status;
}

static void every_failure_leaves_nothing(void **state)
{
    (void)state;
    double table[8];
    fill_random(table, 8);
    struct model model = {.n_players = 3, .table = table};
    snprintf(path, sizeof path, "%s/explanation.npz", scratch_directory());
    assert_survives_memory_faults(all_of_it, &model);
    assert_survives_file_faults(all_of_it, &model);
    assert_true(file_exists(path));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_published_example_is_found),
        cmocka_unit_test(every_mask_is_asked_for_once),
        cmocka_unit_test(interactions_are_those_of_train_extract),
        cmocka_unit_test(tables_are_explained_by_any_number_of_threads),
        cmocka_unit_test(strongest_come_first),
        cmocka_unit_test(a_model_that_fails_is_quoted),
        cmocka_unit_test(values_that_are_not_finite_are_named),
        cmocka_unit_test(what_cannot_be_is_refused),
        cmocka_unit_test(a_stop_is_heard_before_the_model_is),
        cmocka_unit_test(a_cap_is_no_error),
        cmocka_unit_test(every_failure_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
