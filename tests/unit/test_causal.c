/* The causal test: losses and parts by hand, the control against all subsets, verdicts. */
#include "analysis_fixture.h"

#include "analysis/causal.h"
#include "analysis/claims.h"
#include "faults.h"

static struct read_table table;

/* What removes interactions `removed` from a sample loses: log(1 + exp(-v)). */
static double loss(double v)
{
    return log(1 + exp(-v));
}

/* Two training and two testing samples of three players, each with a strong AND of player 0, an AND
 * and an OR of players 0 and 1, a weak AND of all three that is not salient. */
static struct pt_trace *hand_trace(long step)
{
    static const double values[4][4] = {
        {3, 1, 0.5, 0.01}, {2, 1.5, 1, -0.01}, {1, -1, 0.5, 0.02}, {2, -0.5, -1, 0.01}};
    struct pt_trace *trace = make_trace(step, 3, 2, 2);
    for (size_t i = 0; i < 4; i++) {
        trace->I_and[8 * i + 1] = values[i][0];
        trace->I_and[8 * i + 3] = values[i][1];
        trace->I_or[8 * i + 3] = values[i][2];
        trace->I_and[8 * i + 7] = values[i][3];
    }
    fill_values(trace, -0.25);
    return trace;
}

/* In the order of the encoding: of a sample the two ANDs, then the OR. All samples have the AND of
 * player 0 in common with a baseline network; the first also its OR, the third its pair. */
static unsigned char general[12] = {1, 0, 1, 1, 0, 0, 1, 1, 0, 1, 0, 0};

static void losses_and_parts_agree_with_hand_computed_ones(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct encoding e;
    struct causal c;
    const size_t sizes[PT_N_GROUPS] = {2, 2};
    struct bootstrap *bootstrap;
    const struct causal_draws draws = {1, 0, 100};
    assert_int_equal(encoding_reduce(hand_trace(0), 0.03, &arena, &e, NULL), PT_OK);
    assert_int_equal(e.start[4], 12);
    assert_int_equal(bootstrap_create(1, 400, sizes, PT_N_GROUPS, &bootstrap, NULL), PT_OK);
    assert_int_equal(causal_measure(&e, bootstrap, &draws, &c, NULL), PT_OK);
    assert_false(c.is_known);
    e.general = general;
    assert_int_equal(causal_measure(&e, bootstrap, &draws, &c, NULL), PT_OK);
    assert_true(c.is_known);

    static const double v[4] = {4.26, 4.24, 0.27, 0.26}, non[4] = {1, 2.5, 0.5, -1.5};
    double train = (loss(v[0]) + loss(v[1])) / 2, test = (loss(v[2]) + loss(v[3])) / 2;
    double train_gen = (loss(v[0] - non[0]) + loss(v[1] - non[1])) / 2;
    double test_gen = (loss(v[2] - non[2]) + loss(v[3] - non[3])) / 2;
    assert_near(c.loss[0], train, 1e-14);
    assert_near(c.loss[1], test, 1e-14);
    assert_near(c.gap, test - train, 1e-14);
    assert_near(c.loss_gen[0], train_gen, 1e-14);
    assert_near(c.loss_gen[1], test_gen, 1e-14);
    assert_near(c.gap_gen, test_gen - train_gen, 1e-14);
    assert_near(c.ratio, fabs(test_gen - train_gen) / (test - train), 1e-14);
    /* of 2 + 2 samples both extremes are 1 in 16 resamples */
    assert_near(c.gap_bounds.low, loss(v[2]) - loss(v[1]), 1e-14);
    assert_near(c.gap_bounds.high, loss(v[3]) - loss(v[0]), 1e-14);
    assert_near(c.gap_gen_bounds.high, loss(v[2] - non[2]) - loss(v[0] - non[0]), 1e-14);

    assert_near(c.v_gap, 4.25 - 0.265, 1e-14);
    assert_near(c.parts[CAUSAL_EMPTY], 0, 1e-14);
    assert_near(c.parts[CAUSAL_GEN], (3.5 + 2) / 2 - (0 + 2.0) / 2, 1e-14);
    assert_near(c.parts[CAUSAL_NON], 3.5 / 2 - -1.0 / 2, 1e-14);
    assert_near(c.parts[CAUSAL_REST], 0 - 0.03 / 2, 1e-14);
    assert_near(c.excess, 2.25 - 1.75, 1e-14);
    /* of single samples non - gen: -2.5, .5 (training), .5, -3.5 (testing) */
    assert_near(c.excess_bounds.low, -2.5 - 0.5, 1e-14);
    assert_near(c.excess_bounds.high, 0.5 + 3.5, 1e-14);
    bootstrap_free(bootstrap);
    arena_release(&arena);
}

