/* IDX: shapes, and refusal of everything whose size or kind is not what the header says. */
#include "testing.h"

#include "base/mem.h"
#include "fmt/idx.h"

#include <zlib.h>

static const unsigned char IMAGES[] = {0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0,
                                       1, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6};

static void arrays_are_parsed(void **state)
{
    (void)state;
    struct idx_array array;
    assert_int_equal(idx_parse("f", IMAGES, sizeof IMAGES, 3, &array, NULL), PT_OK);
    assert_int_equal(array.rank, 3);
    assert_int_equal(array.shape[0], 2);
    assert_int_equal(array.shape[1], 1);
    assert_int_equal(array.shape[2], 3);
    assert_int_equal(array.count, 6);
    assert_int_equal(array.values_offset, 16);
    assert_int_equal(array.values[5], 6);
}

static void assert_refused(const unsigned char *bytes, size_t n_bytes, size_t rank,
                           const char *fragment)
{
    struct pt_error error = {0};
    struct idx_array array;
    assert_int_equal(idx_parse("some-file", bytes, n_bytes, rank, &array, &error), PT_E_DATA);
    assert_string_equal(error.file, "some-file");
    assert_contains(error.message, fragment);
}

static void assert_refused_with(size_t offset, unsigned char value, const char *fragment)
{
    unsigned char damaged[sizeof IMAGES];
    memcpy(damaged, IMAGES, sizeof damaged);
    damaged[offset] = value;
    assert_refused(damaged, sizeof damaged, 3, fragment);
}

static void damaged_headers_are_refused(void **state)
{
    (void)state;
    assert_refused_with(0, 0x1f, "byte 0: 0x1f00");
    assert_refused_with(1, 1, "byte 0: 0x0001");
    assert_refused_with(2, 0x0d, "byte 2: IDX element type 0x0d");
    assert_refused_with(3, 1, "byte 3: 1 dimensions, expected 3");
    assert_refused_with(11, 0, "byte 8: dimension 1 is 0");
    assert_refused(IMAGES, sizeof IMAGES, 1, "byte 3: 3 dimensions, expected 1");
}

static void lengths_must_match_the_shape(void **state)
{
    (void)state;
    assert_refused_with(7, 3, "byte 16: 6 bytes of values follow, the dimensions announce 9");
    assert_refused_with(7, 1, "byte 16: 6 bytes of values follow, the dimensions announce 3");
    for (size_t n = 0; n < 16; n++)
        assert_refused(IMAGES, n, 3, "the file ends");
    assert_refused(IMAGES, 16, 3, "0 bytes of values follow");
    assert_refused(IMAGES, sizeof IMAGES - 1, 3, "announce 6");
}

static void products_that_overflow_are_refused(void **state)
{
    (void)state;
    unsigned char huge[24];
    memset(huge, 0xff, sizeof huge);
    memcpy(huge, IMAGES, 4);
    assert_refused(huge, sizeof huge, 3, "byte 12: dimension 2 is 4294967295");
    /* 2^31 * 2^31 * 4 = 2^64 would wrap to 0, the number of bytes that follow. */
    static const unsigned char wraps[] = {0, 0, 8, 3, 0x80, 0, 0, 0, 0x80, 0, 0, 0, 0, 0, 0, 4};
    assert_refused(wraps, sizeof wraps, 3, "more values than an address holds");
}

/* A gzip stream of a header and so many zeros, from mem_alloc(). */
static unsigned char *pack(const unsigned char header[16], size_t n_zeros, size_t *n_packed)
{
    unsigned char *plain = mem_alloc(16 + n_zeros, 1, NULL);
    memcpy(plain, header, 16);
    *n_packed = 100 + n_zeros / 100;
    unsigned char *packed = mem_alloc(*n_packed, 1, NULL);
    z_stream stream = {.next_in = plain,
                       .avail_in = (unsigned)(16 + n_zeros),
                       .next_out = packed,
                       .avail_out = (unsigned)*n_packed};
    assert_int_equal(deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 9, 0), Z_OK);
    assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
    *n_packed = stream.total_out;
    deflateEnd(&stream);
    mem_free(plain);
    return packed;
}

static int unpack(const unsigned char header[16], size_t n_zeros, size_t limit_bytes, size_t *n,
                  struct pt_error *error)
{
    unsigned char *data = pack(header, n_zeros, n);
    mem_set_limit((size_t)1 << 20);
    int status = idx_unpack("f.gz", limit_bytes, 3, &data, n, error);
    mem_set_limit(0);
    mem_free(data);
    assert_int_equal(mem_live_bytes(), 0);
    return status;
}

/* 16 MiB behind a header that announces 22 bytes do not need a MiB to be refused. */
static void no_more_is_unpacked_than_announced(void **state)
{
    (void)state;
    struct pt_error error = {0};
    size_t n;
    assert_int_equal(unpack(IMAGES, (size_t)16 << 20, (size_t)1 << 30, &n, &error), PT_E_DATA);
    assert_contains(error.message, "its header announces 22 bytes: byte ");
    assert_contains(error.message, "decompresses to more than the limit of 22 bytes");
    assert_int_equal(unpack(IMAGES, 6, 22, &n, &error), PT_OK);
    assert_int_equal(n, 22);
    assert_int_equal(unpack(IMAGES, 6, 21, &n, &error), PT_E_DATA);
    assert_contains(error.message, "announce 6 bytes of values, more than the limit of 21");
    assert_int_equal(unpack(IMAGES, 5, 22, &n, &error), PT_OK); /* for idx_parse() to refuse */
    assert_int_equal(n, 21);
    unsigned char damaged[16];
    memcpy(damaged, IMAGES, sizeof damaged);
    damaged[2] = 0x0d;
    assert_int_equal(unpack(damaged, (size_t)16 << 20, (size_t)1 << 30, &n, &error), PT_E_DATA);
    assert_contains(error.message, "byte 2: IDX element type 0x0d");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arrays_are_parsed),
        cmocka_unit_test(damaged_headers_are_refused),
        cmocka_unit_test(lengths_must_match_the_shape),
        cmocka_unit_test(products_that_overflow_are_refused),
        cmocka_unit_test(no_more_is_unpacked_than_announced),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
