/* Resizing of images, one axis after the other, in whole numbers. */
#include "data/resize.h"

#include "base/mem.h"

#include <stdint.h>

/* The pixels that one pixel of the new image is made of. */
struct taps {
    size_t first, n;
    uint32_t *weights; /* [n] */
    uint64_t sum;      /* of the weights */
};

/* In units of 1 / n_to of an old pixel, old pixel k covers [k n_to, (k + 1) n_to], new pixel i
 * covers [i n_from, (i + 1) n_from]. */
static void average(size_t i, size_t n_from, size_t n_to, struct taps *taps)
{
    uint64_t low = (uint64_t)i * n_from, high = low + n_from;
    taps->first = low / n_to;
    taps->n = (high - 1) / n_to - taps->first + 1;
    taps->sum = n_from;
    for (size_t k = 0; k < taps->n; k++) {
        uint64_t begin = (taps->first + k) * n_to, end = begin + n_to;
        begin = begin > low ? begin : low;
        end = end < high ? end : high;
        taps->weights[k] = (uint32_t)(end - begin);
    }
}

/* The centre of new pixel i lies ((2 i + 1) n_from - n_to) / (2 n_to) behind that of old pixel 0.
 */
static void interpolate(size_t i, size_t n_from, size_t n_to, struct taps *taps)
{
    uint64_t centre = (2 * (uint64_t)i + 1) * n_from, unit = 2 * (uint64_t)n_to;
    uint64_t behind = centre > n_to ? centre - n_to : 0;
    taps->first = behind / unit;
    taps->n = taps->first + 1 < n_from ? 2 : 1;
    taps->sum = unit;
    taps->weights[1] = (uint32_t)(behind % unit);
    taps->weights[0] = (uint32_t)(taps->n == 2 ? unit - behind % unit : unit);
}

static void find_taps(size_t i, size_t n_from, size_t n_to, struct taps *taps)
{
    if (n_to < n_from)
        average(i, n_from, n_to, taps);
    else
        interpolate(i, n_from, n_to, taps);
}

struct scratch {
    uint64_t *rows; /* [side, width]: columns are done, and not yet divided */
    struct taps taps;
};

static void resize_plane(const unsigned char *plane, size_t height, size_t width, size_t side,
                         unsigned char *resized, struct scratch *s)
{
    uint64_t row_sum = 1;
    for (size_t y = 0; y < side; y++) {
        find_taps(y, height, side, &s->taps);
        row_sum = s->taps.sum;
        for (size_t x = 0; x < width; x++) {
            uint64_t value = 0;
            for (size_t k = 0; k < s->taps.n; k++)
                value += s->taps.weights[k] * (uint64_t)plane[(s->taps.first + k) * width + x];
            s->rows[y * width + x] = value;
        }
    }
    for (size_t x = 0; x < side; x++) {
        find_taps(x, width, side, &s->taps);
        uint64_t sum = row_sum * s->taps.sum;
        for (size_t y = 0; y < side; y++) {
            uint64_t value = 0;
            for (size_t k = 0; k < s->taps.n; k++)
                value += s->taps.weights[k] * s->rows[y * width + s->taps.first + k];
            resized[y * side + x] = (unsigned char)((value + sum / 2) / sum);
        }
    }
}

int resize_image(const unsigned char *image, size_t channels, size_t height, size_t width,
                 size_t side, unsigned char *resized, struct pt_error *error)
{
    size_t longest = height > width ? height : width;
    struct scratch s = {.rows = mem_alloc(side * width, sizeof *s.rows, error)};
    s.taps.weights = mem_alloc(longest + 2, sizeof *s.taps.weights, error);
    int status = s.rows && s.taps.weights ? PT_OK : PT_E_MEMORY;
    for (size_t c = 0; c < channels && !status; c++)
        resize_plane(image + c * height * width, height, width, side, resized + c * side * side,
                     &s);
    mem_free(s.rows);
    mem_free(s.taps.weights);
    return status;
}
