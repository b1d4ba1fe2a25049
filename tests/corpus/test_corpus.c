/* Every file of the corpus is read or refused: no crash, no leak, a message that names the file.
 *
 * usage: test_corpus DIRECTORY LIST */
#include "../unit/testing.h"

#include "base/fsio.h"
#include "base/mem.h"
#include "fmt/csv.h"
#include "fmt/gzip.h"
#include "fmt/idx.h"
#include "fmt/npz.h"
#include "fmt/safetensors.h"

#define LIMIT_BYTES ((size_t)1 << 20)
#define MEMORY_LIMIT_BYTES ((size_t)64 << 20)

static const char *directory, *list;

static int read_idx(const char *path, struct pt_error *error)
{
    unsigned char *bytes;
    size_t n_bytes;
    struct idx_array array;
    int status = gzip_read(path, LIMIT_BYTES, &bytes, &n_bytes, error);
    if (status)
        return status;
    status = idx_parse(path, bytes, n_bytes, 3, &array, error);
    mem_free(bytes);
    return status;
}

static int read_npy(const char *path, struct pt_error *error)
{
    struct npy_array array;
    int status = npy_read(path, LIMIT_BYTES, NPY_F8, &array, error);
    if (!status)
        mem_free(array.values);
    return status;
}

static int read_npz(const char *path, struct pt_error *error)
{
    struct npz_reader *reader;
    struct npy_array array;
    int status = npz_open(path, &reader, error);
    if (status)
        return status;
    status = npz_read(reader, "a", NPY_F8, &array, error);
    if (!status)
        mem_free(array.values);
    npz_close(reader);
    return status;
}

static int read_safetensors(const char *path, struct pt_error *error)
{
    struct safetensors *file;
    int status = safetensors_read(path, &file, error);
    if (!status)
        safetensors_free(file);
    return status;
}

static int read_csv(const char *path, struct pt_error *error)
{
    struct csv_table *table;
    size_t column;
    int status = csv_read(path, &table, error);
    if (status)
        return status;
    status = csv_column(table, "strength", CSV_NUMBERS, &column, error);
    csv_free(table);
    return status;
}

static const struct {
    const char *suffix;
    int (*read)(const char *path, struct pt_error *error);
} READERS[] = {{".idx3", read_idx},
               {".npy", read_npy},
               {".npz", read_npz},
               {".safetensors", read_safetensors},
               {".csv", read_csv}};

static int read_by_suffix(const char *path, struct pt_error *error)
{
    for (size_t i = 0; i < sizeof READERS / sizeof READERS[0]; i++)
        if (strcmp(strrchr(path, '.'), READERS[i].suffix) == 0)
            return READERS[i].read(path, error);
    fail_msg("%s: no reader for this suffix", path);
    return PT_OK;
}

static void check(const char *name)
{
    char path[1024];
    struct pt_error error = {0};
    assert_int_equal(path_join(path, sizeof path, directory, name, NULL), PT_OK);
    int status = read_by_suffix(path, &error);
    if (mem_live_bytes() != 0)
        fail_msg("%s: %zu bytes are left", name, mem_live_bytes());
    if (status == PT_OK && strncmp(name, "bad-", 4) == 0)
        fail_msg("%s: was read", name);
    if (status == PT_OK)
        return;
    if (status != PT_E_DATA || error.code != status)
        fail_msg("%s: status %d, in the record %d: %s", name, status, error.code, error.message);
    if (strcmp(error.file, path) != 0 || error.message[0] == '\0')
        fail_msg("%s: the message does not name it: %s: %s", name, error.file, error.message);
}

static void every_file_is_read_or_refused(void **state)
{
    (void)state;
    unsigned char *names;
    size_t n_bytes;
    assert_int_equal(file_read(list, (size_t)1 << 24, &names, &n_bytes, NULL), PT_OK);
    char *copy = malloc(n_bytes + 1);
    memcpy(copy, names, n_bytes + 1);
    mem_free(names);
    mem_set_limit(MEMORY_LIMIT_BYTES);
    size_t n_checked = 0;
    for (char *name = strtok(copy, "\n"); name; name = strtok(NULL, "\n"), n_checked++)
        check(name);
    mem_set_limit(0);
    free(copy);
    assert_true(n_checked > 1000);
}

int main(int argc, char **argv)
{
    if (argc != 3)
        return 2;
    directory = argv[1];
    list = argv[2];
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_file_is_read_or_refused)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
