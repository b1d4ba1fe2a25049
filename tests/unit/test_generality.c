/* Generalisability: what is general, chance, gamma, change and common ones, against hand counts. */
#include "analysis_fixture.h"

#include "analysis/generality.h"
#include "analysis/generality_sums.h"
#include "analysis/state.h"

#include <jansson.h>

static struct read_table table;

/* Players are bits: 1, 2, 4. */
struct entry {
    size_t sample;
    int is_or;
    uint32_t set;
    double value;
};

static void put(struct pt_trace *trace, const struct entry *entries, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        double *values = entries[i].is_or ? trace->I_or : trace->I_and;
        values[(entries[i].sample << trace->n_players) + entries[i].set] = entries[i].value;
    }
    fill_values(trace, 0.5);
}

#define PUT(trace, entries) put(trace, entries, sizeof(entries) / sizeof *(entries))

/* A training and a testing sample, 100 and 101. On the latter player 2 (bit 4) is a dummy. */
static struct pt_trace *network_trace(long step)
{
    static const struct entry first[] = {{0, 0, 1, 2}, {0, 0, 3, -1}, {0, 1, 3, 0.5}, {0, 0, 7, 4},
                                         {1, 0, 1, 1}, {1, 0, 3, 2},  {1, 1, 3, -0.5}};
    static const struct entry second[] = {{0, 0, 1, 1.5}, {0, 0, 3, 1},  {0, 1, 3, 0.5},
                                          {0, 0, 7, -4},  {0, 1, 6, -1}, {0, 0, 6, 2},
                                          {1, 0, 1, 1}};
    struct pt_trace *trace = make_trace(step, 3, 1, 1);
    if (step == 0)
        PUT(trace, first);
    else
        PUT(trace, second);
    return trace;
}

/* Has further samples, and these ones at other places: the training one is the third. */
static struct pt_trace *baseline_trace(int network)
{
    static const struct entry first[] = {
        {2, 0, 1, 1}, {2, 0, 3, 1}, {2, 1, 3, 0.5}, {2, 0, 2, 0.001}, /* the last: not salient */
        {0, 0, 7, 9},                                                 /* another sample's */
        {3, 0, 1, 1}, {3, 0, 3, 1}, {3, 1, 3, 1},
    };
    static const struct entry second[] = {{2, 0, 1, 3},  {2, 0, 3, -2}, {2, 0, 2, -1},
                                          {2, 1, 6, -1}, {3, 0, 2, -1}, {3, 0, 3, -1},
                                          {3, 0, 4, 1},  {3, 0, 5, 1}};
    static const int32_t indices[] = {103, 7, 100, 101};
    struct pt_trace *trace = make_trace(0, 3, 3, 1);
    memcpy(trace->sample_index, indices, sizeof indices);
    if (network == 0)
        PUT(trace, first);
    else
        PUT(trace, second);
    return trace;
}

