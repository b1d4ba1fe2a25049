/* npz: round trips, NumPy's own archives, reproducible bytes, damage at every byte, faults. */
#include "testing.h"

#include "base/fsio.h"
#include "faults.h"
#include "fmt/npz.h"
#include "quick_file.h"

/* numpy.savez_compressed(f, a=numpy.arange(6, dtype="<i4").reshape(2, 3)), numpy 1.24. */
static const unsigned char COMPRESSED[] = {
    0x50, 0x4b, 0x03, 0x04, 0x14, 0x00, 0x00, 0x00, 0x08, 0x00, 0x00, 0x00, 0x21, 0x00, 0x50, 0xb4,
    0x4d, 0x84, 0x55, 0x00, 0x00, 0x00, 0x98, 0x00, 0x00, 0x00, 0x05, 0x00, 0x14, 0x00, 0x61, 0x2e,
    0x6e, 0x70, 0x79, 0x01, 0x00, 0x10, 0x00, 0x98, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x55,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x9b, 0xec, 0x17, 0xea, 0x1b, 0x10, 0xc9, 0xc8, 0x50,
    0xc6, 0x50, 0xad, 0x9e, 0x92, 0x5a, 0x9c, 0x5c, 0xa4, 0x6e, 0xa5, 0xa0, 0x6e, 0x93, 0x69, 0xa2,
    0xae, 0xa3, 0xa0, 0x9e, 0x96, 0x5f, 0x54, 0x52, 0x94, 0x98, 0x17, 0x9f, 0x5f, 0x94, 0x92, 0x0a,
    0x12, 0x77, 0x4b, 0xcc, 0x29, 0x4e, 0x05, 0x8a, 0x17, 0x67, 0x24, 0x16, 0xa4, 0x02, 0xf9, 0x1a,
    0x46, 0x3a, 0x0a, 0xc6, 0x9a, 0x3a, 0x0a, 0xb5, 0x0a, 0x64, 0x03, 0x2e, 0x06, 0x20, 0x60, 0x04,
    0x62, 0x26, 0x20, 0x66, 0x06, 0x62, 0x16, 0x20, 0x66, 0x05, 0x62, 0x00, 0x50, 0x4b, 0x01, 0x02,
    0x14, 0x03, 0x14, 0x00, 0x00, 0x00, 0x08, 0x00, 0x00, 0x00, 0x21, 0x00, 0x50, 0xb4, 0x4d, 0x84,
    0x55, 0x00, 0x00, 0x00, 0x98, 0x00, 0x00, 0x00, 0x05, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x80, 0x01, 0x00, 0x00, 0x00, 0x00, 0x61, 0x2e, 0x6e, 0x70, 0x79, 0x50,
    0x4b, 0x05, 0x06, 0x00, 0x00, 0x00, 0x00, 0x01, 0x00, 0x01, 0x00, 0x33, 0x00, 0x00, 0x00, 0x8c,
    0x00, 0x00, 0x00, 0x00, 0x00};

static const double MATRIX[2][3] = {{1, 2, 3}, {-4, 5e300, 0.1}};
static const int32_t LABELS[4] = {7, -1, 0, 2147483647};

static int write_two(void *path, struct pt_error *error)
{
    struct npz_writer *writer;
    int status = npz_create(path, &writer, error);
    if (status)
        return status;
    status = npz_add(writer, "matrix", NPY_F8, 2, (size_t[]){2, 3}, MATRIX, error);
    if (!status)
        status = npz_add(writer, "labels", NPY_I4, 1, (size_t[]){4}, LABELS, error);
    if (status) {
        npz_abandon(writer);
        return status;
    }
    return npz_commit(writer, error);
}

static int read_two(void *path, struct pt_error *error)
{
    struct npz_reader *reader;
    struct npy_array matrix = {0}, labels = {0};
    int status = npz_open(path, &reader, error);
    if (status)
        return status;
    status = npz_read(reader, "matrix", NPY_F8, &matrix, error);
    if (!status)
        status = npz_read(reader, "labels", NPY_I8, &labels, error);
    if (!status) {
        assert_int_equal(matrix.rank, 2);
        assert_int_equal(matrix.shape[1], 3);
        assert_memory_equal(matrix.values, MATRIX, sizeof MATRIX);
        for (int i = 0; i < 4; i++)
            assert_int_equal(((int64_t *)labels.values)[i], LABELS[i]);
    }
    mem_free(matrix.values);
    mem_free(labels.values);
    npz_close(reader);
    return status;
}

