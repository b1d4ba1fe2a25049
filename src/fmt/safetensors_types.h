/* The element types of safetensors files. */
#ifndef FMT_SAFETENSORS_TYPES_H
#define FMT_SAFETENSORS_TYPES_H

#include <stddef.h>

struct safetensors_type {
    const char *name; /* "F32" */
    size_t n_bytes;
    /* The number that begins at `bytes`, rounded; NULL for whole numbers and truth values. */
    float (*to_float)(const unsigned char *bytes);
};

/* NULL when there is no such type, or one that nothing here needs. */
const struct safetensors_type *safetensors_type_of(const char *name);

#endif
