/* safetensors: the reference layout, round trips, refusal of every malformed header. */
#include "testing.h"

#include "base/fsio.h"
#include "faults.h"
#include "fmt/bytes.h"
#include "quick_file.h"
#include "fmt/safetensors.h"

static const float WEIGHT[6] = {1, 2, 3, -4, 5.5f, 0.1f};
static const float BIAS[2] = {7, 8};

static int write_two(void *path, struct pt_error *error)
{
    const struct safetensors_tensor tensors[] = {
        {.name = "fc.weight", .rank = 2, .shape = {2, 3}, .values = WEIGHT},
        {.name = "a \"b\"", .rank = 1, .shape = {2}, .values = BIAS},
    };
    const struct safetensors_pair metadata[] = {{"step", "12"}, {"config", "a = 1\n[b]\n"}};
    return safetensors_write(path, tensors, 2, metadata, 2, error);
}

static int read_and_free(void *path, struct pt_error *error)
{
    struct safetensors *file;
    int status = safetensors_read(path, &file, error);
    if (!status)
        safetensors_free(file);
    return status;
}

static void bytes_are_as_specified(void **state)
{
    (void)state;
    static const char header[] =
        "{\"__metadata__\":{\"step\":\"12\",\"config\":\"a = 1\\n[b]\\n\"},"
        "\"fc.weight\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[0,24]},"
        "\"a \\\"b\\\"\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[24,32]}}";
    size_t n_padded = (strlen(header) + 7) / 8 * 8;
    assert_int_equal(write_two((void *)scratch_path("m.safetensors"), NULL), PT_OK);
    unsigned char *bytes;
    size_t n;
    assert_int_equal(file_read(scratch_path("m.safetensors"), 10000, &bytes, &n, NULL), PT_OK);
    assert_int_equal(load_le64(bytes), n_padded);
    assert_memory_equal(bytes + 8, header, strlen(header));
    for (size_t i = strlen(header); i < n_padded; i++)
        assert_int_equal(bytes[8 + i], ' ');
    assert_memory_equal(bytes + 8 + n_padded, WEIGHT, sizeof WEIGHT);
    assert_memory_equal(bytes + 8 + n_padded + sizeof WEIGHT, BIAS, sizeof BIAS);
    assert_int_equal(n, 8 + n_padded + 32);
    mem_free(bytes);
}

static void tensors_read_back(void **state)
{
    (void)state;
    struct safetensors *file;
    assert_int_equal(write_two((void *)scratch_path("m.safetensors"), NULL), PT_OK);
    assert_int_equal(safetensors_read(scratch_path("m.safetensors"), &file, NULL), PT_OK);
    assert_int_equal(file->n_tensors, 2);
    assert_int_equal(file->n_metadata, 2);
    assert_string_equal(file->tensors[1].name, "a \"b\"");
    const struct safetensors_tensor *weight = safetensors_find(file, "fc.weight");
    assert_int_equal(weight->rank, 2);
    assert_int_equal(weight->shape[1], 3);
    assert_int_equal(weight->count, 6);
    assert_memory_equal(weight->values, WEIGHT, sizeof WEIGHT);
    assert_memory_equal(file->tensors[1].values, BIAS, sizeof BIAS);
    assert_null(safetensors_find(file, "fc"));
    assert_string_equal(safetensors_metadata(file, "config"), "a = 1\n[b]\n");
    assert_null(safetensors_metadata(file, "fc.weight"));
    safetensors_free(file);
    safetensors_free(NULL);
    assert_int_equal(mem_live_bytes(), 0);
}