/* One training and one testing sample with 3 interactions of order 1, 2 of order 2, 1 of order 3;
 * the first `n_removed` of order 1 and all of order 2 do not generalise. */
static void removal_draws(size_t n_removed, double *losses, const struct causal_draws *draws)
{
    struct pt_trace *trace = make_trace(0, 3, 1, 1);
    for (size_t i = 0; i < 2; i++) {
        trace->I_and[8 * i + 1] = 1;
        trace->I_and[8 * i + 2] = 2;
        trace->I_and[8 * i + 4] = 4;
        trace->I_and[8 * i + 5] = -3;
        trace->I_or[8 * i + 6] = -4;
        trace->I_or[8 * i + 7] = 6;
    }
    fill_values(trace, 0);
    struct arena arena = {0};
    struct encoding e;
    assert_int_equal(encoding_reduce(trace, 0.03, &arena, &e, NULL), PT_OK);
    unsigned char of_both[12];
    for (size_t i = 0; i < 12; i++) {
        size_t order = interaction_order(&e.interactions[i]);
        size_t rank = (size_t)__builtin_ctz(e.interactions[i].set);
        of_both[i] = order == 1 ? rank >= n_removed : order == 3;
    }
    e.general = of_both;
    assert_int_equal(causal_control(&e, draws, losses, NULL), PT_OK);
    arena_release(&arena);
}

static void the_control_draws_every_subset_as_often(void **state)
{
    (void)state;
    enum { N = 6000 };
    static double losses[2 * N];
    const struct causal_draws draws = {7, 3, N};
    for (size_t n_removed = 0; n_removed <= 3; n_removed++) {
        /* v = 6; order 2 is removed whole, -7; of order 1 the sum of the subset that is left */
        static const double left[4][3] = {{7, 7, 7}, {6, 5, 3}, {4, 2, 1}, {0, 0, 0}};
        size_t counts[2][3] = {{0}};
        removal_draws(n_removed, losses, &draws);
        for (size_t d = 0; d < 2 * N; d++)
            for (size_t k = 0; k < 3; k++)
                if (fabs(losses[d] - loss(6 + left[n_removed][k])) < 1e-12)
                    counts[d / N][k]++;
        for (size_t k = 0; k < 6; k++)
            if (n_removed == 0 || n_removed == 3)
                assert_int_equal(counts[k / 3][k % 3], N);
            else /* 4.5 standard deviations */
                assert_near((double)counts[k / 3][k % 3], N / 3.0, 165);
    }
}

static void samples_are_drawn_independently(void **state)
{
    (void)state;
    enum { N = 6000 };
    static double losses[2 * N];
    const struct causal_draws draws = {7, 3, N};
    size_t n_equal = 0;
    removal_draws(1, losses, &draws);
    for (size_t d = 0; d < N; d++)
        n_equal += losses[d] == losses[N + d];
    assert_near((double)n_equal, N / 3.0, 165);
}

static void draws_depend_on_seed_and_stream_alone(void **state)
{
    (void)state;
    enum { N = 50 };
    double first[2 * N], again[2 * N], other[2 * N];
    const struct causal_draws draws = {7, 3, N}, other_stream = {7, 4, N}, fewer = {7, 3, N / 2};
    removal_draws(1, first, &draws);
    removal_draws(1, again, &draws);
    assert_memory_equal(first, again, sizeof first);
    removal_draws(1, other, &other_stream);
    assert_memory_not_equal(first, other, sizeof first);
    removal_draws(1, other, &fewer);
    assert_memory_equal(first, other, N / 2 * sizeof *first);
    assert_memory_equal(first + N, other + N / 2, N / 2 * sizeof *first);
}

