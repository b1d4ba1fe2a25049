/* The analysis as a whole: curves against hand-computed ones, what it refuses, and faults. */
#include "analysis_fixture.h"

#include <dirent.h>
#include <jansson.h>

static struct read_table table;

/* Two training samples, one testing sample, two players; tau = 0.0643. */
static struct pt_trace *hand_trace(long step)
{
    struct pt_trace *trace = make_trace(step, 2, 2, 1);
    static const double I_and[3][4] = {{0, 2, -1, 0.02}, {0, 1, 0, -3}, {0, -0.06, 0, 4}};
    static const double I_or[3] = {0.5, 0.03, -1};
    for (size_t i = 0; i < 3; i++) {
        memcpy(trace->I_and + 4 * i, I_and[i], sizeof I_and[i]);
        trace->I_or[4 * i + 3] = I_or[i];
    }
    fill_values(trace, -1.5);
    return trace;
}

static const char *finish(struct pt_analysis *analysis)
{
    static char directory[600];
    snprintf(directory, sizeof directory, "%s", scratch_directory());
    struct pt_error error = {0};
    if (pt_analysis_finish(analysis, NULL, 0, directory, &error) != PT_OK)
        fail_msg("%s", error.message);
    strcat(directory, "/analysis");
    return directory;
}

static void assert_row(size_t row, const char *const *names, const double *values, size_t n_names,
                       size_t n_values)
{
    for (size_t c = 0; c < n_names; c++)
        assert_string_equal(table.cells[row][c], names[c]);
    for (size_t c = 0; c < n_values; c++) {
        const char *cell = table.cells[row][n_names + c];
        if (isnan(values[c]))
            assert_string_equal(cell, "");
        else
            assert_near(strtod(cell, NULL), values[c], 1e-14);
    }
}

static void orders_agree_with_hand_computed_ones(void **state)
{
    (void)state;
    /* strength, share, positive, negative, count; bounds of the first four. A mean over two
     * samples is bounded by the values of the two, at 1 in 4 resamples each. */
    static const struct {
        const char *names[5];
        double values[13];
    } expected[] = {
        {{"8", "1", "train", "and", "1"}, {2, 2 / 3.5, 1.5, -0.5, 1.5, 1, 3, 0.25, 1, 1, 2, -1, 0}},
        {{"8", "1", "train", "and", "2"},
         {1.5, 1.5 / 3.5, 0, -1.5, 0.5, 0, 3, 0, 0.75, 0, 0, -3, 0}},
        {{"8", "1", "train", "or", "1"}, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}},
        {{"8", "1", "train", "or", "2"}, {0.25, 1, 0.25, 0, 0.5, 0, 0.5, 1, 1, 0, 0.5, 0, 0}},
        {{"8", "1", "train", "both", "1"},
         {2, 2 / 3.75, 1.5, -0.5, 1.5, 1, 3, 0.25, 3 / 3.5, 1, 2, -1, 0}},
        {{"8", "1", "train", "both", "2"},
         {1.75, 1.75 / 3.75, 0.25, -1.5, 1, 0.5, 3, 0.5 / 3.5, 0.75, 0, 0.5, -3, 0}},
        {{"8", "1", "test", "and", "1"}, {0}},
        {{"8", "1", "test", "and", "2"}, {4, 1, 4, 0, 1, 4, 4, 1, 1, 4, 4, 0, 0}},
        {{"8", "1", "test", "or", "1"}, {0}},
        {{"8", "1", "test", "or", "2"}, {1, 1, 0, -1, 1, 1, 1, 1, 1, 0, 0, -1, -1}},
        {{"8", "1", "test", "both", "1"}, {0}},
        {{"8", "1", "test", "both", "2"}, {5, 1, 4, -1, 2, 5, 5, 1, 1, 4, 4, -1, -1}},
    };
    struct pt_analysis *analysis = make_analysis(0);
    add_trace(analysis, hand_trace(8));
    read_table(&table, finish(analysis), "orders.csv");
    static const char *const header[] = {
        "step",          "epoch",         "split",        "kind",       "order",
        "strength",      "share",         "positive",     "negative",   "count",
        "strength_low",  "strength_high", "share_low",    "share_high", "positive_low",
        "positive_high", "negative_low",  "negative_high"};
    assert_int_equal(table.n_columns, 18);
    for (size_t c = 0; c < 18; c++)
        assert_string_equal(table.cells[0][c], header[c]);
    assert_int_equal(table.n_rows, 13);
    for (size_t i = 0; i < 12; i++)
        assert_row(i + 1, expected[i].names, expected[i].values, 5, 13);
    pt_analysis_free(analysis);
}

