/* Reading configurations: what lands where, and the report on each file of the corpus. */
#include "testing.h"

#include "base/fsio.h"
#include "base/mem.h"
#include "phasetrace/config.h"

#include <dirent.h>
#include <unistd.h>

#define CORPUS SOURCE_ROOT "/tests/corpus/ini"

static char path[600];
static struct pt_config config;

static void write_text(const char *content)
{
    assert_int_equal(file_replace(path, content, strlen(content), NULL), PT_OK);
}

static void assert_read(const char *content, const char *const *sets, size_t n_sets)
{
    struct pt_error error = {0};
    write_text(content);
    if (pt_config_read(path, sets, n_sets, &config, NULL, &error) != PT_OK)
        fail_msg("%s", error.message);
}

/* The report on --set arguments alone, or on what they do to a file. */
static void assert_report(const char *file, const char *const *sets, size_t n_sets,
                          const char *expected)
{
    struct pt_error error = {0};
    char *report;
    assert_int_equal(pt_config_read(file, sets, n_sets, &config, &report, &error), PT_E_CONFIG);
    assert_string_equal(report, expected);
    assert_int_equal(error.code, PT_E_CONFIG);
    assert_string_equal(error.file, "");
    size_t n = strlen(error.message);
    assert_memory_equal(error.message, expected, n);
    assert_true(n + 1 == strlen(expected) || n == sizeof error.message - 1);
    pt_config_free_text(report);
    assert_int_equal(mem_live_bytes(), 0);
}

static void assert_set_report(const char *set, const char *expected)
{
    assert_report(NULL, &set, 1, expected);
}

static void defaults(void **state)
{
    (void)state;
    assert_int_equal(pt_config_read(NULL, NULL, 0, &config, NULL, NULL), PT_OK);
    assert_string_equal(config.run.name, "run");
    assert_true(config.run.seed == 1);
    assert_int_equal(config.run.threads, 0);
    assert_string_equal(config.run.out, "");
    assert_string_equal(config.data.set, "mnist");
    assert_string_equal(config.data.path, "");
    assert_int_equal(config.data.train_samples, 2000);
    assert_int_equal(config.data.test_samples, 2000);
    assert_int_equal(config.data.third_samples, 0);
    assert_int_equal(config.data.classes.n, 0);
    assert_true(config.data.label_noise == 0);
    assert_int_equal(config.data.inputs, 20);
    assert_int_equal(config.data.relevant, 10);
    assert_true(config.data.density == 0.7);
    assert_int_equal(config.data.terms.n, 6);
    assert_string_equal(config.model.preset, "mlp");
    assert_int_equal(config.model.hidden.n, 2);
    assert_int_equal(config.model.hidden.items[0], 256);
    assert_int_equal(config.model.hidden.items[1], 256);
    assert_int_equal(config.model.layers.n, 0);
    assert_true(config.model.width == 1);
    assert_int_equal(config.model.init, PT_INIT_PYTORCH);
    assert_string_equal(config.model.weights, "");
    assert_int_equal(config.train.optimizer, PT_OPTIMIZER_SGD);
    assert_true(config.train.learning_rate == 0.01);
    assert_true(config.train.momentum == 0.9);
    assert_int_equal(config.train.nesterov, PT_NO);
    assert_true(config.train.beta1 == 0.9 && config.train.beta2 == 0.999);
    assert_true(config.train.epsilon == 1e-8);
    assert_true(config.train.weight_decay == 0);
    assert_int_equal(config.train.schedule, PT_RATE_CONSTANT);
    assert_int_equal(config.train.step_epochs.n, 0);
    assert_true(config.train.step_factor == 0.1);
    assert_true(config.train.final_rate == 0 && config.train.warmup_epochs == 0);
    assert_int_equal(config.train.shift, 0);
    assert_int_equal(config.train.flip, PT_NO);
    assert_int_equal(config.train.batch_size, 64);
    assert_int_equal(config.train.epochs, 100);
    assert_int_equal(config.snapshots.schedule, PT_SNAPSHOTS_DENSE_EARLY);
    assert_int_equal(config.snapshots.count, 20);
    assert_int_equal(config.trace.samples, 50);
    assert_int_equal(config.trace.players, 10);
    assert_int_equal(config.trace.grid, 4);
    assert_int_equal(config.trace.cells, PT_CELLS_NOCORNER);
    assert_int_equal(config.trace.cell_list.n, 0);
    assert_int_equal(config.trace.draw, PT_DRAW_SHARED);
    assert_string_equal(config.trace.layer, "input");
    assert_int_equal(config.trace.baseline, PT_BASELINE_CHANNEL_MEAN);
    assert_int_equal(config.trace.background, PT_BACKGROUND_KEEP);
    assert_int_equal(config.trace.solver, PT_SOLVER_EXACT);
    assert_true(config.trace.gap == 1e-4);
}

