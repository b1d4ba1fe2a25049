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
#include "fmt/png_read.h"
#include "fmt/safetensors.h"
#include "phasetrace/dataset.h"

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
    struct npy_header header;
    struct npy_array array;
    int status = npz_open(path, &reader, error);
    if (status)
        return status;
    for (size_t i = 0; i < npz_n_entries(reader); i++)
        npz_entry_header(reader, i, &header, NULL);
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

static int read_png(const char *path, struct pt_error *error)
{
    unsigned char *bytes;
    size_t n_bytes;
    struct png_image image = {0};
    int status = file_read(path, LIMIT_BYTES, &bytes, &n_bytes, error);
    if (status)
        return status;
    status = png_decode(path, bytes, n_bytes, &image, error);
    mem_free(bytes);
    mem_free(image.pixels);
    return status;
}

static int load(const struct pt_data_options *options, struct pt_error *error)
{
    struct pt_dataset *dataset;
    int status = pt_dataset_load(options, &dataset, error);
    if (!status)
        pt_dataset_free(dataset);
    return status;
}

/* As the only training batch of a set, whose test batch is sound. */
static int read_cifar(const char *path, struct pt_error *error)
{
    static const unsigned char sound[2 * 3073] = {3};
    static char folder[512];
    char batch[1024];
    unsigned char *bytes;
    size_t n_bytes;
    if (!folder[0])
        snprintf(folder, sizeof folder, "%s", scratch_directory());
    snprintf(batch, sizeof batch, "%s/test_batch.bin", folder);
    assert_int_equal(file_replace(batch, sound, sizeof sound, NULL), PT_OK);
    snprintf(batch, sizeof batch, "%s/data_batch_5.bin", folder);
    assert_int_equal(file_read(path, LIMIT_BYTES, &bytes, &n_bytes, NULL), PT_OK);
    assert_int_equal(file_replace(batch, bytes, n_bytes, NULL), PT_OK);
    mem_free(bytes);
    int status = load(&(struct pt_data_options){.set = "cifar10", .path = folder}, error);
    if (status && strcmp(error->file, batch) == 0)
        snprintf(error->file, sizeof error->file, "%s", path);
    return status;
}

/* A column or a number of samples that a damaged file does not have is as good a reason. */
static int read_table(const char *path, struct pt_error *error)
{
    const struct pt_data_options options = {
        .set = "csv", .path = path, .train_samples = 1, .test_samples = 1, .label = "y"};
    int status = load(&options, error);
    if (status != PT_E_CONFIG)
        return status;
    snprintf(error->file, sizeof error->file, "%s", path);
    return error->code = PT_E_DATA;
}

static const struct {
    const char *suffix;
    int (*read)(const char *path, struct pt_error *error);
} READERS[] = {{".idx3", read_idx},    {".npy", read_npy},
               {".npz", read_npz},     {".safetensors", read_safetensors},
               {".csv", read_csv},     {".png", read_png},
               {".cifar", read_cifar}, {".table", read_table}};

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
