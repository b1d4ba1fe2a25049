/* Interactions under noise and on their way to the last checkpoint: by hand, judged. */
#include "analysis_fixture.h"

#include "analysis/state.h"
#include "faults.h"

static struct read_table table;

static const char *finish(struct pt_analysis *analysis)
{
    static char directory[600];
    struct pt_error error = {0};
    snprintf(directory, sizeof directory, "%s", scratch_directory());
    if (pt_analysis_finish(analysis, NULL, 0, directory, &error) != PT_OK)
        fail_msg("%s", error.message);
    strcat(directory, "/analysis");
    return directory;
}

/* One training and two testing samples of two players. */
static struct pt_trace *hand_trace(long step)
{
    static const double values[2][3][4] = {
        /* AND {0}, AND {1}, AND {0, 1}, OR {0, 1} */
        {{1, 0, 0, 2}, {2, -1, 0, 0}, {3, 0, 0.5, 1}},
        {{2, 0, 0, 0}, {1, 1, 4, 0}, {6, 0, -0.5, 2}},
    };
    struct pt_trace *trace = make_trace(step, 2, 1, 2);
    for (size_t i = 0; i < 3; i++) {
        memcpy(trace->I_and + 4 * i + 1, values[step > 0][i], 3 * sizeof(double));
        trace->I_or[4 * i + 3] = values[step > 0][i][3];
    }
    fill_values(trace, 0);
    return trace;
}

static void convergence_agrees_with_a_hand_computed_one(void **state)
{
    (void)state;
    /* Testing samples: order 1 is 1/4 (strength 2) and 3/6 (strength 6), with {1} of opposite sign;
     * order 2 is 0/4 (strength 4) and 1/3 (strength 2.5), with the AND of opposite sign. */
    static const struct {
        const char *step, *split, *order;
        double similarity;
    } expected[8] = {
        {"0", "train", "1", 0.5},
        {"0", "train", "2", NAN},
        {"0", "test", "1", (2 * (1.0 / 4) + 6 * 0.5) / 8},
        {"0", "test", "2", (4 * 0 + 2.5 * (1.0 / 3)) / 6.5},
        {"9", "train", "1", 1},
        {"9", "train", "2", NAN},
        {"9", "test", "1", 1},
        {"9", "test", "2", 1},
    };
    struct pt_analysis *analysis = make_analysis(10);
    add_trace(analysis, hand_trace(0));
    add_trace(analysis, hand_trace(9));
    read_table(&table, finish(analysis), "convergence.csv");
    assert_int_equal(table.n_rows, 9);
    assert_string_equal(table.cells[0][4], "similarity");
    for (size_t i = 0; i < 8; i++) {
        char **row = table.cells[i + 1];
        assert_string_equal(row[0], expected[i].step);
        assert_string_equal(row[2], expected[i].split);
        assert_string_equal(row[3], expected[i].order);
        if (isnan(expected[i].similarity))
            assert_string_equal(row[4], "");
        else
            assert_near(strtod(row[4], NULL), expected[i].similarity, 1e-14);
    }
    pt_analysis_free(analysis);
}

/* Two samples; every set of order k has the variance and the mean of its order, with either sign,
 * the second sample thrice of both. */
static struct pt_stability *graded_stability(size_t n_players, double variance_factor,
                                             double mean_factor)
{
    struct pt_stability *s;
    size_t n_sets = (size_t)1 << n_players;
    assert_int_equal(pt_stability_create(n_players, 2, &s, NULL), PT_OK);
    s->n_draws = 20;
    for (size_t i = 0; i < 2; i++)
        for (size_t set = 1; set < n_sets; set++) {
            double order = __builtin_popcountll(set), scale = i ? 3 : 1;
            s->variance[i * n_sets + set] = scale * 0.01 * pow(variance_factor, order);
            s->mean[i * n_sets + set] = (set % 3 ? scale : -scale) * pow(mean_factor, order);
        }
    return s;
}

