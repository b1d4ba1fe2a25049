/* The figure of a sweep: its numbers, its files, and the tables it refuses. */
#include "figure_files.h"

#include "faults.h"
#include "report/describe.h"
#include "report/sweep.h"
#include "report/sweep_axis.h"

#define TABLE "analysis/sweep.csv"
#define CLAIMS "analysis/claims.json"
#define ABOUT "sweep_label_noise=0.1/analysis/about.json"
#define NOISE "data.label_noise=0,0.05,0.1,0.2"

static struct sweep sweep;
static const char *const files[] = {"sweep.png", "sweep.svg", "sweep.pdf"};

/* A fresh sweep of so many seeds over the keys of the command line `keys`. */
static void invent_sweep(int n_seeds, const char *keys)
{
    char command[2048];
    need_python();
    start_run();
    snprintf(command, sizeof command, "python3 '%s/tests/report/make_sweep.py' '%s' %d %s",
             SOURCE_ROOT, run_path, n_seeds, keys);
    assert_int_equal(system(command), 0);
}

/* A sweep of one quantity, the weight, the others being absent; rows are "LEVELS,SETTING,SEED,". */
static void write_table(const char *keys, const char *rows)
{
    char *text = mem_alloc(RUN_FILE_BYTES, 1, NULL);
    assert_non_null(text);
    snprintf(text, RUN_FILE_BYTES,
             "%s,setting,seed,spindle_weight,spindle_share,loss_gap,excess_end,mean_order_star,"
             "mean_order_end\n%s",
             keys, rows);
    start_run();
    assert_int_equal(directory_create(run_file("analysis"), NULL), PT_OK);
    write_run_file(TABLE, text);
    mem_free(text);
}

static void load(void)
{
    struct pt_error error = {0};
    if (sweep_load(run_path, &sweep, &error) != PT_OK)
        fail_msg("%s:%ld: %s", error.file, error.line, error.message);
}

static void release(void)
{
    sweep_release(&sweep);
    assert_int_equal(mem_live_bytes(), 0);
}

static void assert_sound_figure(void)
{
    struct pt_error error = {0};
    if (pt_report_figures(run_path, &error) != PT_OK)
        fail_msg("%s:%ld: %s", error.file, error.line, error.message);
    assert_int_equal(count_figures(), N_FORMATS);
    for (size_t i = 0; i < N_FORMATS; i++)
        assert_whole_file(files[i]);
    assert_clear_border(files[0]);
    assert_int_equal(mem_live_bytes(), 0);
}

/* ---- Numbers ---- */

/* Expected numbers are copied from the text of the file; the means are its sums by hand. */
static void values_land_at_their_levels(void **state)
{
    (void)state;
    invent_sweep(3, NOISE " model.init=he,xavier");
    load();
    assert_int_equal(sweep.n_keys, 2);
    assert_string_equal(sweep.keys[1].name, "model.init");
    assert_int_equal(sweep.keys[0].n_levels, 4);
    assert_true(sweep.keys[0].is_numeric && !sweep.keys[1].is_numeric);
    assert_int_equal(sweep.n_points, 24);
    assert_int_equal(sweep.n_settings, 8);
    assert_int_equal(sweep.n_abouts, 8);
    const struct sweep_point *point = &sweep.points[1];
    assert_string_equal(point->seed, "2");
    assert_near(point->values[SWEEP_LOSS_GAP], 0.126465219, 0);
    assert_near(point->values[SWEEP_ORDER_END], 2.18613866, 0);
    assert_near(point->values[SWEEP_SPINDLE_WEIGHT], 1.42635382, 0);
    assert_near(point->values[SWEEP_SPINDLE_SHARE], 0.127278545, 0);
    assert_near(point->values[SWEEP_EXCESS], 0.596649438, 0);
    assert_near(point->values[SWEEP_ORDER_STAR], 1.34012105, 0);
    assert_int_equal(sweep.claim.verdict, CLAIM_REPRODUCED);
    assert_near(sweep.claim.value, 0.941, 0);
    assert_near(sweep.claim.threshold, 0.8, 0);
    assert_near(sweep.claim.within_seeds, 0.871, 0);
    release();
    edit_run_file(CLAIMS, "within_seeds", "together");
    load();
    assert_true(isnan(sweep.claim.within_seeds));
    release();
}

