/* PNG: every kind of file that tests/fixtures/make_png.py makes; refusal with the byte. */
#include "testing.h"

#include "base/fsio.h"
#include "faults.h"
#include "fmt/png_read.h"

#define FOLDER SOURCE_ROOT "/tests/fixtures/png/"

static int decode(const char *name, struct png_image *image, struct pt_error *error)
{
    char path[1024];
    unsigned char *bytes;
    size_t n_bytes;
    snprintf(path, sizeof path, FOLDER "%s", name);
    int status = file_read(path, 1 << 20, &bytes, &n_bytes, error);
    if (status)
        return status;
    status = png_decode(path, bytes, n_bytes, image, error);
    mem_free(bytes);
    return status;
}

static size_t next_number(char **text)
{
    return strtoul(*text, text, 10);
}

/* A line of pixels.txt: name, height, width, channels, pixels. */
static void assert_line(char *line)
{
    struct png_image image = {0};
    struct pt_error error = {0};
    char *name = line, *rest = strchr(line, ' ');
    *rest++ = '\0';
    if (decode(name, &image, &error))
        fail_msg("%s: %s", name, error.message);
    assert_int_equal(image.height, next_number(&rest));
    assert_int_equal(image.width, next_number(&rest));
    assert_int_equal(image.channels, next_number(&rest));
    for (size_t i = 0; i < image.height * image.width * image.channels; i++) {
        size_t expected = next_number(&rest);
        if (image.pixels[i] != expected)
            fail_msg("%s: sample %zu is %d, expected %zu", name, i, image.pixels[i], expected);
    }
    mem_free(image.pixels);
}

static void every_kind_is_decoded(void **state)
{
    (void)state;
    unsigned char *text;
    size_t n_bytes, n_lines = 0;
    assert_int_equal(file_read(FOLDER "pixels.txt", 1 << 20, &text, &n_bytes, NULL), PT_OK);
    char *rest = NULL;
    for (char *line = strtok_r((char *)text, "\n", &rest); line;
         line = strtok_r(NULL, "\n", &rest)) {
        assert_line(line);
        n_lines++;
    }
    assert_int_equal(n_lines, 42);
    mem_free(text);
    assert_int_equal(mem_live_bytes(), 0);
}

static void assert_refused(const unsigned char *bytes, size_t n_bytes, const char *fragment)
{
    struct png_image image;
    struct pt_error error = {0};
    assert_int_equal(png_decode("x.png", bytes, n_bytes, &image, &error), PT_E_DATA);
    assert_string_equal(error.file, "x.png");
    assert_contains(error.message, fragment);
    assert_int_equal(mem_live_bytes(), 0);
}

static void other_files_are_refused(void **state)
{
    (void)state;
    assert_refused((const unsigned char *)"", 0, "byte 0: the file is empty");
    assert_refused((const unsigned char *)"\x89PNG\r\n\x1a", 7, "byte 0: no PNG file");
    assert_refused((const unsigned char *)"GIF89a.........", 15, "byte 0: no PNG file");
    assert_refused((const unsigned char *)"\x89PNG\r\n\x1a\n", 8, "byte 8: PNG: the file ends");
}

/* Cut anywhere a file is refused; a changed byte is found by a checksum. */
static void damaged_files_are_refused(void **state)
{
    (void)state;
    unsigned char *file, copy[2000];
    size_t n_bytes;
    assert_int_equal(file_read(FOLDER "palette-4-transparent.png", 2000, &file, &n_bytes, NULL),
                     PT_OK);
    memcpy(copy, file, n_bytes);
    mem_free(file);
    for (size_t n = 0; n < n_bytes; n++)
        assert_refused(copy, n, "byte");
    for (size_t i = 0; i < n_bytes; i++) {
        copy[i] ^= 16;
        assert_refused(copy, n_bytes, "byte");
        copy[i] ^= 16;
    }
}

static uint32_t crc_of(const unsigned char *bytes, size_t n)
{
    uint32_t crc = 0xffffffff;
    for (size_t i = 0; i < n; i++) {
        crc ^= bytes[i];
        for (int k = 0; k < 8; k++)
            crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
    }
    return ~crc;
}

static void store_be32(unsigned char *p, uint32_t value)
{
    for (int i = 0; i < 4; i++)
        p[i] = (unsigned char)(value >> (24 - 8 * i));
}

static void sizes_are_checked_before_anything_is_decoded(void **state)
{
    (void)state;
    static const struct {
        uint32_t width, height;
        const char *fragment;
    } cases[] = {{32769, 1, "byte 16: 1 x 32769 pixels, expected at most 32768 a side"},
                 {1, 2147483647, "byte 16: 2147483647 x 1 pixels"},
                 {4097, 4096, "byte 16: 4096 x 4097 pixels"},
                 {0, 4, "byte 33: PNG: "},
                 {4, 0, "byte 33: PNG: "},
                 {4294967295, 4, "byte 33: PNG: "}};
    unsigned char *file;
    size_t n_bytes;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        unsigned char copy[2000];
        assert_int_equal(file_read(FOLDER "rgb-8.png", 2000, &file, &n_bytes, NULL), PT_OK);
        memcpy(copy, file, n_bytes);
        mem_free(file);
        store_be32(copy + 16, cases[i].width);
        store_be32(copy + 20, cases[i].height);
        store_be32(copy + 29, crc_of(copy + 12, 17));
        mem_set_limit(1 << 20);
        assert_refused(copy, n_bytes, cases[i].fragment);
        mem_set_limit(0);
    }
}

static int decode_and_free(void *name, struct pt_error *error)
{
    struct png_image image = {0};
    int status = decode(name, &image, error);
    mem_free(image.pixels);
    return status;
}

static void failed_allocations_leave_nothing(void **state)
{
    (void)state;
    char name[] = "rgba-16-interlaced.png";
    assert_survives_memory_faults(decode_and_free, name);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_is_decoded),
        cmocka_unit_test(other_files_are_refused),
        cmocka_unit_test(damaged_files_are_refused),
        cmocka_unit_test(sizes_are_checked_before_anything_is_decoded),
        cmocka_unit_test(failed_allocations_leave_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