static void stability_agrees_with_a_hand_computed_one(void **state)
{
    (void)state;
    struct pt_analysis *analysis = make_analysis(10);
    struct pt_stability *s = graded_stability(4, 2, 0.5);
    char path[700];
    add_trace(analysis, hand_trace(0));
    snprintf(path, sizeof path, "%s/stability.csv", finish(analysis));
    assert_false(file_exists(path));
    assert_int_equal(pt_analysis_set_stability(analysis, s, NULL), PT_OK);
    pt_stability_free(s);
    read_table(&table, finish(analysis), "stability.csv");
    static const char *const n_sets[4] = {"8", "12", "8", "2"};
    assert_int_equal(table.n_rows, 5);
    for (size_t order = 1; order <= 4; order++) {
        double variance = 0.02 * pow(2, (double)order), mean = 2 * pow(0.5, (double)order);
        assert_string_equal(table.cells[order][1], n_sets[order - 1]);
        assert_near(strtod(table.cells[order][2], NULL), variance, 1e-14);
        assert_near(strtod(table.cells[order][3], NULL), mean, 1e-14);
        assert_near(strtod(table.cells[order][4], NULL), mean / sqrt(variance), 1e-13);
    }
    pt_analysis_free(analysis);
}

/* What a checkpoint has of the last one's interactions of low (1, 2) and of high (7, 8) orders. */
struct progress {
    long step;
    double low, high;
};

static struct pt_trace *trace_on_the_way(const struct progress *at)
{
    struct pt_trace *trace = make_trace(at->step, 8, 1, 2);
    for (size_t i = 0; i < 3; i++) {
        trace->I_and[256 * i + 1] = at->low;
        trace->I_or[256 * i + 3] = -at->low;
        trace->I_and[256 * i + 127] = at->high;
        trace->I_and[256 * i + 255] = at->high;
    }
    fill_values(trace, 0);
    return trace;
}

enum { N_STEPS = 8 };
static const struct progress low_first[N_STEPS] = {{0, 0.1, 0.1},  {8, 0.6, 0.2},  {16, 0.4, 0.3},
                                                   {18, 0.5, 0.4}, {20, 0.7, 0.4}, {24, 0.8, 0.5},
                                                   {28, 0.9, 0.8}, {32, 1, 1}};

/* An analysis of these checkpoints, from number `first` on, and of graded_stability(). */
static struct pt_analysis *make_judged(const struct progress *progress, size_t first,
                                       double variance_factor, double mean_factor)
{
    struct pt_analysis *analysis = make_analysis(20);
    for (size_t c = first; c < N_STEPS; c++)
        add_trace(analysis, trace_on_the_way(&progress[c]));
    if (variance_factor > 0) {
        struct pt_stability *s = graded_stability(8, variance_factor, mean_factor);
        assert_int_equal(pt_analysis_set_stability(analysis, s, NULL), PT_OK);
        pt_stability_free(s);
    }
    finish(analysis);
    return analysis;
}

static void high_orders_must_be_late_and_unstable(void **state)
{
    (void)state;
    struct progress high_first[N_STEPS], together[N_STEPS];
    for (size_t c = 0; c < N_STEPS; c++) {
        high_first[c] = (struct progress){low_first[c].step, low_first[c].high, low_first[c].low};
        together[c] = (struct progress){low_first[c].step, low_first[c].low, low_first[c].low};
    }
    const struct {
        const struct progress *progress;
        double variance_factor, mean_factor;
        enum pt_verdict verdict;
    } cases[] = {
        {low_first, 2, 1, PT_REPRODUCED},
        {high_first, 2, 1, PT_NOT_REPRODUCED},
        {together, 2, 1, PT_NOT_REPRODUCED},
        {low_first, 0.5, 0.6, PT_NOT_REPRODUCED}, /* linear, but falling */
        {low_first, 2, 1.5, PT_NOT_REPRODUCED},   /* the ratio rises */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct pt_analysis *analysis =
            make_judged(cases[i].progress, 0, cases[i].variance_factor, cases[i].mean_factor);
        const struct pt_claim *claim = find_claim(analysis, "D20");
        if (claim->reproduced != cases[i].verdict)
            fail_msg("case %zu: %s", i, claim->reason);
        assert_near(claim->value, 1, 1e-12);
        if (i == 0) {
            assert_true(find_detail(claim, "low_orders_reached") == 18); /* a dip does not count */
            assert_true(find_detail(claim, "high_orders_reached") == 24);
            assert_near(find_detail(claim, "ratio_correlation"), -1, 1e-14);
            assert_true(find_detail(claim, "orders") == 7); /* order 8 holds 1 / 255 */
        }
        pt_analysis_free(analysis);
    }
}

