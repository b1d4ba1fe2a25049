/* The element types of safetensors files. */
#include "fmt/safetensors_types.h"

#include "fmt/bytes.h"

#include <math.h>
#include <string.h>

static float from_bits(uint32_t bits)
{
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static float from_f32(const unsigned char *bytes)
{
    return from_bits(load_le32(bytes));
}

/* The upper half of a float. */
static float from_bf16(const unsigned char *bytes)
{
    return from_bits((uint32_t)load_le16(bytes) << 16);
}

/* IEEE 754: a sign, 5 bits of exponent, 10 of the fraction. */
static float from_f16(const unsigned char *bytes)
{
    unsigned bits = load_le16(bytes), exponent = bits >> 10 & 31, fraction = bits & 1023;
    float size;
    if (exponent == 31)
        size = fraction ? NAN : INFINITY;
    else if (exponent == 0)
        size = ldexpf((float)fraction, -24);
    else
        size = ldexpf((float)(1024 + fraction), (int)exponent - 25);
    return bits >> 15 ? -size : size;
}

static float from_f64(const unsigned char *bytes)
{
    uint64_t bits = load_le64(bytes);
    double value;
    memcpy(&value, &bits, sizeof value);
    return (float)value;
}

const struct safetensors_type *safetensors_type_of(const char *name)
{
    static const struct safetensors_type types[] = {
        {"F32", 4, from_f32}, {"F16", 2, from_f16}, {"BF16", 2, from_bf16}, {"F64", 8, from_f64},
        {"I64", 8, NULL},     {"I32", 4, NULL},     {"I16", 2, NULL},       {"I8", 1, NULL},
        {"U64", 8, NULL},     {"U32", 4, NULL},     {"U16", 2, NULL},       {"U8", 1, NULL},
        {"BOOL", 1, NULL},
    };
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (strcmp(types[i].name, name) == 0)
            return &types[i];
    return NULL;
}
