/* Similarity of training and testing samples by order: hand-computed, redrawn naively, judged. */
#include "analysis_fixture.h"

#include "analysis/state.h"
#include "base/random.h"
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

/* Two players. Labels 3 and 7 are categories; 5 is on no training sample, and the last training
 * sample is mislabelled. tau is .075. */
static struct pt_trace *hand_trace(void)
{
    static const int32_t labels[8] = {3, 3, 7, 3, 3, 7, 7, 5};
    static const double I_and[8][4] = {{0, 2, 0, 1},  {0, 4, 0, 0}, {0, 0, 1, 0},  {0, 0, 5, 0},
                                       {0, 1, 0, -1}, {0, 2, 3, 0}, {0, 0, -1, 0}, {0, 2, 0, 0}};
    static const double I_or[8] = {0, -2, 0, 0, -1, 0, 0.01, 0};
    struct pt_trace *trace = make_trace(4, 2, 4, 4);
    for (size_t i = 0; i < 8; i++) {
        trace->label[i] = labels[i];
        memcpy(trace->I_and + 4 * i, I_and[i], sizeof I_and[i]);
        trace->I_or[4 * i + 3] = I_or[i];
    }
    trace->mislabelled[3] = 1;
    fill_values(trace, 0);
    return trace;
}

static void similarity_agrees_with_a_hand_computed_one(void **state)
{
    (void)state;
    /* order, similarity, null, similarity_all, null_all */
    static const double expected[3][5] = {
        {0, (8 * 5.0 / 12 + 3.5 * 0.4) / 11.5, 8 * 0.125 / 11.5, (8 * 5.0 / 12 + 3.5 * 0.2) / 11.5,
         8 * 0.125 / 11.5},
        {1, (1.0 / 3 + 1.0 / 2) / 2, (1.0 / 4 + 0) / 2, 5.0 / 12, 0.125},
        {2, 0.4, 0, 0.2, 0},
    };
    static const size_t columns[5] = {2, 3, 6, 7, 8};
    struct pt_analysis *analysis = make_analysis(50);
    add_trace(analysis, hand_trace());
    read_table(&table, finish(analysis), "similarity.csv");
    assert_int_equal(table.n_rows, 4);
    assert_string_equal(table.cells[0][5], "similarity_high");
    assert_string_equal(table.cells[0][8], "null_all");
    for (size_t row = 0; row < 3; row++) {
        assert_string_equal(table.cells[row + 1][0], "4");
        for (size_t c = 0; c < 5; c++)
            assert_near(strtod(table.cells[row + 1][columns[c]], NULL), expected[row][c], 1e-14);
    }
    pt_analysis_free(analysis);
}

/* Random interactions of three players on 24 samples of three categories. */
static struct pt_trace *random_trace(void)
{
    struct pt_trace *trace = make_trace(0, 3, 12, 12);
    struct random_stream stream = random_stream(2, RANDOM_TEST, 1, 0);
    for (size_t i = 0; i < 24; i++) {
        trace->label[i] = (int32_t)(i % 3);
        for (size_t set = 1; set < 8; set++) {
            trace->I_and[8 * i + set] = random_normal(&stream);
            trace->I_or[8 * i + set] = set & (set - 1) ? random_normal(&stream) : 0;
        }
    }
    fill_values(trace, 0);
    return trace;
}

/* By the definition, from dense vectors: how similar one category is at one order. */
static double naive_similarity(const struct pt_trace *trace, double tau, const uint8_t *counts[2],
                               int32_t category, int order)
{
    double smaller = 0, larger = 0;
    const double *tables[2] = {trace->I_and, trace->I_or};
    for (size_t t = 0; t < 2; t++)
        for (size_t set = 1; set < 8; set++) {
            double mean[2] = {0}, size[2] = {0};
            for (size_t i = 0; i < 24; i++)
                if (trace->label[i] == category) {
                    double value = tables[t][8 * i + set], n = counts[i / 12][i % 12];
                    mean[i / 12] += fabs(value) >= tau ? n * value : 0;
                    size[i / 12] += n;
                }
            if (size[0] == 0 || size[1] == 0)
                return NAN;
            if (__builtin_popcountll(set) != order)
                continue;
            for (int sign = -1; sign < 2; sign += 2) {
                double u = fmax(sign * mean[0] / size[0], 0), w = fmax(sign * mean[1] / size[1], 0);
                smaller += fmin(u, w);
                larger += fmax(u, w);
            }
        }
    return smaller / larger;
}

