/* Claims about single checkpoints, D1 to D3: held, failed and not measurable, on made-up traces. */
#include "analysis_fixture.h"

#include "base/random.h"

static void finish(struct pt_analysis *analysis)
{
    struct pt_error error = {0};
    if (pt_analysis_finish(analysis, NULL, 0, scratch_directory(), &error) != PT_OK)
        fail_msg("%s", error.message);
}

static void assert_says(const struct pt_claim *claim, const char *text)
{
    if (!strstr(claim->reason, text))
        fail_msg("\"%s\" does not say \"%s\"", claim->reason, text);
}

/* Interactions of both kinds everywhere, on two training and three testing samples. */
static struct pt_trace *dense_trace(long step)
{
    struct pt_trace *trace = make_trace(step, 4, 2, 3);
    struct random_stream stream = random_stream(1, RANDOM_TEST, 4, 0);
    for (size_t i = 0; i < trace->n_samples; i++)
        for (uint32_t set = 1; set < 16; set++) {
            trace->I_and[16 * i + set] = random_normal(&stream);
            if (set & (set - 1))
                trace->I_or[16 * i + set] = random_normal(&stream);
        }
    fill_values(trace, 0.75);
    return trace;
}

static void matching_holds_to_rounding(void **state)
{
    (void)state;
    struct pt_analysis *analysis = make_analysis(10);
    add_trace(analysis, dense_trace(0));
    add_trace(analysis, dense_trace(1));
    finish(analysis);
    const struct pt_claim *claim = find_claim(analysis, "D1");
    assert_int_equal(claim->reproduced, PT_REPRODUCED);
    assert_true(claim->value < 1e-14);
    assert_int_equal(claim->samples, 5);
    assert_says(claim, "5 samples (a reproduction asks for 50 of each split)");
    pt_analysis_free(analysis);
}

static void matching_looks_at_the_larger_sample_too(void **state)
{
    (void)state;
    struct pt_analysis *analysis = make_analysis(10);
    add_trace(analysis, dense_trace(0));
    struct pt_trace *trace = dense_trace(0);
    trace->v[16 * 3 + 6] += 1e-6;
    assert_int_equal(pt_analysis_set_final(analysis, trace, NULL), PT_OK);
    finish(analysis);
    const struct pt_claim *claim = find_claim(analysis, "D1");
    assert_int_equal(claim->reproduced, PT_NOT_REPRODUCED);
    assert_true(claim->value > 1e-7 && claim->value < 1e-5);
    pt_analysis_free(analysis);
}

/* One value off by a known amount: the claim names the checkpoint and the sample. */
static void matching_finds_the_worst_sample(void **state)
{
    (void)state;
    struct pt_analysis *analysis = make_analysis(10);
    add_trace(analysis, dense_trace(0));
    struct pt_trace *trace = dense_trace(5);
    double scale = 0;
    for (size_t mask = 0; mask < 16; mask++)
        scale = fmax(scale, fabs(trace->v[16 * 3 + mask] - 0.75));
    trace->v[16 * 3 + 6] += 1e-6;
    add_trace(analysis, trace);
    finish(analysis);
    const struct pt_claim *claim = find_claim(analysis, "D1");
    assert_int_equal(claim->reproduced, PT_NOT_REPRODUCED);
    assert_near(claim->value, 1e-6 / scale, 1e-12);
    assert_true(find_detail(claim, "step") == 5);
    assert_true(find_detail(claim, "sample_index") == 103);
    pt_analysis_free(analysis);
}

/* A constant v has no scale: any interaction at all is an infinite error. */
static void matching_needs_no_scale(void **state)
{
    (void)state;
    for (int wrong = 0; wrong < 2; wrong++) {
        struct pt_analysis *analysis = make_analysis(10);
        struct pt_trace *trace = make_trace(0, 2, 0, 1);
        trace->I_or[3] = wrong;
        add_trace(analysis, trace);
        finish(analysis);
        const struct pt_claim *claim = find_claim(analysis, "D1");
        assert_int_equal(claim->reproduced, wrong ? PT_NOT_REPRODUCED : PT_REPRODUCED);
        assert_true(wrong ? isinf(claim->value) : claim->value == 0);
        pt_analysis_free(analysis);
    }
}

