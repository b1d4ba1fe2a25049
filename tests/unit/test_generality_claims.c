/* Claims about generalisability, D13, D14, D16, D17, D19, and its phases, on drawn curves. */
#include "analysis_fixture.h"

#include "analysis/generalization.h"

#include <jansson.h>

#define MAX_CHECKPOINTS 16
#define N_TRAIN 4
#define N_PLAYERS 8

/* ---- Phases ---- */

static void assert_phases(const double *excess, const double *generalisable, const double *strength,
                          size_t n, size_t peak, size_t decline)
{
    struct generalization_point points[MAX_CHECKPOINTS] = {{0}};
    for (size_t c = 0; c < n; c++) {
        points[c].excess = excess[c];
        points[c].generalisable = generalisable ? generalisable[c] : 0;
        points[c].strength = strength ? strength[c] : 0;
    }
    struct generalization_phases phases = generalization_phases(points, n);
    assert_int_equal(phases.peak, peak);
    assert_int_equal(phases.decline, decline);
}

static void peaks_are_of_the_smoothed_excess(void **state)
{
    (void)state;
    const double plain[] = {0, 0.2, 0.5, 0.4, 0.1};
    assert_phases(plain, NULL, NULL, 5, 2, 5);
    const double spike[] = {0, 0.9, 0.1, 0.5, 0.6, 0.4, 0.3}; /* medians 0 .1 .5 .5 .5 .4 .3 */
    assert_phases(spike, NULL, NULL, 7, 2, 7);
    const double rising[] = {0, 0.1, 0.2}, falling[] = {0.3, 0.2, 0.1};
    assert_phases(rising, NULL, NULL, 3, 2, 3);
    assert_phases(falling, NULL, NULL, 3, 0, 3);
    const double gaps[] = {NAN, 0.3, 0.2, NAN, 0.25};
    assert_phases(gaps, NULL, NULL, 5, 1, 5);
    const double nothing[] = {NAN, NAN};
    assert_phases(nothing, NULL, NULL, 2, 2, 2);
}

/* Peak at 1. Over two checkpoints the generalisable strength gains 2, 1.5, 1, .6 of 3, 3, 3, 3. */
static void declines_begin_when_less_than_half_is_general(void **state)
{
    (void)state;
    const double excess[] = {0, 0.6, 0.6, 0.5, 0.4, 0.3};
    const double strength[] = {1, 2, 4, 5, 7, 8};
    const double generalisable[] = {0.5, 1, 2.5, 2.5, 3.5, 3.1};
    assert_phases(excess, generalisable, strength, 6, 1, 4);
    const double relapsing[] = {0.5, 1, 1, 2, 4, 4.6}; /* gains .5, 1, 3, 2.6 */
    assert_phases(excess, relapsing, strength, 6, 1, 6);
    /* Strength that is lost counts the other way: 3 of 2 lost are generalisable. */
    const double shrinking[] = {1, 9, 9, 8, 7, 6}, losing[] = {1, 8, 8, 7, 5, 4};
    assert_phases(excess, losing, shrinking, 6, 1, 3);
}

static void assert_loss_rise(const double *losses, size_t n, long step)
{
    struct pt_metrics_row rows[8] = {{0}};
    for (size_t i = 0; i < n; i++) {
        rows[i].step = (long)(10 * i);
        rows[i].test_loss = losses[i];
    }
    assert_int_equal(loss_rise_step(rows, n), step);
}

static void losses_rise_for_good(void **state)
{
    (void)state;
    const double plain[] = {2, 1, 1.005, 1.02, 1.5};
    assert_loss_rise(plain, 5, 30);
    const double relapsing[] = {2, 1, 1.5, 1.01, 1.02};
    assert_loss_rise(relapsing, 5, 40);
    const double unknown[] = {2, 1, NAN, 1.1, NAN};
    assert_loss_rise(unknown, 5, 30);
    const double falling[] = {2, 1, 0.5}, flat[] = {1, 1.005};
    assert_loss_rise(falling, 3, -1);
    assert_loss_rise(flat, 2, -1);
    const double nothing[] = {NAN};
    assert_loss_rise(nothing, 1, -1);
    assert_loss_rise(nothing, 0, -1);
}

