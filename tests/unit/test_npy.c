/* npy: headers as NumPy writes them, conversions that lose nothing, refusal of the rest. */
#include "testing.h"

#include "base/fsio.h"
#include "faults.h"
#include "fmt/npy.h"
#include "quick_file.h"

/* numpy.save() of numpy.array([[1.5, -2, 3], [4, 5, 6.25]], "<f4"), numpy 1.24. */
#define BLANKS_58 "                                                          "
static const char SAVED[] = "\x93NUMPY\x01\x00v\x00{'descr': '<f4', 'fortran_order': False, "
                            "'shape': (2, 3), }" BLANKS_58 "\n"
                            "\x00\x00\xc0?\x00\x00\x00\xc0\x00\x00@@"
                            "\x00\x00\x80@\x00\x00\xa0@\x00\x00\xc8@";
#define N_SAVED (sizeof SAVED - 1)
#define N_HEADER ((size_t)128)

static void headers_are_those_of_numpy(void **state)
{
    (void)state;
    unsigned char header[NPY_MAX_HEADER_BYTES];
    assert_int_equal(npy_format_header(NPY_F4, 2, (size_t[]){2, 3}, header), N_HEADER);
    assert_memory_equal(header, SAVED, N_HEADER);
}

static void headers_of_any_shape_read_back(void **state)
{
    (void)state;
    const size_t big = (size_t)1 << 63;
    size_t shapes[][NPY_MAX_RANK] = {
        {7}, {big}, {1, 1, 1, 1, 1, 1, 1, 1}, {big, 1, 1, 1, 1, 1, 1, 1}};
    size_t ranks[] = {1, 1, 8, 8};
    for (size_t i = 0; i <= 4; i++) {
        size_t rank = i == 4 ? 0 : ranks[i];
        unsigned char bytes[NPY_MAX_HEADER_BYTES];
        size_t n = npy_format_header(NPY_B1, rank, shapes[i % 4], bytes);
        assert_int_equal(n % 64, 0);
        assert_int_equal(bytes[n - 1], '\n');
        struct npy_header header;
        assert_int_equal(npy_parse_header("f", bytes, n, &header, NULL), PT_OK);
        assert_int_equal(header.type, NPY_B1);
        assert_int_equal(header.rank, rank);
        assert_int_equal(header.n_bytes, n);
        assert_memory_equal(header.shape, shapes[i % 4], rank * sizeof(size_t));
    }
}

static void saved_floats_are_read_as_doubles(void **state)
{
    (void)state;
    const double expected[] = {1.5, -2, 3, 4, 5, 6.25};
    struct npy_array array;
    assert_int_equal(npy_decode("f", (const unsigned char *)SAVED, N_SAVED, NPY_F8, &array, NULL),
                     PT_OK);
    assert_int_equal(array.rank, 2);
    assert_int_equal(array.shape[0], 2);
    assert_int_equal(array.shape[1], 3);
    assert_int_equal(array.count, 6);
    for (int i = 0; i < 6; i++)
        assert_true(((double *)array.values)[i] == expected[i]);
    mem_free(array.values);
    assert_int_equal(mem_live_bytes(), 0);
}

/* A .npy file with this dictionary and two bytes 0x05 0xff (or as many zeros as asked for). */
static size_t file_with(unsigned char *bytes, const char *dictionary, size_t n_values)
{
    size_t n = strlen(dictionary);
    memcpy(bytes, "\x93NUMPY\x01\x00", 8);
    bytes[8] = (unsigned char)n;
    bytes[9] = 0;
    memcpy(bytes + 10, dictionary, n);
    memset(bytes + 10 + n, 0, n_values);
    return 10 + n + n_values;
}

static void small_integers_are_widened(void **state)
{
    (void)state;
    unsigned char bytes[200];
    size_t n = file_with(bytes, "{'shape':(2,), \"descr\": '|u1','fortran_order':False}\n", 2);
    bytes[n - 2] = 5;
    bytes[n - 1] = 255;
    struct npy_array array;
    assert_int_equal(npy_decode("f", bytes, n, NPY_I4, &array, NULL), PT_OK);
    assert_int_equal(((int32_t *)array.values)[0], 5);
    assert_int_equal(((int32_t *)array.values)[1], 255);
    mem_free(array.values);
    assert_int_equal(npy_decode("f", bytes, n, NPY_I8, &array, NULL), PT_OK);
    assert_int_equal(((int64_t *)array.values)[1], 255);
    mem_free(array.values);
    struct pt_error error = {0};
    assert_int_equal(npy_decode("f", bytes, n, NPY_F4, &array, &error), PT_E_DATA);
    assert_string_equal(error.message, "elements are |u1, expected <f4");
}

static void negative_integers_keep_their_sign(void **state)
{
    (void)state;
    unsigned char bytes[200];
    size_t n = file_with(bytes, "{'descr':'<i4','fortran_order':False,'shape':()}", 4);
    memset(bytes + n - 4, 0xff, 4);
    struct npy_array array;
    assert_int_equal(npy_decode("f", bytes, n, NPY_F8, &array, NULL), PT_OK);
    assert_int_equal(array.rank, 0);
    assert_int_equal(array.count, 1);
    assert_true(*(double *)array.values == -1.0);
    mem_free(array.values);
}