static void arrays_read_back(void **state)
{
    (void)state;
    const char *path = scratch_path("f.npz");
    assert_int_equal(write_two((void *)path, NULL), PT_OK);
    assert_int_equal(read_two((void *)path, NULL), PT_OK);
    struct npz_reader *reader;
    assert_int_equal(npz_open(path, &reader, NULL), PT_OK);
    assert_int_equal(npz_n_entries(reader), 2);
    assert_string_equal(npz_entry_name(reader, 1), "labels.npy");
    struct npy_array array;
    struct pt_error error = {0};
    assert_int_equal(npz_read(reader, "label", NPY_I4, &array, &error), PT_E_DATA);
    assert_string_equal(error.message, "has no array label");
    assert_int_equal(npz_read(reader, "matrix", NPY_F4, &array, &error), PT_E_DATA);
    assert_string_equal(error.message, "array matrix: elements are <f8, expected <f4");
    npz_close(reader);
    assert_int_equal(mem_live_bytes(), 0);
}

/* More numbers than are rounded at a time. */
static void doubles_are_rounded(void **state)
{
    (void)state;
    enum { N = 10007 };
    static double values[N];
    const size_t shape[] = {N};
    for (size_t i = 0; i < N; i++)
        values[i] = 1.0 / (double)(3 + i);
    struct npz_writer *writer;
    assert_int_equal(npz_create(scratch_path("f.npz"), &writer, NULL), PT_OK);
    assert_int_equal(npz_add_rounded(writer, "x", 1, shape, values, NULL), PT_OK);
    assert_int_equal(npz_add(writer, "y", NPY_F8, 1, shape, values, NULL), PT_OK);
    assert_int_equal(npz_commit(writer, NULL), PT_OK);
    struct npz_reader *reader;
    struct npy_array array;
    assert_int_equal(npz_open(scratch_path("f.npz"), &reader, NULL), PT_OK);
    assert_int_equal(npz_read(reader, "x", NPY_F4, &array, NULL), PT_OK);
    assert_int_equal(array.count, N);
    for (size_t i = 0; i < N; i++)
        assert_true(((float *)array.values)[i] == (float)values[i]);
    mem_free(array.values);
    npz_close(reader);
    unsigned char *bytes;
    size_t n_bytes;
    assert_int_equal(file_read(scratch_path("f.npz"), 1 << 20, &bytes, &n_bytes, NULL), PT_OK);
    mem_free(bytes);
    assert_true(n_bytes == npz_empty_bytes() + npz_array_bytes("x", NPY_F4, 1, shape) +
                               npz_array_bytes("y", NPY_F8, 1, shape));
}

static void same_arrays_give_the_same_bytes(void **state)
{
    (void)state;
    unsigned char *first, *second;
    size_t n_first, n_second;
    assert_int_equal(write_two((void *)scratch_path("f.npz"), NULL), PT_OK);
    assert_int_equal(file_read(scratch_path("f.npz"), 10000, &first, &n_first, NULL), PT_OK);
    assert_int_equal(write_two((void *)scratch_path("f.npz"), NULL), PT_OK);
    assert_int_equal(file_read(scratch_path("f.npz"), 10000, &second, &n_second, NULL), PT_OK);
    assert_int_equal(n_first, n_second);
    assert_memory_equal(first, second, n_first);
    mem_free(first);
    mem_free(second);
}

static void names_must_differ(void **state)
{
    (void)state;
    struct npz_writer *writer;
    const double one = 1;
    assert_int_equal(npz_create(scratch_path("f.npz"), &writer, NULL), PT_OK);
    assert_int_equal(npz_add(writer, "x", NPY_F8, 0, NULL, &one, NULL), PT_OK);
    assert_int_equal(npz_add(writer, "x", NPY_F8, 0, NULL, &one, NULL), PT_E_INTERNAL);
    npz_abandon(writer);
    assert_int_equal(mem_live_bytes(), 0);
}