static void every_key_lands_in_its_field(void **state)
{
    (void)state;
    assert_read("\xEF\xBB\xBF; all of them\r\n"
                "[run]\r\nname = a name\nseed = 9\nthreads = 2\nout = /tmp/x y\n"
                "[data]\nset=idx\npath=../d\ntrain_samples=1\ntest_samples=2\nthird_samples=3\n"
                "classes = 3, 1\nlabel_noise = .05 ; five per cent\n"
                "inputs = 64\nrelevant = 32\ndensity = 0.25\nterms = or3 -1, and32 2\n"
                "[model]\n  preset = layers\n\thidden = 10\n  init = xavier\nwidth = 0.5\n"
                "layers = relu, dense 7,\n; then\n dense classes no-bias\n"
                "weights = ../w x.safetensors\n"
                "[train]\noptimizer = sgd\nlearning_rate = 1\nmomentum = 0.5\n"
                "nesterov = yes\nbeta1 = 0.1\nbeta2 = 0.2\nepsilon = 0.3\nschedule = step\n"
                "step_epochs = 30, 60\nstep_factor = 0.5\nfinal_rate = 0.25\n"
                "warmup_epochs = 1.5\nshift = 4\nflip = yes\n"
                "weight_decay = 5e-4\nbatch_size = 128\nepochs = 256\n"
                "[snapshots]\nschedule = epochs\ncount = 5\n"
                "[trace]\nsamples = 7\nplayers = 3\ngrid = 8\ncells = 63, 0, 12\n"
                "draw = per-sample\nlayer = relu1\nbaseline = zero\nbackground = mask\n"
                "solver = or\ngap = 0.01",
                NULL, 0);
    assert_string_equal(config.run.name, "a name");
    assert_true(config.run.seed == 9);
    assert_int_equal(config.run.threads, 2);
    assert_string_equal(config.run.out, "/tmp/x y");
    assert_string_equal(config.data.set, "idx");
    assert_string_equal(config.data.path, "../d");
    assert_int_equal(config.data.train_samples, 1);
    assert_int_equal(config.data.test_samples, 2);
    assert_int_equal(config.data.third_samples, 3);
    assert_int_equal(config.data.classes.n, 2);
    assert_int_equal(config.data.classes.items[0], 3);
    assert_int_equal(config.data.classes.items[1], 1);
    assert_true(config.data.label_noise == 0.05);
    assert_int_equal(config.data.inputs, 64);
    assert_int_equal(config.data.relevant, 32);
    assert_true(config.data.density == 0.25);
    assert_int_equal(config.data.terms.n, 2);
    assert_int_equal(config.data.terms.items[1].order, 32);
    assert_string_equal(config.model.preset, "layers");
    assert_int_equal(config.model.layers.n, 3);
    assert_int_equal(config.model.layers.items[1].size, 7);
    assert_int_equal(config.model.layers.items[2].no_bias, 1);
    assert_true(config.model.width == 0.5);
    assert_int_equal(config.model.hidden.n, 1);
    assert_int_equal(config.model.hidden.items[0], 10);
    assert_int_equal(config.model.init, PT_INIT_XAVIER);
    assert_string_equal(config.model.weights, "../w x.safetensors");
    assert_true(config.train.learning_rate == 1);
    assert_true(config.train.momentum == 0.5);
    assert_int_equal(config.train.nesterov, PT_YES);
    assert_true(config.train.beta1 == 0.1 && config.train.beta2 == 0.2);
    assert_true(config.train.epsilon == 0.3);
    assert_int_equal(config.train.schedule, PT_RATE_STEP);
    assert_int_equal(config.train.step_epochs.n, 2);
    assert_int_equal(config.train.step_epochs.items[1], 60);
    assert_true(config.train.step_factor == 0.5 && config.train.final_rate == 0.25);
    assert_true(config.train.warmup_epochs == 1.5);
    assert_int_equal(config.train.shift, 4);
    assert_int_equal(config.train.flip, PT_YES);
    assert_true(config.train.weight_decay == 5e-4);
    assert_int_equal(config.train.batch_size, 128);
    assert_int_equal(config.train.epochs, 256);
    assert_int_equal(config.snapshots.schedule, PT_SNAPSHOTS_EPOCHS);
    assert_int_equal(config.snapshots.count, 5);
    assert_int_equal(config.trace.samples, 7);
    assert_int_equal(config.trace.players, 3);
    assert_int_equal(config.trace.grid, 8);
    assert_int_equal(config.trace.cells, PT_CELLS_LIST);
    assert_int_equal(config.trace.cell_list.n, 3);
    assert_int_equal(config.trace.cell_list.items[0], 63);
    assert_int_equal(config.trace.draw, PT_DRAW_PER_SAMPLE);
    assert_string_equal(config.trace.layer, "relu1");
    assert_int_equal(config.trace.baseline, PT_BASELINE_ZERO);
    assert_int_equal(config.trace.background, PT_BACKGROUND_MASK);
    assert_int_equal(config.trace.solver, PT_SOLVER_OR);
    assert_true(config.trace.gap == 0.01);
}

