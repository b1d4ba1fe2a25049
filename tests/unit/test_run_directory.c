/* Run directories: made for one run alone, whatever others do meanwhile. */
#include "testing.h"

#include "base/mem.h"
#include "faults.h"
#include "probed_lock.h"
#include "study/run_directory.h"

static struct pt_config config; /* with a directory that is not there */

static int set_up(void **state)
{
    (void)state;
    char text[] = "[run]\nname = small\n";
    const char *path = scratch_path("small.ini");
    assert_int_equal(file_replace(path, text, strlen(text), NULL), PT_OK);
    assert_int_equal(pt_config_read(path, NULL, 0, &config, NULL, NULL), PT_OK);
    snprintf(config.run.out, sizeof config.run.out, "%s/run", scratch_directory());
    return 0;
}

static const char *in_run(const char *name)
{
    static char path[2 * PT_PATH_BYTES];
    snprintf(path, sizeof path, "%s/%s", config.run.out, name);
    return path;
}

static void it_is_made_and_locked(void **state)
{
    (void)state;
    char path[PT_PATH_BYTES];
    struct lock *lock, *second;
    assert_int_equal(run_directory_check(&config, NULL), PT_OK);
    assert_int_equal(run_directory_make(&config, path, &lock, NULL), PT_OK);
    assert_string_equal(path, config.run.out);
    assert_int_equal(lock_probe(path, NULL), PT_E_BUSY);
    assert_int_equal(run_directory_make(&config, path, &second, NULL), PT_E_BUSY);
    assert_int_equal(file_replace(in_run("config.ini"), "", 0, NULL), PT_OK);
    assert_int_equal(run_directory_check(&config, NULL), PT_E_BUSY);
    lock_release(lock);
    assert_int_equal(run_directory_check(&config, NULL), PT_E_CONFIG);
    assert_int_equal(run_directory_make(&config, path, &second, NULL), PT_E_CONFIG);
    assert_int_equal(mem_live_bytes(), 0);
}

/* Of a process that was killed, or of one that has made the file and locks it next. */
static void a_lock_alone_is_no_run(void **state)
{
    (void)state;
    char path[PT_PATH_BYTES];
    struct lock *lock;
    assert_int_equal(directory_create(config.run.out, NULL), PT_OK);
    assert_int_equal(file_replace(in_run("lock"), "", 0, NULL), PT_OK);
    assert_int_equal(run_directory_check(&config, NULL), PT_OK);
    assert_int_equal(run_directory_make(&config, path, &lock, NULL), PT_OK);
    lock_release(lock);
}

static void what_was_made_meanwhile_is_not_written_over(void **state)
{
    (void)state;
    char path[PT_PATH_BYTES];
    struct pt_error error = {0};
    struct lock *lock = NULL;
    assert_int_equal(directory_create(config.run.out, NULL), PT_OK);
    struct prober other = {
        .directory = config.run.out, .file = in_run("config.ini"), .hold_s = 0.02};
    prober_begin(&other);
    assert_int_equal(run_directory_make(&config, path, &lock, &error), PT_E_CONFIG);
    prober_end(&other);
    assert_contains(error.message, "exists already");
    assert_null(lock);
    assert_false(file_exists(in_run("lock")));
    assert_int_equal(mem_live_bytes(), 0);
}

static int make_and_remove(void *unused, struct pt_error *error)
{
    (void)unused;
    char path[PT_PATH_BYTES];
    struct lock *lock = NULL;
    int status = run_directory_make(&config, path, &lock, error);
    lock_release(lock);
    rmdir(config.run.out);
    return status;
}

static void failures_leave_nothing(void **state)
{
    (void)state;
    assert_survives_memory_faults(make_and_remove, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(it_is_made_and_locked, set_up),
        cmocka_unit_test_setup(a_lock_alone_is_no_run, set_up),
        cmocka_unit_test_setup(what_was_made_meanwhile_is_not_written_over, set_up),
        cmocka_unit_test_setup(failures_leave_nothing, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