/* ---- A run's curve ---- */

/* Checkpoints at steps 0, 1, 2, 4, 8, ... Every training sample has strength 1. */
struct run {
    size_t n, n_metrics;
    double gamma[MAX_CHECKPOINTS];
    /* Of the strength, `new_part` are interactions of order new_order that the checkpoint before
     * did not have, of which new_gamma is generalisable; 0: none are new. */
    double new_part[MAX_CHECKPOINTS], new_gamma[MAX_CHECKPOINTS];
    size_t new_order[MAX_CHECKPOINTS];
    double gap[MAX_CHECKPOINTS], traced[MAX_CHECKPOINTS]; /* v(N) of the testing sample */
    long first_step;
};

/* The excess peaks at step 16, smoothed at step 8, 5 checkpoints in; 7 follow. */
static const struct run plain = {
    .n = 12,
    .n_metrics = 12,
    .gamma = {0.1, 0.2, 0.3, 0.5, 0.6, 0.65, 0.58, 0.55, 0.5, 0.45, 0.4, 0.3},
    .new_part = {0, 0, 0, 0, 0, 0, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2},
    .new_gamma = {0, 0, 0, 0, 0, 0, 1, 0.8, 0.6, 0.5, 0.3, 0},
    .new_order = {0, 0, 0, 0, 0, 0, 2, 3, 4, 5, 6, 7},
    .gap = {0, 0, 0, 0, 0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8},
    .traced = {1, 1, 1, 1, 1, 2, 1, 2, 1, 2, 1, 2},
};

static long step_of(const struct run *run, size_t checkpoint)
{
    return run->first_step + (checkpoint ? 1L << (checkpoint - 1) : 0);
}

/* Alternates between two sets of an order, so that those of neighbouring checkpoints differ. */
static uint32_t set_of(size_t order, size_t checkpoint)
{
    return order == N_PLAYERS ? 255 : ((1u << order) - 1) << checkpoint % 2;
}

/* What the baselines have is {0} and the AND interactions of all set_of(); no OR interactions. */
static void add_checkpoint(struct pt_analysis *analysis, const struct run *run, size_t c)
{
    static const double shift[N_TRAIN] = {-0.02, -0.01, 0.01, 0.02};
    struct pt_trace *trace = make_trace(step_of(run, c), N_PLAYERS, N_TRAIN, 1);
    double part = run->new_part[c];
    for (size_t i = 0; i < N_TRAIN; i++) {
        double *I_and = trace->I_and + (i << N_PLAYERS), *I_or = trace->I_or + (i << N_PLAYERS);
        double general = run->gamma[c] + shift[i];
        if (part > 0) {
            uint32_t set = set_of(run->new_order[c], c);
            I_and[set] = part * run->new_gamma[c];
            I_or[set] = part - I_and[set];
            general -= I_and[set];
        }
        I_and[1] = general;
        I_and[2] = 1 - part - general;
        I_and[255] += 0.001; /* not salient: makes every player live */
    }
    trace->I_and[(N_TRAIN << N_PLAYERS) + 1] = run->traced[c];
    fill_values(trace, 0);
    add_trace(analysis, trace);
}

static void add_baseline(struct pt_analysis *analysis)
{
    struct pt_trace *trace = make_trace(0, N_PLAYERS, N_TRAIN, 1);
    for (size_t i = 0; i <= N_TRAIN; i++) {
        trace->I_and[(i << N_PLAYERS) + 1] = 1;
        for (size_t order = 2; order < N_PLAYERS; order++)
            for (size_t c = 0; c < 2; c++)
                trace->I_and[(i << N_PLAYERS) + set_of(order, c)] = 1;
    }
    fill_values(trace, 0);
    assert_int_equal(pt_analysis_add_baseline(analysis, trace, NULL), PT_OK);
}

