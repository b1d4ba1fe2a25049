/* Seeds and sweeps: which lists are read, which settings they make, and how they are printed. */
#include "testing.h"

#include "base/fsio.h"
#include "base/mem.h"
#include "config/sweep.h"
#include "phasetrace/config.h"

static struct pt_config config, setting;

static int read_sets(const char *const *sets, size_t n_sets)
{
    return pt_config_read(NULL, sets, n_sets, &config, NULL, NULL);
}

static int read_one(const char *set)
{
    return read_sets(&set, 1);
}

static void assert_seeds(const char *text, size_t n, const uint64_t *seeds, const char *printed)
{
    struct value_problem problem;
    struct pt_seeds parsed;
    struct text again = {0};
    memset(&parsed, 0x5A, sizeof parsed);
    assert_true(seeds_parse(text, &parsed, &problem));
    assert_int_equal(parsed.n, n);
    for (size_t i = 0; i < n; i++)
        assert_true(parsed.items[i] == seeds[i]);
    seeds_print(&parsed, &again);
    assert_string_equal(again.data ? again.data : "", printed);
    text_release(&again);
}

static void seeds_are_numbers_and_ranges(void **state)
{
    (void)state;
    static const uint64_t some[] = {1, 2, 3, 9, 5, 6, INT64_MAX};
    assert_seeds("", 0, NULL, "");
    assert_seeds("7", 1, (const uint64_t[]){7}, "7");
    assert_seeds("1..3", 3, some, "1..3");
    assert_seeds("1,2 , 3", 3, some, "1..3");
    assert_seeds("1..3, 9, 5..6, 9223372036854775807", 7, some,
                 "1..3, 9, 5, 6, 9223372036854775807");
    assert_seeds("4..4", 1, (const uint64_t[]){4}, "4");
}

static void assert_seeds_refused(const char *text, size_t offset, size_t n_bytes)
{
    struct value_problem problem;
    struct pt_seeds parsed = {.n = 5}, before = parsed;
    assert_false(seeds_parse(text, &parsed, &problem));
    assert_int_equal(problem.offset, offset);
    assert_int_equal(problem.n_bytes, n_bytes);
    assert_memory_equal(&parsed, &before, sizeof parsed);
}

static void what_is_no_seed_is_refused(void **state)
{
    (void)state;
    assert_seeds_refused("1,", 2, 1);
    assert_seeds_refused("x", 0, 1);
    assert_seeds_refused("1..", 3, 1);
    assert_seeds_refused("..3", 0, 1);
    assert_seeds_refused("5..4", 0, 4);
    assert_seeds_refused("1, 2, 1", 6, 1);
    assert_seeds_refused("1..4, 3..9", 6, 4);
    assert_seeds_refused("-1", 0, 2);
    assert_seeds_refused("9223372036854775808", 0, 19);
    assert_seeds_refused("0..9223372036854775807", 0, 22);
    assert_seeds_refused("0..60, 70..73", 7, 6);
    assert_int_equal(read_one("run.seeds=0..63"), PT_OK);
    assert_int_equal(config.run.seeds.n, 64);
    assert_int_equal(read_one("run.seeds=0..64"), PT_E_CONFIG);
}

static void settings_are_the_product(void **state)
{
    (void)state;
    static const char *const sets[] = {"sweep.data.label_noise=0, 5e-2 ,0.1",
                                       "sweep.model.init=he, xavier", "train.epochs=9"};
    assert_int_equal(read_sets(sets, 3), PT_OK);
    assert_int_equal(pt_config_n_settings(&config), 6);
    static const double noise[] = {0, 0, 0.05, 0.05, 0.1, 0.1};
    for (size_t i = 0; i < 6; i++) {
        assert_int_equal(pt_config_setting(&config, i, &setting, NULL), PT_OK);
        assert_true(setting.data.label_noise == noise[i]);
        assert_int_equal(setting.model.init, i % 2 ? PT_INIT_XAVIER : PT_INIT_HE);
        assert_int_equal(setting.sweep.n, 0);
        assert_int_equal(setting.train.epochs, 9);
    }
    pt_config_default(&config);
    assert_int_equal(pt_config_n_settings(&config), 1);
    assert_int_equal(pt_config_setting(&config, 0, &setting, NULL), PT_OK);
    assert_memory_equal(&setting, &config, sizeof config);
}