static struct pt_analysis *build(size_t n_checkpoints, int n_baselines)
{
    struct pt_analysis *analysis = make_analysis(20);
    for (size_t c = 0; c < n_checkpoints; c++)
        add_trace(analysis, network_trace((long)c));
    for (int b = 0; b < n_baselines; b++)
        assert_int_equal(pt_analysis_add_baseline(analysis, baseline_trace(b), NULL), PT_OK);
    return analysis;
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

static void samples_are_matched(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct encoding samples, other;
    size_t places[2];
    assert_int_equal(encoding_reduce(network_trace(0), 0.03, &arena, &samples, NULL), PT_OK);
    assert_int_equal(encoding_reduce(baseline_trace(0), 0.03, &arena, &other, NULL), PT_OK);
    assert_int_equal(encoding_match_samples(&samples, &other, places, NULL), PT_OK);
    assert_int_equal(places[0], 2);
    assert_int_equal(places[1], 3);
    samples.sample_index[0] = 101; /* of the training split there is none */
    assert_int_equal(encoding_match_samples(&samples, &other, places, NULL), PT_OK);
    assert_true(places[0] == SIZE_MAX);
    arena_release(&arena);
}

static void interactions_are_general_when_a_baseline_has_them(void **state)
{
    (void)state;
    struct pt_analysis *analysis = build(1, 2);
    finish(analysis);
    const struct encoding *e = &analysis->checkpoints[0].encoding;
    /* AND 1, 3 (sign of the second one), 7; OR 3; then AND 1, 3, OR 3 (other sign) */
    static const unsigned char general[] = {1, 1, 0, 1, 1, 1, 0};
    assert_int_equal(e->start[2], 7);
    assert_memory_equal(e->general, general, sizeof general);
    /* Training: AND {0}+ {1}- of 3 sets, {0,1}+- of 3, OR {0,1}+ {1,2}- of 3. Testing, with two
     * live players: AND {0}+ {1}- of 2, {0,1}+- of 1, OR {0,1}+ of 1. */
    static const double chance[2][6] = {{1.0 / 3, 1.0 / 3, 0, 0, 1.0 / 3, 0},
                                        {0.5, 1, 0, 0, 0.5, 0}};
    for (size_t i = 0; i < 12; i++)
        assert_near(e->chance[i], chance[i / 6][i % 6], 1e-15);
    pt_analysis_free(analysis);
}

static void two_baselines_with_the_same_count_once(void **state)
{
    (void)state;
    struct pt_analysis *analysis = build(1, 1);
    assert_int_equal(pt_analysis_add_baseline(analysis, baseline_trace(0), NULL), PT_OK);
    finish(analysis);
    const struct encoding *e = &analysis->checkpoints[0].encoding;
    assert_near(e->chance[0], 1.0 / 6, 1e-15);
    assert_near(e->chance[4], 1.0 / 6, 1e-15);
    assert_int_equal(e->general[1], 0);
    pt_analysis_free(analysis);
}

/* An interaction with a dummy, which a solver might leave, has no chance. */
static void sets_with_dummies_have_no_chance(void **state)
{
    (void)state;
    struct pt_analysis *analysis = make_analysis(10);
    struct pt_trace *trace = network_trace(0);
    trace->I_and[8 + 7] = 1;
    add_trace(analysis, trace);
    assert_int_equal(pt_analysis_add_baseline(analysis, baseline_trace(0), NULL), PT_OK);
    finish(analysis);
    const struct encoding *e = &analysis->checkpoints[0].encoding;
    assert_int_equal(e->live[1], 3);
    assert_true(e->chance[6 + 2] == 0);
    pt_analysis_free(analysis);
}

static void assert_cells(size_t row, const char *const *names, size_t first, size_t n_names,
                         const double *values, size_t n_values)
{
    for (size_t c = 0; c < n_names; c++)
        assert_string_equal(table.cells[row][c], names[c]);
    for (size_t c = 0; c < n_values; c++) {
        const char *cell = table.cells[row][first + c];
        if (isnan(values[c]))
            assert_string_equal(cell, "");
        else
            assert_near(strtod(cell, NULL), values[c], 1e-14);
    }
}

static double excess_of(double gamma, double chance)
{
    return (gamma - chance) / (1 - chance);
}

static void gamma_and_excess_by_order(void **state)
{
    (void)state;
    struct pt_analysis *analysis = build(1, 2);
    read_table(&table, finish(analysis), "generalization.csv");
    static const char *const header[] = {"step",
                                         "epoch",
                                         "split",
                                         "order",
                                         "strength",
                                         "generalisable",
                                         "gamma",
                                         "gamma_low",
                                         "gamma_high",
                                         "chance",
                                         "excess",
                                         "excess_low",
                                         "excess_high",
                                         "gen_positive",
                                         "gen_negative",
                                         "non_positive",
                                         "non_negative",
                                         "new_strength",
                                         "new_gamma",
                                         "new_excess",
                                         "new_mean_order",
                                         "removed_strength",
                                         "removed_gamma",
                                         "removed_excess",
                                         "removed_mean_order"};
    assert_int_equal(table.n_columns, 25);
    for (size_t c = 0; c < 25; c++)
        assert_string_equal(table.cells[0][c], header[c]);
    assert_int_equal(table.n_rows, 1 + 2 * 4);
    const double chance = 7.0 / 6 / 7.5, gamma = 3.5 / 7.5, excess = excess_of(gamma, chance);
    /* One sample: the bounds are the value. */
    const double all[] = {7.5,    3.5,    gamma, gamma, gamma, chance, excess,
                          excess, excess, 2.5,   -1,    4,     0};
    const double second[] = {1.5, 1.5, 1, 1, 1, 1.0 / 3, 1, 1, 1, 0.5, -1, 0, 0};
    const double third[] = {4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0};
    assert_cells(1, (const char *const[]){"0", "0", "train", "0"}, 4, 4, all, 13);
    assert_cells(3, (const char *const[]){"0", "0", "train", "2"}, 4, 4, second, 13);
    assert_cells(4, (const char *const[]){"0", "0", "train", "3"}, 4, 4, third, 13);
    /* Testing, order 2: AND 2 with chance 1, OR .5 with chance .5; order 3: nothing. */
    const double test_chance = 2.25 / 2.5, test_excess = excess_of(0.8, test_chance);
    const double test[] = {2.5,         2,           0.8, 0.8, 0.8, test_chance, test_excess,
                           test_excess, test_excess, 2,   0,   0,   -0.5};
    const double nothing[] = {0, 0, NAN, NAN, NAN, NAN, NAN, NAN, NAN, 0, 0, 0, 0};
    assert_cells(7, (const char *const[]){"0", "0", "test", "2"}, 4, 4, test, 13);
    assert_cells(8, (const char *const[]){"0", "0", "test", "3"}, 4, 4, nothing, 13);
    for (size_t row = 1; row < table.n_rows; row++) /* nothing comes before the first checkpoint */
        for (size_t c = 17; c < 25; c++)
            assert_string_equal(table.cells[row][c], "");
    pt_analysis_free(analysis);
}

/* Where all sets of both signs are there, nothing can exceed chance. */
static void certain_chance_leaves_no_excess(void **state)
{
    (void)state;
    const double sums[2 * N_GENERALITY_PARTS] = {1, -2, 0, 0, 3, 1, -2, 0, 0, 3};
    assert_true(generality_gamma(sums, 1) == 1);
    assert_true(generality_chance(sums, 1) == 1);
    assert_true(isnan(generality_excess(sums, 1)));
    assert_near(generality_mean_order(sums, 1), 1, 1e-15);
}

static void changes_are_against_the_checkpoint_before(void **state)
{
    (void)state;
    struct pt_analysis *analysis = build(2, 2);
    read_table(&table, finish(analysis), "generalization.csv");
    assert_int_equal(table.n_rows, 1 + 4 * 4);
    /* New: AND {0,1} with the other sign (general) 1, AND {1,2} 2, OR {1,2} 1 (general), AND
     * {0,1,2} with the other sign 4. Gone: AND {0,1} -1 (general), {0,1,2} 4. */
    const double changes[] = {8, 0.25, excess_of(0.25, 4.0 / 3 / 8), 2.5,
                              5, 0.2,  excess_of(0.2, 1.0 / 3 / 5),  2.8};
    assert_cells(9, (const char *const[]){"1", "0.125", "train", "0"}, 17, 4, changes, 8);
    const double second[] = {4, 0.5, excess_of(0.5, 1.0 / 3), NAN, 1, 1, 1, NAN};
    assert_cells(11, (const char *const[]){"1", "0.125", "train", "2"}, 17, 4, second, 8);
    /* Testing: nothing is new; AND {0,1} 2 (general) and OR {0,1} -.5 are gone. */
    const double test[] = {0, NAN, NAN, NAN, 2.5, 0.8, excess_of(0.8, 0.9), 2};
    assert_cells(13, (const char *const[]){"1", "0.125", "test", "0"}, 17, 4, test, 8);
    const struct generalization_point *point = &analysis->generalization.points[1];
    assert_near(point->new_share, 8.0 / 10, 1e-15);
    assert_near(point->new_gamma, 0.25, 1e-15);
    assert_near(point->new_mean_order, 2.5, 1e-15);
    assert_true(isnan(analysis->generalization.points[0].new_gamma));
    pt_analysis_free(analysis);
}

/* The larger sample, here of a training and a mislabelled sample. */
static void set_final(struct pt_analysis *analysis)
{
    struct pt_trace *trace = network_trace(0);
    trace->sample_index[1] = 7;
    trace->group[1] = PT_GROUP_MISLABELLED;
    trace->split[1] = PT_TRAIN;
    assert_int_equal(pt_analysis_set_final(analysis, trace, NULL), PT_OK);
}

static void larger_samples_have_their_file(void **state)
{
    (void)state;
    struct pt_analysis *analysis = build(2, 2);
    set_final(analysis);
    read_table(&table, finish(analysis), "generalization_final.csv");
    assert_int_equal(table.n_columns, 17);
    assert_int_equal(table.n_rows, 1 + 2 * 4);
    const double third[] = {4, 0, 0};
    assert_cells(4, (const char *const[]){"1", "0.125", "train", "3"}, 4, 4, third, 3);
    /* On sample 7 the baselines say nothing: neither general nor by chance. */
    const double mislabelled[] = {3.5, 0, 0, 0, 0, 0, 0};
    assert_cells(5, (const char *const[]){"1", "0.125", "mislabelled", "0"}, 4, 4, mislabelled, 7);
    pt_analysis_free(analysis);
}

static int is_there(const char *directory, const char *name)
{
    char path[700];
    snprintf(path, sizeof path, "%s/%s", directory, name);
    FILE *file = fopen(path, "rb");
    if (file)
        fclose(file);
    return file != NULL;
}

static json_t *load_phases(const char *directory)
{
    char path[700];
    snprintf(path, sizeof path, "%s/phases.json", directory);
    json_t *document = json_load_file(path, 0, NULL);
    assert_non_null(document);
    return document;
}

static void nothing_is_general_without_baselines(void **state)
{
    (void)state;
    struct pt_analysis *analysis = build(2, 0);
    set_final(analysis);
    const char *directory = finish(analysis);
    assert_null(analysis->checkpoints[0].encoding.general);
    assert_null(analysis->final.chance);
    assert_false(is_there(directory, "generalization.csv"));
    assert_false(is_there(directory, "generalization_final.csv"));
    assert_false(is_there(directory, "common.csv"));
    json_t *phases = load_phases(directory);
    assert_null(json_object_get(phases, "generalization"));
    json_decref(phases);
    pt_analysis_free(analysis);
}

/* Baselines added after a first finish; then the results of a second one are those of a third. */
static void finishing_again_forgets(void **state)
{
    (void)state;
    struct pt_analysis *analysis = build(1, 0);
    finish(analysis);
    assert_int_equal(pt_analysis_add_baseline(analysis, baseline_trace(0), NULL), PT_OK);
    finish(analysis);
    double first = analysis->generalization.points[0].excess;
    assert_int_equal(pt_analysis_add_baseline(analysis, baseline_trace(1), NULL), PT_OK);
    finish(analysis);
    assert_true(analysis->generalization.points[0].excess != first);
    assert_near(analysis->generalization.points[0].gamma, 3.5 / 7.5, 1e-15);
    pt_analysis_free(analysis);
    assert_int_equal(mem_live_bytes(), 0);
}

/* Without training samples there is a table, but no curve. */
static void training_samples_may_be_missing(void **state)
{
    (void)state;
    struct pt_analysis *analysis = make_analysis(10);
    struct pt_trace *trace = make_trace(0, 3, 0, 2);
    trace->I_and[1] = trace->I_and[8 + 3] = 1;
    fill_values(trace, 0);
    add_trace(analysis, trace);
    for (int b = 0; b < 2; b++)
        assert_int_equal(pt_analysis_add_baseline(analysis, trace, NULL), PT_OK);
    const char *directory = finish(analysis);
    read_table(&table, directory, "generalization.csv");
    assert_int_equal(table.n_rows, 5);
    assert_string_equal(table.cells[1][6], "1");
    assert_null(analysis->generalization.points);
    assert_false(is_there(directory, "common.csv"));
    pt_analysis_free(analysis);
}

/* ---- Common interactions ---- */

static void common_interactions_are_counted(void **state)
{
    (void)state;
    struct pt_analysis *analysis = build(1, 2);
    read_table(&table, finish(analysis), "common.csv");
    assert_string_equal(table.cells[0][5], "n_common");
    assert_int_equal(table.n_rows, 4);
    /* Sample 100. The first network's players are 0 and 1; the second's all three. Order 1: AND
     * {0}+ in both; {1}- in the second. Expected: 1/2 * 1/3 on 2 common players. Order 2: AND
     * {0,1}+ OR {0,1}+ against AND {0,1}- OR {1,2}-: of no type and sign do both have one. */
    const double rows[3][7] = {{2 * 1.0 / 3, 2 * (1.0 / 3) / 3, 1, 2, 1, 2.0 / 3, 2.0 / 3},
                               {0, 0, 2, 2, 0, 0, 0},
                               {NAN, NAN, 0, 0, 0, NAN, NAN}};
    for (size_t k = 0; k < 3; k++)
        assert_cells(k + 1,
                     (const char *const[]){k == 0   ? "1"
                                           : k == 1 ? "2"
                                                    : "3"},
                     1, 1, rows[k], 7);
    pt_analysis_free(analysis);
}

/* Three networks, the third as the first: of three pairs one has all in common. The larger sample
 * is used where there is one; here it is the same one. */
static void common_shares_are_means_over_pairs(void **state)
{
    (void)state;
    for (int with_final = 0; with_final < 2; with_final++) {
        struct pt_analysis *analysis = build(1, 2);
        assert_int_equal(pt_analysis_add_baseline(analysis, baseline_trace(0), NULL), PT_OK);
        if (with_final)
            set_final(analysis);
        read_table(&table, finish(analysis), "common.csv");
        /* Order 2 of the pair of equal ones: AND {0,1}+, OR {0,1}+ of one set each. */
        const double second[] = {1.0 / 3, 1.0 / 3, 2, 2, 2.0 / 3};
        assert_cells(2, (const char *const[]){"2"}, 1, 1, second, 5);
        assert_int_equal(analysis->common.n_pairs, 3);
        assert_int_equal(analysis->common.n_samples, 1);
        pt_analysis_free(analysis);
    }
}

/* ---- Failure ---- */

static int run_all(const char *directory)
{
    const struct pt_analysis_options options = {.n_replicates = 5};
    struct pt_analysis *analysis = NULL;
    int status = pt_analysis_create(&options, &analysis, NULL);
    for (long step = 0; step < 2 && !status; step++)
        status = pt_analysis_add_trace(analysis, network_trace(step), NULL);
    if (!status)
        status = pt_analysis_set_final(analysis, network_trace(1), NULL);
    for (int b = 0; b < 2 && !status; b++)
        status = pt_analysis_add_baseline(analysis, baseline_trace(b), NULL);
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
            assert_true(nth < 500);
            mem_fail_at(nth, and_after);
            status = run_all(directory);
            mem_fail_at(0, 0);
            assert_int_equal(mem_live_bytes(), 0);
            assert_true(status == PT_OK || status == PT_E_MEMORY);
        }
    }
}