static const char *last_directory;

static struct pt_analysis *analyse(const struct run *run)
{
    struct pt_analysis *analysis = make_analysis(100);
    struct pt_metrics_row rows[MAX_CHECKPOINTS] = {{0}};
    for (size_t c = 0; c < run->n; c++)
        add_checkpoint(analysis, run, c);
    add_baseline(analysis);
    for (size_t i = 0; i < run->n_metrics; i++) {
        rows[i].step = step_of(run, i);
        rows[i].train_clean_loss = 0.5;
        rows[i].train_loss = 9;
        rows[i].test_loss = 0.5 + run->gap[i];
    }
    struct pt_error error = {0};
    last_directory = scratch_directory();
    if (pt_analysis_finish(analysis, rows, run->n_metrics, last_directory, &error) != PT_OK)
        fail_msg("%s", error.message);
    return analysis;
}

static void check_verdict(struct pt_analysis *analysis, const char *id, enum pt_verdict verdict,
                          double value, const char *reason)
{
    const struct pt_claim *claim = find_claim(analysis, id);
    if (claim->reproduced != verdict)
        fail_msg("%s: verdict %d: %s", id, claim->reproduced, claim->reason);
    if (!strstr(claim->reason, reason))
        fail_msg("\"%s\" does not say \"%s\"", claim->reason, reason);
    if (isnan(value))
        assert_true(isnan(claim->value));
    else
        assert_near(claim->value, value, 1e-12);
    pt_analysis_free(analysis);
    assert_int_equal(mem_live_bytes(), 0);
}

static void assert_verdict(const struct run *run, const char *id, enum pt_verdict verdict,
                           double value, const char *reason)
{
    check_verdict(analyse(run), id, verdict, value, reason);
}

static double phase_number(json_t *phases, const char *key)
{
    json_t *value = json_object_get(json_object_get(phases, "generalization"), key);
    assert_true(json_is_number(value) || json_is_null(value));
    return json_is_null(value) ? NAN : json_number_value(value);
}

static json_t *phases_of(const struct run *run)
{
    char path[700];
    pt_analysis_free(analyse(run));
    snprintf(path, sizeof path, "%s/analysis/phases.json", last_directory);
    json_t *phases = json_load_file(path, 0, NULL);
    assert_non_null(phases);
    return phases;
}

/* Chance at order 1: {0} with one of two signs, of 8 sets. */
static double excess_at_order_1(double gamma)
{
    return (gamma - 1.0 / 16) / (1 - 1.0 / 16);
}

static void phases_are_written(void **state)
{
    (void)state;
    struct run run = plain;
    memset(run.new_part, 0, sizeof run.new_part);
    json_t *phases = phases_of(&run);
    /* At step 16 the median is .6, as at step 8. The strength is 1 all along: that generalisable
     * strength grows by less than the rest is that it falls. */
    assert_true(phase_number(phases, "t1") == 8);
    assert_true(phase_number(phases, "t2") == 32);
    assert_true(phase_number(phases, "t_loss") == 16);
    assert_near(phase_number(phases, "excess_max"), excess_at_order_1(0.6), 1e-12);
    assert_near(phase_number(phases, "gamma_end"), 0.3, 1e-12);
    assert_near(phase_number(phases, "excess_end"), excess_at_order_1(0.3), 1e-12);
    json_decref(phases);
    for (size_t c = 0; c < run.n; c++)
        run.gamma[c] = 0.1 + 0.05 * (double)c;
    run.n_metrics = 0;
    phases = phases_of(&run);
    assert_true(isnan(phase_number(phases, "t1")) && isnan(phase_number(phases, "t2")));
    assert_true(isnan(phase_number(phases, "t_loss")));
    assert_near(phase_number(phases, "excess_max"), excess_at_order_1(0.65), 1e-12);
    json_decref(phases);
}

