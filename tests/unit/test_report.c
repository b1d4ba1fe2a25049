/* The figures of a run: there, sound, the same every time, and all or nothing. */
#include "figure_files.h"

#include "phasetrace/report.h"

/* What every run has stands at the front. */
static const char *const figures[] = {
    "p1_fig3_two_phases", "p2_fig2_order_shares",
    "p2_fig7_losses",     "three_phases",
    "p1_fig5_similarity", "p1_fig6_mislabelled",
    "p2_fig3_row_norms",  "p2_fig4_theory",
    "p2_fig9_theory_and", "p3_decay_spindle",
    "p4_generalisation",  "p4_strength",
    "p4_new_removed",     "p4_causal",
    "p4_scatter",         "p5_fig4_common",
    "p7_stability",       "ground_truth",
};
#define N_FIGURES (sizeof figures / sizeof *figures)
#define N_NEEDED_FIGURES 3

/* "NAME.EXTENSION" of file i, valid until the next call; the formats of a figure follow each
 * other. */
static const char *file_name(size_t i)
{
    static char name[64];
    snprintf(name, sizeof name, "%s.%s", figures[i / N_FORMATS], extensions[i % N_FORMATS]);
    return name;
}

static void builds_without_cairo_say_so(void **state)
{
    (void)state;
    if (pt_report_available())
        skip();
    struct pt_error error = {0};
    assert_int_equal(pt_report_figures("/nowhere", &error), PT_E_CONFIG);
    assert_non_null(strstr(error.message, "Cairo"));
}

static void formats_are_what_their_names_say(void **state)
{
    (void)state;
    need_cairo();
    make_run();
    assert_int_equal(pt_report_figures(run_path, NULL), PT_OK);
    assert_int_equal(count_figures(), N_FIGURES * N_FORMATS);
    for (size_t i = 0; i < N_FIGURES * N_FORMATS; i++)
        assert_whole_file(file_name(i));
    assert_int_equal(mem_live_bytes(), 0);
}

static void pictures_carry_the_settings(void **state)
{
    (void)state;
    need_cairo();
    make_run();
    assert_int_equal(pt_report_figures(run_path, NULL), PT_OK);
    for (size_t i = 0; i < N_FIGURES * N_FORMATS; i += N_FORMATS) {
        struct picture picture;
        open_picture(&picture, file_name(i));
        png_textp texts;
        int n_texts = png_get_text(picture.png, picture.info, &texts, NULL), n_found = 0;
        for (int t = 0; t < n_texts; t++)
            n_found += (strcmp(texts[t].key, "network") == 0 &&
                        strcmp(texts[t].text, "MLP 784-256-256-10") == 0) ||
                       (strcmp(texts[t].key, "seed") == 0 && strcmp(texts[t].text, "1") == 0) ||
                       (strcmp(texts[t].key, "extraction") == 0 &&
                        strcmp(texts[t].text, "exact AND/OR, no noise term") == 0);
        assert_int_equal(n_found, 3);
        close_picture(&picture);
    }
}

/* The first n_figures are there, whole and within their pages. */
static void assert_sound_figures(size_t n_figures)
{
    struct pt_error error = {0};
    if (pt_report_figures(run_path, &error) != PT_OK)
        fail_msg("%s", error.message);
    for (size_t i = 0; i < n_figures * N_FORMATS; i += N_FORMATS)
        assert_clear_border(file_name(i));
    assert_int_equal(mem_live_bytes(), 0);
}

static void every_run_gives_the_same_bytes(void **state)
{
    (void)state;
    need_cairo();
    unsigned char *first[N_FIGURES * N_FORMATS], *second;
    size_t n_first[N_FIGURES * N_FORMATS], n_second;
    make_run();
    assert_int_equal(pt_report_figures(run_path, NULL), PT_OK);
    for (size_t i = 0; i < N_FIGURES * N_FORMATS; i++)
        read_figure(file_name(i), &first[i], &n_first[i]);
    make_run(); /* elsewhere */
    assert_int_equal(pt_report_figures(run_path, NULL), PT_OK);
    for (size_t i = 0; i < N_FIGURES * N_FORMATS; i++) {
        read_figure(file_name(i), &second, &n_second);
        assert_int_equal(n_first[i], n_second);
        assert_memory_equal(first[i], second, n_second);
        mem_free(first[i]);
        mem_free(second);
    }
}