/* 3 live players have 11 interactions, 5% of which are 1. */
static void sparsity_is_the_part_of_the_largest(void **state)
{
    (void)state;
    for (int sparse = 0; sparse < 2; sparse++) {
        struct pt_analysis *analysis = make_analysis(10);
        struct pt_trace *trace = make_trace(3, 3, 1, 1);
        for (size_t i = 0; i < 2; i++) {
            trace->I_and[8 * i + 1] = i == 0 ? 2 : sparse ? 8 : 3;
            trace->I_and[8 * i + 3] = 1;
            trace->I_or[8 * i + 6] = -1;
        }
        fill_values(trace, 0);
        add_trace(analysis, trace);
        finish(analysis);
        const struct pt_claim *claim = find_claim(analysis, "D2");
        assert_int_equal(claim->reproduced, sparse ? PT_REPRODUCED : PT_NOT_REPRODUCED);
        assert_near(claim->value, sparse ? 0.8 : 0.6, 1e-15);
        assert_near(find_detail(claim, "training"), 0.5, 1e-15);
        assert_near(find_detail(claim, "low"), claim->value, 1e-15);
        assert_true(find_detail(claim, "live_players") == 3);
        pt_analysis_free(analysis);
    }
}

/* With 4 live players of 5 there are 26 interactions, 5% are 2; with 5 there would be 57 and 3. A
 * sample that nothing is said about does not count. */
static void sparsity_counts_live_players(void **state)
{
    (void)state;
    struct pt_analysis *analysis = make_analysis(10);
    struct pt_trace *trace = make_trace(0, 5, 0, 2);
    trace->I_and[1] = 5;
    trace->I_and[2] = 3;
    trace->I_and[4 + 8] = 2;
    fill_values(trace, 1);
    add_trace(analysis, trace);
    finish(analysis);
    const struct pt_claim *claim = find_claim(analysis, "D2");
    assert_near(claim->value, 0.8, 1e-15);
    assert_true(find_detail(claim, "live_players") == 2);
    assert_true(isnan(find_detail(claim, "training")));
    pt_analysis_free(analysis);
}

static void sparsity_of_nothing_is_not_measured(void **state)
{
    (void)state;
    struct pt_analysis *analysis = make_analysis(10);
    add_trace(analysis, make_trace(0, 3, 1, 1));
    finish(analysis);
    const struct pt_claim *claim = find_claim(analysis, "D2");
    assert_int_equal(claim->reproduced, PT_NOT_MEASURED);
    assert_true(isnan(claim->value));
    assert_says(claim, "no testing sample has interactions");
    pt_analysis_free(analysis);
}

/* Independent normal values for every mask of the `n_live` lowest players; AND interactions are
 * alternating sums by the definition. */
static struct pt_trace *noise_trace(long step, size_t n_players, size_t n_live, size_t n_test)
{
    struct pt_trace *trace = make_trace(step, n_players, 0, n_test);
    size_t n_masks = (size_t)1 << n_players, live = ((size_t)1 << n_live) - 1;
    struct random_stream stream = random_stream(1, RANDOM_TEST, 3, 0);
    for (size_t i = 0; i < n_test; i++) {
        double *v = trace->v + i * n_masks;
        for (size_t mask = 0; mask < n_masks; mask++)
            v[mask] = mask & ~live ? v[mask & live] : random_normal(&stream);
        for (size_t set = 1; set <= live; set++)
            for (size_t mask = 0; mask <= set; mask++)
                if ((mask & set) == mask)
                    trace->I_and[i * n_masks + set] +=
                        __builtin_popcountll(set ^ mask) % 2 ? -v[mask] : v[mask];
    }
    return trace;
}

static double left_over(const struct pt_trace *trace)
{
    size_t n_masks = (size_t)1 << trace->n_players;
    double tau = 0, net[FIXTURE_MAX_PLAYERS + 1] = {0}, strength = 0, rest = 0;
    for (size_t i = 0; i < trace->n_samples; i++)
        tau += 0.03 / (double)trace->n_samples *
               fabs(trace->v[(i + 1) * n_masks - 1] - trace->v[i * n_masks]);
    for (size_t i = 0; i < trace->n_samples * n_masks; i++)
        if (fabs(trace->I_and[i]) >= tau) {
            net[__builtin_popcountll(i % n_masks)] += trace->I_and[i];
            strength += fabs(trace->I_and[i]);
        }
    for (size_t k = 1; k <= trace->n_players; k++)
        rest += fabs(net[k]);
    return rest / strength;
}