static void claims_need_baselines_and_training_samples(void **state)
{
    (void)state;
    static const char *const ids[] = {"D13", "D14", "D16", "D17", "D19"};
    for (size_t n_baselines = 0; n_baselines <= 2; n_baselines += 2)
        for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
            struct pt_analysis *analysis = make_analysis(10);
            struct pt_trace *trace = make_trace(0, 5, n_baselines ? 0 : 1, 1);
            add_trace(analysis, trace);
            for (size_t b = 0; b < n_baselines; b++)
                assert_int_equal(pt_analysis_add_baseline(analysis, trace, NULL), PT_OK);
            assert_int_equal(pt_analysis_finish(analysis, NULL, 0, scratch_directory(), NULL),
                             PT_OK);
            check_verdict(analysis, ids[i], PT_NOT_MEASURED, NAN,
                          n_baselines ? "no training samples" : "baseline networks");
        }
}

/* ---- D16 ---- */

static void gamma_rises_and_falls(void **state)
{
    (void)state;
    struct run run = plain;
    memset(run.new_part, 0, sizeof run.new_part);
    assert_verdict(&run, "D16", PT_REPRODUCED, 0.3, "falls by 0.300");
    struct pt_analysis *analysis = analyse(&run);
    const struct pt_claim *claim = find_claim(analysis, "D16");
    assert_int_equal(claim->samples, N_TRAIN);
    assert_near(find_detail(claim, "gamma_rise"), 0.5, 1e-12);
    assert_near(find_detail(claim, "gamma_fall"), 0.3, 1e-12);
    assert_near(find_detail(claim, "excess_fall"), 0.3 / (15.0 / 16), 1e-12);
    assert_near(find_detail(claim, "gamma_train_t1"), 0.6, 1e-12);
    assert_near(find_detail(claim, "gamma_train_end"), 0.3, 1e-12);
    assert_near(find_detail(claim, "excess_train_end"), excess_at_order_1(0.3), 1e-12);
    assert_near(find_detail(claim, "gamma_test_end"), 1, 1e-12);
    assert_true(find_detail(claim, "t1") == 8);
    assert_near(find_detail(claim, "low"), 0.3, 1e-12); /* shifts are the same throughout */
    for (size_t i = 0; i < claim->n_details; i++)
        assert_null(strstr(claim->details[i].name, "third"));
    pt_analysis_free(analysis);
}

static void gamma_may_take_another_course(void **state)
{
    (void)state;
    struct run run = plain;
    memset(run.new_part, 0, sizeof run.new_part);
    struct run little = run;
    for (size_t c = 6; c < 12; c++)
        little.gamma[c] = 0.6 - 0.015 * (double)(c - 6);
    assert_verdict(&little, "D16", PT_NOT_REPRODUCED, 0.075, "falls by 0.075");
    struct run falling = run;
    for (size_t c = 0; c < 12; c++)
        falling.gamma[c] = 0.7 - 0.05 * (double)c;
    assert_verdict(&falling, "D16", PT_NOT_REPRODUCED, 0.55, "gamma rises by 0.000");
    falling.first_step = 10;
    assert_verdict(&falling, "D16", PT_NOT_MEASURED, NAN, "highest after 1 checkpoints");
    struct run rising = run;
    for (size_t c = 0; c < 12; c++)
        rising.gamma[c] = 0.1 + 0.05 * (double)c;
    assert_verdict(&rising, "D16", PT_NOT_MEASURED, NAN, "highest at the last checkpoint");
    struct run early = run;
    early.gamma[3] = 0.8;
    early.gamma[4] = 0.75;
    assert_verdict(&early, "D16", PT_NOT_MEASURED, NAN, "highest after 4 checkpoints");
    struct run short_run = run;
    short_run.n = 9;
    assert_verdict(&short_run, "D16", PT_NOT_MEASURED, NAN, "4 checkpoints after the maximum");
}

