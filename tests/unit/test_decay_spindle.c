/* The split into a decay and a spindle, on strengths whose parts are known. */
#include "analysis_fixture.h"

#include "faults.h"

#include "analysis/order_curve.h"
#include "analysis/prediction.h"
#include "analysis/spindle_law.h"
#include "analysis/state.h"

enum { N = 6, SETS = 1 << N, N_SAMPLES = 3, N_SALIENT = (2 * N - 1) * N_SAMPLES };

/* What the network encodes at t*: one interaction of each low order. */
static void plant_star(struct pt_trace *trace)
{
    for (size_t i = 0; i < trace->n_samples; i++) {
        trace->I_and[SETS * i + 1] = 6;
        trace->I_and[SETS * i + 2] = -2;
        trace->I_and[SETS * i + 3] = 1.5;
        trace->I_and[SETS * i + 7] = -0.5;
    }
    fill_values(trace, -1);
}

/* Two interactions of each order, which cancel in v(x) but for the highest, so that all are
 * salient. */
static void plant_curve(struct pt_trace *trace, const double *strengths)
{
    for (size_t i = 0; i < trace->n_samples; i++)
        for (size_t order = 1; order <= N; order++) {
            size_t lowest = ((size_t)1 << order) - 1, highest = lowest << (N - order);
            trace->I_and[SETS * i + lowest] += strengths[order - 1] / 2;
            trace->I_and[SETS * i + highest] += (order < N ? -0.5 : 0.5) * strengths[order - 1];
        }
    fill_values(trace, 0);
}

/* The decay at a place of the grid, strengths; and the law of a spindle of strength 1. */
static void parts(size_t place, double *decay, double *law)
{
    static double all[N_SIGMA2 * N];
    double *const strengths[N_PREDICTED_KINDS] = {[PREDICTED_BOTH] = all};
    struct arena arena = {0};
    struct encoding encoding;
    struct pt_trace *trace = make_trace(2, N, 0, 1);
    plant_star(trace);
    assert_int_equal(encoding_reduce(trace, 0.03, &arena, &encoding, NULL), PT_OK);
    assert_int_equal(predict_strengths(&encoding, 0, 1, 0.03, strengths, NULL), PT_OK);
    memcpy(decay, all + place * N, N * sizeof *decay);
    spindle_law(N, N, law);
    curve_normalise(law, N);
    arena_release(&arena);
}

/* Steps 0 and 1 are of high order, t* is step 2, `last` is what step 4 encodes. */
static struct pt_analysis *planted_run(const double *last)
{
    static const double high[N] = {1, 1, 1, 1, 1, 4};
    struct pt_analysis *analysis = make_analysis(20);
    for (long step = 0; step <= 4; step += step ? step : 1) {
        struct pt_trace *trace = make_trace(step, N, 0, N_SAMPLES);
        if (step == 2)
            plant_star(trace);
        else
            plant_curve(trace, step < 2 ? high : last);
        add_trace(analysis, trace);
    }
    return analysis;
}

static struct read_table table;
enum { SPLIT = 2, ORDER, STRENGTH, GENERAL, OTHER, DECAY, SPINDLE, DELTA, WEIGHT, RESIDUAL };

static double cell(size_t row, size_t column)
{
    return table.cells[row][column][0] ? strtod(table.cells[row][column], NULL) : NAN;
}

static void finish(struct pt_analysis *analysis)
{
    char directory[700];
    snprintf(directory, sizeof directory, "%s", scratch_directory());
    struct pt_error error = {0};
    if (pt_analysis_finish(analysis, NULL, 0, directory, &error) != PT_OK)
        fail_msg("%s", error.message);
    strcat(directory, "/analysis");
    read_table(&table, directory, "decay_spindle.csv");
    assert_int_equal(table.n_rows, 1 + 4 * N);
}

static void assert_says(const struct pt_claim *claim, const char *text)
{
    if (!strstr(claim->reason, text))
        fail_msg("\"%s\" does not say \"%s\"", claim->reason, text);
}

/* alpha = 5, beta = 2, and delta one of the grid. */
static void a_planted_mixture_is_recovered(void **state)
{
    (void)state;
    for (size_t place = 0; place < N_SIGMA2; place += 21) {
        double decay[N], law[N], last[N];
        parts(place, decay, law);
        for (size_t k = 0; k < N; k++)
            last[k] = 2 * decay[k] + 5 * law[k];
        struct pt_analysis *analysis = planted_run(last);
        finish(analysis);
        for (size_t k = 0; k < N; k++) {
            size_t row = 1 + 3 * N + k;
            assert_near(cell(row, STRENGTH), last[k], 1e-12);
            assert_near(cell(row, DECAY), 2 * decay[k], 1e-9);
            assert_near(cell(row, SPINDLE), 5 * law[k], 1e-9);
            assert_near(cell(row, DELTA), sigma2_at(place), 0);
            assert_near(cell(row, WEIGHT), 5, 1e-9);
            assert_near(cell(row, RESIDUAL), 0, 1e-9);
            assert_true(isnan(cell(row, GENERAL)) && isnan(cell(row, OTHER)));
        }
        /* At t* there is nothing but decay. */
        assert_near(cell(1 + 2 * N, WEIGHT), 0, 1e-12);
        assert_near(cell(1 + 2 * N, DELTA), 0, 0);
        pt_analysis_free(analysis);
    }
}

