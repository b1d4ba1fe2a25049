/* What is left of a run: kept, made again, or refused. */
#include "member_files.h"

#include "faults.h"
#include "study/member.h"

static struct pt_config config;
static char directory[600];

static void make_run(const char *state_name)
{
    char *text, manifest[80];
    snprintf(directory, sizeof directory, "%s/run", scratch_directory());
    pt_config_default(&config);
    config.run.threads = 3;
    assert_int_equal(pt_config_print(&config, 0, &text, NULL), PT_OK);
    write_file(directory, "config.ini", text);
    pt_config_free_text(text);
    snprintf(manifest, sizeof manifest, "{\"state\": \"%s\"}", state_name);
    write_file(directory, "manifest.json", manifest);
    write_file(directory, "analysis/claims.json", "[]");
    config.run.threads = 1;
    strcpy(config.run.out, "elsewhere");
}

static void assert_state(int with_trace, enum member_state expected)
{
    struct member member;
    assert_int_equal(member_examine(&config, with_trace, NULL, directory, &member, NULL), PT_OK);
    assert_int_equal(member.state, expected);
    assert_int_equal(mem_live_bytes(), 0);
}

static void assert_refused(int code, const char *words)
{
    struct member member;
    struct pt_error error = {0};
    assert_int_equal(member_examine(&config, 0, NULL, directory, &member, &error), code);
    assert_non_null(strstr(error.message, words));
    assert_int_equal(mem_live_bytes(), 0);
}

static void remove_file(const char *name)
{
    char path[700];
    snprintf(path, sizeof path, "%s/%s", directory, name);
    assert_int_equal(remove(path), 0);
}

static void states(void **state)
{
    (void)state;
    make_run("finished");
    assert_state(1, MEMBER_FINISHED);
    remove_file("analysis/claims.json");
    assert_state(0, MEMBER_FINISHED);
    assert_state(1, MEMBER_UNFINISHED);
    static const char *const others[] = {"running", "stopped", "diverged", "failed"};
    for (size_t i = 0; i < 4; i++) {
        make_run(others[i]);
        assert_state(1, MEMBER_UNFINISHED);
    }
    strcat(directory, "/none");
    assert_state(1, MEMBER_ABSENT);
    assert_int_equal(directory_create(directory, NULL), PT_OK);
    assert_state(1, MEMBER_ABSENT);
}

static void another_configuration_is_refused(void **state)
{
    (void)state;
    make_run("finished");
    config.train.epochs = 7;
    assert_refused(PT_E_CONFIG, "it has train.epochs = 100, not 7; go on");
    make_run("stopped");
    config.train.epochs = 7;
    config.run.seed = 5;
    assert_refused(PT_E_CONFIG, "it has run.seed = 1, not 5; train.epochs = 100, not 7; go on");
    make_run("stopped"); /* the hashes of data and weights are compared, not their places */
    strcpy(config.data.path, "elsewhere");
    strcpy(config.model.weights, "elsewhere");
    config.snapshots.checkpoint_s = 1;
    assert_state(1, MEMBER_UNFINISHED);
}

static void what_is_no_run_is_refused(void **state)
{
    (void)state;
    make_run("finished");
    remove_file("manifest.json");
    assert_state(1, MEMBER_UNFINISHED);
    write_file(directory, "diary.txt", "dear diary");
    assert_refused(PT_E_CONFIG, "but diary.txt");
    make_run("finished");
    write_file(directory, "manifest.json", "{\"format\": 2, \"state\": \"stopped\"}");
    assert_refused(PT_E_DATA, "of a newer version");
    write_file(directory, "manifest.json", "{}");
    assert_refused(PT_E_DATA, "no state");
    write_file(directory, "manifest.json", "{");
    assert_refused(PT_E_DATA, "not valid JSON");
    strcat(directory, "/config.ini");
    assert_refused(PT_E_CONFIG, "is a file");
}

static void networks_from_elsewhere(void **state)
{
    (void)state;
    struct member member;
    struct pt_error error = {0};
    make_run("stopped");
    assert_int_equal(member_examine(&config, 1, "old", directory, &member, &error), PT_E_CONFIG);
    assert_contains(error.message, "trains its network, no traces of old");
    write_file(directory, "manifest.json", "{\"state\": \"stopped\", \"source\": \"old\"}");
    assert_refused(PT_E_CONFIG, "`train trace old --out ");
    assert_int_equal(member_examine(&config, 1, "new", directory, &member, &error), PT_E_CONFIG);
    assert_contains(error.message, "holds traces of old");
    assert_int_equal(member_examine(&config, 1, "old", directory, &member, NULL), PT_OK);
    assert_int_equal(member.state, MEMBER_UNFINISHED);
    remove_file("manifest.json");
    assert_int_equal(member_examine(&config, 1, "new", directory, &member, NULL), PT_OK);
    assert_int_equal(mem_live_bytes(), 0);
}

static int examine(void *user, struct pt_error *error)
{
    return member_examine(&config, 1, NULL, directory, user, error);
}

static void memory_faults_leave_nothing(void **state)
{
    (void)state;
    struct member found;
    make_run("finished");
    assert_survives_memory_faults(examine, &found);
    assert_int_equal(found.state, MEMBER_FINISHED);
    remove_file("manifest.json");
    assert_survives_memory_faults(examine, &found);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(states),
        cmocka_unit_test(another_configuration_is_refused),
        cmocka_unit_test(what_is_no_run_is_refused),
        cmocka_unit_test(networks_from_elsewhere),
        cmocka_unit_test(memory_faults_leave_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