/* Samples of a third split, and a larger sample. */
static void gamma_of_all_splits_is_printed(void **state)
{
    (void)state;
    struct pt_analysis *analysis = make_analysis(10);
    struct pt_trace *trace = make_trace(0, 3, 1, 2);
    trace->split[2] = trace->group[2] = PT_THIRD;
    for (size_t i = 0; i < 3; i++) {
        trace->I_and[8 * i + 1] = 1;
        trace->I_and[8 * i + 2] = (double)i;
    }
    fill_values(trace, 0);
    add_trace(analysis, trace);
    trace->I_and[16 + 2] = 3;
    fill_values(trace, 0);
    assert_int_equal(pt_analysis_set_final(analysis, trace, NULL), PT_OK);
    for (size_t i = 0; i < 3; i++)
        trace->I_and[8 * i + 2] = 0;
    fill_values(trace, 0);
    assert_int_equal(pt_analysis_add_baseline(analysis, trace, NULL), PT_OK);
    assert_int_equal(pt_analysis_finish(analysis, NULL, 0, scratch_directory(), NULL), PT_OK);
    const struct pt_claim *claim = find_claim(analysis, "D16");
    assert_int_equal(claim->reproduced, PT_NOT_MEASURED);
    assert_near(find_detail(claim, "gamma_train_t1"), 1, 1e-15);
    assert_near(find_detail(claim, "gamma_test_end"), 1.0 / 2, 1e-15);
    assert_near(find_detail(claim, "gamma_third_end"), 1.0 / 3, 1e-15);
    assert_near(find_detail(claim, "gamma_third_final"), 1.0 / 4, 1e-15);
    /* {0} of 2 live players with one sign, .25 */
    assert_near(find_detail(claim, "excess_third_final"), 0, 1e-15);
    assert_near(find_detail(claim, "excess_third_end"), (1.0 / 3 - 0.25) / 0.75, 1e-15);
    pt_analysis_free(analysis);
}

/* ---- D17 ---- */

static void new_interactions_become_complex(void **state)
{
    (void)state;
    assert_verdict(&plain, "D17", PT_REPRODUCED, 1, "mean order of new interactions 1.000");
    struct run swapped = plain; /* 1 - 6 * 2 / (6 * 35) */
    swapped.new_gamma[9] = 0.7;
    assert_verdict(&swapped, "D17", PT_REPRODUCED, 1 - 2.0 / 35, "gamma -0.943");
    struct run silent = plain; /* one checkpoint fewer */
    silent.new_part[11] = 0;
    struct pt_analysis *analysis = analyse(&silent);
    assert_true(find_detail(find_claim(analysis, "D17"), "checkpoints") == 5);
    pt_analysis_free(analysis);
}

static void new_interactions_may_stay_simple(void **state)
{
    (void)state;
    struct run level = plain; /* orders 2 2 2 2 2 3: ranks 3 3 3 3 3 6 */
    for (size_t c = 6; c < 11; c++)
        level.new_order[c] = 2;
    level.new_order[11] = 3;
    assert_verdict(&level, "D17", PT_NOT_REPRODUCED, 7.5 / sqrt(17.5 * 7.5), "interactions 0.655");
    struct run improving = plain;
    for (size_t c = 6; c < 12; c++)
        improving.new_gamma[c] = 0.1 * (double)(c - 4);
    assert_verdict(&improving, "D17", PT_NOT_REPRODUCED, -1, "gamma 1.000");
    struct run constant = plain;
    for (size_t c = 6; c < 12; c++)
        constant.new_order[c] = 3;
    assert_verdict(&constant, "D17", PT_NOT_REPRODUCED, NAN, "mean order of new interactions nan");
}