/* Nothing above order 2: the best spindle would be negative (checked with SciPy's nnls). */
static void the_spindle_stops_at_zero(void **state)
{
    (void)state;
    static const double last[N] = {8, 4};
    struct pt_analysis *analysis = planted_run(last);
    finish(analysis);
    assert_true(cell(1 + 3 * N, WEIGHT) == 0);
    assert_near(cell(1 + 3 * N, RESIDUAL), 0.04008374578913543 / sqrt(80), 1e-12);
    const struct pt_claim *claim = find_claim(analysis, "D15");
    assert_true(find_detail(claim, "spindle_weight") == 0);
    assert_true(find_detail(claim, "spindle_share_high") == 0);
    pt_analysis_free(analysis);
}

static void one_run_says_what_a_sweep_needs(void **state)
{
    (void)state;
    double decay[N], law[N], last[N], total = 0;
    parts(22, decay, law);
    for (size_t k = 0; k < N; k++)
        total += last[k] = 2 * decay[k] + 5 * law[k];
    struct pt_analysis *analysis = planted_run(last);
    finish(analysis);
    const struct pt_claim *claim = find_claim(analysis, "D15");
    assert_int_equal(claim->reproduced, PT_NOT_MEASURED);
    assert_says(claim, "needs a sweep of data.label_noise");
    assert_true(isnan(claim->value));
    assert_near(find_detail(claim, "spindle_weight"), 5, 1e-9);
    assert_near(find_detail(claim, "spindle_share"), 5 / total, 1e-9);
    assert_near(find_detail(claim, "spindle_share_low"), 5 / total, 1e-9); /* samples are alike */
    assert_true(isnan(find_detail(claim, "cosine_non")));
    pt_analysis_free(analysis);
}

/* Orders 1 and 2 called generalisable by hand. */
static void generality_divides_the_strength(void **state)
{
    (void)state;
    double decay[N], law[N], last[N];
    parts(0, decay, law);
    for (size_t k = 0; k < N; k++)
        last[k] = 2 * decay[k] + 5 * law[k];
    struct pt_analysis *analysis = planted_run(last);
    struct encoding *e = &analysis->checkpoints[3].encoding;
    unsigned char general[N_SALIENT];
    assert_int_equal(e->start[N_SAMPLES], N_SALIENT);
    for (size_t i = 0; i < N_SALIENT; i++)
        general[i] = interaction_order(&e->interactions[i]) <= 2;
    finish(analysis);
    e->general = general;
    const char *directory = scratch_directory();
    assert_int_equal(quantity_decay_spindle.finish(analysis, directory, NULL), PT_OK);
    read_table(&table, directory, "decay_spindle.csv");
    for (size_t k = 0; k < N; k++) {
        assert_near(cell(1 + 3 * N + k, GENERAL), k < 2 ? last[k] : 0, 1e-12);
        assert_near(cell(1 + 3 * N + k, OTHER), k < 2 ? 0 : last[k], 1e-12);
        assert_true(isnan(cell(1 + k, GENERAL)));
    }
    assert_true(isnan(analysis->decay_spindle.cosine_non)); /* four orders */
    for (size_t i = 0; i < N_SALIENT; i++)
        general[i] = 0;
    assert_int_equal(quantity_decay_spindle.finish(analysis, directory, NULL), PT_OK);
    assert_near(analysis->decay_spindle.cosine_non, curve_cosine(last, law, N), 1e-12);
    assert_true(isnan(analysis->decay_spindle.cosine_gen));
    pt_analysis_free(analysis);
}

/* The mean order only falls: the end of phase 1 is not seen. */
static void without_t_star_nothing_is_fitted(void **state)
{
    (void)state;
    static const double last[N] = {5, 0.1, 0.01, 0.01, 0.01, 0.01};
    struct pt_analysis *analysis = planted_run(last);
    finish(analysis);
    for (size_t row = 1; row < table.n_rows; row++) {
        assert_false(isnan(cell(row, STRENGTH)));
        for (size_t column = DECAY; column <= RESIDUAL; column++)
            assert_string_equal(table.cells[row][column], "");
    }
    const struct pt_claim *claim = find_claim(analysis, "D15");
    assert_says(claim, "no end of phase 1");
    assert_true(isnan(find_detail(claim, "spindle_weight")));
    pt_analysis_free(analysis);
}

static char fault_directory[600];

static int finish_again(void *user, struct pt_error *error)
{
    struct pt_analysis *analysis = user;
    return quantity_decay_spindle.finish(analysis, fault_directory, error);
}

static void failures_leave_nothing(void **state)
{
    (void)state;
    static const double last[N] = {5, 3, 4, 3, 2, 1};
    struct pt_analysis *analysis = planted_run(last);
    finish(analysis);
    snprintf(fault_directory, sizeof fault_directory, "%s", scratch_directory());
    assert_survives_memory_faults(finish_again, analysis);
    pt_analysis_free(analysis);
    assert_int_equal(mem_live_bytes(), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_planted_mixture_is_recovered),
        cmocka_unit_test(the_spindle_stops_at_zero),
        cmocka_unit_test(one_run_says_what_a_sweep_needs),
        cmocka_unit_test(generality_divides_the_strength),
        cmocka_unit_test(without_t_star_nothing_is_fitted),
        cmocka_unit_test(failures_leave_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
