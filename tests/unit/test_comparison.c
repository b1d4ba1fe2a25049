/* The comparison of extractions: its numbers, its figure, and the files it refuses. */
#include "testing.h"

#include "faults.h"
#include "fmt/npz.h"
#include "phasetrace/report.h"
#include "report/comparison.h"

#define N_TABLES 2
#define N_SETS 4

/* What a file of two tables with two players holds. */
struct contents {
    double v[N_TABLES * N_SETS], I_and[N_TABLES * N_SETS], I_or[N_TABLES * N_SETS];
    double objective[N_TABLES], dual_bound[N_TABLES], noise_share, tie_gap;
    int32_t iterations[N_TABLES], solver;
    const char *left_out; /* an array that is not written; NULL: none */
    int is_cut;           /* I_or has one table only */
};

static const struct contents exact = {.v = {0, 2, 2, 3, 5, 6, 6, 7},
                                      .I_and = {0, 1, 1, 0, 0, 1, 1, 0},
                                      .I_or = {0, 0, 0, 1, 0, 0, 0, 0},
                                      .objective = {3, 2},
                                      .dual_bound = {3, 2},
                                      .tie_gap = 1e-5,
                                      .iterations = {50, 100},
                                      .solver = COMPARED_EXACT};
static const struct contents descent = {.v = {0, 2, 2, 3, 5, 6, 6, 7},
                                        .I_and = {0, 2, 2, -1, 0, 1, 1, 0},
                                        .objective = {5, 2},
                                        .tie_gap = 1e-5,
                                        .iterations = {10000, 10000},
                                        .solver = COMPARED_SGD};

static char paths[COMPARISON_MAX_FILES][600];
static const char *const path_list[] = {paths[0], paths[1], paths[2], paths[3], paths[0]};

static void add(struct npz_writer *writer, const struct contents *contents, const char *name,
                enum npy_type type, size_t rank, const size_t *shape, const void *values)
{
    if (!contents->left_out || strcmp(contents->left_out, name) != 0)
        assert_int_equal(npz_add(writer, name, type, rank, shape, values, NULL), PT_OK);
}

static void write_contents(const char *path, const struct contents *c)
{
    const size_t all[] = {N_TABLES, N_SETS}, cut[] = {c->is_cut ? 1 : N_TABLES, N_SETS};
    struct npz_writer *writer;
    assert_int_equal(npz_create(path, &writer, NULL), PT_OK);
    add(writer, c, "v", NPY_F8, 2, all, c->v);
    add(writer, c, "I_and", NPY_F8, 2, all, c->I_and);
    add(writer, c, "I_or", NPY_F8, 2, cut, c->I_or);
    add(writer, c, "objective", NPY_F8, 1, all, c->objective);
    add(writer, c, "dual_bound", NPY_F8, 1, all, c->dual_bound);
    add(writer, c, "iterations", NPY_I4, 1, all, c->iterations);
    add(writer, c, "solver", NPY_I4, 0, NULL, &c->solver);
    add(writer, c, "noise_share", NPY_F8, 0, NULL, &c->noise_share);
    add(writer, c, "tie_gap", NPY_F8, 0, NULL, &c->tie_gap);
    assert_int_equal(npz_commit(writer, NULL), PT_OK);
}

/* A new directory with these files. */
static void write_files(const struct contents *first, const struct contents *second)
{
    const char *directory = scratch_directory();
    for (size_t i = 0; i < COMPARISON_MAX_FILES; i++)
        snprintf(paths[i], sizeof paths[i], "%s/file%zu.npz", directory, i);
    write_contents(paths[0], first);
    write_contents(paths[1], second);
}

static const char *figure_path(const char *extension)
{
    static char path[700];
    snprintf(path, sizeof path, "%.*s.comparison.%s", (int)strlen(paths[0]) - 4, paths[0],
             extension);
    return path;
}

