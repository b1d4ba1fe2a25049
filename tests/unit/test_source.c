/* Networks that exist already: what is found, and which settings may be other than theirs. */
#include "member_files.h"

#include "faults.h"
#include "phasetrace/run.h"
#include "study/source.h"

static char directory[600], config_path[700];

static void make_run(void)
{
    snprintf(directory, sizeof directory, "%s/run", scratch_directory());
    snprintf(config_path, sizeof config_path, "%s/config.ini", directory);
    write_file(directory, "config.ini", "[run]\nname = r\n[train]\nepochs = 3\n");
    write_file(directory, "metrics.csv", "step\n");
    write_file(directory, "snapshots/step_00000000.safetensors", "");
    write_file(directory, "snapshots/step_00000012.safetensors", "");
    write_file(directory, "snapshots/last.safetensors", "");
    write_file(directory, "snapshots/step_1x.safetensors", "");
    write_file(directory, "snapshots/step_00000013.safetensors.tmp-1", "");
}

static int open_source(void *user, struct pt_error *error)
{
    (void)user;
    struct source *source;
    int status = source_open(directory, &source, error);
    if (status)
        return status;
    assert_int_equal(source->n, 2);
    assert_int_equal(source->steps[0], 0);
    assert_int_equal(source->steps[1], 12);
    assert_non_null(strstr(source->files[1], "/snapshots/step_00000012.safetensors"));
    source_free(source);
    return PT_OK;
}

static void snapshots_of_steps_are_found(void **state)
{
    (void)state;
    make_run();
    assert_int_equal(open_source(NULL, NULL), PT_OK);
    assert_survives_memory_faults(open_source, NULL);
}

static struct pt_config config;

static int configure(const char *set, struct pt_error *error)
{
    const char *sets[] = {set};
    return pt_run_source_config(directory, config_path, sets, set ? 1 : 0, &config, NULL, error);
}

static int configure_plainly(void *user, struct pt_error *error)
{
    return configure(user, error);
}

static void assert_differs(const char *set, const char *words)
{
    struct pt_error error = {0};
    assert_int_equal(configure(set, &error), PT_E_CONFIG);
    if (!strstr(error.message, words))
        fail_msg("%s", error.message);
    assert_int_equal(mem_live_bytes(), 0);
}

static void what_was_trained_stays(void **state)
{
    (void)state;
    make_run();
    assert_int_equal(configure(NULL, NULL), PT_OK);
    assert_int_equal(config.train.epochs, 3);
    static const char *const others[] = {
        "trace.players=4", "trace.solver=or",     "analysis.salience=0.1", "baselines.count=1",
        "run.name=other",  "run.threads=1",       "run.out=there",         "data.path=elsewhere",
        "train.epochs=3",  "baselines.seed=12345"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_int_equal(configure(others[i], NULL), PT_OK);
    assert_differs("train.epochs=4", "there train.epochs is 3, not 4;");
    assert_differs("run.seed=9", "there run.seed is 1, not 9;");
    assert_differs("run.seeds=1,2", "there run.seeds is empty, not 1");
    assert_differs("data.label_noise=0.5", "there data.label_noise is 0, not 0.5;");
    assert_differs("model.hidden=3", "model.hidden is 256, 256, not 3");
    assert_differs("snapshots.count=3", "snapshots.count is 20, not 3");
    assert_survives_memory_faults(configure_plainly, "trace.players=4");
}

static void a_model_is_its_weights(void **state)
{
    (void)state;
    make_run();
    char model[700];
    snprintf(model, sizeof model, "%s/snapshots/last.safetensors", directory);
    assert_int_equal(pt_run_source_config(model, config_path, NULL, 0, &config, NULL, NULL), PT_OK);
    assert_string_equal(config.model.weights, model);
    struct pt_error error = {0};
    const char *const sets[] = {"run.seeds=1..2"};
    assert_int_equal(pt_run_source_config(model, config_path, sets, 1, &config, NULL, &error),
                     PT_E_CONFIG);
    assert_int_equal(pt_run_source_config("absent", config_path, NULL, 0, &config, NULL, &error),
                     PT_E_IO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(snapshots_of_steps_are_found),
        cmocka_unit_test(what_was_trained_stays),
        cmocka_unit_test(a_model_is_its_weights),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
