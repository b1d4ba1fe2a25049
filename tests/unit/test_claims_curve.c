/* Claims about the course of training, D4 to D7: held, failed, not measurable, on drawn curves. */
#include "analysis_fixture.h"

#define MAX_CHECKPOINTS 16

/* A run of checkpoints at steps 0, 1, 2, 4, 8, ... */
struct run {
    size_t n;
    double m[MAX_CHECKPOINTS];
    double train[MAX_CHECKPOINTS], test[MAX_CHECKPOINTS], clean[MAX_CHECKPOINTS];
    int high_order; /* where what is not at order 1 lies; 0: 4 */
    long first_step;
    size_t n_metrics; /* 0: none; later ones are those of the first checkpoints */
};

/* Phase 1 is 6 checkpoints to step 16, phase 2 is 6; the mean order rises at step 128. */
static const struct run plain = {
    .n = 12,
    .m = {3.5, 3.4, 3, 2.4, 1.8, 1.4, 1.5, 1.6, 2.2, 2.4, 2.6, 2.8},
    .train = {2.3, 2.2, 2.0, 1.8, 1.5, 1.2, 1.1, 0.9, 0.6, 0.4, 0.2, 0.1},
    .test = {2.3, 2.2, 2.05, 1.85, 1.55, 1.3, 1.2, 1.0, 0.9, 0.95, 1.0, 1.1},
    .clean = {2.3, 2.2, 2.0, 1.8, 1.5, 1.2, 1.08, 0.85, 0.5, 0.3, 0.15, 0.1},
    .n_metrics = 12,
};

static long step_of(const struct run *run, size_t checkpoint)
{
    return run->first_step + (checkpoint ? 1L << (checkpoint - 1) : 0);
}

/* Four testing samples, mean orders m - .1, m - .05, m + .05, m + .1, of strength 1 each. */
static void add_checkpoint(struct pt_analysis *analysis, const struct run *run, size_t checkpoint)
{
    static const double shift[4] = {-0.1, -0.05, 0.05, 0.1};
    struct pt_trace *trace = make_trace(step_of(run, checkpoint), 4, 0, 4);
    /* The start alone keeps order 4, so that m(0) can be high. */
    int high = run->high_order && checkpoint > 0 ? run->high_order : 4;
    for (size_t i = 0; i < 4; i++) {
        double weight = (run->m[checkpoint] + shift[i] - 1) / (high - 1);
        trace->I_and[16 * i + 1] = 1 - weight;
        trace->I_and[16 * i + (1u << high) - 1] = weight;
    }
    fill_values(trace, 0);
    add_trace(analysis, trace);
}

static struct pt_analysis *analyse(const struct run *run)
{
    struct pt_analysis *analysis = make_analysis(100);
    struct pt_metrics_row rows[MAX_CHECKPOINTS] = {{0}};
    for (size_t i = 0; i < run->n; i++)
        add_checkpoint(analysis, run, i);
    for (size_t i = 0; i < run->n_metrics; i++) {
        rows[i].step = step_of(run, i);
        rows[i].train_loss = run->train[i];
        rows[i].test_loss = run->test[i];
        rows[i].train_clean_loss = run->clean[i];
    }
    struct pt_error error = {0};
    if (pt_analysis_finish(analysis, rows, run->n_metrics, scratch_directory(), &error) != PT_OK)
        fail_msg("%s", error.message);
    return analysis;
}