static void sets_win_over_the_file(void **state)
{
    (void)state;
    static const char *const sets[] = {"train.epochs=5", " train . batch_size =  32 ",
                                       "run.out=a=b.c", "train.epochs=6", "model.hidden="};
    assert_read("[train]\nepochs = 3\nmomentum = 0\n[run]\nout = x\n", sets, 5);
    assert_int_equal(config.train.epochs, 6);
    assert_int_equal(config.train.batch_size, 32);
    assert_true(config.train.momentum == 0);
    assert_string_equal(config.run.out, "a=b.c");
    assert_int_equal(config.model.hidden.n, 0);
}

static void a_run_is_called_like_its_file(void **state)
{
    (void)state;
    static const char *const named = "run.name=given";
    assert_read("", NULL, 0);
    assert_string_equal(config.run.name, "my.config");
    assert_read("[run]\nname = other\n", NULL, 0);
    assert_string_equal(config.run.name, "other");
    assert_read("", &named, 1);
    assert_string_equal(config.run.name, "given");

    char odd[700];
    snprintf(odd, sizeof odd, "%s/a ;b.ini", scratch_directory());
    assert_int_equal(file_replace(odd, "", 0, NULL), PT_OK);
    assert_int_equal(pt_config_read(odd, NULL, 0, &config, NULL, NULL), PT_OK);
    assert_string_equal(config.run.name, "run");
}