static void names_that_cannot_be_are_not_written(void **state)
{
    (void)state;
    struct safetensors_tensor tensors[] = {{.name = "x", .rank = 0, .values = BIAS},
                                           {.name = "x", .rank = 0, .values = BIAS}};
    const struct safetensors_pair pair = {"key", "\xff"};
    const char *path = scratch_path("m.safetensors");
    assert_int_equal(safetensors_write(path, tensors, 2, NULL, 0, NULL), PT_E_INTERNAL);
    assert_int_equal(safetensors_write(path, tensors, 1, &pair, 1, NULL), PT_E_INTERNAL);
    tensors[1].name = "\xff";
    assert_int_equal(safetensors_write(path, tensors, 2, NULL, 0, NULL), PT_E_INTERNAL);
    tensors[1].name = "__metadata__";
    assert_int_equal(safetensors_write(path, tensors, 2, NULL, 0, NULL), PT_E_INTERNAL);
    tensors[1].name = "y";
    assert_int_equal(safetensors_write(path, tensors, 2, NULL, 0, NULL), PT_OK);
    assert_int_equal(mem_live_bytes(), 0);
}

/* Writes a file of this header, this many zero bytes behind it. */
static void write_raw(const char *header, uint64_t claimed, size_t n_data)
{
    unsigned char bytes[2000] = {0};
    size_t n = strlen(header);
    store_le(bytes, claimed, 8);
    memcpy(bytes + 8, header, n);
    write_quickly(scratch_path("m.safetensors"), bytes, 8 + n + n_data);
}

static void assert_refused(const char *header, size_t n_data, const char *fragment)
{
    write_raw(header, strlen(header), n_data);
    struct pt_error error = {0};
    assert_int_equal(read_and_free((void *)scratch_path("m.safetensors"), &error), PT_E_DATA);
    assert_string_equal(error.file, scratch_path("m.safetensors"));
    assert_contains(error.message, fragment);
    assert_int_equal(mem_live_bytes(), 0);
}

static void unaligned_headers_are_read(void **state)
{
    (void)state;
    static const char header[] = "{\"x\":{\"shape\":[],\"dtype\":\"F32\",\"data_offsets\":[0,4]},"
                                 "\"none\":{\"dtype\":\"F32\",\"data_offsets\":[4,4],"
                                 "\"shape\":[0,5]}}";
    assert_int_equal(strlen(header) % 2, 1);
    write_raw(header, strlen(header), 4);
    struct safetensors *file;
    assert_int_equal(safetensors_read(scratch_path("m.safetensors"), &file, NULL), PT_OK);
    assert_int_equal((uintptr_t)safetensors_find(file, "x")->values % sizeof(float), 0);
    assert_int_equal(safetensors_find(file, "x")->count, 1);
    assert_int_equal(safetensors_find(file, "none")->count, 0);
    safetensors_free(file);
}

#define TENSOR(name, shape, begin, end) \
    "\"" name "\":{\"dtype\":\"F32\",\"shape\":[" shape "],\"data_offsets\":[" begin "," end "]}"

#define TYPED(name, type, shape, begin, end)                                                      \
    "\"" name "\":{\"dtype\":\"" type "\",\"shape\":[" shape "],\"data_offsets\":[" begin "," end \
    "]}"

/* One behind the other, so that most of them lie at an odd place. */
static void all_types_are_read_as_floats(void **state)
{
    (void)state;
    static const char header[] = "{" TYPED("counter", "I64", "", "0", "8") "," TYPED(
        "flag", "BOOL", "1", "8",
        "9") "," TYPED("half", "F16", "2", "9",
                       "13") "," TYPED("float", "F32", "1", "13",
                                       "17") "," TYPED("brain", "BF16", "1,1", "17",
                                                       "19") "," TYPED("double", "F64", "1", "19",
                                                                       "27") "," TYPED("none",
                                                                                       "F16", "0",
                                                                                       "27",
                                                                                       "27") "}";
    static const unsigned char values[27] = {
        7,    0,    0,    0,    0,    0,    0,    0,     /* 7 */
        1,                                               /* true */
        0x00, 0xc1, 0x01, 0x3c,                          /* -2.5, 1 + 1/1024 */
        0xcd, 0xcc, 0xcc, 0x3d,                          /* 0.1 */
        0x80, 0xbf,                                      /* -1 */
        0x9a, 0x99, 0x99, 0x99, 0x99, 0x99, 0xb9, 0x3f}; /* 0.1 */
    unsigned char bytes[1000];
    size_t n = strlen(header);
    store_le(bytes, n, 8);
    memcpy(bytes + 8, header, n);
    memcpy(bytes + 8 + n, values, sizeof values);
    write_quickly(scratch_path("m.safetensors"), bytes, 8 + n + sizeof values);
    struct safetensors *file;
    assert_int_equal(safetensors_read(scratch_path("m.safetensors"), &file, NULL), PT_OK);
    assert_null(safetensors_find(file, "counter")->values);
    assert_string_equal(safetensors_find(file, "counter")->dtype, "I64");
    assert_null(safetensors_find(file, "flag")->values);
    assert_true(safetensors_find(file, "half")->values[0] == -2.5F);
    assert_true(safetensors_find(file, "half")->values[1] == 1 + 1 / 1024.0F);
    assert_true(safetensors_find(file, "float")->values[0] == 0.1F);
    assert_int_equal(safetensors_find(file, "brain")->rank, 2);
    assert_true(safetensors_find(file, "brain")->values[0] == -1);
    assert_true(safetensors_find(file, "double")->values[0] == 0.1F);
    assert_int_equal(safetensors_find(file, "none")->count, 0);
    safetensors_free(file);
    assert_survives_memory_faults(read_and_free, (void *)scratch_path("m.safetensors"));
    assert_int_equal(mem_live_bytes(), 0);
}

