/* Locks on directories: one holder at a time, who is named; none is left behind. */
#include "testing.h"

#include "base/fsio.h"
#include "base/lock.h"
#include "base/mem.h"
#include "faults.h"
#include "probed_lock.h"

static void one_at_a_time(void **state)
{
    (void)state;
    char directory[600], file[700], named[64];
    struct pt_error error;
    struct lock *first, *second;
    snprintf(directory, sizeof directory, "%s", scratch_directory());
    snprintf(file, sizeof file, "%s/lock", directory);
    snprintf(named, sizeof named, "process %ld on ", (long)getpid());
    assert_int_equal(lock_probe(directory, &error), PT_OK);
    assert_int_equal(lock_take(directory, &first, &error), PT_OK);
    assert_true(file_exists(file));
    assert_int_equal(lock_take(directory, &second, &error), PT_E_BUSY);
    assert_non_null(strstr(error.message, named));
    assert_int_equal(lock_probe(directory, &error), PT_E_BUSY);
    assert_non_null(strstr(error.message, named));
    lock_release(first);
    assert_false(file_exists(file));
    assert_int_equal(lock_probe(directory, &error), PT_OK);
    assert_int_equal(lock_take(directory, &second, &error), PT_OK);
    lock_release(second);
    assert_int_equal(mem_live_bytes(), 0);
}

static void a_file_that_nobody_holds_does_not_matter(void **state)
{
    (void)state;
    char directory[600], file[700];
    struct lock *lock;
    snprintf(directory, sizeof directory, "%s", scratch_directory());
    snprintf(file, sizeof file, "%s/lock", directory);
    assert_int_equal(file_replace(file, "process 1", 9, NULL), PT_OK);
    assert_int_equal(lock_probe(directory, NULL), PT_OK);
    assert_int_equal(lock_take(directory, &lock, NULL), PT_OK);
    lock_release(lock);
}

/* Who looks whether a directory is in use does not use it. */
static void a_probe_is_waited_for(void **state)
{
    (void)state;
    char directory[600];
    struct lock *lock;
    snprintf(directory, sizeof directory, "%s", scratch_directory());
    struct prober short_one = {.directory = directory, .hold_s = 0.01};
    prober_begin(&short_one);
    assert_int_equal(lock_take(directory, &lock, NULL), PT_OK);
    prober_end(&short_one);
    lock_release(lock);
    struct prober long_one = {.directory = directory, .hold_s = 3};
    prober_begin(&long_one);
    assert_int_equal(lock_take(directory, &lock, NULL), PT_E_BUSY);
    prober_end(&long_one);
    assert_int_equal(mem_live_bytes(), 0);
}

static int take_and_release(void *user, struct pt_error *error)
{
    struct lock *lock = NULL;
    int status = lock_take(user, &lock, error);
    lock_release(lock);
    return status;
}

static void failures(void **state)
{
    (void)state;
    char directory[600];
    struct lock *lock;
    snprintf(directory, sizeof directory, "%s", scratch_directory());
    assert_survives_memory_faults(take_and_release, directory);
    strcat(directory, "/none");
    assert_int_equal(lock_take(directory, &lock, NULL), PT_E_IO);
    assert_int_equal(lock_probe(directory, NULL), PT_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_at_a_time),
        cmocka_unit_test(a_file_that_nobody_holds_does_not_matter),
        cmocka_unit_test(a_probe_is_waited_for),
        cmocka_unit_test(failures),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