static void new_interactions_may_be_too_few(void **state)
{
    (void)state;
    struct run few = plain;
    few.new_part[10] = few.new_part[11] = 0;
    assert_verdict(&few, "D17", PT_NOT_MEASURED, NAN, "at 4 checkpoints");
    struct run short_run = plain;
    short_run.n = 9;
    assert_verdict(&short_run, "D17", PT_NOT_MEASURED, NAN, "checkpoints after the maximum");
}

/* ---- D19 ---- */

static double correlation(const double *x, const double *y, size_t n)
{
    double sx = 0, sy = 0, sxx = 0, syy = 0, sxy = 0;
    for (size_t i = 0; i < n; i++) {
        sx += x[i];
        sy += y[i];
        sxx += x[i] * x[i];
        syy += y[i] * y[i];
        sxy += x[i] * y[i];
    }
    double size = (double)n;
    return (size * sxy - sx * sy) / sqrt((size * sxx - sx * sx) * (size * syy - sy * sy));
}

/* From step 8 on, 8 checkpoints; at order 1 the excess is linear in gamma. */
static void the_gap_follows_what_is_lost(void **state)
{
    (void)state;
    struct run run = plain;
    memset(run.new_part, 0, sizeof run.new_part);
    double expected = -correlation(run.gamma + 4, run.gap + 4, 8);
    assert_true(expected > 0.9);
    assert_verdict(&run, "D19", PT_REPRODUCED, expected, "from step 8 on");
    struct pt_analysis *analysis = analyse(&run);
    const struct pt_claim *claim = find_claim(analysis, "D19");
    double traced[8];
    for (size_t i = 0; i < 8; i++) /* the training samples' loss stays the same */
        traced[i] = log(1 + exp(-run.traced[4 + i]));
    assert_near(find_detail(claim, "traced_gap"), -correlation(run.gamma + 4, traced, 8), 1e-12);
    assert_near(find_detail(claim, "generalisable"), -expected, 1e-12);
    assert_near(find_detail(claim, "non_generalisable"), expected, 1e-12);
    assert_true(find_detail(claim, "checkpoints") == 8);
    pt_analysis_free(analysis);
}

static void the_gap_may_not_follow(void **state)
{
    (void)state;
    struct run run = plain;
    memset(run.new_part, 0, sizeof run.new_part);
    for (size_t c = 4; c < 12; c++)
        run.gap[c] = run.gamma[c];
    assert_verdict(&run, "D19", PT_NOT_REPRODUCED, -1, "correlation -1.000");
    struct run blind = run;
    blind.n_metrics = 11;
    assert_verdict(&blind, "D19", PT_NOT_MEASURED, NAN, "the losses at step 1024 are unknown");
    struct run unknown = run;
    unknown.gap[3] = NAN;
    assert_verdict(&unknown, "D19", PT_NOT_MEASURED, NAN, "the losses at step 4 are unknown");
    struct run short_run = run;
    short_run.n = 9;
    assert_verdict(&short_run, "D19", PT_NOT_MEASURED, NAN, "checkpoints after the maximum");
}

static void silent_checkpoints_are_not_measured(void **state)
{
    (void)state;
    struct pt_analysis *analysis = make_analysis(10);
    add_trace(analysis, make_trace(0, N_PLAYERS, N_TRAIN, 1));
    add_baseline(analysis);
    assert_int_equal(pt_analysis_finish(analysis, NULL, 0, scratch_directory(), NULL), PT_OK);
    check_verdict(analysis, "D17", PT_NOT_MEASURED, NAN, "the excess at step 0 is not defined");
}

/* ---- D14 ---- */

/* Six players, ten training samples with one set of each order, of the strengths given, of which
 * the baseline has shared[k - 1]. */