static void headers_of_another_form_are_refused(void **state)
{
    (void)state;
    assert_refused("", 0, "byte 8: header:");
    assert_refused("[]", 0, "no JSON object");
    assert_refused("{} x", 0, "byte 12: header: end of file expected");
    assert_refused("{\"x\":1}", 0, "tensor x: is no object");
    assert_refused("{\"x\":{}}", 0, "tensor x: is no object");
    assert_refused("{\"x\":{\"dtype\":\"F32\",\"shape\":[],\"offsets\":[0,4]}}", 4,
                   "begin, an end");
    assert_refused("{\"x\":{\"dtype\":4,\"shape\":[1],\"data_offsets\":[0,2]}}", 2,
                   "dtype missing");
    assert_refused("{" TENSOR("x", "1", "0", "4") "," TENSOR("x", "1", "4", "8") "}", 8,
                   "duplicate");
    assert_refused("{\"__metadata__\":[]}", 0, "__metadata__ is no object");
    assert_refused("{\"__metadata__\":{\"a\":1}}", 0, "value of \"a\"");
    assert_refused("{\"x\\u0000\":1}", 0, "header:");
}

/* Their tensors have a name, a shape and a place. */
static void unknown_types_are_read_over(void **state)
{
    (void)state;
    static const char header[] =
        "{" TYPED("x", "F8_E4M3", "3", "0", "3") "," TENSOR("y", "1", "3", "7") "}";
    unsigned char bytes[300] = {0};
    store_le(bytes, strlen(header), 8);
    memcpy(bytes + 8, header, strlen(header));
    memcpy(bytes + 8 + strlen(header), "\1\2\3\0\0\200\277", 7);
    write_quickly(scratch_path("m.safetensors"), bytes, 8 + strlen(header) + 7);
    struct safetensors *file;
    assert_int_equal(safetensors_read(scratch_path("m.safetensors"), &file, NULL), PT_OK);
    assert_string_equal(safetensors_find(file, "x")->dtype, "F8_E4M3");
    assert_int_equal(safetensors_find(file, "x")->count, 3);
    assert_null(safetensors_find(file, "x")->values);
    assert_true(safetensors_find(file, "y")->values[0] == -1);
    safetensors_free(file);
    assert_survives_memory_faults(read_and_free, (void *)scratch_path("m.safetensors"));
    assert_int_equal(mem_live_bytes(), 0);
    assert_refused("{" TYPED("x", "F8_E4M3", "3", "0", "3") "}", 4, "the tensors end at byte 3");
}