static void numbers_are_those_of_the_files(void **state)
{
    (void)state;
    struct comparison c;
    write_files(&exact, &descent);
    assert_int_equal(comparison_load(path_list, 2, &c, NULL), PT_OK);
    assert_int_equal(c.n_tables, 2);
    assert_int_equal(c.n_players, 2);
    /* Order 1 has 2 of 3 and all of 2 in the first file, 4 of 5 and all of 2 in the second. */
    assert_near(c.files[0].share[0], 5.0 / 6, 1e-15);
    assert_near(c.files[0].share_low[0], 0.7, 1e-15);
    assert_near(c.files[0].share_high[0], 29.0 / 30, 1e-15);
    assert_near(c.files[0].mean_order, 7.0 / 6, 1e-15);
    assert_near(c.files[1].share[1], 0.1, 1e-15);
    assert_near(c.files[1].mean_order, 1.1, 1e-15);
    assert_near(c.files[0].ratio[0], 1, 0);
    assert_near(c.files[1].ratio[0], 5.0 / 3, 1e-15);
    assert_near(c.files[1].ratio[1], 1, 0);
    assert_near(c.files[1].ratio_median, 4.0 / 3, 1e-15);
    char text[160];
    comparison_describe(&c.files[0], text, sizeof text);
    assert_string_equal(text, "exact: sparsest AND/OR, no noise term");
    comparison_describe(&c.files[1], text, sizeof text);
    assert_string_equal(text, "gradient descent, 10,000 steps, no noise term");
    comparison_release(&c);
    assert_int_equal(mem_live_bytes(), 0);
}

/* Its own objective "bounds" an AND decomposition; with noise less strength may be enough. */
static void bounds_are_of_the_exact_solver_with_the_same_noise(void **state)
{
    (void)state;
    struct comparison c;
    struct contents changed = exact;
    changed.solver = COMPARED_AND;
    write_files(&changed, &descent);
    assert_int_equal(comparison_load(path_list, 2, &c, NULL), PT_OK);
    assert_true(isnan(c.files[0].ratio_median) && isnan(c.files[1].ratio_median));
    comparison_release(&c);
    changed.solver = COMPARED_EXACT;
    changed.noise_share = 0.02;
    write_files(&changed, &descent);
    assert_int_equal(comparison_load(path_list, 2, &c, NULL), PT_OK);
    assert_near(c.files[0].ratio_median, 1, 0);
    assert_true(isnan(c.files[1].ratio[0]) && isnan(c.files[1].ratio_median));
    comparison_release(&c);
    changed.noise_share = 0;
    changed.dual_bound[0] = 2.5; /* the better of two bounds counts */
    write_files(&changed, &descent);
    write_contents(paths[2], &exact);
    assert_int_equal(comparison_load(path_list, 3, &c, NULL), PT_OK);
    assert_near(c.files[0].ratio[0], 1, 0);
    assert_near(c.files[1].ratio[0], 5.0 / 3, 1e-15);
    comparison_release(&c);
}

static void assert_drawn(size_t n_files)
{
    static const char *const extensions[] = {"png", "svg", "pdf"};
    char written[700];
    size_t live_before = mem_live_bytes();
    struct pt_error error = {0};
    if (pt_report_extractions(path_list, n_files, written, sizeof written, &error))
        fail_msg("%s", error.message);
    assert_string_equal(written, figure_path("png"));
    for (size_t i = 0; i < sizeof extensions / sizeof *extensions; i++)
        assert_true(file_exists(figure_path(extensions[i])));
    assert_int_equal(mem_live_bytes(), live_before);
}

static void the_same_files_give_the_same_bytes(void **state)
{
    (void)state;
    static const char *const extensions[] = {"png", "svg", "pdf"};
    unsigned char *data[2][3];
    size_t n_bytes[2][3];
    for (int round = 0; round < 2; round++) {
        write_files(&exact, &descent);
        assert_drawn(2);
        for (size_t i = 0; i < 3; i++)
            assert_int_equal(file_read(figure_path(extensions[i]), 1 << 24, &data[round][i],
                                       &n_bytes[round][i], NULL),
                             PT_OK);
    }
    for (size_t i = 0; i < 3; i++) {
        assert_true(n_bytes[0][i] > 5000);
        assert_int_equal(n_bytes[0][i], n_bytes[1][i]);
        assert_memory_equal(data[0][i], data[1][i], n_bytes[0][i]);
        mem_free(data[0][i]);
        mem_free(data[1][i]);
    }
}

/* Other contents give another picture. */
static void the_picture_shows_the_numbers(void **state)
{
    (void)state;
    unsigned char *before, *after;
    size_t n_before, n_after;
    struct contents changed = descent;
    write_files(&exact, &descent);
    assert_drawn(2);
    assert_int_equal(file_read(figure_path("svg"), 1 << 24, &before, &n_before, NULL), PT_OK);
    changed.objective[1] = 2.5;
    write_files(&exact, &changed);
    assert_drawn(2);
    assert_int_equal(file_read(figure_path("svg"), 1 << 24, &after, &n_after, NULL), PT_OK);
    assert_false(n_before == n_after && memcmp(before, after, n_before) == 0);
    mem_free(before);
    mem_free(after);
}