static void faults_of_set_are_shown(void **state)
{
    (void)state;
    assert_set_report("train.learning_rte=0.1",
                      "--set: unknown key 'learning_rte' in [train]; did you mean "
                      "'learning_rate'?\n"
                      "      | --set train.learning_rte=0.1\n"
                      "      |             ^~~~~~~~~~~~\n");
    assert_set_report("trian.epochs=1", "--set: unknown section [trian]; did you mean [train]?\n"
                                        "      | --set trian.epochs=1\n"
                                        "      |       ^~~~~\n");
    assert_set_report("data.epochs=1", "--set: unknown key 'epochs' in [data]; it belongs in "
                                       "[train]\n"
                                       "      | --set data.epochs=1\n"
                                       "      |            ^~~~~~\n");
    assert_set_report("trace.players = ten",
                      "--set: 'ten' is not a whole number: expected a whole number from 2 to 20\n"
                      "      | --set trace.players = ten\n"
                      "      |                       ^~~\n");
    assert_set_report("epochs=5.0", "--set: expected section.key=value\n"
                                    "      | --set epochs=5.0\n"
                                    "      |       ^~~~~~~~~~\n");
    assert_set_report("train.epochs", "--set: expected section.key=value\n"
                                      "      | --set train.epochs\n"
                                      "      |       ^~~~~~~~~~~~\n");
    assert_set_report("", "--set: expected section.key=value\n");
    assert_set_report(".=", "--set: unknown section []\n"
                            "      | --set .=\n"
                            "      |       ^\n");
    assert_set_report("train.epochs=", "--set: a value is missing: expected a whole number from 1 "
                                       "to 100000\n"
                                       "      | --set train.epochs=\n"
                                       "      |                    ^\n");
    assert_set_report("run.name=a\nb", "--set: name cannot hold a control character\n"
                                       "      | --set run.name=a?b\n"
                                       "      |                 ^\n");
    assert_set_report("run.out=a ; b", "--set: out cannot hold a ';' at its start or after a "
                                       "blank\n"
                                       "      | --set run.out=a ; b\n"
                                       "      |                 ^\n");
}

static void overlong_sets_are_refused(void **state)
{
    (void)state;
    char set[100000];
    memset(set, 'x', sizeof set - 1);
    set[sizeof set - 1] = '\0';
    memcpy(set, "run.out=", 8);
    const char *const sets[] = {set};
    char *report;
    assert_int_equal(pt_config_read(NULL, sets, 1, &config, &report, NULL), PT_E_CONFIG);
    assert_non_null(strstr(report, "--set: longer than the limit of 8192 bytes\n"));
    assert_true(strlen(report) < 500);
    pt_config_free_text(report);
    set[199] = '\0';
    assert_int_equal(pt_config_read(NULL, sets, 1, &config, &report, NULL), PT_E_CONFIG);
    assert_non_null(strstr(report, "--set: longer than the limit of 198 bytes\n"));
    pt_config_free_text(report);
    set[198] = '\0';
    assert_int_equal(pt_config_read(NULL, sets, 1, &config, NULL, NULL), PT_OK);
    assert_string_equal(config.run.out, set + 8);
}

/* A list is written in several lines, so it may be longer than one. */
static void long_lists_can_be_set(void **state)
{
    (void)state;
    char set[9000] = "model.layers=";
    const char *const sets[] = {set};
    for (int i = 0; i < PT_MAX_LAYER_SPECS - 1; i++)
        strcat(set, "conv 65536 3x3 padding 1, ");
    strcat(set, " dense classes ");
    const char *const both[] = {set, "model.preset=layers"};
    assert_int_equal(pt_config_read(NULL, both, 2, &config, NULL, NULL), PT_OK);
    assert_int_equal(config.model.layers.n, PT_MAX_LAYER_SPECS);
    char *report;
    strcat(set, "no-bais");
    assert_int_equal(pt_config_read(NULL, sets, 1, &config, &report, NULL), PT_E_CONFIG);
    assert_string_equal(
        report, "--set: 'no-bais' is no option of dense: expected dense OUTPUTS|classes [no-bias]; "
                "did you mean 'no-bias'?\n"
                "      | --set ...onv 65536 3x3 padding 1,  dense classes no-bais\n"
                "      |                                                  ^~~~~~~\n");
    pt_config_free_text(report);
}

/* One report on everything: the file's problems by line, then the arguments', then no others. */
static void file_and_sets_are_reported_together(void **state)
{
    (void)state;
    static const char *const sets[] = {"train.epochs=0", "nonsense", "trace.grid=3"};
    static const char content[] = "[trace]\nplayers = 9\nsolver = x\n[train]\nepochs = 7\njunk\n";
    assert_int_equal(chdir(scratch_directory()), 0);
    assert_int_equal(file_replace("x.ini", content, sizeof content - 1, NULL), PT_OK);
    assert_report("x.ini", sets, 3,
                  "x.ini:3:10: 'x' is unknown: expected one of exact, and, or, sgd\n"
                  "    3 | solver = x\n"
                  "      |          ^\n"
                  "x.ini:6:1: expected 'key = value' or '[section]'\n"
                  "    6 | junk\n"
                  "      | ^~~~\n"
                  "--set: '0' is out of range: expected a whole number from 1 to 100000\n"
                  "      | --set train.epochs=0\n"
                  "      |                    ^\n"
                  "--set: expected section.key=value\n"
                  "      | --set nonsense\n"
                  "      |       ^~~~~~~~\n"
                  "--set: 9 players need as many cells: grid = 3 with cells = nocorner has 5\n"
                  "      | --set trace.grid=3\n"
                  "      |                  ^\n");
}