static void resamples_are_those_of_the_definition(void **state)
{
    (void)state;
    enum { R = 60 };
    struct pt_analysis *analysis = make_analysis(R);
    struct pt_trace *trace = random_trace();
    add_trace(analysis, trace);
    finish(analysis);
    const struct similarity *s = &analysis->similarity;
    assert_int_equal(s->n_categories, 3);
    size_t n_incomplete = 0;
    for (size_t r = 0; r < R; r++)
        for (int order = 1; order <= 3; order++) {
            const uint8_t *counts[2] = {bootstrap_counts(analysis->bootstrap, 0, r),
                                        bootstrap_counts(analysis->bootstrap, 1, r)};
            double sum = 0, n = 0, tau = analysis->checkpoints[0].encoding.tau;
            for (int32_t category = 0; category < 3; category++) {
                double of_category = naive_similarity(trace, tau, counts, category, order);
                sum += isnan(of_category) ? 0 : of_category;
                n += isnan(of_category) ? 0 : 1;
            }
            n_incomplete += n < 3;
            assert_near(s->replicates[r * 4 + (size_t)order], sum / n, 1e-14);
        }
    assert_true(n_incomplete > 0 && n_incomplete < R); /* the case of a lost category occurs */
    pt_analysis_free(analysis);
}

static void players_must_be_the_same(void **state)
{
    (void)state;
    struct pt_analysis *analysis = make_analysis(10);
    struct pt_trace *trace = random_trace();
    trace->players[3 * 5 + 1] = 9;
    add_trace(analysis, trace);
    trace->players[3 * 5 + 1] = 0;
    char path[700];
    snprintf(path, sizeof path, "%s/similarity.csv", finish(analysis));
    assert_false(file_exists(path));
    const struct pt_claim *claim = find_claim(analysis, "D11");
    assert_int_equal(claim->reproduced, PT_NOT_MEASURED);
    assert_non_null(strstr(claim->reason, "different players"));
    pt_analysis_free(analysis);
}

/* A training and a testing sample of each category with an interaction of size 1 at every order,
 * of which the testing sample has the part similarities[order - 1]. */
static struct pt_trace *graded_trace(size_t n_players, int32_t n_categories,
                                     const double *similarities)
{
    size_t n = (size_t)n_categories;
    struct pt_trace *trace = make_trace(0, n_players, n, n);
    for (size_t i = 0; i < 2 * n; i++) {
        trace->label[i] = (int32_t)(i % n);
        for (size_t order = 1; order <= n_players; order++)
            trace->I_and[(i << n_players) + ((size_t)1 << order) - 1] =
                i < n ? 1 : similarities[order - 1];
    }
    fill_values(trace, 0);
    return trace;
}

static const double falling[6] = {0.9, 0.8, 0.6, 0.4, 0.2, 0.15};

static void similarity_must_fall_far_enough(void **state)
{
    (void)state;
    static const double rising[6] = {0.15, 0.2, 0.4, 0.6, 0.8, 0.9};
    static const double hardly_falling[6] = {0.9, 0.89, 0.88, 0.87, 0.86, 0.85};
    static const double *const cases[3] = {falling, rising, hardly_falling};
    for (int i = 0; i < 3; i++) {
        struct pt_analysis *analysis = make_analysis(20);
        add_trace(analysis, graded_trace(6, 2, cases[i]));
        finish(analysis);
        const struct pt_claim *claim = find_claim(analysis, "D11");
        assert_int_equal(claim->reproduced, i == 0 ? PT_REPRODUCED : PT_NOT_REPRODUCED);
        assert_near(claim->value, i == 1 ? 1 : -1, 1e-14);
        double a = cases[i][4], b = cases[i][5];
        assert_near(find_detail(claim, "high_orders"), (a * (1 + a) + b * (1 + b)) / (2 + a + b),
                    1e-14);
        assert_near(find_detail(claim, "null_order_1"), cases[i][0], 1e-14);
        assert_true(find_detail(claim, "orders") == 6);
        pt_analysis_free(analysis);
    }
}

