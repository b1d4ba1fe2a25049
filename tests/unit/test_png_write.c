/* PNG encoding: libpng reads back what was written, and every allocation may fail. */
#include "testing.h"

#include "base/mem.h"
#include "report/png_write.h"

#include <png.h>

static const uint32_t pixels[] = {0xFF0000, 0x00FF00, 0x0000FF, 0x123456, 0xFFFFFF, 0x000000};
static const struct png_label labels[] = {
    {"Title", "two phases"}, {"network", "MLP 784-10"}, {"data set", "Zo\xc3\xab"}};

struct source {
    const unsigned char *data;
    size_t n_bytes, position;
};

static void take_bytes(png_structp png, png_bytep bytes, size_t n)
{
    struct source *source = png_get_io_ptr(png);
    if (n > source->n_bytes - source->position)
        png_error(png, "truncated");
    memcpy(bytes, source->data + source->position, n);
    source->position += n;
}

static int contains(const unsigned char *data, size_t n_bytes, const char *chunk)
{
    for (size_t i = 0; i + 4 <= n_bytes; i++)
        if (memcmp(data + i, chunk, 4) == 0)
            return 1;
    return 0;
}

static void picture_and_texts_read_back(void **state)
{
    (void)state;
    unsigned char *data;
    size_t n_bytes;
    assert_int_equal(png_encode(pixels, 3, 2, labels, 3, &data, &n_bytes, NULL), PT_OK);
    assert_true(contains(data, n_bytes, "tEXt"));
    assert_true(contains(data, n_bytes, "iTXt"));
    assert_false(contains(data, n_bytes, "tIME"));

    struct source source = {data, n_bytes, 0};
    png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
    png_infop info = png_create_info_struct(png);
    png_set_read_fn(png, &source, take_bytes);
    png_read_png(png, info, PNG_TRANSFORM_IDENTITY, NULL);
    assert_int_equal(png_get_image_width(png, info), 3);
    assert_int_equal(png_get_image_height(png, info), 2);
    assert_int_equal(png_get_color_type(png, info), PNG_COLOR_TYPE_RGB);
    png_bytepp rows = png_get_rows(png, info);
    static const unsigned char first[] = {255, 0, 0, 0, 255, 0, 0, 0, 255};
    static const unsigned char second[] = {0x12, 0x34, 0x56, 255, 255, 255, 0, 0, 0};
    assert_memory_equal(rows[0], first, 9);
    assert_memory_equal(rows[1], second, 9);
    png_textp texts;
    assert_int_equal(png_get_text(png, info, &texts, NULL), 3);
    for (int i = 0; i < 3; i++) {
        assert_string_equal(texts[i].key, labels[i].key);
        assert_string_equal(texts[i].text, labels[i].value);
    }
    png_destroy_read_struct(&png, &info, NULL);
    mem_free(data);
    assert_int_equal(mem_live_bytes(), 0);
}

static void equal_input_gives_equal_bytes(void **state)
{
    (void)state;
    unsigned char *a, *b;
    size_t n_a, n_b;
    assert_int_equal(png_encode(pixels, 2, 3, labels, 3, &a, &n_a, NULL), PT_OK);
    assert_int_equal(png_encode(pixels, 2, 3, labels, 3, &b, &n_b, NULL), PT_OK);
    assert_int_equal(n_a, n_b);
    assert_memory_equal(a, b, n_a);
    mem_free(a);
    mem_free(b);
}

static void libpng_errors_come_back(void **state)
{
    (void)state;
    unsigned char *data;
    size_t n_bytes;
    struct pt_error error = {0};
    /* libpng refuses more than a million pixels a side before it looks at one. */
    assert_int_equal(png_encode(pixels, 2000000, 1, labels, 1, &data, &n_bytes, &error),
                     PT_E_INTERNAL);
    assert_non_null(strstr(error.message, "PNG: "));
    assert_int_equal(png_encode(pixels, 0, 1, labels, 1, &data, &n_bytes, &error), PT_E_INTERNAL);
    assert_int_equal(mem_live_bytes(), 0);
}

static void allocation_failures_leak_nothing(void **state)
{
    (void)state;
    for (long nth = 1;; nth++) {
        unsigned char *data;
        size_t n_bytes;
        struct pt_error error = {0};
        mem_fail_at(nth, 0);
        int status = png_encode(pixels, 3, 2, labels, 3, &data, &n_bytes, &error);
        mem_fail_at(0, 0);
        if (status == PT_OK) {
            mem_free(data);
            assert_true(nth > 4);
            break;
        }
        assert_int_equal(status, PT_E_MEMORY);
        assert_int_equal(error.code, PT_E_MEMORY);
        assert_int_equal(mem_live_bytes(), 0);
    }
    assert_int_equal(mem_live_bytes(), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(picture_and_texts_read_back),
        cmocka_unit_test(equal_input_gives_equal_bytes),
        cmocka_unit_test(libpng_errors_come_back),
        cmocka_unit_test(allocation_failures_leak_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
