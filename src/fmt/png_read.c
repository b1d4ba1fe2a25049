/* PNG decoding through libpng, whose errors come back by longjmp. */
#include "fmt/png_read.h"

#include "base/mem.h"

#include <png.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>

#define MAX_CHUNK_BYTES ((size_t)8 << 20) /* of what a chunk other than pixels unpacks to */
#define SIGNATURE_BYTES 8

/* What libpng's callbacks share. It lives outside the function that calls setjmp, so that its
 * fields keep their values after a longjmp. */
struct decoder {
    png_structp png;
    png_infop info;
    const char *path;
    const unsigned char *bytes;
    size_t n_bytes, at;
    size_t height, width, n_samples; /* of a pixel: 1 to 4, alpha included */
    unsigned char *pixels;           /* [height, width, n_samples] */
    png_bytep *rows;                 /* [height] */
    struct pt_error *error;
    int status;
};

static void take_bytes(png_structp png, png_bytep bytes, size_t n_bytes)
{
    struct decoder *d = png_get_io_ptr(png);
    if (n_bytes > d->n_bytes - d->at)
        png_error(png, "the file ends");
    memcpy(bytes, d->bytes + d->at, n_bytes);
    d->at += n_bytes;
}

static void remember_error(png_structp png, png_const_charp message)
{
    struct decoder *d = png_get_error_ptr(png);
    if (!d->status)
        d->status =
            pt_error_at(d->error, PT_E_DATA, d->path, 0, 0, "byte %zu: PNG: %s", d->at, message);
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
    struct decoder *d = png_get_mem_ptr(png);
    void *memory = mem_alloc(n_bytes, 1, d->error);
    if (!memory)
        d->status = PT_E_MEMORY;
    return memory;
}

static void release(png_structp png, png_voidp memory)
{
    (void)png;
    mem_free(memory);
}

static void *allocate_or_jump(struct decoder *d, size_t count, size_t element_bytes)
{
    void *memory = mem_alloc(count, element_bytes, d->error);
    if (!memory) {
        d->status = PT_E_MEMORY;
        png_longjmp(d->png, 1);
    }
    return memory;
}

static void check_size(struct decoder *d)
{
    d->height = png_get_image_height(d->png, d->info);
    d->width = png_get_image_width(d->png, d->info);
    if (d->height <= PNG_MAX_SIDE && d->width <= PNG_MAX_SIDE &&
        d->height * d->width <= PNG_MAX_PIXELS)
        return;
    d->status = pt_error_at(d->error, PT_E_DATA, d->path, 0, 0,
                            "byte 16: %zu x %zu pixels, expected at most %d a side, %zu in all",
                            d->height, d->width, PNG_MAX_SIDE, PNG_MAX_PIXELS);
    png_longjmp(d->png, 1);
}

static void decode_pixels(struct decoder *d)
{
    png_set_expand(d->png); /* palettes and few bits to 8 bits, a transparent colour to alpha */
    png_set_scale_16(d->png);
    png_set_interlace_handling(d->png);
    png_read_update_info(d->png, d->info);
    d->n_samples = png_get_channels(d->png, d->info);
    size_t row_bytes = d->width * d->n_samples;
    if (png_get_rowbytes(d->png, d->info) != row_bytes)
        png_error(d->png, "rows of an unexpected length");
    d->pixels = allocate_or_jump(d, d->height, row_bytes);
    d->rows = allocate_or_jump(d, d->height, sizeof *d->rows);
    for (size_t y = 0; y < d->height; y++)
        d->rows[y] = d->pixels + y * row_bytes;
    png_read_image(d->png, d->rows);
    png_read_end(d->png, NULL); /* the checksums of what follows, the end mark */
}

static void decode(struct decoder *d)
{
    d->png = png_create_read_struct_2(PNG_LIBPNG_VER_STRING, d, remember_error, ignore_warning, d,
                                      allocate, release);
    if (!d->png) {
        if (!d->status)
            d->status = pt_error_set(d->error, PT_E_MEMORY, "PNG: out of memory");
        return;
    }
    if (setjmp(png_jmpbuf(d->png)) == 0) {
        d->info = png_create_info_struct(d->png);
        if (!d->info)
            png_error(d->png, "out of memory");
        png_set_read_fn(d->png, d, take_bytes);
        png_set_chunk_malloc_max(d->png, MAX_CHUNK_BYTES);
        png_set_crc_action(d->png, PNG_CRC_ERROR_QUIT, PNG_CRC_ERROR_QUIT);
        /* check_size() says more than libpng would, so its limit is the format's. */
        png_set_user_limits(d->png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
        png_read_info(d->png, d->info);
        check_size(d);
        decode_pixels(d);
    }
    png_destroy_read_struct(&d->png, &d->info, NULL);
    mem_free(d->rows);
}

/* Lays what is transparent on black, in place; leaves 1 or 3 samples a pixel. */
static void drop_alpha(struct decoder *d)
{
    size_t kept = d->n_samples == 2 ? 1 : 3;
    unsigned char *out = d->pixels;
    for (const unsigned char *p = d->pixels, *end = p + d->height * d->width * d->n_samples;
         p < end; p += d->n_samples)
        for (size_t c = 0; c < kept; c++)
            *out++ = (unsigned char)((p[c] * p[kept] + 127) / 255);
    d->n_samples = kept;
}

static int check_signature(const char *path, const unsigned char *bytes, size_t n_bytes,
                           struct pt_error *error)
{
    if (n_bytes == 0)
        return pt_error_at(error, PT_E_DATA, path, 0, 0, "byte 0: the file is empty, expected PNG");
    if (n_bytes < SIGNATURE_BYTES || png_sig_cmp(bytes, 0, SIGNATURE_BYTES) != 0)
        return pt_error_at(error, PT_E_DATA, path, 0, 0,
                           "byte 0: no PNG file: it does not begin with the signature of one");
    return PT_OK;
}

int png_decode(const char *path, const unsigned char *bytes, size_t n_bytes,
               struct png_image *image, struct pt_error *error)
{
    int status = check_signature(path, bytes, n_bytes, error);
    if (status)
        return status;
    struct decoder d = {.path = path, .bytes = bytes, .n_bytes = n_bytes, .error = error};
    decode(&d);
    if (d.status) {
        mem_free(d.pixels);
        return d.status;
    }
    if (d.n_samples == 2 || d.n_samples == 4)
        drop_alpha(&d);
    *image = (struct png_image){d.height, d.width, d.n_samples, d.pixels};
    return PT_OK;
}