static void strange_numbers_are_drawn(void **state)
{
    (void)state;
    struct contents zero = {.solver = COMPARED_OR}, huge = exact;
    write_files(&zero, &zero);
    assert_drawn(2);
    huge.objective[0] = 1e300;
    huge.dual_bound[0] = 1e-300;
    write_files(&huge, &descent);
    write_contents(paths[2], &exact);
    write_contents(paths[3], &descent);
    assert_drawn(4);
}

static void assert_refused(size_t n_files, int expected, const char *part)
{
    struct pt_error error = {0};
    char written[700], text[4096];
    assert_int_equal(pt_report_extractions(path_list, n_files, written, sizeof written, &error),
                     expected);
    pt_error_format(&error, text, sizeof text);
    assert_contains(text, part);
    assert_false(file_exists(figure_path("png")));
    assert_int_equal(mem_live_bytes(), 0);
}

static void too_few_and_too_many_files_are_refused(void **state)
{
    (void)state;
    write_files(&exact, &descent);
    assert_refused(0, PT_E_CONFIG, "2 to 4 files");
    assert_refused(1, PT_E_CONFIG, "2 to 4 files of `train extract`, not 1");
    assert_refused(5, PT_E_CONFIG, "not 5");
    assert_refused(3, PT_E_IO, paths[2]);
}

static void assert_second_refused(const struct contents *second, const char *part)
{
    write_files(&exact, second);
    assert_refused(2, PT_E_DATA, paths[1]);
    assert_refused(2, PT_E_DATA, part);
}

static void files_of_another_kind_are_refused(void **state)
{
    (void)state;
    struct contents c = descent;
    c.v[7] = 7.5;
    assert_second_refused(&c, "other values v");
    c = descent;
    c.is_cut = 1;
    assert_second_refused(&c, "array I_or");
    static const char *const names[] = {"v",         "I_and",       "I_or",
                                        "objective", "dual_bound",  "iterations",
                                        "solver",    "noise_share", "tie_gap"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        c = descent;
        c.left_out = names[i];
        assert_second_refused(&c, names[i]);
    }
    write_files(&exact, &descent);
    assert_int_equal(file_replace(paths[1], "none of that kind", 17, NULL), PT_OK);
    assert_refused(2, PT_E_DATA, paths[1]);
}

static void unsound_numbers_are_refused(void **state)
{
    (void)state;
    struct contents c = descent;
    c.solver = 4;
    assert_second_refused(&c, "solver");
    c = descent;
    c.noise_share = NAN;
    assert_second_refused(&c, "noise_share");
    c = descent;
    c.objective[1] = -1;
    assert_second_refused(&c, "objective: table 1 has -1");
    c = descent;
    c.dual_bound[0] = INFINITY;
    assert_second_refused(&c, "dual_bound: table 0 has inf");
    c = descent;
    c.I_or[5] = NAN;
    assert_second_refused(&c, "table 1");
}

static int load_and_release(void *user, struct pt_error *error)
{
    (void)user;
    struct comparison c;
    int status = comparison_load(path_list, 2, &c, error);
    comparison_release(&c);
    return status;
}

static int draw(void *user, struct pt_error *error)
{
    (void)user;
    char written[700];
    return pt_report_extractions(path_list, 2, written, sizeof written, error);
}

static void faults_leave_nothing(void **state)
{
    (void)state;
    write_files(&exact, &descent);
    assert_survives_memory_faults(load_and_release, NULL);
    assert_survives_file_faults(draw, NULL);
    char written[20];
    assert_int_equal(pt_report_extractions(path_list, 2, written, sizeof written, NULL), PT_E_IO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_those_of_the_files),
        cmocka_unit_test(bounds_are_of_the_exact_solver_with_the_same_noise),
        cmocka_unit_test(the_same_files_give_the_same_bytes),
        cmocka_unit_test(the_picture_shows_the_numbers),
        cmocka_unit_test(strange_numbers_are_drawn),
        cmocka_unit_test(too_few_and_too_many_files_are_refused),
        cmocka_unit_test(files_of_another_kind_are_refused),
        cmocka_unit_test(unsound_numbers_are_refused),
        cmocka_unit_test(faults_leave_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
