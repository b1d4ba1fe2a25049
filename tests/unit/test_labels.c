/* Correctly labelled against mislabelled training samples: hand-computed, judged. */
#include "analysis_fixture.h"

#include "analysis/labels.h"
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

/* Three players; three training samples of which the second is mislabelled, a testing sample, a
 * further mislabelled one. */
static struct pt_trace *hand_trace(void)
{
    static const double I_and[5][8] = {{0, 2, 0, -1},
                                       {0, 1, 0, 0, 0, 0, 0, 3},
                                       {0, 4, -2, 0, 0, 0, 0, 1},
                                       {0, 7, 0, 0, 0, 0, 0, 7},
                                       {0, 0, 0, 0, 0, 0, 0, -2}};
    struct pt_trace *trace = make_trace(8, 3, 3, 2);
    for (size_t i = 0; i < 5; i++)
        memcpy(trace->I_and + 8 * i, I_and[i], sizeof I_and[i]);
    trace->I_or[8 * 4 + 6] = 0.5;
    trace->mislabelled[1] = trace->mislabelled[4] = 1;
    trace->split[4] = PT_TRAIN;
    trace->group[4] = PT_GROUP_MISLABELLED;
    fill_values(trace, 0);
    return trace;
}

static void labels_agree_with_hand_computed_ones(void **state)
{
    (void)state;
    /* strength, share, positive, negative, count; bounds of the strength; n_samples */
    static const struct {
        const char *labels;
        double values[8];
    } expected[6] = {
        {"normal", {4, 8.0 / 10, 3, -1, 1.5, 2, 6, 2}},
        {"normal", {0.5, 1.0 / 10, 0, -0.5, 0.5, 0, 1, 2}},
        {"normal", {0.5, 1.0 / 10, 0.5, 0, 0.5, 0, 1, 2}},
        {"mislabelled", {0.5, 1 / 6.5, 0.5, 0, 0.5, 0, 1, 2}},
        {"mislabelled", {0.25, 0.5 / 6.5, 0.25, 0, 0.5, 0, 0.5, 2}},
        {"mislabelled", {2.5, 5 / 6.5, 1.5, -1, 1, 2, 3, 2}},
    };
    static const size_t columns[8] = {4, 5, 6, 7, 8, 9, 10, 17};
    struct pt_analysis *analysis = make_analysis(200);
    add_trace(analysis, hand_trace());
    read_table(&table, finish(analysis), "labels.csv");
    assert_int_equal(table.n_rows, 7);
    assert_int_equal(table.n_columns, 18);
    assert_string_equal(table.cells[0][10], "strength_high");
    for (size_t row = 0; row < 6; row++) {
        assert_string_equal(table.cells[row + 1][2], expected[row].labels);
        assert_int_equal(strtol(table.cells[row + 1][3], NULL, 10), 1 + row % 3);
        for (size_t c = 0; c < 8; c++)
            assert_near(strtod(table.cells[row + 1][columns[c]], NULL), expected[row].values[c],
                        1e-14);
    }
    pt_analysis_free(analysis);
}

static void nothing_is_written_without_mislabelled_samples(void **state)
{
    (void)state;
    struct pt_analysis *analysis = make_analysis(10);
    struct pt_trace *trace = hand_trace();
    trace->mislabelled[1] = trace->mislabelled[4] = 0;
    trace->mislabelled[3] = 1; /* of the testing split: no training sample */
    add_trace(analysis, trace);
    char path[700];
    snprintf(path, sizeof path, "%s/labels.csv", finish(analysis));
    assert_false(file_exists(path));
    const struct pt_claim *claim = find_claim(analysis, "D12");
    assert_int_equal(claim->reproduced, PT_NOT_MEASURED);
    assert_non_null(strstr(claim->reason, "0 mislabelled and 4 normal"));
    pt_analysis_free(analysis);
}