static void mean_order_is_a_ratio_of_sums(void **state)
{
    (void)state;
    static const char *const names[2][3] = {{"0", "0", "train"}, {"0", "0", "test"}};
    static const double values[2][5] = {{5.5 / 3.75, 4 / 3.5, 7.0 / 4, 2, 0.0643},
                                        {2, 2, 2, 1, 0.0643}};
    struct pt_analysis *analysis = make_analysis(0);
    add_trace(analysis, hand_trace(0));
    read_table(&table, finish(analysis), "mean_order.csv");
    assert_int_equal(table.n_rows, 3);
    assert_string_equal(table.cells[0][7], "tau");
    for (size_t i = 0; i < 2; i++)
        assert_row(i + 1, names[i], values[i], 3, 5);
    pt_analysis_free(analysis);
}

/* A third split has its rows; one that is not traced has none; nothing salient leaves cells empty.
 */
static void splits_and_silence_are_told_apart(void **state)
{
    (void)state;
    struct pt_analysis *analysis = make_analysis(10);
    struct pt_trace *trace = make_trace(0, 3, 0, 2);
    trace->split[1] = trace->group[1] = PT_THIRD;
    trace->I_and[8 + 7] = 2; /* the third split's sample */
    fill_values(trace, 0);
    add_trace(analysis, trace);
    const char *directory = finish(analysis);
    read_table(&table, directory, "mean_order.csv");
    assert_int_equal(table.n_rows, 3);
    static const char *const names[2][3] = {{"0", "0", "test"}, {"0", "0", "third"}};
    /* tau looks at training and testing samples only: the third split cannot move it */
    static const double values[2][5] = {{NAN, NAN, NAN, 1, 0}, {3, 3, 3, 1, 0}};
    for (size_t i = 0; i < 2; i++)
        assert_row(i + 1, names[i], values[i], 3, 5);
    read_table(&table, directory, "orders.csv");
    assert_int_equal(table.n_rows, 1 + 2 * 9);
    assert_string_equal(table.cells[1][2], "test");
    assert_string_equal(table.cells[1][5], "0"); /* strength */
    assert_string_equal(table.cells[1][6], "");  /* share */
    pt_analysis_free(analysis);
}

static json_t *load_json(const char *directory, const char *name)
{
    char path[700];
    snprintf(path, sizeof path, "%s/%s", directory, name);
    json_t *document = json_load_file(path, 0, NULL);
    assert_non_null(document);
    return document;
}