static void the_command_line_replaces_and_ends_sweeps(void **state)
{
    (void)state;
    char path[600];
    snprintf(path, sizeof path, "%s/sweep.ini", scratch_directory());
    static const char text[] = "[sweep]\ntrain.epochs = 1, 2\ntrain.momentum = 0.5, 0.9\n";
    assert_int_equal(file_replace(path, text, strlen(text), NULL), PT_OK);
    static const char *const sets[] = {"sweep.train.epochs=", "sweep.train.batch_size=8,16,32",
                                       " sweep . train.momentum = 0.1 "};
    assert_int_equal(pt_config_read(path, sets, 3, &config, NULL, NULL), PT_OK);
    assert_int_equal(config.sweep.n, 2);
    assert_string_equal(config.sweep.keys[0].key, "train.momentum");
    assert_string_equal(config.sweep.keys[0].values, "0.1");
    assert_string_equal(config.sweep.keys[1].key, "train.batch_size");
    assert_int_equal(pt_config_n_settings(&config), 3);
    assert_int_equal(pt_config_read(path, sets + 1, 1, &config, NULL, NULL), PT_E_CONFIG);
}

static void every_setting_is_checked(void **state)
{
    (void)state;
    assert_int_equal(read_one("sweep.trace.players=4, 12"), PT_OK);
    assert_int_equal(read_one("sweep.trace.players=4, 13"), PT_E_CONFIG);
    /* The value that the sweep replaces is nobody's. */
    static const char *const replaced[] = {"trace.players=13", "sweep.trace.players=4, 12"};
    assert_int_equal(read_sets(replaced, 2), PT_OK);
    static const char *const pairs[] = {"sweep.trace.players=4, 6", "sweep.trace.grid=4, 3"};
    assert_int_equal(read_sets(pairs, 2), PT_E_CONFIG);
    assert_int_equal(read_one("sweep.train.epochs=1, 2, 01"), PT_E_CONFIG);
    assert_int_equal(read_one("sweep.train.epochs=1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14"),
                     PT_OK);
}

static void printing_reads_back(void **state)
{
    (void)state;
    static struct pt_config back;
    static const char *const sets[] = {"run.seeds=4..9, 2, 1", "sweep.train.learning_rate=.1,1e-2",
                                       "sweep.data.path=a b, c"};
    char path[600], *text;
    for (int documented = 0; documented < 2; documented++) {
        snprintf(path, sizeof path, "%s/run.ini", scratch_directory());
        assert_int_equal(read_sets(sets, 3), PT_OK);
        assert_int_equal(pt_config_print(&config, documented, &text, NULL), PT_OK);
        assert_int_equal(file_replace(path, text, strlen(text), NULL), PT_OK);
        assert_non_null(strstr(text, "\nseeds = 4..9, 2, 1\n"));
        assert_non_null(strstr(text, "\ntrain.learning_rate = .1,1e-2\ndata.path = a b, c\n"));
        pt_config_free_text(text);
        assert_int_equal(pt_config_read(path, NULL, 0, &back, NULL, NULL), PT_OK);
        assert_memory_equal(&back, &config, sizeof config);
    }
    struct pt_error error;
    strcpy(config.sweep.keys[0].values, "0, 101");
    assert_int_equal(pt_config_print(&config, 0, &text, &error), PT_E_CONFIG);
    assert_non_null(strstr(error.message, "the sweep of train.learning_rate cannot be written"));
    assert_int_equal(pt_config_setting(&config, 2, &setting, &error), PT_E_CONFIG);
    assert_int_equal(mem_live_bytes(), 0);
}

static void help_and_manual_know_it(void **state)
{
    (void)state;
    char *text;
    assert_int_equal(pt_config_help("sweep", &text, NULL), PT_OK);
    assert_memory_equal(text, "[sweep]\n  section.key: ", 23);
    pt_config_free_text(text);
    assert_int_equal(pt_config_help(NULL, &text, NULL), PT_OK);
    assert_non_null(strstr(text, "\n\n[sweep]\n"));
    pt_config_free_text(text);
    assert_int_equal(pt_config_help("seeds", &text, NULL), PT_OK);
    assert_null(strstr(text, "sweep"));
    pt_config_free_text(text);
    assert_int_equal(pt_config_manual(&text, NULL), PT_OK);
    assert_non_null(strstr(text, "\n## [sweep]\n"));
    pt_config_free_text(text);
    struct pt_error error;
    assert_int_equal(pt_config_help("swep", &text, &error), PT_E_CONFIG);
    assert_non_null(strstr(error.message, "did you mean 'sweep'?"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(seeds_are_numbers_and_ranges),
        cmocka_unit_test(what_is_no_seed_is_refused),
        cmocka_unit_test(settings_are_the_product),
        cmocka_unit_test(the_command_line_replaces_and_ends_sweeps),
        cmocka_unit_test(every_setting_is_checked),
        cmocka_unit_test(printing_reads_back),
        cmocka_unit_test(help_and_manual_know_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
