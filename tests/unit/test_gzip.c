/* gzip: plain files, members, limits; every truncation and every flipped byte is noticed. */
#include "testing.h"

#include "faults.h"
#include "fmt/gzip.h"
#include "quick_file.h"

/* gzip.compress(b"hello, hello, hello\n", 9, mtime=0) of Python. */
static const unsigned char HELLO[] = {0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03,
                                      0xcb, 0x48, 0xcd, 0xc9, 0xc9, 0xd7, 0x51, 0xc8, 0x40, 0xa2,
                                      0xb8, 0x00, 0xe7, 0x42, 0x6e, 0x52, 0x14, 0x00, 0x00, 0x00};
static const char TEXT[] = "hello, hello, hello\n";

static const char *scratch_file(const void *bytes, size_t n_bytes)
{
    static char path[600];
    if (!path[0])
        path_join(path, sizeof path, scratch_directory(), "f.gz", NULL);
    write_quickly(path, bytes, n_bytes);
    return path;
}

static void assert_content(const char *path, const void *expected, size_t n_expected)
{
    unsigned char *data;
    size_t n;
    assert_int_equal(gzip_read(path, 1000, &data, &n, NULL), PT_OK);
    assert_int_equal(n, n_expected);
    assert_memory_equal(data, expected, n);
    mem_free(data);
    assert_int_equal(mem_live_bytes(), 0);
}

static void assert_refused(const char *path, size_t limit, const char *fragment)
{
    struct pt_error error = {0};
    unsigned char *data;
    size_t n;
    assert_int_equal(gzip_read(path, limit, &data, &n, &error), PT_E_DATA);
    assert_string_equal(error.file, path);
    assert_contains(error.message, fragment);
    assert_int_equal(mem_live_bytes(), 0);
}

static void plain_and_packed_files_are_read(void **state)
{
    (void)state;
    assert_content(scratch_file("plain", 5), "plain", 5);
    assert_content(scratch_file("", 0), "", 0);
    assert_content(scratch_file(HELLO, sizeof HELLO), TEXT, 20);
}

static void members_are_joined(void **state)
{
    (void)state;
    unsigned char twice[2 * sizeof HELLO];
    memcpy(twice, HELLO, sizeof HELLO);
    memcpy(twice + sizeof HELLO, HELLO, sizeof HELLO);
    assert_content(scratch_file(twice, sizeof twice), "hello, hello, hello\nhello, hello, hello\n",
                   40);
}

static void truncations_are_refused(void **state)
{
    (void)state;
    for (size_t n = 2; n < sizeof HELLO; n++) {
        char expected[40];
        snprintf(expected, sizeof expected, "byte %zu: the file ends", n);
        assert_refused(scratch_file(HELLO, n), 1000, expected);
    }
}

/* Bytes 4 to 9 (time, flags of the compressor, system) do not bear on the content. */
static void flipped_bits_are_refused(void **state)
{
    (void)state;
    for (size_t i = 2; i < sizeof HELLO; i += i == 3 ? 7 : 1) {
        unsigned char damaged[sizeof HELLO];
        memcpy(damaged, HELLO, sizeof damaged);
        damaged[i] ^= 0xe0;
        assert_refused(scratch_file(damaged, sizeof damaged), 1000, "byte ");
    }
}

static void what_follows_is_refused(void **state)
{
    (void)state;
    unsigned char longer[sizeof HELLO + 3] = {0};
    memcpy(longer, HELLO, sizeof HELLO);
    assert_refused(scratch_file(longer, sizeof longer), 1000, "byte 30: 3 bytes follow");
}

static void content_over_the_limit_is_refused(void **state)
{
    (void)state;
    assert_refused(scratch_file(HELLO, sizeof HELLO), 29, "limit of 29"); /* of the file itself */
    unsigned char twice[2 * sizeof HELLO];
    memcpy(twice, HELLO, sizeof HELLO);
    memcpy(twice + sizeof HELLO, HELLO, sizeof HELLO);
    unsigned char *data = mem_alloc(sizeof twice, 1, NULL);
    memcpy(data, twice, sizeof twice);
    size_t n = sizeof twice;
    struct pt_error error = {0};
    assert_int_equal(gzip_unpack("f", 39, &data, &n, &error), PT_E_DATA);
    assert_non_null(strstr(error.message, "limit of 39"));
    assert_int_equal(n, sizeof twice); /* untouched */
    assert_int_equal(gzip_unpack("f", 40, &data, &n, &error), PT_OK);
    assert_int_equal(n, 40);
    mem_free(data);
    assert_int_equal(mem_live_bytes(), 0);
}

/* The second member is not looked at before it is needed. */
static void the_first_bytes_are_unpacked_alone(void **state)
{
    (void)state;
    unsigned char twice[2 * sizeof HELLO] = {0}, head[30];
    size_t n;
    memcpy(twice, HELLO, sizeof HELLO);
    assert_int_equal(gzip_first_bytes("f", twice, sizeof twice, head, 20, &n, NULL), PT_OK);
    assert_int_equal(n, 20);
    assert_memory_equal(head, TEXT, 20);
    assert_int_equal(gzip_first_bytes("f", twice, sizeof twice, head, 30, &n, NULL), PT_E_DATA);
    memcpy(twice + sizeof HELLO, HELLO, sizeof HELLO);
    assert_int_equal(gzip_first_bytes("f", twice, sizeof twice, head, 30, &n, NULL), PT_OK);
    assert_int_equal(n, 30);
    assert_memory_equal(head + 20, TEXT, 10);
    assert_int_equal(gzip_first_bytes("f", HELLO, sizeof HELLO, head, 30, &n, NULL), PT_OK);
    assert_int_equal(n, 20);
    assert_int_equal(gzip_first_bytes("f", (const unsigned char *)TEXT, 20, head, 7, &n, NULL),
                     PT_OK);
    assert_int_equal(n, 7);
    assert_memory_equal(head, TEXT, 7);
    assert_int_equal(mem_live_bytes(), 0);
}

static int read_and_free(void *path, struct pt_error *error)
{
    unsigned char *data;
    size_t n;
    int status = gzip_read(path, 1000, &data, &n, error);
    if (!status)
        mem_free(data);
    return status;
}

static void failed_allocations_leave_nothing(void **state)
{
    (void)state;
    assert_survives_memory_faults(read_and_free, (void *)scratch_file(HELLO, sizeof HELLO));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_and_packed_files_are_read),
        cmocka_unit_test(members_are_joined),
        cmocka_unit_test(truncations_are_refused),
        cmocka_unit_test(flipped_bits_are_refused),
        cmocka_unit_test(what_follows_is_refused),
        cmocka_unit_test(content_over_the_limit_is_refused),
        cmocka_unit_test(the_first_bytes_are_unpacked_alone),
        cmocka_unit_test(failed_allocations_leave_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