static int read_compressed(void *path, struct pt_error *error)
{
    struct npz_reader *reader;
    int status = npz_open(path, &reader, error);
    if (status)
        return status;
    struct npy_array array;
    status = npz_read(reader, "a", NPY_F8, &array, error);
    if (!status) {
        assert_int_equal(array.shape[0], 2);
        for (int i = 0; i < 6; i++)
            assert_true(((double *)array.values)[i] == i);
        mem_free(array.values);
    }
    npz_close(reader);
    return status;
}

static void compressed_archives_are_read(void **state)
{
    (void)state;
    const char *path = scratch_path("f.npz");
    write_quickly(path, COMPRESSED, sizeof COMPRESSED);
    assert_int_equal(read_compressed((void *)path, NULL), PT_OK);
    assert_survives_memory_faults(read_compressed, (void *)path);
}

/* With one byte changed, an archive reads as before or is refused; nothing else may happen. */
static void damage_is_noticed(void **state)
{
    (void)state;
    char *path = (char *)scratch_path("f.npz");
    size_t n_refused = 0;
    for (size_t i = 0; i < sizeof COMPRESSED; i++) {
        unsigned char damaged[sizeof COMPRESSED];
        memcpy(damaged, COMPRESSED, sizeof damaged);
        damaged[i] ^= 0xff;
        write_quickly(path, damaged, sizeof damaged);
        struct pt_error error = {0};
        int status = read_compressed(path, &error);
        if (status) {
            assert_int_equal(status, PT_E_DATA);
            assert_string_equal(error.file, path);
            assert_true(error.message[0] != '\0');
            n_refused++;
        }
        assert_int_equal(mem_live_bytes(), 0);
    }
    /* 30 + 51 bytes of headers say nothing that matters (times, versions, attributes, the sizes
     * that the directory repeats); the content and its places do. */
    assert_true(n_refused > sizeof COMPRESSED - 81);
}

static void truncations_are_refused(void **state)
{
    (void)state;
    char *path = (char *)scratch_path("f.npz");
    unsigned char *whole;
    size_t n_whole;
    assert_int_equal(write_two(path, NULL), PT_OK);
    assert_int_equal(file_read(path, 10000, &whole, &n_whole, NULL), PT_OK);
    for (size_t n = 0; n < n_whole; n++) {
        write_quickly(path, whole, n);
        struct pt_error error = {0};
        assert_int_equal(read_two(path, &error), PT_E_DATA);
        assert_string_equal(error.file, path);
    }
    mem_free(whole);
    assert_int_equal(mem_live_bytes(), 0);
}

static void wrong_checksums_are_refused(void **state)
{
    (void)state;
    unsigned char *bytes;
    size_t n;
    char *path = (char *)scratch_path("f.npz");
    assert_int_equal(write_two(path, NULL), PT_OK);
    assert_int_equal(file_read(path, 10000, &bytes, &n, NULL), PT_OK);
    size_t value = 30 + 10 + 20 + 128; /* the first byte behind two headers */
    assert_memory_equal(bytes + value, MATRIX, sizeof MATRIX);
    bytes[value] ^= 1;
    write_quickly(path, bytes, n);
    mem_free(bytes);
    struct pt_error error = {0};
    assert_int_equal(read_two(path, &error), PT_E_DATA);
    assert_non_null(strstr(error.message, "array matrix: CRC-32"));
}

static void faults_leave_nothing(void **state)
{
    (void)state;
    char *path = (char *)scratch_path("f.npz");
    assert_survives_memory_faults(write_two, path);
    assert_survives_file_faults(write_two, path);
    assert_survives_memory_faults(read_two, path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arrays_read_back),
        cmocka_unit_test(doubles_are_rounded),
        cmocka_unit_test(same_arrays_give_the_same_bytes),
        cmocka_unit_test(names_must_differ),
        cmocka_unit_test(compressed_archives_are_read),
        cmocka_unit_test(damage_is_noticed),
        cmocka_unit_test(truncations_are_refused),
        cmocka_unit_test(wrong_checksums_are_refused),
        cmocka_unit_test(faults_leave_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