static void means_are_over_the_seeds(void **state)
{
    (void)state;
    write_table("a.b", "1,b=1,1,2,,,,,\n1,b=1,2,3,,,,,\n1,b=1,3,7,,,,,\n2,b=2,1,5,,,,,\n"
                       "2,b=2,2,,,,,,\n");
    load();
    struct sweep_mean mean = sweep_mean(&sweep, SWEEP_SPINDLE_WEIGHT, (const size_t[]){0, 0});
    double half = 4.302652730 * sqrt(7.0 / 3); /* t(.975, 2), variance (4 + 1 + 9) / 2 */
    assert_near(mean.mean, 4, 1e-15);
    assert_near(mean.interval.low, 4 - half, 1e-8);
    assert_near(mean.interval.high, 4 + half, 1e-8);
    mean = sweep_mean(&sweep, SWEEP_SPINDLE_WEIGHT, (const size_t[]){1, 0});
    assert_near(mean.mean, 5, 0);
    assert_true(isnan(mean.interval.low) && isnan(mean.interval.high));
    assert_true(isnan(sweep_mean(&sweep, SWEEP_EXCESS, (const size_t[]){0, 0}).mean));
    release();
}

static void levels_are_ordered(void **state)
{
    (void)state;
    write_table("a.b,c.d", "10,x,s1,1,,,,,,\n2,x,s2,1,,,,,,\n-3,7,s3,1,,,,,,\n2,7,s4,1,,,,,,\n");
    load();
    const struct sweep_key *numbers = &sweep.keys[0], *words = &sweep.keys[1];
    assert_int_equal(numbers->n_levels, 3);
    assert_near(numbers->levels[0].number, -3, 0);
    assert_string_equal(numbers->levels[2].text, "10");
    assert_int_equal(sweep.points[0].level[0], 2);
    assert_int_equal(sweep.points[3].level[0], 1);
    assert_false(words->is_numeric);
    assert_string_equal(words->levels[0].text, "x");
    assert_int_equal(sweep.points[3].level[1], 1);
    release();
}

static void levels_lie_where_they_belong(void **state)
{
    (void)state;
    struct sweep_key key = {
        .is_numeric = 1, .n_levels = 3, .levels = {{"0", 0}, {"1", 1}, {"4", 4}}};
    struct sweep_axis axis = sweep_axis_make(&key, 100, 568);
    assert_false(axis.is_log);
    assert_near(sweep_axis_x(&axis, 1) - sweep_axis_x(&axis, 0), 100, 1e-9);
    assert_near(sweep_axis_x(&axis, 2) - sweep_axis_x(&axis, 0), 400, 1e-9);
    assert_near(sweep_axis_pitch(&axis), 100, 1e-9);
    key.levels[0].number = 0.25; /* a factor of 16: from here 1 and 4 are as far apart */
    axis = sweep_axis_make(&key, 100, 568);
    assert_true(axis.is_log);
    assert_near(sweep_axis_x(&axis, 1) - sweep_axis_x(&axis, 0), 200, 1e-9);
    key.is_numeric = 0;
    axis = sweep_axis_make(&key, 100, 400);
    assert_near(sweep_axis_x(&axis, 0), 150, 1e-9);
    assert_near(sweep_axis_x(&axis, 2), 350, 1e-9);
    key.n_levels = 1;
    assert_near(sweep_axis_x(&axis, 0), 250, 1e-9);
    assert_near(sweep_axis_pitch(&axis), 300, 1e-9);
}

static void only_what_all_runs_share_is_said(void **state)
{
    (void)state;
    char text[DESCRIBE_BYTES];
    struct result_about runs[2] = {{.title = "MNIST",
                                    .network = "MLP",
                                    .extraction = "exact",
                                    .masking = "grid",
                                    .version = "1",
                                    .n_players = 10,
                                    .n_seeds = 1,
                                    .n_traced = {5, 6},
                                    .n_samples = {2000, 30},
                                    .label_noise = 0.05}};
    runs[1] = runs[0];
    describe_runs(runs, 2, text, sizeof text);
    assert_string_equal(text, "MNIST · MLP · 2,000 training (5% of labels wrong) + 30 held-out "
                              "samples · traced: 5 + 6 · 10 players · 1 seed");
    runs[1].network = "LeNet";
    runs[1].n_players = 12;
    runs[1].masking = "none";
    describe_runs(runs, 2, text, sizeof text);
    assert_string_equal(text, "MNIST · 2,000 training (5% of labels wrong) + 30 held-out samples · "
                              "traced: 5 + 6 · 1 seed");
    describe_method(runs, 2, text, sizeof text);
    assert_string_equal(text, "extraction: exact · phasetrace 1");
    describe_runs(runs, 0, text, sizeof text);
    assert_string_equal(text, "");
}

/* ---- Figures ---- */

