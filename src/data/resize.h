/* Images of another size. */
#ifndef DATA_RESIZE_H
#define DATA_RESIZE_H

#include "phasetrace/status.h"

#include <stddef.h>

#define RESIZE_MAX_SIDE 65535 /* of either image */

/*
 * Writes `image` [channels, height, width] as `resized` [channels, side, side]. Along an axis that
 * shrinks a pixel is the mean over the area it covers, pixels cut by its edge counting by their
 * share; along one that grows it is interpolated between the two nearest pixel centres, beyond the
 * outermost it is the edge pixel (PyTorch's interpolate(mode="bilinear", align_corners=False)).
 * Whole numbers throughout, rounded once, halves up: the same bytes everywhere. PT_E_MEMORY.
 */
int resize_image(const unsigned char *image, size_t channels, size_t height, size_t width,
                 size_t side, unsigned char *resized, struct pt_error *error);

#endif