static struct pt_analysis *analyse_orders(size_t n_players, const size_t *shared,
                                          const double *strength)
{
    struct pt_analysis *analysis = make_analysis(50);
    struct pt_trace *trace = make_trace(0, n_players, 10, 1);
    for (int network = 0; network < 2; network++) {
        for (size_t i = 0; i < 11; i++)
            for (size_t k = 1; k <= n_players; k++)
                trace->I_and[(i << n_players) + (1u << k) - 1] =
                    network == 0 || i < shared[k - 1] ? strength[k - 1] : 0;
        fill_values(trace, 0);
        if (network == 0)
            add_trace(analysis, trace);
        else
            assert_int_equal(pt_analysis_add_baseline(analysis, trace, NULL), PT_OK);
    }
    assert_int_equal(pt_analysis_finish(analysis, NULL, 0, scratch_directory(), NULL), PT_OK);
    return analysis;
}

static void simple_interactions_generalise(void **state)
{
    (void)state;
    const size_t falling[] = {10, 8, 6, 4, 2, 1}, rising[] = {1, 2, 4, 6, 8, 9};
    const double level[] = {1, 1, 1, 1, 1, 1}, middle[] = {1, 1, 5, 1, 1, 1};
    check_verdict(analyse_orders(6, falling, level), "D14", PT_REPRODUCED, -1, "peaks at order 1");
    check_verdict(analyse_orders(6, rising, level), "D14", PT_NOT_REPRODUCED, 1, "over 6 orders");
    check_verdict(analyse_orders(6, falling, middle), "D14", PT_NOT_REPRODUCED, -1,
                  "peaks at order 3");
    const size_t none[] = {0, 0, 0, 0, 0, 0};
    check_verdict(analyse_orders(6, none, level), "D14", PT_NOT_REPRODUCED, NAN, "at order 0");
}

static void orders_need_strength(void **state)
{
    (void)state;
    const size_t shared[] = {10, 8, 6, 4, 2, 10};
    const double level[] = {1, 1, 1, 1, 1, 1}, faint[] = {5, 1, 1, 1, 1, 0.05};
    /* 5 / 9 .. 0.05 / 9.05 is below 1%: order 6, against the trend, does not count */
    struct pt_analysis *analysis = analyse_orders(6, shared, faint);
    assert_true(find_detail(find_claim(analysis, "D14"), "orders") == 5);
    assert_near(find_claim(analysis, "D14")->value, -1, 1e-15);
    assert_near(find_detail(find_claim(analysis, "D14"), "correlation_t1"), -1, 1e-15);
    pt_analysis_free(analysis);
    check_verdict(analyse_orders(4, shared, level), "D14", PT_NOT_MEASURED, NAN, "4 orders hold");
}

/* ---- D13 ---- */

/* Two training samples, two baselines: of each order one set, the same one where `same`. */
static struct pt_analysis *analyse_common(size_t n_players, const int *same, double fourth)
{
    struct pt_analysis *analysis = make_analysis(50);
    add_trace(analysis, make_trace(0, n_players, 2, 1));
    for (int network = 0; network < 2; network++) {
        struct pt_trace *trace = make_trace(0, n_players, 2, 1);
        for (size_t i = 0; i < 3; i++)
            for (size_t k = 1; k <= n_players; k++) {
                uint32_t set = (1u << k) - 1;
                if (!same[k - 1] && network == 1 && k < n_players)
                    set <<= 1;
                double sign = !same[k - 1] && network == 1 && k == n_players ? -1 : 1;
                trace->I_and[(i << n_players) + set] = sign * (k == 4 ? fourth : 1);
            }
        fill_values(trace, 0);
        assert_int_equal(pt_analysis_add_baseline(analysis, trace, NULL), PT_OK);
    }
    assert_int_equal(pt_analysis_finish(analysis, NULL, 0, scratch_directory(), NULL), PT_OK);
    return analysis;
}