static void unreadable_files_are_not_configuration_errors(void **state)
{
    (void)state;
    struct pt_error error = {0};
    char *report = path;
    assert_int_equal(pt_config_read("/nonexistent.ini", NULL, 0, &config, &report, &error),
                     PT_E_IO);
    assert_null(report);
    assert_string_equal(error.file, "/nonexistent.ini");
    assert_int_equal(pt_config_read("/", NULL, 0, &config, &report, &error), PT_E_IO);
    assert_int_equal(mem_live_bytes(), 0);
}

static char *read_expected(const char *name)
{
    char file[300];
    size_t n_stem = strlen(name) - strlen(".ini"), n;
    unsigned char *data;
    snprintf(file, sizeof file, "%.*s.expected", (int)n_stem, name);
    if (file_read(file, 1 << 20, &data, &n, NULL) != PT_OK)
        fail_msg("%s is missing", file);
    return (char *)data;
}

/* Each malformed file gives exactly the report that is kept beside it. */
static void corpus_reports_are_as_expected(void **state)
{
    (void)state;
    assert_int_equal(chdir(CORPUS), 0);
    DIR *directory = opendir(".");
    assert_non_null(directory);
    int n_files = 0;
    for (struct dirent *entry; (entry = readdir(directory));) {
        const char *end = strrchr(entry->d_name, '.');
        if (!end || strcmp(end, ".ini") != 0)
            continue;
        char *expected = read_expected(entry->d_name), *report = NULL;
        assert_int_equal(pt_config_read(entry->d_name, NULL, 0, &config, &report, NULL),
                         PT_E_CONFIG);
        assert_string_equal(report, expected);
        mem_free(expected);
        pt_config_free_text(report);
        n_files++;
    }
    closedir(directory);
    assert_true(n_files >= 64);
    assert_int_equal(mem_live_bytes(), 0);
}

/* Under each lost allocation: PT_E_MEMORY, nothing left behind; with faults and without. */
static void memory_faults_leave_nothing(void **state)
{
    (void)state;
    static const char *const contents[] = {"[model]\nhidden = 5,\n6\n",
                                           "[train]\nepochs = x\njunk\n"};
    for (int faulty = 0; faulty < 2; faulty++) {
        write_text(contents[faulty]);
        int status;
        long nth = 1;
        do {
            struct pt_error error = {0};
            char *report = NULL;
            mem_fail_at(nth++, 0);
            status = pt_config_read(path, NULL, 0, &config, &report, &error);
            mem_fail_at(0, 0);
            assert_true((status == PT_E_CONFIG) == (report != NULL));
            pt_config_free_text(report);
            assert_int_equal(mem_live_bytes(), 0);
        } while (status == PT_E_MEMORY);
        assert_int_equal(status, faulty ? PT_E_CONFIG : PT_OK);
        assert_true(nth > 5);
    }
}

int main(void)
{
    path_join(path, sizeof path, scratch_directory(), "my.config.ini", NULL);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults),
        cmocka_unit_test(every_key_lands_in_its_field),
        cmocka_unit_test(sets_win_over_the_file),
        cmocka_unit_test(a_run_is_called_like_its_file),
        cmocka_unit_test(faults_of_set_are_shown),
        cmocka_unit_test(overlong_sets_are_refused),
        cmocka_unit_test(long_lists_can_be_set),
        cmocka_unit_test(file_and_sets_are_reported_together),
        cmocka_unit_test(unreadable_files_are_not_configuration_errors),
        cmocka_unit_test(corpus_reports_are_as_expected),
        cmocka_unit_test(memory_faults_leave_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
