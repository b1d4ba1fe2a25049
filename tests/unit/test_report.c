/* The figures of a run: there, sound, the same every time, and all or nothing. */
#include "report_run.h"

#include "phasetrace/report.h"

#include <dirent.h>
#include <png.h>

static const char *const names[] = {"two_phases.png",   "two_phases.svg",   "two_phases.pdf",
                                    "order_shares.png", "order_shares.svg", "order_shares.pdf",
                                    "losses.png",       "losses.svg",       "losses.pdf"};
#define N_NAMES (sizeof names / sizeof *names)

static void need_cairo(void)
{
    if (!pt_report_available())
        skip();
}

static void read_figure(const char *name, unsigned char **data, size_t *n_bytes)
{
    char path[1024];
    assert_int_equal(path_join(path, sizeof path, run_file("figures"), name, NULL), PT_OK);
    assert_int_equal(file_read(path, 1 << 26, data, n_bytes, NULL), PT_OK);
}

/* Files in RUN/figures; 0 when there is no such directory. */
static size_t count_figures(void)
{
    DIR *directory = opendir(run_file("figures"));
    if (!directory)
        return 0;
    size_t n = 0;
    for (struct dirent *entry; (entry = readdir(directory));)
        n += entry->d_name[0] != '.';
    closedir(directory);
    return n;
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
    assert_int_equal(count_figures(), N_NAMES);
    for (size_t i = 0; i < N_NAMES; i++) {
        unsigned char *data;
        size_t n_bytes;
        read_figure(names[i], &data, &n_bytes);
        const char *extension = strrchr(names[i], '.');
        if (strcmp(extension, ".pdf") == 0) {
            assert_memory_equal(data, "%PDF-", 5);
            assert_non_null(strstr((char *)data + n_bytes - 8, "%%EOF"));
        } else if (strcmp(extension, ".svg") == 0) {
            assert_non_null(strstr((char *)data, "viewBox=\"0 0 1920 1080\""));
            assert_non_null(strstr((char *)data + n_bytes - 8, "</svg>"));
        }
        mem_free(data);
    }
    assert_int_equal(mem_live_bytes(), 0);
}

/* A decoded PNG of RUN/figures. */
struct picture {
    png_structp png;
    png_infop info;
    FILE *file;
};

static void open_picture(struct picture *picture, const char *name)
{
    char path[1024];
    assert_int_equal(path_join(path, sizeof path, run_file("figures"), name, NULL), PT_OK);
    picture->file = fopen(path, "rb");
    assert_non_null(picture->file);
    picture->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
    picture->info = png_create_info_struct(picture->png);
    png_init_io(picture->png, picture->file);
    png_read_png(picture->png, picture->info, PNG_TRANSFORM_IDENTITY, NULL);
    assert_int_equal(png_get_image_width(picture->png, picture->info), 1920);
    assert_int_equal(png_get_image_height(picture->png, picture->info), 1080);
}

static void close_picture(struct picture *picture)
{
    png_destroy_read_struct(&picture->png, &picture->info, NULL);
    fclose(picture->file);
}