static void log_variances_must_be_linear(void **state)
{
    (void)state;
    struct pt_analysis *analysis = make_judged(low_first, 0, 2, 1);
    double x[7], y[7];
    for (size_t set = 1; set < 256; set++) {
        size_t order = (size_t)__builtin_popcountll(set);
        double variance = order < 7 ? 0.01 : 5;
        analysis->stability.variance[set] = analysis->stability.variance[256 + set] = variance;
        if (order < 8) {
            x[order - 1] = (double)order;
            y[order - 1] = log(variance);
        }
    }
    finish(analysis);
    const struct pt_claim *claim = find_claim(analysis, "D20");
    double r = pearson_correlation(x, y, 7);
    assert_near(claim->value, r * r, 1e-12);
    assert_int_equal(claim->reproduced, PT_NOT_REPRODUCED);
    assert_near(find_detail(claim, "low"), r * r, 1e-12); /* both samples vary alike */
    pt_analysis_free(analysis);
}

static void what_cannot_be_seen_is_not_measured(void **state)
{
    (void)state;
    struct progress no_high[N_STEPS];
    for (size_t c = 0; c < N_STEPS; c++)
        no_high[c] = (struct progress){low_first[c].step, low_first[c].low, 0};
    const struct {
        const struct progress *progress;
        size_t first;
        double variance_factor;
        const char *reason;
    } cases[] = {{low_first, 0, 0, "no interactions under noise"},
                 {low_first, 3, 2, "the last two octaves have 5 checkpoints"},
                 {no_high, 0, 2, "orders 7 and 8 hold less"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct pt_analysis *analysis =
            make_judged(cases[i].progress, cases[i].first, cases[i].variance_factor, 1);
        const struct pt_claim *claim = find_claim(analysis, "D20");
        assert_int_equal(claim->reproduced, PT_NOT_MEASURED);
        if (!strstr(claim->reason, cases[i].reason))
            fail_msg("\"%s\" does not say \"%s\"", claim->reason, cases[i].reason);
        pt_analysis_free(analysis);
    }
}

struct operation {
    const struct pt_stability *stability;
    char directory[600];
};

static int run_all(void *user, struct pt_error *error)
{
    struct operation *operation = user;
    const struct pt_analysis_options options = {.n_replicates = 5};
    struct pt_analysis *analysis = NULL;
    int status = pt_analysis_create(&options, &analysis, error);
    if (!status)
        status = pt_analysis_add_trace(analysis, hand_trace(0), error);
    if (!status)
        status = pt_analysis_set_stability(analysis, operation->stability, error);
    if (!status)
        status = pt_analysis_finish(analysis, NULL, 0, operation->directory, error);
    pt_analysis_free(analysis);
    return status;
}

static void faults_leave_nothing(void **state)
{
    (void)state;
    struct pt_stability *s = graded_stability(6, 2, 1);
    struct operation operation = {.stability = s};
    snprintf(operation.directory, sizeof operation.directory, "%s", scratch_directory());
    assert_survives_memory_faults(run_all, &operation);
    assert_survives_file_faults(run_all, &operation);
    pt_stability_free(s);
    assert_int_equal(mem_live_bytes(), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(convergence_agrees_with_a_hand_computed_one),
        cmocka_unit_test(stability_agrees_with_a_hand_computed_one),
        cmocka_unit_test(high_orders_must_be_late_and_unstable),
        cmocka_unit_test(log_variances_must_be_linear),
        cmocka_unit_test(what_cannot_be_seen_is_not_measured),
        cmocka_unit_test(faults_leave_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
