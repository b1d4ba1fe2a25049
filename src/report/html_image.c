/* From the bytes of a sample to a picture within the page. */
#include "report/html_image.h"

#include "base/mem.h"
#include "report/html.h"
#include "report/png_write.h"

/* Red, green, blue, or one value for all three. */
static uint32_t pixel_at(const struct shown_examples *examples, const unsigned char *pixels,
                         size_t i)
{
    size_t n = examples->height * examples->width;
    if (examples->channels < 3)
        return (uint32_t)pixels[i] * 0x010101;
    return (uint32_t)pixels[i] << 16 | (uint32_t)pixels[n + i] << 8 | pixels[2 * n + i];
}

void html_image_uri(struct text *out, const struct shown_examples *examples,
                    const struct shown_sample *sample)
{
    size_t n = examples->height * examples->width, n_bytes;
    unsigned char *png;
    uint32_t *pixels = mem_alloc(n, sizeof *pixels, NULL);
    for (size_t i = 0; pixels && i < n; i++)
        pixels[i] = pixel_at(examples, sample->pixels, i);
    int status = pixels ? png_encode(pixels, examples->width, examples->height, NULL, 0, &png,
                                     &n_bytes, NULL)
                        : PT_E_MEMORY;
    mem_free(pixels);
    if (status) {
        out->status = out->status ? out->status : status;
        return;
    }
    html_data_uri(out, "image/png", png, n_bytes);
    mem_free(png);
}