static void about_and_claims_are_valid_json(void **state)
{
    (void)state;
    struct pt_analysis *analysis = make_analysis(10);
    add_trace(analysis, hand_trace(0));
    const char *directory = finish(analysis);
    json_t *about = load_json(directory, "about.json");
    const char *title, *network, *extraction, *masking, *version;
    int n_players, n_train_traced, n_test_traced, n_train, n_test, seed, n_seeds;
    double label_noise, salience;
    assert_int_equal(
        json_unpack_ex(about, NULL, JSON_STRICT,
                       "{s:s, s:s, s:s, s:s, s:s, s:i, s:i, s:i, s:i, s:i, s:i, s:i, s:f, s:f}",
                       "title", &title, "network", &network, "extraction", &extraction, "masking",
                       &masking, "version", &version, "n_players", &n_players, "n_train_traced",
                       &n_train_traced, "n_test_traced", &n_test_traced, "n_train", &n_train,
                       "n_test", &n_test, "seed", &seed, "n_seeds", &n_seeds, "label_noise",
                       &label_noise, "salience", &salience),
        0);
    assert_true(salience == 0.03);
    assert_string_equal(network, "MLP \"2\"");
    assert_string_equal(masking, "");
    assert_int_equal(n_players, 2);
    assert_int_equal(n_train_traced, 2);
    assert_int_equal(n_test_traced, 1);
    assert_int_equal(n_train, 2000);
    assert_int_equal(seed, 3);
    assert_true(label_noise == 0.05);
    json_decref(about);

    json_t *claims = load_json(directory, "claims.json");
    assert_int_equal(json_array_size(claims), N_CLAIMS);
    json_t *first = json_array_get(claims, 0), *last = json_array_get(claims, N_CLAIMS - 1);
    assert_string_equal(json_string_value(json_object_get(first, "id")), "D1");
    assert_true(json_is_true(json_object_get(first, "reproduced")));
    assert_true(json_is_number(json_object_get(json_object_get(first, "details"), "step")));
    assert_true(json_is_null(json_object_get(last, "reproduced")));
    assert_true(json_is_null(json_object_get(last, "value")));
    assert_true(json_is_real(json_object_get(last, "threshold")));
    assert_int_equal(json_integer_value(json_object_get(last, "seeds")), 1);
    assert_true(strlen(json_string_value(json_object_get(last, "reason"))) > 0);
    json_decref(claims);
    pt_analysis_free(analysis);
}

static void assert_refused(struct pt_analysis *analysis, const struct pt_trace *trace,
                           const char *message)
{
    struct pt_error error = {0};
    assert_int_equal(pt_analysis_add_trace(analysis, trace, &error), PT_E_DATA);
    if (!strstr(error.message, message))
        fail_msg("\"%s\" does not say \"%s\"", error.message, message);
}

static void traces_that_do_not_fit_are_refused(void **state)
{
    (void)state;
    struct pt_analysis *analysis = make_analysis(10);
    struct pt_error error = {0};
    assert_int_equal(pt_analysis_finish(analysis, NULL, 0, scratch_directory(), &error), PT_E_DATA);
    assert_refused(analysis, make_trace(0, 0, 1, 1), "0 players");
    assert_refused(analysis, make_trace(0, 2, 0, 0), "no samples");
    struct pt_trace *trace = hand_trace(0);
    trace->split[1] = trace->group[1] = PT_TEST;
    trace->split[2] = trace->group[2] = PT_TRAIN;
    assert_refused(analysis, trace, "order of the groups");
    trace->group[2] = PT_N_GROUPS;
    assert_refused(analysis, trace, "group 4");
    trace->group[2] = PT_GROUP_TEST;
    assert_refused(analysis, trace, "of group 1 and of split 0");
    add_trace(analysis, hand_trace(4));
    assert_refused(analysis, hand_trace(4), "step 4: it does not come after step 4");
    assert_refused(analysis, make_trace(5, 3, 2, 1), "3 players");
    assert_refused(analysis, make_trace(5, 2, 2, 2), "4 samples");
    trace = hand_trace(5);
    trace->sample_index[1] = 7;
    assert_refused(analysis, trace, "sample 1");
    add_trace(analysis, hand_trace(6)); /* a refusal leaves the analysis usable */
    const struct pt_metrics_row metrics[] = {{.step = 3}, {.step = 3}};
    assert_int_equal(pt_analysis_finish(analysis, metrics, 2, scratch_directory(), &error),
                     PT_E_DATA);
    read_table(&table, finish(analysis), "mean_order.csv");
    assert_int_equal(table.n_rows, 5);
    pt_analysis_free(analysis);
    assert_int_equal(mem_live_bytes(), 0);
}

