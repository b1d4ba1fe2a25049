/* Encoding of an RGB picture as PNG, in memory. */
#ifndef REPORT_PNG_WRITE_H
#define REPORT_PNG_WRITE_H

#include "phasetrace/status.h"

#include <stddef.h>
#include <stdint.h>

/* A text chunk: tEXt when `value` is ASCII, otherwise iTXt (UTF-8). Strings are borrowed. */
struct png_label {
    const char *key; /* 1..79 bytes of ASCII */
    const char *value;
};

/*
 * `pixels` is [height, width], each 0x00RRGGBB in the machine's byte order (Cairo's RGB24). On
 * success `*data` holds `*n_bytes` of PNG; the caller frees it with mem_free(). Equal input gives
 * equal bytes: there is no time chunk. PT_E_MEMORY, or PT_E_INTERNAL with libpng's own words.
 */
int png_encode(const uint32_t *pixels, size_t width, size_t height, const struct png_label *labels,
               size_t n_labels, unsigned char **data, size_t *n_bytes, struct pt_error *error);

#endif