static void bad_input_leaves_no_figures(void **state)
{
    (void)state;
    need_cairo();
    make_run();
    edit_run_file("analysis/mean_order.csv", "\n0,0,test,", "\n0,0,west,");
    struct pt_error error = {0};
    assert_int_equal(pt_report_figures(run_path, &error), PT_E_DATA);
    assert_int_equal(error.line, 3);
    assert_false(file_exists(run_file("figures")));
    make_run();
    edit_run_file("analysis/common.csv", "chance", "luck");
    assert_int_equal(pt_report_figures(run_path, &error), PT_E_DATA);
    assert_non_null(strstr(error.file, "common.csv"));
    assert_false(file_exists(run_file("figures")));
    assert_int_equal(pt_report_figures("/nowhere/at/all", &error), PT_E_IO);
    assert_int_equal(mem_live_bytes(), 0);
}

/* Cuts each table that has steps before its first line of another step than 0, or, with
 * `only_header`, before its first line. */
static void cut_tables(int only_header)
{
    for (size_t i = 0; i < N_RUN_INPUTS; i++) {
        if (!strstr(run_inputs[i], ".csv"))
            continue;
        char *text = read_run_file(run_inputs[i]);
        const char *line = only_header ? strchr(text, '\n') : strstr(text, "\n1,");
        if (line && (only_header || strncmp(text, "step", 4) == 0))
            cut_run_file(run_inputs[i], (size_t)(line - text) + 1);
        mem_free(text);
    }
}

/* A single checkpoint, and a run of which only headers were written. */
static void short_runs_are_drawn(void **state)
{
    (void)state;
    need_cairo();
    make_run();
    cut_tables(0);
    assert_sound_figures(N_FIGURES);
    make_run();
    cut_tables(1);
    assert_sound_figures(N_NEEDED_FIGURES);
    assert_int_equal(count_figures(), N_NEEDED_FIGURES * N_FORMATS);
}

static void few_and_many_orders_are_drawn(void **state)
{
    (void)state;
    need_cairo();
    static const int n_orders[] = {1, 2, 16};
    for (size_t i = 0; i < sizeof n_orders / sizeof *n_orders; i++) {
        start_run();
        invent_run(n_orders[i]);
        assert_sound_figures(N_FIGURES);
    }
}

/* Of a table that is not there no figure is drawn, and what is there already stays. */
static void absent_tables_are_skipped(void **state)
{
    (void)state;
    need_cairo();
    make_run();
    remove_optional_inputs();
    assert_int_equal(directory_create(run_file("figures"), NULL), PT_OK);
    write_run_file("figures/p4_causal.png", "older");
    assert_sound_figures(N_NEEDED_FIGURES);
    assert_int_equal(count_figures(), N_NEEDED_FIGURES * N_FORMATS + 1);
    char *text = read_run_file("figures/p4_causal.png");
    assert_string_equal(text, "older");
    mem_free(text);
}

static int is_key(const char *name, size_t length)
{
    static const char *const keys[] = {"step",   "epoch",  "split",     "kind",  "order",
                                       "labels", "sample", "n_players", "sigma2"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (strlen(keys[i]) == length && strncmp(keys[i], name, length) == 0)
            return 1;
    return 0;
}

/* Writes `value` into every cell that is no key. */
static void fill_table(const char *name, const char *value)
{
    char *text = read_run_file(name), *filled = mem_alloc(1 << 20, 1, NULL), *end = filled;
    int keeps[64] = {0};
    assert_non_null(filled);
    size_t column = 0, line = 0;
    for (char *cell = text; *cell; column++) {
        size_t length = strcspn(cell, ",\n");
        if (line == 0)
            keeps[column] = is_key(cell, length);
        int keep = line == 0 || keeps[column];
        end += sprintf(end, "%.*s%c", keep ? (int)length : (int)strlen(value), keep ? cell : value,
                       cell[length]);
        if (cell[length] == '\n') {
            line++;
            column = SIZE_MAX;
        }
        cell += length + 1;
    }
    write_run_file(name, filled);
    mem_free(filled);
    mem_free(text);
}

static void strange_values_are_drawn(void **state)
{
    (void)state;
    need_cairo();
    static const char *const values[] = {"", "0", "1e300", "-1e-300"};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        make_run();
        for (size_t k = 0; k < N_RUN_INPUTS; k++)
            if (strstr(run_inputs[k], ".csv"))
                fill_table(run_inputs[k], values[i]);
        assert_sound_figures(N_FIGURES);
    }
}