static void the_figure_carries_the_settings(void **state)
{
    (void)state;
    invent_sweep(3, NOISE);
    assert_sound_figure();
    struct picture picture;
    png_textp texts;
    open_picture(&picture, files[0]);
    int n_texts = png_get_text(picture.png, picture.info, &texts, NULL), n_found = 0;
    for (int t = 0; t < n_texts; t++)
        n_found += strcmp(texts[t].text, "What changes with data.label_noise") == 0 ||
                   strcmp(texts[t].text, "MNIST · MLP 784-256-256-10 · 2,000 training + 2,000 "
                                         "held-out samples · traced: 50 + 50 · 10 players · "
                                         "3 seeds · 12 runs of 4 settings") == 0;
    assert_int_equal(n_found, 2);
    close_picture(&picture);
}

static void assert_pixel(const char *name, size_t x, size_t y, struct colour colour)
{
    struct picture picture;
    open_picture(&picture, name);
    png_bytep pixel = png_get_rows(picture.png, picture.info)[y] + 3 * x;
    assert_near(pixel[0], 255 * colour.red, 1);
    assert_near(pixel[1], 255 * colour.green, 1);
    assert_near(pixel[2], 255 * colour.blue, 1);
    close_picture(&picture);
}

/* The first panel reaches from (152, 248) to (630.7, 542), levels from 34 units inside; 10 is as
 * far below its end as 5% of it. */
static void points_are_drawn_where_they_belong(void **state)
{
    (void)state;
    write_table("a.b", "1,b=1,1,10,,,,,\n0,b=0,1,0,,,,,\n");
    write_run_file(CLAIMS, "[{\"id\": \"D15\", \"value\": null, \"threshold\": 0.8, "
                           "\"reproduced\": null, \"reason\": \"two levels\"}]");
    assert_sound_figure();
    assert_pixel(files[0], 597, 262, colour_blue);
    assert_pixel(files[0], 186, 536, colour_blue);
    assert_pixel(files[0], 391, 402, colour_blue);
    assert_pixel(files[0], 391, 370, colour_paper);
    assert_pixel(files[0], 1221, 262, colour_paper); /* the share, which is not measured */
}

static void the_ground_says_the_verdict(void **state)
{
    (void)state;
    static const char *const words[] = {"true", "false", "null"};
    static const struct colour *const grounds[] = {&colour_phase[0], &colour_phase[2],
                                                   &colour_phase[1]};
    for (size_t i = 0; i < 3; i++) {
        char verdict[64];
        invent_sweep(2, NOISE);
        snprintf(verdict, sizeof verdict, "\"reproduced\": %s", words[i]);
        edit_run_file(CLAIMS, "\"reproduced\": true", verdict);
        assert_sound_figure();
        assert_pixel(files[0], 1870, 140, *grounds[i]);
    }
    invent_sweep(2, "model.init=he,xavier");
    assert_sound_figure();
    assert_pixel(files[0], 1870, 140, colour_paper);
}

static void equal_sweeps_give_equal_bytes(void **state)
{
    (void)state;
    unsigned char *first[N_FORMATS], *second;
    size_t n_first[N_FORMATS], n_second;
    invent_sweep(2, NOISE " model.init=he,xavier");
    assert_int_equal(pt_report_figures(run_path, NULL), PT_OK);
    for (size_t i = 0; i < N_FORMATS; i++)
        read_figure(files[i], &first[i], &n_first[i]);
    invent_sweep(2, NOISE " model.init=he,xavier"); /* elsewhere */
    assert_int_equal(pt_report_figures(run_path, NULL), PT_OK);
    for (size_t i = 0; i < N_FORMATS; i++) {
        read_figure(files[i], &second, &n_second);
        assert_int_equal(n_first[i], n_second);
        assert_memory_equal(first[i], second, n_second);
        mem_free(first[i]);
        mem_free(second);
    }
}

/* The table alone is enough: runs that were not traced have no more. */
static void other_files_may_be_absent(void **state)
{
    (void)state;
    invent_sweep(2, NOISE);
    assert_int_equal(unlink(run_file(CLAIMS)), 0);
    assert_int_equal(unlink(run_file(ABOUT)), 0);
    load();
    assert_int_equal(sweep.claim.verdict, CLAIM_ABSENT);
    assert_int_equal(sweep.n_abouts, 3);
    release();
    assert_sound_figure();
    write_table("data.label_noise", "");
    assert_sound_figure();
    write_table("data.label_noise", "0,label_noise=0,1,,,,,,\n0.5,label_noise=0.5,1,,,,,,\n");
    assert_sound_figure();
}

