/* Files: atomic replacement under every failing operation, limits, full devices. */
#include "testing.h"

#include "faults.h"

#include "base/fsio.h"
#include "base/mem.h"

#include <dirent.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static void assert_content(const char *path, const char *expected)
{
    unsigned char *data;
    size_t n;
    assert_int_equal(file_read(path, 1 << 20, &data, &n, NULL), PT_OK);
    assert_int_equal(n, strlen(expected));
    assert_memory_equal(data, expected, n);
    mem_free(data);
}

static int count_entries(const char *path)
{
    DIR *directory = opendir(path);
    assert_non_null(directory);
    int n = 0;
    for (struct dirent *e; (e = readdir(directory));)
        n += e->d_name[0] != '.';
    closedir(directory);
    return n;
}

static void written_files_read_back(void **state)
{
    (void)state;
    char path[600];
    path_join(path, sizeof path, scratch_directory(), "f", NULL);
    struct file_writer *writer;
    assert_int_equal(file_create(path, &writer, NULL), PT_OK);
    assert_false(file_exists(path));
    char *big = mem_alloc(300000, 1, NULL);
    memset(big, 'x', 299999);
    assert_int_equal(file_write(writer, big, 299999, NULL), PT_OK);
    assert_int_equal(file_printf(writer, NULL, "%d\n", 42), PT_OK);
    assert_int_equal(file_commit(writer, NULL), PT_OK);
    unsigned char *data;
    size_t n;
    assert_int_equal(file_read(path, 1 << 20, &data, &n, NULL), PT_OK);
    assert_int_equal(n, 300002);
    assert_memory_equal(data, big, 299999);
    assert_memory_equal(data + 299999, "42\n", 4); /* and the closing zero */
    mem_free(data);
    mem_free(big);
    assert_int_equal(mem_live_bytes(), 0);
}

/* Whatever fails, the old content or the new one is there, and no temporary stays. */
static void replacement_is_atomic_under_faults(void **state)
{
    (void)state;
    char directory[512], path[600];
    snprintf(directory, sizeof directory, "%s", scratch_directory());
    path_join(path, sizeof path, directory, "f", NULL);
    for (int and_after = 0; and_after < 2; and_after++) {
        for (long nth = 1;; nth++) {
            assert_int_equal(file_replace(path, "old", 3, NULL), PT_OK);
            struct pt_error error = {0};
            file_fail_at(nth, and_after);
            int status = file_replace(path, "new", 3, &error);
            file_fail_at(0, 0);
            assert_int_equal(count_entries(directory), 1);
            if (status == PT_OK) {
                assert_content(path, "new");
                assert_true(nth > 4);
                break;
            }
            assert_int_equal(status, PT_E_IO);
            assert_non_null(strstr(error.message, "No space left"));
            unsigned char *data;
            size_t n;
            assert_int_equal(file_read(path, 100, &data, &n, NULL), PT_OK);
            assert_true(memcmp(data, "old", 3) == 0 || memcmp(data, "new", 3) == 0);
            mem_free(data);
        }
    }
    assert_int_equal(mem_live_bytes(), 0);
}

static void full_device_is_reported(void **state)
{
    (void)state;
    struct pt_error error = {0};
    assert_int_equal(file_append("/dev/full", "x", 1, &error), PT_E_IO);
    assert_non_null(strstr(error.message, "No space left"));
}

/* A limit on the size of files is a disk that takes only a part of what is written. */
static void failed_append_leaves_no_half_line(void **state)
{
    (void)state;
    char path[600];
    snprintf(path, sizeof path, "%s/log", scratch_directory());
    assert_int_equal(file_append(path, "first\n", 6, NULL), PT_OK);
    struct rlimit old, small;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
    small = old;
    small.rlim_cur = 9;
    void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    int status = file_append(path, "second\n", 7, NULL);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
    signal(SIGXFSZ, handler);
    assert_int_equal(status, PT_E_IO);
    assert_content(path, "first\n");
}

static void bad_reads_say_why(void **state)
{
    (void)state;
    struct pt_error error = {0};
    unsigned char *data;
    size_t n;
    char directory[512], path[600];
    snprintf(directory, sizeof directory, "%s", scratch_directory());
    path_join(path, sizeof path, directory, "absent", NULL);
    assert_int_equal(file_read(path, 10, &data, &n, &error), PT_E_IO);
    assert_string_equal(error.file, path);
    assert_int_equal(file_read(directory, 10, &data, &n, &error), PT_E_IO);
    assert_int_equal(file_replace(path, "0123456789x", 11, NULL), PT_OK);
    assert_int_equal(file_read(path, 10, &data, &n, &error), PT_E_DATA);
    assert_int_equal(mem_live_bytes(), 0);
}