static void assert_refused(const char *dictionary, size_t n_values, const char *fragment)
{
    unsigned char bytes[400];
    struct pt_error error = {0};
    struct npy_array array;
    size_t n = file_with(bytes, dictionary, n_values);
    assert_int_equal(npy_decode("some-file", bytes, n, NPY_F8, &array, &error), PT_E_DATA);
    assert_string_equal(error.file, "some-file");
    assert_contains(error.message, fragment);
}

static void other_headers_are_refused(void **state)
{
    (void)state;
    assert_refused("  ", 0, "byte 12: expected an opening brace");
    assert_refused("{ ", 0, "expected a short string in quotes");
    assert_refused("{}", 0, "'fortran_order', 'shape', each once");
    assert_refused("{'descr': '>f8', 'fortran_order': False, 'shape': (1,)}", 8, "expected one of");
    assert_refused("{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (1,)}", 8,
                   "byte 20: expected one of");
    assert_refused("{'descr': '<f8', 'fortran_order': True, 'shape': (1,)}", 8, "Fortran");
    assert_refused("{'descr': '<f8', 'fortran_order': Fals", 8, "Fortran");
    assert_refused("{'descr': '<f8', 'descr': '<f8', 'shape': (1,)}", 8, "each once");
    assert_refused("{'descr': '<f8', 'shape': (1,)}", 8, "each once");
    assert_refused("{'descr': '<f8', 'fortran_order': False, 'shape': (1,), 'x': 1}", 8,
                   "byte 66: expected the keys");
    assert_refused("{'descr': '<f8', 'fortran_order': False, 'shape': (1,)} x", 8, "blanks");
    assert_refused("{'descr': '<f8' 'fortran_order': False, 'shape': (1,)}", 8, "a comma");
    assert_refused("{'descr' '<f8'}", 8, "a colon");
    assert_refused("{'descr': '<f8', 'fortran_order': False, 'shape': 1}", 8, "a shape such as");
    assert_refused("{'descr': '<f8', 'fortran_order': False, 'shape': (-1,)}", 8, "a dimension");
    assert_refused("{'descr': '<f8', 'fortran_order': False, 'shape': (1 2)}", 8, "parenthesis");
    assert_refused("{'descr': '<f8', 'fortran_order': False, 'shape': (1,1,1,1,1,1,1,1,1)}", 8,
                   "at most 8");
}

static void absurd_sizes_are_refused(void **state)
{
    (void)state;
    assert_refused("{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999999999999,)}", 8,
                   "an address");
    assert_refused("{'descr': '<f8', 'fortran_order': False, 'shape': (4294967296, 4294967296)}", 0,
                   "an address");
    /* 2^61 * 8 bytes would wrap to 0. */
    assert_refused("{'descr': '<f8', 'fortran_order': False, 'shape': (2305843009213693952,)}", 0,
                   "0 bytes of values follow");
    assert_refused("{'descr': '<f8', 'fortran_order': False, 'shape': (2,)}", 15, "announces 16");
    assert_refused("{'descr': '<f8', 'fortran_order': False, 'shape': (2,)}", 17, "announces 16");
}

static void truncated_headers_are_refused(void **state)
{
    (void)state;
    struct npy_array array;
    for (size_t n = 0; n < N_SAVED; n++) {
        struct pt_error error = {0};
        assert_int_equal(npy_decode("f", (const unsigned char *)SAVED, n, NPY_F4, &array, &error),
                         PT_E_DATA);
        assert_true(error.message[0] != '\0');
    }
    unsigned char bytes[N_SAVED];
    memcpy(bytes, SAVED, N_SAVED);
    bytes[6] = 4;
    assert_int_equal(npy_decode("f", bytes, N_SAVED, NPY_F4, &array, NULL), PT_E_DATA);
    bytes[6] = 2; /* four bytes of length: the dictionary's first two are taken for the others */
    struct pt_error error = {0};
    assert_int_equal(npy_decode("f", bytes, N_SAVED, NPY_F4, &array, &error), PT_E_DATA);
    assert_non_null(strstr(error.message, "byte 8: a header of"));
}

static int read_and_free(void *path, struct pt_error *error)
{
    struct npy_array array;
    int status = npy_read(path, 1000, NPY_F8, &array, error);
    if (!status)
        mem_free(array.values);
    return status;
}

static void files_are_read(void **state)
{
    (void)state;
    char path[600];
    path_join(path, sizeof path, scratch_directory(), "f.npy", NULL);
    assert_int_equal(read_and_free(path, NULL), PT_E_IO);
    write_quickly(path, SAVED, N_SAVED);
    assert_survives_memory_faults(read_and_free, path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(headers_are_those_of_numpy),
        cmocka_unit_test(headers_of_any_shape_read_back),
        cmocka_unit_test(saved_floats_are_read_as_doubles),
        cmocka_unit_test(small_integers_are_widened),
        cmocka_unit_test(negative_integers_keep_their_sign),
        cmocka_unit_test(other_headers_are_refused),
        cmocka_unit_test(absurd_sizes_are_refused),
        cmocka_unit_test(truncated_headers_are_refused),
        cmocka_unit_test(files_are_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