static void all_kinds_of_keys_are_drawn(void **state)
{
    (void)state;
    static const char *const keys[] = {
        "data.label_noise=0.05",
        "model.init=he",
        "model.init=he,xavier model.hidden=4,8,16,32,64",
        "train.learning_rate=0.0001,0.001,0.01 train.batch_size=1,2,4,8,16,32,64,128,256,512",
        "train.momentum=0,0.1,0.2,0.3,0.4,0.5,0.6,0.7 trace.noise=0,1,2,3,4,5,6,7",
        "a.b=1e300,-1e300,1e-300",
        "a.b=0.12345678901234567,0.12345678901234568,1e-05",
        "data.path=" /* empty */,
        "data.path=Zoë,WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW",
        "a.b=01,02,03,04,05,06,07,08,09,0a,0b,0c,0d,0e,0f,0g,0h,0i,0j,0k,0l,0m,0n,0o,0p,0q,0r,0s",
    };
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        invent_sweep((int)(i % 3) + 1, keys[i]);
        assert_sound_figure();
    }
    write_table("\xff\x1b,c.d", "\xfe,\xc3\xab\t,s,1,1,1,,,,\n\xfe,\xc3,t,1,2,1,,,,\n");
    assert_sound_figure();
}

static void strange_values_are_drawn(void **state)
{
    (void)state;
    static const char *const values[] = {"0", "1e300", "-1e-300", "1.7e308", "-1.7e308"};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        char rows[2048] = "";
        for (int row = 0; row < 8; row++) {
            const char *value = values[row < 4 ? i : (size_t)row % 5];
            snprintf(rows + strlen(rows), sizeof rows - strlen(rows),
                     "%d,b=%d,%d,%s,%s,%s,%s,%s,%s\n", row / 2, row / 2, row % 2, value, value,
                     value, value, row == 1 ? "" : value, value);
        }
        write_table("a.b", rows);
        assert_sound_figure();
    }
}

/* ---- Faults ---- */

struct fault {
    const char *file, *from, *to;
    long line; /* 0: the message has none */
    const char *message;
};

static const struct fault faults[] = {
    {TABLE, "spindle_weight", "spindle_height", 1, "spindle_weight"},
    {TABLE, "mean_order_end", "mean_order_last", 1, "mean_order_end"},
    {TABLE, "setting", "settings", 1, "setting"},
    {TABLE, ",seed", ",sowing", 1, "seed"},
    {TABLE, "data.label_noise,setting", "setting,data.label_noise", 1, "swept"},
    {TABLE, "setting,seed,train_loss,test_loss", "seed,train_loss,test_loss,setting", 1, "swept"},
    {TABLE, "0.126465219", "0.126465219x", 3, "loss_gap"},
    {TABLE, "0.126465219", "nan", 3, "loss_gap"},
    {TABLE, "label_noise=0,2", "label_noise=0,1", 3, "once more"},
    {TABLE, "label_noise=0,2", "../label_noise=0,2", 3, "setting"},
    {TABLE, "label_noise=0,2", "label_noise=0", 3, "cells"},
    {CLAIMS, "[", "{", 0, "JSON"},
    {CLAIMS, "\"reproduced\": true", "\"reproduced\": 1", 0, "reproduced"},
    {CLAIMS, "\"value\": 0.941", "\"value\": \"0.941\"", 0, "value"},
    {CLAIMS, "\"threshold\"", "\"limit\"", 0, "threshold"},
    {CLAIMS, "\"reason\": ", "\"reason\": [], \"old\": ", 0, "reason"},
    {ABOUT, "\"network\"", "\"net\"", 0, "network"},
};

static void faults_are_named_with_their_place(void **state)
{
    (void)state;
    invent_sweep(3, NOISE);
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        struct pt_error error = {0};
        char *whole = read_run_file(faults[i].file);
        edit_run_file(faults[i].file, faults[i].from, faults[i].to);
        int status = sweep_load(run_path, &sweep, &error);
        sweep_release(&sweep);
        if (status != PT_E_DATA || strcmp(error.file, run_file(faults[i].file)) != 0 ||
            (faults[i].line != 0 && error.line != faults[i].line) ||
            !strstr(error.message, faults[i].message))
            fail_msg("fault %zu: status %d, %s:%ld: %s", i, status, error.file, error.line,
                     error.message);
        assert_int_equal(pt_report_figures(run_path, NULL), PT_E_DATA);
        assert_false(file_exists(run_file("figures")));
        write_run_file(faults[i].file, whole);
        mem_free(whole);
        assert_int_equal(mem_live_bytes(), 0);
    }
}