static void finishing_again_gives_the_same_files(void **state)
{
    (void)state;
    static const char *const names[] = {"orders.csv",  "mean_order.csv",  "phases.json",
                                        "theory.csv",  "theory_rows.csv", "decay_spindle.csv",
                                        "claims.json", "about.json"};
    struct pt_analysis *analysis = make_analysis(50), *fresh = make_analysis(50);
    add_trace(analysis, hand_trace(0));
    finish(analysis);
    add_trace(analysis, hand_trace(1));
    add_trace(fresh, hand_trace(0));
    add_trace(fresh, hand_trace(1));
    char first[600];
    snprintf(first, sizeof first, "%s", finish(analysis));
    const char *second = finish(fresh);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char path[700];
        unsigned char *a, *b;
        size_t n_a, n_b;
        snprintf(path, sizeof path, "%s/%s", first, names[i]);
        assert_int_equal(file_read(path, 1 << 20, &a, &n_a, NULL), PT_OK);
        snprintf(path, sizeof path, "%s/%s", second, names[i]);
        assert_int_equal(file_read(path, 1 << 20, &b, &n_b, NULL), PT_OK);
        assert_int_equal(n_a, n_b);
        assert_memory_equal(a, b, n_a);
        mem_free(a);
        mem_free(b);
    }
    pt_analysis_free(analysis);
    pt_analysis_free(fresh);
}

static int run_all(const char *directory)
{
    const struct pt_analysis_options options = {.n_replicates = 20};
    struct pt_analysis *analysis = NULL;
    int status = pt_analysis_create(&options, &analysis, NULL);
    for (long step = 0; step < 2 && !status; step++)
        status = pt_analysis_add_trace(analysis, hand_trace(step), NULL);
    if (!status)
        status = pt_analysis_finish(analysis, NULL, 0, directory, NULL);
    pt_analysis_free(analysis);
    return status;
}

static void no_failing_allocation_leaks(void **state)
{
    (void)state;
    char directory[600];
    snprintf(directory, sizeof directory, "%s", scratch_directory());
    for (int and_after = 0; and_after < 2; and_after++) {
        int status = PT_E_MEMORY;
        for (long nth = 1; status != PT_OK; nth++) {
            assert_true(nth < 400);
            mem_fail_at(nth, and_after);
            status = run_all(directory);
            mem_fail_at(0, 0);
            assert_int_equal(mem_live_bytes(), 0);
            assert_true(status == PT_OK || status == PT_E_MEMORY);
        }
    }
}

static void assert_whole_files_only(const char *directory)
{
    DIR *entries = opendir(directory);
    if (!entries)
        return;
    for (struct dirent *e; (e = readdir(entries));) {
        assert_null(strstr(e->d_name, ".tmp"));
        if (strstr(e->d_name, ".json"))
            json_decref(load_json(directory, e->d_name));
        if (strcmp(e->d_name, "orders.csv") == 0) {
            read_table(&table, directory, e->d_name);
            assert_int_equal(table.n_rows, 25);
        }
    }
    closedir(entries);
}

static void failing_writes_leave_whole_files(void **state)
{
    (void)state;
    int status = PT_E_IO;
    for (long nth = 1; status != PT_OK; nth++) {
        assert_true(nth < 400);
        char directory[600];
        snprintf(directory, sizeof directory, "%s", scratch_directory());
        file_fail_at(nth, 0);
        status = run_all(directory);
        file_fail_at(0, 0);
        assert_true(status == PT_OK || status == PT_E_IO);
        strcat(directory, "/analysis");
        assert_whole_files_only(directory);
        assert_int_equal(mem_live_bytes(), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(orders_agree_with_hand_computed_ones),
        cmocka_unit_test(mean_order_is_a_ratio_of_sums),
        cmocka_unit_test(splits_and_silence_are_told_apart),
        cmocka_unit_test(about_and_claims_are_valid_json),
        cmocka_unit_test(traces_that_do_not_fit_are_refused),
        cmocka_unit_test(finishing_again_gives_the_same_files),
        cmocka_unit_test(no_failing_allocation_leaks),
        cmocka_unit_test(failing_writes_leave_whole_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
