/*
 * PNG images, as pixels of 8 bits.
 *
 * Source: Portable Network Graphics (PNG) Specification, third edition; read by libpng.
 */
#ifndef FMT_PNG_READ_H
#define FMT_PNG_READ_H

#include "phasetrace/status.h"

#include <stddef.h>

#define PNG_MAX_SIDE 32768
#define PNG_MAX_PIXELS ((size_t)1 << 24) /* of an image: 4096 x 4096 */

struct png_image {
    size_t height, width, channels; /* 1: grey; 3: red, green, blue */
    unsigned char *pixels;          /* [height, width, channels]; mem_free() it */
};

/*
 * Decodes the bytes of a file, of any kind: grey or colour, with a palette (which counts as
 * colour), of 1 to 16 bits, interlaced, with alpha or a transparent colour. 16 bits are divided by
 * 257 and rounded; then what is transparent is laid on black, value * alpha / 255, rounded. Gamma
 * and colour profiles are not looked at. PT_E_DATA, with the byte: no PNG, larger than the limits
 * (found out before anything is decoded), damaged, cut; PT_E_MEMORY.
 */
int png_decode(const char *path, const unsigned char *bytes, size_t n_bytes,
               struct png_image *image, struct pt_error *error);

#endif
