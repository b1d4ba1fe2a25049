/* PNG encoding through libpng, whose errors come back by longjmp. */
#include "report/png_write.h"

#include "base/mem.h"

#include <png.h>
#include <setjmp.h>
#include <string.h>

#define MAX_LABELS 32

/* What libpng's callbacks share. It lives outside the function that calls setjmp, so that its
 * fields keep their values after a longjmp. */
struct encoder {
    png_structp png;
    png_infop info;
    unsigned char *data;
    size_t n_bytes, capacity;
    unsigned char *row; /* [width, 3] */
    struct pt_error *error;
    int status;
};

static void append_bytes(png_structp png, png_bytep bytes, size_t n_bytes)
{
    struct encoder *e = png_get_io_ptr(png);
    if (n_bytes > SIZE_MAX - e->n_bytes)
        png_error(png, "the picture is too large");
    e->status = mem_grow((void **)&e->data, &e->capacity, e->n_bytes + n_bytes, 1, e->error);
    if (e->status)
        png_error(png, "out of memory");
    memcpy(e->data + e->n_bytes, bytes, n_bytes);
    e->n_bytes += n_bytes;
}

static void flush_nothing(png_structp png)
{
    (void)png;
}

static void remember_error(png_structp png, png_const_charp message)
{
    struct encoder *e = png_get_error_ptr(png);
    if (!e->status)
        e->status = pt_error_set(e->error, PT_E_INTERNAL, "PNG: %s", message);
    png_longjmp(png, 1);
}

static void ignore_warning(png_structp png, png_const_charp message)
{
    (void)png;
    (void)message;
}

/* A failure here reaches remember_error() as libpng's words, so the code is kept on the side. */
static png_voidp allocate(png_structp png, png_alloc_size_t n_bytes)
{
    struct encoder *e = png_get_mem_ptr(png);
    void *memory = mem_alloc(n_bytes, 1, e->error);
    if (!memory)
        e->status = PT_E_MEMORY;
    return memory;
}

static void release(png_structp png, png_voidp memory)
{
    (void)png;
    mem_free(memory);
}

static int is_ascii(const char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text > 126)
            return 0;
    return 1;
}

static void add_labels(struct encoder *e, const struct png_label *labels, size_t n_labels)
{
    png_text texts[MAX_LABELS] = {0};
    for (size_t i = 0; i < n_labels; i++) {
        int plain = is_ascii(labels[i].value);
        texts[i].compression = plain ? PNG_TEXT_COMPRESSION_NONE : PNG_ITXT_COMPRESSION_NONE;
        texts[i].key = (char *)labels[i].key;
        texts[i].text = (char *)labels[i].value;
        texts[i].text_length = strlen(labels[i].value);
    }
    png_set_text(e->png, e->info, texts, (int)n_labels);
}

static void write_rows(struct encoder *e, const uint32_t *pixels, size_t width, size_t height)
{
    for (size_t y = 0; y < height; y++) {
        for (size_t x = 0; x < width; x++) {
            uint32_t pixel = pixels[y * width + x];
            e->row[3 * x] = (unsigned char)(pixel >> 16);
            e->row[3 * x + 1] = (unsigned char)(pixel >> 8);
            e->row[3 * x + 2] = (unsigned char)pixel;
        }
        png_write_row(e->png, e->row);
    }
}

/* The only frame libpng jumps back to: it has no variables of its own that could be lost. */
static int encode(struct encoder *e, const uint32_t *pixels, size_t width, size_t height,
                  const struct png_label *labels, size_t n_labels)
{
    if (setjmp(png_jmpbuf(e->png)))
        return e->status;
    png_set_write_fn(e->png, e, append_bytes, flush_nothing);
    png_set_IHDR(e->png, e->info, (png_uint_32)width, (png_uint_32)height, 8, PNG_COLOR_TYPE_RGB,
                 PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    add_labels(e, labels, n_labels);
    png_write_info(e->png, e->info);
    write_rows(e, pixels, width, height);
    png_write_end(e->png, e->info);
    return PT_OK;
}

int png_encode(const uint32_t *pixels, size_t width, size_t height, const struct png_label *labels,
               size_t n_labels, unsigned char **data, size_t *n_bytes, struct pt_error *error)
{
    if (n_labels > MAX_LABELS)
        return pt_error_set(error, PT_E_INTERNAL, "%zu text chunks, at most %d", n_labels,
                            MAX_LABELS);
    if (width == 0 || height == 0 || width > PNG_UINT_31_MAX || height > PNG_UINT_31_MAX)
        return pt_error_set(error, PT_E_INTERNAL, "a picture of %zu x %zu", width, height);
    struct encoder e = {.error = error};
    e.row = mem_alloc(width, 3, error);
    if (!e.row)
        return PT_E_MEMORY;
    e.png = png_create_write_struct_2(PNG_LIBPNG_VER_STRING, &e, remember_error, ignore_warning, &e,
                                      allocate, release);
    if (e.png)
        e.info = png_create_info_struct(e.png);
    int status = e.info ? encode(&e, pixels, width, height, labels, n_labels)
                        : pt_error_set(error, PT_E_MEMORY, "out of memory for a PNG encoder");
    png_destroy_write_struct(&e.png, &e.info);
    mem_free(e.row);
    if (status) {
        mem_free(e.data);
        return status;
    }
    *data = e.data;
    *n_bytes = e.n_bytes;
    return PT_OK;
}