static void pictures_carry_the_settings(void **state)
{
    (void)state;
    need_cairo();
    make_run();
    assert_int_equal(pt_report_figures(run_path, NULL), PT_OK);
    for (size_t i = 0; i < N_NAMES; i += 3) {
        struct picture picture;
        open_picture(&picture, names[i]);
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

/* No ink within 15 pixels of the border: nothing is clipped by the page. */
static void assert_clear_border(const char *name)
{
    struct picture picture;
    open_picture(&picture, name);
    png_bytepp rows = png_get_rows(picture.png, picture.info);
    size_t n_inked = 0;
    for (size_t y = 0; y < 1080; y++)
        for (size_t x = 0; x < 1920; x++) {
            int is_border = y < 15 || y >= 1080 - 10 || x < 15 || x >= 1920 - 15;
            if (rows[y][3 * x] == 255 && rows[y][3 * x + 1] == 255 && rows[y][3 * x + 2] == 255)
                continue;
            if (is_border)
                fail_msg("%s: ink at (%zu, %zu)", name, x, y);
            n_inked++;
        }
    assert_true(n_inked > 5000);
    close_picture(&picture);
}

static void assert_sound_figures(void)
{
    struct pt_error error = {0};
    if (pt_report_figures(run_path, &error) != PT_OK)
        fail_msg("%s", error.message);
    for (size_t i = 0; i < N_NAMES; i += 3)
        assert_clear_border(names[i]);
    assert_int_equal(mem_live_bytes(), 0);
}

static void every_run_gives_the_same_bytes(void **state)
{
    (void)state;
    need_cairo();
    unsigned char *first[N_NAMES], *second;
    size_t n_first[N_NAMES], n_second;
    make_run();
    assert_int_equal(pt_report_figures(run_path, NULL), PT_OK);
    for (size_t i = 0; i < N_NAMES; i++)
        read_figure(names[i], &first[i], &n_first[i]);
    make_run(); /* elsewhere */
    assert_int_equal(pt_report_figures(run_path, NULL), PT_OK);
    assert_int_equal(pt_report_figures(run_path, NULL), PT_OK);
    for (size_t i = 0; i < N_NAMES; i++) {
        read_figure(names[i], &second, &n_second);
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
    assert_int_equal(pt_report_figures("/nowhere/at/all", &error), PT_E_IO);
    assert_int_equal(mem_live_bytes(), 0);
}

/* A single checkpoint, and a run of which only headers were written. */
static void short_runs_are_drawn(void **state)
{
    (void)state;
    need_cairo();
    static const char *const tables[] = {"metrics.csv", "analysis/mean_order.csv",
                                         "analysis/orders.csv"};
    make_run();
    for (size_t i = 0; i < 3; i++) {
        char *text = read_run_file(tables[i]);
        cut_run_file(tables[i], (size_t)(strstr(text, "\n1,") - text) + 1);
        mem_free(text);
    }
    assert_sound_figures();
    for (size_t i = 0; i < 3; i++) {
        char *text = read_run_file(tables[i]);
        cut_run_file(tables[i], (size_t)(strchr(text, '\n') - text) + 1);
        mem_free(text);
    }
    assert_sound_figures();
}

/* Writes `value` into every numeric cell but the steps and orders. */
static void fill_table(const char *name, const char *value)
{
    char *text = read_run_file(name), *filled = mem_alloc(1 << 20, 1, NULL), *end = filled;
    assert_non_null(filled);
    size_t column = 0, line = 0;
    for (char *cell = text; *cell; column++) {
        size_t length = strcspn(cell, ",\n");
        int keep = line == 0 || column == 0 || (cell[0] >= 'a' && cell[0] <= 'z') ||
                   (strstr(name, "orders") && column == 4);
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
        fill_table("metrics.csv", values[i]);
        fill_table("analysis/orders.csv", values[i]);
        fill_table("analysis/mean_order.csv", values[i]);
        assert_sound_figures();
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
        edit_run_file("analysis/about.json", "\"title\": \"", title);
        assert_sound_figures();
    }
}

/* Whatever write fails: an error that says so, no temporary file, and old figures stay whole. */
static void failing_writes_leave_whole_files(void **state)
{
    (void)state;
    need_cairo();
    make_run();
    for (long nth = 1;; nth += 3) {
        struct pt_error error = {0};
        file_fail_at(nth, (int)(nth % 2));
        int status = pt_report_figures(run_path, &error);
        file_fail_at(0, 0);
        assert_int_equal(mem_live_bytes(), 0);
        assert_true(count_figures() <= N_NAMES);
        for (size_t i = 0; i < N_NAMES; i += 3) {
            char path[1024];
            path_join(path, sizeof path, run_file("figures"), names[i], NULL);
            if (!file_exists(path))
                continue;
            struct picture picture;
            open_picture(&picture, names[i]);
            close_picture(&picture);
        }
        if (status == PT_OK) {
            assert_true(nth > 5 * (long)N_NAMES);
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
    assert_int_equal(count_figures(), N_NAMES);
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
        cmocka_unit_test(strange_values_are_drawn),
        cmocka_unit_test(strange_descriptions_are_drawn),
        cmocka_unit_test(failing_writes_leave_whole_files),
        cmocka_unit_test(failing_allocations_leave_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