static void assert_verdict(const struct run *run, const char *id, enum pt_verdict verdict,
                           double value, const char *reason)
{
    struct pt_analysis *analysis = analyse(run);
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

static void phase_1_ends_with_low_orders(void **state)
{
    (void)state;
    assert_verdict(&plain, "D4", PT_REPRODUCED, 0.4, "order 1");
    struct pt_analysis *analysis = analyse(&plain);
    const struct pt_claim *claim = find_claim(analysis, "D4");
    assert_true(find_detail(claim, "t_star") == 16);
    assert_near(find_detail(claim, "mean_order_star"), 1.4, 1e-12);
    /* All four samples drawn alike: shifts of -.1 and .1 are the extremes. */
    assert_true(find_detail(claim, "low") >= 1.3 / 3.4 && find_detail(claim, "low") < 0.4);
    assert_true(find_detail(claim, "high") <= 1.5 / 3.6 && find_detail(claim, "high") > 0.4);
    pt_analysis_free(analysis);
}

static void phase_1_may_end_otherwise(void **state)
{
    (void)state;
    struct run shallow = plain;
    for (size_t i = 0; i < 5; i++)
        shallow.m[i] = 2.2 - 0.1 * (double)i;
    assert_verdict(&shallow, "D4", PT_NOT_REPRODUCED, 1.4 / 2.2, "0.636 of its start");
    struct run at_order_3 = plain; /* weight .625 at order 3 */
    static const double m[] = {3.8, 2.8, 2.7, 2.6, 2.5, 2.25, 2.4, 2.5, 2.6, 2.7, 2.8, 2.85};
    memcpy(at_order_3.m, m, sizeof m);
    at_order_3.high_order = 3;
    assert_verdict(&at_order_3, "D4", PT_NOT_REPRODUCED, 2.25 / 3.8, "order 3");
    struct run rising = plain;
    for (size_t i = 0; i < rising.n; i++)
        rising.m[i] = 1.2 + 0.1 * (double)i;
    assert_verdict(&rising, "D4", PT_NOT_REPRODUCED, 1, "never falls");
}

static void phase_1_may_be_out_of_sight(void **state)
{
    (void)state;
    struct run abrupt = plain;
    abrupt.m[3] = 1.3;
    assert_verdict(&abrupt, "D4", PT_NOT_MEASURED, NAN, "phase 1 has 4 checkpoints");
    struct run short_run = plain;
    short_run.n = short_run.n_metrics = 6;
    assert_verdict(&short_run, "D4", PT_NOT_MEASURED, NAN, "the end of phase 1 is not seen");
    struct run late = plain;
    late.first_step = 10;
    assert_verdict(&late, "D4", PT_NOT_MEASURED, NAN, "no trace of step 0");
    struct run single = plain;
    single.n = single.n_metrics = 1;
    assert_verdict(&single, "D4", PT_NOT_MEASURED, NAN, "the end of phase 1 is not seen");
}

static void mean_order_rises_in_phase_2(void **state)
{
    (void)state;
    assert_verdict(&plain, "D5", PT_REPRODUCED, 1, "rises by 1.400");
    struct run swapped = plain; /* 1 - 6 * 2 / (6 * 35) */
    swapped.m[8] = 2.4;
    swapped.m[9] = 2.2;
    assert_verdict(&swapped, "D5", PT_REPRODUCED, 1 - 2.0 / 35, "rises by 1.400");
    struct run without_phase_1 = plain;
    for (size_t i = 0; i < plain.n; i++)
        without_phase_1.m[i] = 1.2 + 0.1 * (double)i;
    assert_verdict(&without_phase_1, "D5", PT_REPRODUCED, 1, "after step 0");
}

static void mean_order_may_not_rise(void **state)
{
    (void)state;
    struct run hump = plain; /* ranks 1 2 6 5 4 3: sum of d^2 = 20 */
    static const double m[] = {1.5, 1.6, 2.8, 2.6, 2.4, 2.2};
    memcpy(hump.m + 6, m, sizeof m);
    assert_verdict(&hump, "D5", PT_NOT_REPRODUCED, 1 - 20.0 / 35, "rises by 0.800");
    struct run little = plain;
    for (size_t i = 6; i < plain.n; i++)
        little.m[i] = 1.4 + 0.05 * (double)(i - 5);
    assert_verdict(&little, "D5", PT_NOT_REPRODUCED, 1, "rises by 0.300");
    struct run short_run = plain;
    short_run.n = 10;
    assert_verdict(&short_run, "D5", PT_NOT_MEASURED, NAN, "phase 2 has 4 checkpoints");
}

/* gap(t*) = .1, final gap 1; the gap is .1 from step 16 on, 4 times before the mean order rises. */
static void loss_gap_opens_with_phase_2(void **state)
{
    (void)state;
    struct run opening = plain;
    opening.test[6] = opening.clean[6] + 0.05; /* not for good before step 64 */
    opening.test[7] = opening.clean[7] + 0.12;
    assert_verdict(&opening, "D6", PT_REPRODUCED, 0.1, "opens at step 64");
    struct pt_analysis *analysis = analyse(&opening);
    const struct pt_claim *claim = find_claim(analysis, "D6");
    assert_true(find_detail(claim, "t_gap10") == 64);
    assert_true(find_detail(claim, "t_rise") == 128);
    assert_true(find_detail(claim, "octaves") == 1);
    assert_near(find_detail(claim, "final_gap"), 1, 1e-15);
    pt_analysis_free(analysis);
}

static void loss_gap_may_open_at_another_time(void **state)
{
    (void)state;
    assert_verdict(&plain, "D6", PT_NOT_REPRODUCED, 0.1, "opens at step 16");
    struct run early = plain;
    early.test[5] = 1.5;
    early.test[6] = early.clean[6] + 0.05;
    assert_verdict(&early, "D6", PT_NOT_REPRODUCED, 0.3, "0.300 of the final");
    struct run always = plain;
    for (size_t i = 0; i < plain.n; i++)
        always.test[i] = always.clean[i] + (i == 5 ? 0.15 : 1);
    assert_verdict(&always, "D6", PT_NOT_REPRODUCED, 0.15, "opens at step 0");
}

static void loss_gap_may_be_unknown(void **state)
{
    (void)state;
    struct run closed = plain;
    closed.test[11] = 0.05;
    assert_verdict(&closed, "D6", PT_NOT_MEASURED, NAN, "no loss gap opens");
    struct run blind = plain;
    blind.n_metrics = 0;
    assert_verdict(&blind, "D6", PT_NOT_MEASURED, NAN, "no evaluations");
    struct run one_unknown = plain;
    one_unknown.clean[7] = NAN;
    assert_verdict(&one_unknown, "D6", PT_NOT_MEASURED, NAN, "a loss of step 64 is unknown");
    struct run few = plain;
    few.n_metrics = 4;
    assert_verdict(&few, "D6", PT_NOT_MEASURED, NAN, "not evaluated at step 16");
    struct run flat = plain;
    flat.m[11] = 1.4;
    assert_verdict(&flat, "D6", PT_NOT_MEASURED, NAN, "does not end above its minimum");
}

static void losses_fall_then_part(void **state)
{
    (void)state;
    /* gaps after t*: .12 .15 .4 .65 .85 1 */
    assert_verdict(&plain, "D7", PT_REPRODUCED, 1, "up to t* = 16");
    struct pt_analysis *analysis = analyse(&plain);
    const struct pt_claim *claim = find_claim(analysis, "D7");
    assert_near(find_detail(claim, "training_until_t_star"), -1, 1e-15);
    assert_near(find_detail(claim, "testing_until_t_star"), -1, 1e-15);
    assert_near(find_detail(claim, "training_after_t_star"), -1, 1e-15);
    assert_near(find_detail(claim, "training_change_after_t_star"), -1.1, 1e-15);
    pt_analysis_free(analysis);
}

static void losses_may_take_another_course(void **state)
{
    (void)state;
    struct run bumpy = plain; /* ranks 6 1 5 4 3 2: d^2 sums to 50, 1 - 50 / 35 */
    bumpy.test[1] = 1.25;
    assert_verdict(&bumpy, "D7", PT_NOT_REPRODUCED, 1, "testing loss -0.429");
    struct run rising = plain;
    rising.train[1] = 1.1;
    assert_verdict(&rising, "D7", PT_NOT_REPRODUCED, 1, "training loss -0.429");
    struct run closing = plain;
    for (size_t i = 6; i < plain.n; i++)
        closing.test[i] = closing.clean[i] + 0.1 * (double)(12 - i);
    assert_verdict(&closing, "D7", PT_NOT_REPRODUCED, -1, "gap -1.000");
    struct run unlearning = plain;
    unlearning.train[11] = 1.25;
    assert_verdict(&unlearning, "D7", PT_NOT_REPRODUCED, 1, "changes by 0.05");
}

static void losses_may_be_too_few(void **state)
{
    (void)state;
    struct run abrupt = plain;
    abrupt.m[2] = 1.2;
    assert_verdict(&abrupt, "D7", PT_NOT_MEASURED, NAN, "3 evaluations up to t* = 2, 9 after it");
    struct run few = plain;
    few.n_metrics = 10;
    assert_verdict(&few, "D7", PT_NOT_MEASURED, NAN, "6 evaluations up to t* = 16, 4 after it");
    struct run four = plain; /* D7 asks for 4 checkpoints where the other claims ask for 5 */
    four.m[3] = 1.2;
    assert_verdict(&four, "D7", PT_REPRODUCED, 1, "up to t* = 4");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(phase_1_ends_with_low_orders),
        cmocka_unit_test(phase_1_may_end_otherwise),
        cmocka_unit_test(phase_1_may_be_out_of_sight),
        cmocka_unit_test(mean_order_rises_in_phase_2),
        cmocka_unit_test(mean_order_may_not_rise),
        cmocka_unit_test(loss_gap_opens_with_phase_2),
        cmocka_unit_test(loss_gap_may_open_at_another_time),
        cmocka_unit_test(loss_gap_may_be_unknown),
        cmocka_unit_test(losses_fall_then_part),
        cmocka_unit_test(losses_may_take_another_course),
        cmocka_unit_test(losses_may_be_too_few),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