static void networks_share_simple_interactions(void **state)
{
    (void)state;
    const int low[] = {1, 1, 1, 0, 0, 0}, all[] = {1, 1, 1, 1, 1, 1}, high[] = {1, 1, 1, 0, 1, 0};
    check_verdict(analyse_common(6, low, 1), "D13", PT_REPRODUCED, 1, "1.000 of the interactions");
    check_verdict(analyse_common(6, all, 1), "D13", PT_NOT_REPRODUCED, 0, "1.000 of order 4");
    struct pt_analysis *analysis = analyse_common(6, low, 1);
    const struct pt_claim *claim = find_claim(analysis, "D13");
    assert_int_equal(claim->samples, 2);
    assert_near(find_detail(claim, "chance_1"), 1.0 / 6, 1e-15);
    assert_near(find_detail(claim, "chance_4"), 1.0 / 15, 1e-15);
    /* Orders 5 and 6 hold a set each; expected are 1/6 and, the signs being opposite, 0 of 2. */
    assert_near(find_detail(claim, "excess_beyond_4"), (0 - 1.0 / 12) / (1 - 1.0 / 12), 1e-15);
    pt_analysis_free(analysis);
    /* One of the two in common beyond order 4: 5/11 in excess of chance. */
    analysis = analyse_common(6, high, 1);
    claim = find_claim(analysis, "D13");
    assert_near(find_detail(claim, "excess_beyond_4"), (0.5 - 1.0 / 12) / (1 - 1.0 / 12), 1e-15);
    check_verdict(analysis, "D13", PT_REPRODUCED, 1, "beyond order 4 0.455");
}

/* Order 5 of five players is one set: in common by chance, as it is by certainty beyond order 4. */
static void nothing_beyond_chance_is_no_obstacle(void **state)
{
    (void)state;
    const int low[] = {1, 1, 1, 0, 1}, high[] = {1, 1, 1, 0, 1, 1};
    check_verdict(analyse_common(5, low, 1), "D13", PT_REPRODUCED, 1, "nan in excess");
    /* 2 of 2 in common where 1/6 + 1 is expected. */
    check_verdict(analyse_common(6, high, 1), "D13", PT_NOT_REPRODUCED, 1, "1.000 in excess");
}

static void common_interactions_may_not_be_measured(void **state)
{
    (void)state;
    const int low[] = {1, 1, 1, 0, 0, 0};
    check_verdict(analyse_common(3, low, 1), "D13", PT_NOT_MEASURED, NAN, "3 players");
    check_verdict(analyse_common(6, low, 0), "D13", PT_NOT_MEASURED, NAN, "0.000 of the strength");
    check_verdict(analyse(&plain), "D13", PT_NOT_MEASURED, NAN, "1 baseline networks");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(peaks_are_of_the_smoothed_excess),
        cmocka_unit_test(declines_begin_when_less_than_half_is_general),
        cmocka_unit_test(losses_rise_for_good),
        cmocka_unit_test(phases_are_written),
        cmocka_unit_test(claims_need_baselines_and_training_samples),
        cmocka_unit_test(gamma_rises_and_falls),
        cmocka_unit_test(gamma_may_take_another_course),
        cmocka_unit_test(gamma_of_all_splits_is_printed),
        cmocka_unit_test(new_interactions_become_complex),
        cmocka_unit_test(new_interactions_may_stay_simple),
        cmocka_unit_test(new_interactions_may_be_too_few),
        cmocka_unit_test(the_gap_follows_what_is_lost),
        cmocka_unit_test(the_gap_may_not_follow),
        cmocka_unit_test(silent_checkpoints_are_not_measured),
        cmocka_unit_test(simple_interactions_generalise),
        cmocka_unit_test(orders_need_strength),
        cmocka_unit_test(networks_share_simple_interactions),
        cmocka_unit_test(nothing_beyond_chance_is_no_obstacle),
        cmocka_unit_test(common_interactions_may_not_be_measured),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