/* The checkpoints' encodings with what generalises, as quantity "generality" leaves them. */
static struct pt_analysis *analysis_with_generality(void)
{
    struct pt_analysis *analysis = make_analysis(20);
    add_trace(analysis, hand_trace(0));
    add_trace(analysis, hand_trace(6));
    assert_int_equal(pt_analysis_set_final(analysis, hand_trace(6), NULL), PT_OK);
    analysis->checkpoints[0].encoding.general = general;
    analysis->checkpoints[1].encoding.general = general;
    analysis->final.general = general;
    return analysis;
}

static void the_file_has_checkpoints_and_the_larger_sample(void **state)
{
    (void)state;
    struct pt_analysis *analysis = analysis_with_generality();
    const char *directory = scratch_directory();
    assert_int_equal(quantity_causal.finish(analysis, directory, NULL), PT_OK);
    read_table(&table, directory, "causal.csv");
    assert_int_equal(table.n_rows, 4);
    assert_int_equal(table.n_columns, 25);
    static const char *const first[3] = {"0", "6", "6"};
    static const char *const sample[3] = {"checkpoint", "checkpoint", "final"};
    for (size_t i = 0; i < 3; i++) {
        char **row = table.cells[i + 1];
        assert_string_equal(row[0], first[i]);
        assert_string_equal(row[2], sample[i]);
        assert_string_equal(row[3], "2");
        assert_near(strtod(row[7], NULL), strtod(row[6], NULL) - strtod(row[5], NULL), 1e-14);
        double sum = 0;
        for (size_t c = 20; c < 24; c++)
            sum += strtod(row[c], NULL);
        assert_near(strtod(row[24], NULL), sum, 1e-14);
        double p5 = strtod(row[16], NULL), median = strtod(row[15], NULL);
        assert_true(p5 <= median && median <= strtod(row[17], NULL));
    }
    assert_string_equal(table.cells[0][17], "gap_random_p95");
    assert_string_equal(table.cells[0][24], "v_gap");
    pt_analysis_free(analysis);
}

static void without_baselines_nothing_is_written(void **state)
{
    (void)state;
    struct pt_analysis *analysis = make_analysis(20);
    add_trace(analysis, hand_trace(0));
    char directory[600], path[700];
    snprintf(directory, sizeof directory, "%s", scratch_directory());
    assert_int_equal(quantity_causal.finish(analysis, directory, NULL), PT_OK);
    snprintf(path, sizeof path, "%s/causal.csv", directory);
    assert_false(file_exists(path));
    struct pt_claim claim = {.reproduced = PT_NOT_MEASURED};
    assert_int_equal(claim_causal.judge(analysis, &claim, NULL), PT_OK);
    assert_int_equal(claim.reproduced, PT_NOT_MEASURED);
    assert_non_null(strstr(claim.reason, "no baseline networks"));
    pt_analysis_free(analysis);
}

/* A result on which both claims hold, in an analysis whose larger sample has 400 + 450 samples. */
static struct pt_analysis passing_analysis(void)
{
    return (struct pt_analysis){
        .options = {.background_kept = 1},
        .final = {.n_samples = 850, .first = {0, 400, 850, 850, 850}},
        .causal = {.is_known = 1,
                   .loss = {0.2, 1.2},
                   .loss_gen = {0.5, 0.8},
                   .gap = 1,
                   .gap_gen = 0.3,
                   .ratio = 0.3,
                   .loss_random = {0.4, 1},
                   .gap_random = 0.6,
                   .gap_random_p5 = 0.4,
                   .v_gap = 2,
                   .parts = {0.5, 0.4, 0.9, 0.2},
                   .excess = 0.5},
    };
}

static enum pt_verdict judged(const struct claim_rule *rule, const struct pt_analysis *analysis,
                              const char *reason)
{
    struct pt_claim claim = {.reproduced = PT_NOT_MEASURED, .threshold = rule->threshold};
    assert_int_equal(rule->judge(analysis, &claim, NULL), PT_OK);
    if (!strstr(claim.reason, reason))
        fail_msg("\"%s\" does not say \"%s\"", claim.reason, reason);
    return claim.reproduced;
}

