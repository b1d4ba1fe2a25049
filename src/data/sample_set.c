/* The memory of a set of samples. */
#include "data/sample_set.h"

#include "base/mem.h"
#include "data/resize.h"

#include <string.h>

#define LIMIT_BYTES ((size_t)2 << 30) /* of all images of a file or folder */

void sample_set_free(struct sample_set *set)
{
    mem_free(set->memory[0]);
    mem_free(set->memory[1]);
    *set = (struct sample_set){0};
}

int sample_set_bytes(size_t n_images, size_t channels, size_t height, size_t width, size_t *n_bytes,
                     struct pt_error *error)
{
    if (__builtin_mul_overflow(n_images, channels, n_bytes) ||
        __builtin_mul_overflow(*n_bytes, height, n_bytes) ||
        __builtin_mul_overflow(*n_bytes, width, n_bytes) || *n_bytes > LIMIT_BYTES)
        return pt_error_set(error, PT_E_DATA,
                            "%zu images of %zu x %zu pixels, %zu bytes each: more than %zu bytes",
                            n_images, height, width, channels, LIMIT_BYTES);
    return PT_OK;
}

/* MNIST as LeNet takes it. */
static int is_padded(const struct sample_set *set, size_t side)
{
    return set->channels == 1 && set->height == 28 && set->width == 28 && side == 32;
}

static void pad(const unsigned char *image, size_t height, size_t width, size_t side,
                unsigned char *padded)
{
    size_t top = (side - height) / 2, left = (side - width) / 2;
    for (size_t row = 0; row < height; row++)
        memcpy(padded + (top + row) * side + left, image + row * width, width);
}

static int change_all(const struct sample_set *set, size_t side, unsigned char *changed,
                      struct pt_error *error)
{
    size_t from_bytes = set->channels * set->height * set->width;
    size_t to_bytes = set->channels * side * side;
    int status = PT_OK;
    for (size_t i = 0; i < set->n_samples && !status; i++) {
        const unsigned char *from = set->pixels + i * from_bytes;
        if (is_padded(set, side))
            pad(from, set->height, set->width, side, changed + i * to_bytes);
        else
            status = resize_image(from, set->channels, set->height, set->width, side,
                                  changed + i * to_bytes, error);
    }
    return status;
}

int sample_set_to_side(struct sample_set *set, size_t side, struct pt_error *error)
{
    size_t n_bytes;
    if (side == 0 || (side == set->height && side == set->width))
        return PT_OK;
    int status = sample_set_bytes(set->n_samples, set->channels, side, side, &n_bytes, error);
    if (status)
        return status;
    unsigned char *changed = mem_alloc(n_bytes, 1, error);
    if (!changed)
        return PT_E_MEMORY;
    status = change_all(set, side, changed, error);
    if (status) {
        mem_free(changed);
        return status;
    }
    mem_free(set->memory[0]);
    set->memory[0] = changed;
    set->pixels = changed;
    set->height = set->width = side;
    return PT_OK;
}