static void strange_descriptions_are_drawn(void **state)
{
    (void)state;
    need_cairo();
    static const char *const t_stars[] = {"null", "0", "4096", "1", "1000000000000000"};
    char title[1200] = "\"title\": \"\\u0001 Zo\xc3\xab ";
    memset(title + strlen(title), 'W', 900);
    for (size_t i = 0; i < sizeof t_stars / sizeof *t_stars; i++) {
        char t_star[64];
        make_run();
        snprintf(t_star, sizeof t_star, "\"t_star\": %s", t_stars[i]);
        edit_run_file("analysis/phases.json", "\"t_star\": 24", t_star);
        edit_run_file("analysis/phases.json", "\"t_rise\": 192", "\"t_rise\": null");
        edit_run_file("analysis/phases.json", "\"t2\": 768", "\"t2\": null");
        if (i % 2 == 0)
            edit_run_file("analysis/phases.json", "\"t1\": 192", "\"t1\": null");
        edit_run_file("analysis/about.json", "\"title\": \"", title);
        if (i >= 2)
            remove_optional_inputs();
        assert_sound_figures(i < 2 ? N_FIGURES : N_NEEDED_FIGURES);
    }
}

/* Whatever write fails: an error that says so, no temporary file, and old figures stay whole. */
static void failing_writes_leave_whole_files(void **state)
{
    (void)state;
    need_cairo();
    make_run();
    remove_optional_inputs();
    for (long nth = 1;; nth += 3) {
        struct pt_error error = {0};
        file_fail_at(nth, (int)(nth % 2));
        int status = pt_report_figures(run_path, &error);
        file_fail_at(0, 0);
        assert_int_equal(mem_live_bytes(), 0);
        assert_true(count_figures() <= N_NEEDED_FIGURES * N_FORMATS);
        for (size_t i = 0; i < N_NEEDED_FIGURES * N_FORMATS; i += N_FORMATS) {
            char path[1024];
            path_join(path, sizeof path, run_file("figures"), file_name(i), NULL);
            if (!file_exists(path))
                continue;
            struct picture picture;
            open_picture(&picture, file_name(i));
            close_picture(&picture);
        }
        if (status == PT_OK) {
            assert_true(nth > 5 * (long)(N_NEEDED_FIGURES * N_FORMATS));
            break;
        }
        assert_int_equal(status, PT_E_IO);
        assert_non_null(strstr(error.message, "No space left"));
    }
}

/* Loading is tested one by one in test_results.c; here strides reach into every format. */
static void failing_allocations_leave_nothing(void **state)
{
    (void)state;
    need_cairo();
    make_run();
    remove_optional_inputs();
    for (long nth = 1;; nth += 11) {
        struct pt_error error = {0};
        mem_fail_at(nth, 0);
        int status = pt_report_figures(run_path, &error);
        mem_fail_at(0, 0);
        assert_int_equal(mem_live_bytes(), 0);
        if (status == PT_OK)
            break;
        assert_int_equal(status, PT_E_MEMORY);
        assert_int_equal(error.code, PT_E_MEMORY);
    }
    assert_int_equal(count_figures(), N_NEEDED_FIGURES * N_FORMATS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(builds_without_cairo_say_so),
        cmocka_unit_test(formats_are_what_their_names_say),
        cmocka_unit_test(pictures_carry_the_settings),
        cmocka_unit_test(every_run_gives_the_same_bytes),
        cmocka_unit_test(bad_input_leaves_no_figures),
        cmocka_unit_test(short_runs_are_drawn),
        cmocka_unit_test(few_and_many_orders_are_drawn),
        cmocka_unit_test(absent_tables_are_skipped),
        cmocka_unit_test(strange_values_are_drawn),
        cmocka_unit_test(strange_descriptions_are_drawn),
        cmocka_unit_test(failing_writes_leave_whole_files),
        cmocka_unit_test(failing_allocations_leave_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