static void shapes_and_sizes_must_agree(void **state)
{
    (void)state;
    assert_refused("{" TENSOR("x", "2", "0", "4") "}", 4, "4 bytes for 2 numbers");
    assert_refused("{" TENSOR("x", "1", "0", "6") "}", 6, "6 bytes for 1 numbers");
    assert_refused("{" TYPED("x", "F16", "2", "0", "8") "}", 8, "8 bytes for 2 numbers of 2 bytes");
    assert_refused("{" TYPED("x", "I64", "2", "0", "8") "}", 8, "8 bytes for 2 numbers of 8 bytes");
    assert_refused("{" TENSOR("x", "-1", "0", "4") "}", 4, "no whole number");
    assert_refused("{" TENSOR("x", "1.5", "0", "4") "}", 4, "no whole number");
    assert_refused("{" TENSOR("x", "1,1,1,1,1,1,1,1,1", "0", "4") "}", 4, "at most 8");
    assert_refused("{" TENSOR("x", "4294967296,4294967296", "0", "0") "}", 0, "an address");
    /* 2^62 * 4 bytes would wrap to 0. */
    assert_refused("{" TENSOR("x", "4611686018427387904", "0", "0") "}", 0, "0 bytes for 46");
    assert_refused("{" TENSOR("x", "99999999999999999999", "0", "0") "}", 0, "header:");
}

static void values_must_tile_the_file(void **state)
{
    (void)state;
    assert_refused("{" TENSOR("x", "1", "0", "4") "}", 0, "ends at byte 4");
    assert_refused("{" TENSOR("x", "1", "0", "4") "}", 5, "the file has 5");
    assert_refused("{" TENSOR("x", "1", "4", "8") "}", 8, "begins at byte 4");
    assert_refused("{" TENSOR("x", "1", "8", "4") "}", 8, "a begin, an end");
    assert_refused("{" TENSOR("x", "1", "-4", "0") "}", 8, "a begin, an end");
    assert_refused("{" TENSOR("x", "2", "0", "8") "," TENSOR("y", "2", "4", "12") "}", 12,
                   "tensor y: begins at byte 4 of the values, the one before it ends at 8");
    assert_refused("{" TENSOR("x", "1", "0", "4") "," TENSOR("y", "1", "8", "12") "}", 12,
                   "tensor y: begins at byte 8");
}

static void header_lengths_are_limited(void **state)
{
    (void)state;
    const uint64_t lengths[] = {UINT64_MAX, UINT64_MAX - 7, SAFETENSORS_MAX_HEADER_BYTES + 1, 3};
    for (int i = 0; i < 4; i++) {
        struct pt_error error = {0};
        write_raw("{}", lengths[i], 0);
        assert_int_equal(read_and_free((void *)scratch_path("m.safetensors"), &error), PT_E_DATA);
        assert_non_null(strstr(error.message, "byte 0: a header of"));
    }
}

static void truncations_are_refused(void **state)
{
    (void)state;
    char *path = (char *)scratch_path("m.safetensors");
    unsigned char *whole;
    size_t n_whole;
    assert_int_equal(write_two(path, NULL), PT_OK);
    assert_int_equal(file_read(path, 10000, &whole, &n_whole, NULL), PT_OK);
    for (size_t n = 0; n < n_whole; n++) {
        struct pt_error error = {0};
        write_quickly(path, whole, n);
        assert_int_equal(read_and_free(path, &error), PT_E_DATA);
        assert_true(error.message[0] != '\0');
    }
    mem_free(whole);
    assert_int_equal(mem_live_bytes(), 0);
}

static void faults_leave_nothing(void **state)
{
    (void)state;
    char *path = (char *)scratch_path("m.safetensors");
    assert_survives_memory_faults(write_two, path);
    assert_survives_file_faults(write_two, path);
    assert_survives_memory_faults(read_and_free, path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_are_as_specified),
        cmocka_unit_test(tensors_read_back),
        cmocka_unit_test(names_that_cannot_be_are_not_written),
        cmocka_unit_test(unaligned_headers_are_read),
        cmocka_unit_test(all_types_are_read_as_floats),
        cmocka_unit_test(headers_of_another_form_are_refused),
        cmocka_unit_test(unknown_types_are_read_over),
        cmocka_unit_test(shapes_and_sizes_must_agree),
        cmocka_unit_test(values_must_tile_the_file),
        cmocka_unit_test(header_lengths_are_limited),
        cmocka_unit_test(truncations_are_refused),
        cmocka_unit_test(faults_leave_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