/* 450 normal samples are too many: 200 of them are taken, from all over. */
static void normal_samples_are_thinned_out_evenly(void **state)
{
    (void)state;
    enum { N = 450 };
    static int32_t mislabelled[N + 3] = {[7] = 1, [N + 1] = 1, [N + 2] = 1};
    static struct interaction interactions[N + 3];
    static size_t start[N + 4];
    for (size_t i = 0; i < N + 3; i++) {
        interactions[i] = (struct interaction){(double)i + 1, 3, i % 2};
        start[i + 1] = i + 1;
    }
    const struct encoding encoding = {.n_players = 2,
                                      .n_samples = N + 3,
                                      .first = {0, N + 1, N + 1, N + 1, N + 3},
                                      .mislabelled = mislabelled,
                                      .start = start,
                                      .interactions = interactions};
    struct arena arena = {0};
    struct label_sums sums;
    assert_int_equal(label_sums_create(&encoding, &arena, &sums, NULL), PT_OK);
    assert_int_equal(sums.n[LABELS_NORMAL], 200);
    assert_int_equal(sums.n[LABELS_MISLABELLED], 3);
    for (size_t k = 0; k < 200; k++) {
        size_t place = k * N / 200, sample = place + (place >= 7); /* sample 7 is mislabelled */
        double total = 0;
        for (size_t c = 0; c < sums.n_columns; c++)
            total += sums.of[LABELS_NORMAL][k * sums.n_columns + c];
        assert_near(total, (double)sample + 2, 0); /* its value and the count of one */
    }
    arena_release(&arena);
}

/* Six normal and six mislabelled training samples. Order 3 holds half of the strength on normal
 * ones, `part` of it on the others; `spread` moves it from sample to sample. */
static struct pt_trace *graded_trace(long step, double part, double spread)
{
    struct pt_trace *trace = make_trace(step, 3, 12, 1);
    for (size_t i = 0; i < 12; i++) {
        trace->mislabelled[i] = i % 2;
        double high = (i % 2 ? part : 0.5) + (i % 4 < 2 ? spread : -spread);
        trace->I_and[8 * i + 1] = 1 - high;
        trace->I_and[8 * i + 7] = high;
    }
    fill_values(trace, 0);
    return trace;
}

static void higher_orders_of_mislabelled_samples_are_judged(void **state)
{
    (void)state;
    static const double cases[4][2] = {{0.8, 0.05}, {0.52, 0.2}, {0.2, 0.05}, {0.5, 0.2}};
    for (int i = 0; i < 4; i++) {
        struct pt_analysis *analysis = make_analysis(200);
        add_trace(analysis, graded_trace(0, 0.25, 0));
        add_trace(analysis, graded_trace(5, 0.5, 0));
        add_trace(analysis, graded_trace(9, cases[i][0], cases[i][1]));
        finish(analysis);
        const struct pt_claim *claim = find_claim(analysis, "D12");
        assert_int_equal(claim->reproduced, i == 0 ? PT_REPRODUCED : PT_NOT_REPRODUCED);
        assert_near(claim->value, cases[i][0] - 0.5, 1e-14);
        double p = find_detail(claim, "p");
        if (i % 2 == 0) /* no resample is on the other side, so p is as small as it can be */
            assert_near(p, 2.0 / 201, 1e-14);
        else
            assert_true(p > 0.5 && p <= 1);
        assert_near(find_detail(claim, "mislabelled_first"), 0.25, 1e-14);
        assert_near(find_detail(claim, "normal_last"), 0.5, 1e-14);
        assert_true(find_detail(claim, "low") <= claim->value);
        assert_int_equal(claim->samples, 6);
        pt_analysis_free(analysis);
    }
}

static void the_larger_sample_decides(void **state)
{
    (void)state;
    struct pt_analysis *analysis = make_analysis(50);
    add_trace(analysis, graded_trace(0, 0.1, 0.01));
    assert_int_equal(pt_analysis_set_final(analysis, graded_trace(0, 0.9, 0.01), NULL), PT_OK);
    const char *directory = finish(analysis);
    assert_int_equal(find_claim(analysis, "D12")->reproduced, PT_REPRODUCED);
    read_table(&table, directory, "labels_final.csv");
    assert_int_equal(table.n_rows, 7);
    assert_near(strtod(table.cells[6][5], NULL), 0.9, 1e-14);
    pt_analysis_free(analysis);
}

static int run_all(void *directory, struct pt_error *error)
{
    const struct pt_analysis_options options = {.n_replicates = 5};
    struct pt_analysis *analysis = NULL;
    int status = pt_analysis_create(&options, &analysis, error);
    if (!status)
        status = pt_analysis_add_trace(analysis, graded_trace(0, 0.5, 0), error);
    if (!status)
        status = pt_analysis_set_final(analysis, graded_trace(0, 0.5, 0), error);
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
        cmocka_unit_test(labels_agree_with_hand_computed_ones),
        cmocka_unit_test(nothing_is_written_without_mislabelled_samples),
        cmocka_unit_test(normal_samples_are_thinned_out_evenly),
        cmocka_unit_test(higher_orders_of_mislabelled_samples_are_judged),
        cmocka_unit_test(the_larger_sample_decides),
        cmocka_unit_test(faults_leave_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