static void what_cannot_be_compared_is_not_measured(void **state)
{
    (void)state;
    static const double nothing_at_first[6] = {0.9, 0.8, 0.7, 0.6, 0.5, 0.4};
    static const char *const reasons[3] = {"1 categories", "4 orders", "nothing is salient at"};
    for (int i = 0; i < 3; i++) {
        struct pt_analysis *analysis = make_analysis(20);
        struct pt_trace *trace = i == 0   ? graded_trace(6, 1, falling)
                                 : i == 1 ? graded_trace(4, 2, falling)
                                          : graded_trace(6, 2, nothing_at_first);
        for (size_t k = 0; k < 4 && i == 2; k++)
            trace->I_and[64 * k + 1] = 0;
        add_trace(analysis, trace);
        finish(analysis);
        const struct pt_claim *claim = find_claim(analysis, "D11");
        assert_int_equal(claim->reproduced, PT_NOT_MEASURED);
        if (!strstr(claim->reason, reasons[i]))
            fail_msg("\"%s\" does not say \"%s\"", claim->reason, reasons[i]);
        pt_analysis_free(analysis);
    }
}

/* The larger sample decides where there is one, and has a file of its own. */
static void the_larger_sample_decides(void **state)
{
    (void)state;
    static const double flat[6] = {0.5, 0.5, 0.5, 0.5, 0.5, 0.4};
    struct pt_analysis *analysis = make_analysis(20);
    add_trace(analysis, graded_trace(6, 2, flat));
    assert_int_equal(pt_analysis_set_final(analysis, graded_trace(6, 5, falling), NULL), PT_OK);
    const char *directory = finish(analysis);
    const struct pt_claim *claim = find_claim(analysis, "D11");
    assert_int_equal(claim->reproduced, PT_REPRODUCED);
    assert_int_equal(claim->samples, 5);
    read_table(&table, directory, "similarity_final.csv");
    assert_int_equal(table.n_rows, 8);
    assert_near(strtod(table.cells[3][3], NULL), 0.8, 1e-14);
    assert_near(strtod(table.cells[3][7], NULL), 0.8, 1e-14);
    pt_analysis_free(analysis);
}

static int run_all(void *directory, struct pt_error *error)
{
    const struct pt_analysis_options options = {.n_replicates = 5};
    struct pt_analysis *analysis = NULL;
    int status = pt_analysis_create(&options, &analysis, error);
    if (!status)
        status = pt_analysis_add_trace(analysis, hand_trace(), error);
    if (!status)
        status = pt_analysis_set_final(analysis, hand_trace(), error);
    if (!status)
        status = pt_analysis_finish(analysis, NULL, 0, directory, error);
    pt_analysis_free(analysis);
    return status;
}

static void faults_leave_nothing(void **state)
{
    (void)state;
    char directory[600];
    snprintf(directory, sizeof directory, "%s", scratch_directory());
    assert_survives_memory_faults(run_all, directory);
    assert_survives_file_faults(run_all, directory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(similarity_agrees_with_a_hand_computed_one),
        cmocka_unit_test(resamples_are_those_of_the_definition),
        cmocka_unit_test(players_must_be_the_same),
        cmocka_unit_test(similarity_must_fall_far_enough),
        cmocka_unit_test(what_cannot_be_compared_is_not_measured),
        cmocka_unit_test(the_larger_sample_decides),
        cmocka_unit_test(faults_leave_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