/* One more than a configuration may ask for. */
static void too_large_sweeps_are_refused(void **state)
{
    (void)state;
    char *rows = mem_alloc(RUN_FILE_BYTES, 1, NULL);
    struct pt_error error = {0};
    size_t length = 0;
    assert_non_null(rows);
    for (int i = 0; i < 65; i++)
        length +=
            (size_t)snprintf(rows + length, RUN_FILE_BYTES - length, "%d,s%d,1,,,,,,\n", i, i);
    write_table("a.b", rows);
    assert_int_equal(sweep_load(run_path, &sweep, &error), PT_E_DATA);
    assert_int_equal(error.line, 66);
    sweep_release(&sweep);
    length = 0;
    for (int i = 0; i < 9; i++)
        length += (size_t)snprintf(rows + length, RUN_FILE_BYTES - length, "%d,%d,s%d,1,,,,,,\n", i,
                                   i, i);
    write_table("a.b,c.d", rows);
    assert_int_equal(sweep_load(run_path, &sweep, &error), PT_E_DATA);
    sweep_release(&sweep);
    length = 0;
    for (int i = 0; i < 64 * 64 + 1; i++)
        length += (size_t)snprintf(rows + length, RUN_FILE_BYTES - length, "1,s,%d,,,,,,\n", i);
    write_table("a.b", rows);
    assert_int_equal(sweep_load(run_path, &sweep, &error), PT_E_DATA);
    sweep_release(&sweep);
    mem_free(rows);
    assert_int_equal(mem_live_bytes(), 0);
}

/* Cut anywhere: sound as far as it goes, or PT_E_DATA; never a crash or a leak. */
static void cut_tables_are_harmless(void **state)
{
    (void)state;
    invent_sweep(3, NOISE);
    char *whole = read_run_file(TABLE);
    size_t length = strlen(whole), n_errors = 0, n_cuts = 0;
    for (size_t kept = 0; kept < length; kept += 17, n_cuts++) {
        cut_run_file(TABLE, kept);
        int status = sweep_load(run_path, &sweep, NULL);
        sweep_release(&sweep);
        assert_true(status == PT_OK || status == PT_E_DATA);
        n_errors += status != PT_OK;
        write_run_file(TABLE, whole);
    }
    assert_true(10 * n_errors > 9 * n_cuts);
    mem_free(whole);
    assert_int_equal(mem_live_bytes(), 0);
}

static int load_and_release(void *user, struct pt_error *error)
{
    (void)user;
    int status = sweep_load(run_path, &sweep, error);
    sweep_release(&sweep);
    return status;
}

static int report(void *user, struct pt_error *error)
{
    (void)user;
    return pt_report_figures(run_path, error);
}

static void failures_leave_nothing_behind(void **state)
{
    (void)state;
    invent_sweep(2, "data.label_noise=0,0.1");
    assert_survives_memory_faults(load_and_release, NULL);
    assert_survives_file_faults(report, NULL);
    for (size_t i = 0; i < N_FORMATS; i++)
        assert_whole_file(files[i]);
    for (long nth = 1;; nth += 5) {
        struct pt_error error = {0};
        mem_fail_at(nth, 0);
        int status = pt_report_figures(run_path, &error);
        mem_fail_at(0, 0);
        assert_int_equal(mem_live_bytes(), 0);
        if (status == PT_OK)
            break;
        assert_int_equal(status, PT_E_MEMORY);
    }
    assert_int_equal(count_figures(), N_FORMATS);
}

static int remove_last_run(void **state)
{
    (void)state;
    remove_run();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_land_at_their_levels),
        cmocka_unit_test(means_are_over_the_seeds),
        cmocka_unit_test(levels_are_ordered),
        cmocka_unit_test(levels_lie_where_they_belong),
        cmocka_unit_test(only_what_all_runs_share_is_said),
        cmocka_unit_test(the_figure_carries_the_settings),
        cmocka_unit_test(points_are_drawn_where_they_belong),
        cmocka_unit_test(the_ground_says_the_verdict),
        cmocka_unit_test(equal_sweeps_give_equal_bytes),
        cmocka_unit_test(other_files_may_be_absent),
        cmocka_unit_test(all_kinds_of_keys_are_drawn),
        cmocka_unit_test(strange_values_are_drawn),
        cmocka_unit_test(faults_are_named_with_their_place),
        cmocka_unit_test(too_large_sweeps_are_refused),
        cmocka_unit_test(cut_tables_are_harmless),
        cmocka_unit_test(failures_leave_nothing_behind),
    };
    return cmocka_run_group_tests(tests, NULL, remove_last_run);
}