static void noise_is_a_spindle(void **state)
{
    (void)state;
    for (size_t n_live = 7; n_live <= 8; n_live++) {
        struct pt_analysis *analysis = make_analysis(100);
        struct pt_trace *trace = noise_trace(0, 8, n_live, 60);
        double expected = left_over(trace);
        if (n_live == 7) /* what a solver might leave on sets with a dummy does not count */
            trace->I_and[128] = 1e6;
        add_trace(analysis, trace);
        finish(analysis);
        const struct pt_claim *claim = find_claim(analysis, "D3");
        assert_int_equal(claim->reproduced, PT_REPRODUCED);
        assert_near(claim->value, expected, 1e-12);
        assert_true(find_detail(claim, "low") > 0);
        assert_true(find_detail(claim, "high") >= expected);
        assert_true(find_detail(claim, "strongest_order") == (n_live == 7 ? 4 : 5));
        assert_true(find_detail(claim, "cosine_with_spindle") > 0.999);
        assert_true(find_detail(claim, "cosine_with_spindle_all") > 0.999);
        assert_null(strstr(claim->reason, "a reproduction asks"));
        pt_analysis_free(analysis);
    }
}

static void spindles_must_cancel_at_middle_orders(void **state)
{
    (void)state;
    for (int one_sided = 0; one_sided < 2; one_sided++) {
        struct pt_analysis *analysis = make_analysis(10);
        struct pt_trace *trace = make_trace(0, 8, 0, 1);
        if (one_sided)
            trace->I_and[0x1f] = trace->I_and[0x3e] = 1;
        else
            trace->I_and[1] = -(trace->I_and[2] = 1);
        trace->I_and[0xff] = 0.1;
        fill_values(trace, 0);
        add_trace(analysis, trace);
        finish(analysis);
        const struct pt_claim *claim = find_claim(analysis, "D3");
        assert_int_equal(claim->reproduced, PT_NOT_REPRODUCED);
        assert_near(claim->value, one_sided ? 1 : 0.1 / 2.1, 1e-15);
        assert_says(claim, one_sided ? "order 5" : "order 1");
        assert_true(isnan(find_detail(claim, "cosine_with_spindle"))); /* fewer than 5 orders */
        pt_analysis_free(analysis);
    }
}

static void spindles_need_players_and_an_untrained_network(void **state)
{
    (void)state;
    static const char *const reasons[] = {"6 players", "no trace of step 0",
                                          "no testing sample has salient"};
    for (int i = 0; i < 3; i++) {
        struct pt_analysis *analysis = make_analysis(10);
        add_trace(analysis, i == 0   ? noise_trace(0, 6, 6, 3)
                            : i == 1 ? noise_trace(1, 8, 8, 3)
                                     : make_trace(0, 8, 0, 3));
        finish(analysis);
        const struct pt_claim *claim = find_claim(analysis, "D3");
        assert_int_equal(claim->reproduced, PT_NOT_MEASURED);
        assert_says(claim, reasons[i]);
        pt_analysis_free(analysis);
    }
}

static void nothing_is_claimed_without_testing_samples(void **state)
{
    (void)state;
    struct pt_analysis *analysis = make_analysis(10);
    struct pt_trace *trace = make_trace(0, 2, 2, 0);
    trace->I_and[3] = 1;
    fill_values(trace, 0);
    add_trace(analysis, trace);
    finish(analysis);
    size_t n_claims;
    const struct pt_claim *claims = pt_analysis_claims(analysis, &n_claims);
    assert_int_equal(n_claims, N_CLAIMS);
    for (size_t i = 0; i < n_claims; i++) {
        assert_int_equal(claims[i].reproduced, PT_NOT_MEASURED);
        assert_says(&claims[i], "no testing samples");
    }
    pt_analysis_free(analysis);
    assert_int_equal(mem_live_bytes(), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(matching_holds_to_rounding),
        cmocka_unit_test(matching_finds_the_worst_sample),
        cmocka_unit_test(matching_looks_at_the_larger_sample_too),
        cmocka_unit_test(matching_needs_no_scale),
        cmocka_unit_test(sparsity_is_the_part_of_the_largest),
        cmocka_unit_test(sparsity_counts_live_players),
        cmocka_unit_test(sparsity_of_nothing_is_not_measured),
        cmocka_unit_test(noise_is_a_spindle),
        cmocka_unit_test(spindles_must_cancel_at_middle_orders),
        cmocka_unit_test(spindles_need_players_and_an_untrained_network),
        cmocka_unit_test(nothing_is_claimed_without_testing_samples),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