static void failing_writes_leave_whole_files(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        size_t n_rows;
    } files[] = {{"generalization.csv", 17}, {"generalization_final.csv", 9}, {"common.csv", 4}};
    int status = PT_E_IO;
    for (long nth = 1; status != PT_OK; nth++) {
        assert_true(nth < 500);
        char directory[600];
        snprintf(directory, sizeof directory, "%s", scratch_directory());
        file_fail_at(nth, 0);
        status = run_all(directory);
        file_fail_at(0, 0);
        assert_true(status == PT_OK || status == PT_E_IO);
        assert_int_equal(mem_live_bytes(), 0);
        strcat(directory, "/analysis");
        for (size_t i = 0; i < sizeof files / sizeof *files; i++)
            if (is_there(directory, files[i].name)) {
                read_table(&table, directory, files[i].name);
                assert_int_equal(table.n_rows, files[i].n_rows);
            }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(samples_are_matched),
        cmocka_unit_test(interactions_are_general_when_a_baseline_has_them),
        cmocka_unit_test(two_baselines_with_the_same_count_once),
        cmocka_unit_test(sets_with_dummies_have_no_chance),
        cmocka_unit_test(gamma_and_excess_by_order),
        cmocka_unit_test(certain_chance_leaves_no_excess),
        cmocka_unit_test(changes_are_against_the_checkpoint_before),
        cmocka_unit_test(larger_samples_have_their_file),
        cmocka_unit_test(nothing_is_general_without_baselines),
        cmocka_unit_test(finishing_again_forgets),
        cmocka_unit_test(training_samples_may_be_missing),
        cmocka_unit_test(common_interactions_are_counted),
        cmocka_unit_test(common_shares_are_means_over_pairs),
        cmocka_unit_test(no_failing_allocation_leaks),
        cmocka_unit_test(failing_writes_leave_whole_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