/* Nobody ever writes into the pipe: opening it to read would wait for ever. */
static void only_regular_files_are_read(void **state)
{
    (void)state;
    struct pt_error error = {0};
    unsigned char *data;
    size_t n;
    char pipe[600];
    path_join(pipe, sizeof pipe, scratch_directory(), "pipe", NULL);
    assert_int_equal(mkfifo(pipe, 0600), 0);
    const char *const paths[] = {pipe, "/dev/zero", "/dev/null"};
    alarm(5);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(file_read(paths[i], 10, &data, &n, &error), PT_E_IO);
        assert_string_equal(error.file, paths[i]);
        assert_string_equal(error.message, "is not a regular file");
    }
    alarm(0);
}

static void directories_are_made_with_parents(void **state)
{
    (void)state;
    char path[700];
    snprintf(path, sizeof path, "%s/a/b/c", scratch_directory());
    assert_true(directory_is_empty(path));
    assert_int_equal(directory_create(path, NULL), PT_OK);
    assert_int_equal(directory_create(path, NULL), PT_OK);
    assert_true(file_is_directory(path));
    assert_true(directory_is_empty(path));
    assert_true(directory_free_bytes(path) > 0);
    strcat(path, "/f");
    assert_int_equal(file_append(path, "1", 1, NULL), PT_OK);
    assert_int_equal(file_append(path, "2", 1, NULL), PT_OK);
    assert_content(path, "12");
    struct pt_error error = {0};
    assert_int_equal(directory_create(path, &error), PT_E_IO);
    *strrchr(path, '/') = '\0';
    assert_true(directory_has(path, "f"));
    assert_false(directory_has(path, "g"));
    assert_true(directory_has_only(path, "f"));
    assert_false(directory_has_only(path, "g"));
    assert_false(directory_is_empty(path));
    assert_int_equal(path_join(path, 5, "long", "name", &error), PT_E_IO);
}

static int list(void *user, struct pt_error *error)
{
    struct arena arena = {0};
    char **names;
    size_t n_names;
    int status = directory_list(user, &arena, &names, &n_names, error);
    if (!status) {
        static const char *const expected[] = {".hidden", "B", "a", "d", "link"};
        assert_int_equal(n_names, 5);
        for (size_t i = 0; i < 5; i++)
            assert_string_equal(names[i], expected[i]);
    }
    arena_release(&arena);
    return status;
}

static void directories_are_listed_and_removed(void **state)
{
    (void)state;
    static const char *const files[] = {"a", "B", ".hidden", "d/e/f"};
    char root[600], directory[640], path[700];
    snprintf(root, sizeof root, "%s", scratch_directory());
    snprintf(directory, sizeof directory, "%s/run", root);
    snprintf(path, sizeof path, "%s/d/e", directory);
    assert_int_equal(directory_create(path, NULL), PT_OK);
    for (size_t i = 0; i < 4; i++) {
        snprintf(path, sizeof path, "%s/%s", directory, files[i]);
        assert_int_equal(file_append(path, "1", 1, NULL), PT_OK);
    }
    char kept[700];
    snprintf(kept, sizeof kept, "%s/kept", root);
    assert_int_equal(directory_create(kept, NULL), PT_OK);
    strcat(kept, "/f");
    assert_int_equal(file_append(kept, "1", 1, NULL), PT_OK);
    snprintf(path, sizeof path, "%s/link", directory);
    assert_int_equal(symlink("../kept", path), 0);
    assert_survives_memory_faults(list, directory);
    assert_int_equal(directory_remove(directory, NULL), PT_OK);
    assert_false(file_exists(directory));
    assert_content(kept, "1");
    assert_int_equal(directory_remove(directory, NULL), PT_E_IO);
    struct pt_error error = {0};
    assert_int_equal(list(directory, &error), PT_E_IO);
    assert_int_equal(mem_live_bytes(), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(written_files_read_back),
        cmocka_unit_test(replacement_is_atomic_under_faults),
        cmocka_unit_test(full_device_is_reported),
        cmocka_unit_test(failed_append_leaves_no_half_line),
        cmocka_unit_test(bad_reads_say_why),
        cmocka_unit_test(only_regular_files_are_read),
        cmocka_unit_test(directories_are_made_with_parents),
        cmocka_unit_test(directories_are_listed_and_removed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