static void the_gap_must_nearly_close(void **state)
{
    (void)state;
    struct pt_analysis a = passing_analysis();
    assert_int_equal(judged(&claim_causal, &a, "becomes 0.3"), PT_REPRODUCED);
    a.causal.gap_random_p5 = 0.3;
    assert_int_equal(judged(&claim_causal, &a, ""), PT_NOT_REPRODUCED);
    a = passing_analysis();
    a.causal.ratio = 0.51;
    assert_int_equal(judged(&claim_causal, &a, ""), PT_NOT_REPRODUCED);
    a = passing_analysis();
    a.causal.loss_gen[1] = 1.51;
    assert_int_equal(judged(&claim_causal, &a, ""), PT_NOT_REPRODUCED);
    a = passing_analysis();
    a.causal.gap_gen = -0.45; /* as far on the other side */
    a.causal.ratio = 0.45;
    assert_int_equal(judged(&claim_causal, &a, ""), PT_NOT_REPRODUCED);
}

static void what_does_not_generalise_must_be_more(void **state)
{
    (void)state;
    struct pt_analysis a = passing_analysis();
    assert_int_equal(judged(&claim_causal_parts, &a, "make 0.9"), PT_REPRODUCED);
    a.causal.excess = -0.1;
    assert_int_equal(judged(&claim_causal_parts, &a, ""), PT_NOT_REPRODUCED);
    a.causal.v_gap = -2;
    assert_int_equal(judged(&claim_causal_parts, &a, "no gap of the log-odds"), PT_NOT_MEASURED);
}

static void what_cannot_be_tested_is_not_measured(void **state)
{
    (void)state;
    const struct claim_rule *const rules[2] = {&claim_causal, &claim_causal_parts};
    for (size_t i = 0; i < 2; i++) {
        struct pt_analysis a = passing_analysis();
        a.options.background_kept = 0;
        assert_int_equal(judged(rules[i], &a, "background is masked"), PT_NOT_MEASURED);
        a = passing_analysis();
        a.final.first[1] = 399;
        assert_int_equal(judged(rules[i], &a, "399 training and 451 testing"), PT_NOT_MEASURED);
        a = passing_analysis();
        a.causal.parts[CAUSAL_EMPTY] = -0.61;
        assert_int_equal(judged(rules[i], &a, "-0.305 of the log-odds gap"), PT_NOT_MEASURED);
    }
    struct pt_analysis a = passing_analysis();
    a.causal.gap = -0.1;
    assert_int_equal(judged(&claim_causal, &a, "no loss gap"), PT_NOT_MEASURED);
}

struct finished {
    struct pt_analysis *analysis;
    char directory[600];
};

static int finish_again(void *user, struct pt_error *error)
{
    struct finished *f = user;
    return quantity_causal.finish(f->analysis, f->directory, error);
}

static void faults_leave_nothing(void **state)
{
    (void)state;
    struct finished f = {.analysis = analysis_with_generality()};
    snprintf(f.directory, sizeof f.directory, "%s", scratch_directory());
    assert_survives_memory_faults(finish_again, &f);
    assert_survives_file_faults(finish_again, &f);
    pt_analysis_free(f.analysis);
    assert_int_equal(mem_live_bytes(), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(losses_and_parts_agree_with_hand_computed_ones),
        cmocka_unit_test(the_control_draws_every_subset_as_often),
        cmocka_unit_test(samples_are_drawn_independently),
        cmocka_unit_test(draws_depend_on_seed_and_stream_alone),
        cmocka_unit_test(the_file_has_checkpoints_and_the_larger_sample),
        cmocka_unit_test(without_baselines_nothing_is_written),
        cmocka_unit_test(the_gap_must_nearly_close),
        cmocka_unit_test(what_does_not_generalise_must_be_more),
        cmocka_unit_test(what_cannot_be_tested_is_not_measured),
        cmocka_unit_test(faults_leave_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
