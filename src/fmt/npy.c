/* The values of .npy files: checked against their header, converted where nothing is lost. */
#include "fmt/npy.h"

#include "base/fsio.h"
#include "base/mem.h"

#include <stdint.h>
#include <string.h>

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "arrays are stored as they lie here");

static int converts_without_loss(enum npy_type from, enum npy_type to)
{
    int small = from == NPY_U1 || from == NPY_B1;
    switch (to) {
    case NPY_F8:
        return from != NPY_I8;
    case NPY_I8:
        return small || from == NPY_I4 || from == NPY_I8;
    case NPY_I4:
        return small || from == NPY_I4;
    default:
        return from == to;
    }
}

/* The values need not be aligned where they lie. */
static double real_at(enum npy_type type, const unsigned char *values, size_t i)
{
    float single;
    int32_t whole;
    switch (type) {
    case NPY_F4:
        memcpy(&single, values + 4 * i, sizeof single);
        return single;
    case NPY_I4:
        memcpy(&whole, values + 4 * i, sizeof whole);
        return whole;
    default:
        return values[i];
    }
}

static void convert(enum npy_type from, const unsigned char *values, const struct npy_array *to)
{
    if (from == to->type) {
        memcpy(to->values, values, to->count * npy_type_bytes(from));
        return;
    }
    /* A double holds every value of every type that reaches this point. */
    for (size_t i = 0; i < to->count; i++) {
        double value = real_at(from, values, i);
        if (to->type == NPY_F8)
            ((double *)to->values)[i] = value;
        else if (to->type == NPY_I8)
            ((int64_t *)to->values)[i] = (int64_t)value;
        else
            ((int32_t *)to->values)[i] = (int32_t)value;
    }
}

/* The header promises as many bytes as there are. */
static int check_length(const char *path, const struct npy_header *header, size_t n_bytes,
                        struct pt_error *error)
{
    size_t expected;
    if (__builtin_mul_overflow(header->count, npy_type_bytes(header->type), &expected))
        expected = SIZE_MAX;
    if (expected == n_bytes - header->n_bytes)
        return PT_OK;
    return pt_error_at(error, PT_E_DATA, path, 0, 0,
                       "byte %zu: %zu bytes of values follow, the shape announces %zu",
                       header->n_bytes, n_bytes - header->n_bytes, expected);
}

int npy_decode(const char *path, const unsigned char *bytes, size_t n_bytes, enum npy_type type,
               struct npy_array *array, struct pt_error *error)
{
    struct npy_header header;
    int status = npy_parse_header(path, bytes, n_bytes, &header, error);
    if (!status)
        status = check_length(path, &header, n_bytes, error);
    if (status)
        return status;
    if (!converts_without_loss(header.type, type))
        return pt_error_at(error, PT_E_DATA, path, 0, 0, "elements are %s, expected %s",
                           npy_type_name(header.type), npy_type_name(type));
    struct npy_array decoded = {.type = type, .rank = header.rank, .count = header.count};
    memcpy(decoded.shape, header.shape, sizeof decoded.shape);
    decoded.values = mem_alloc(header.count, npy_type_bytes(type), error);
    if (!decoded.values)
        return pt_error_context(error, PT_E_MEMORY, "%s", path);
    convert(header.type, bytes + header.n_bytes, &decoded);
    *array = decoded;
    return PT_OK;
}

int npy_read(const char *path, size_t limit_bytes, enum npy_type type, struct npy_array *array,
             struct pt_error *error)
{
    unsigned char *bytes;
    size_t n_bytes;
    int status = file_read(path, limit_bytes, &bytes, &n_bytes, error);
    if (status)
        return status;
    status = npy_decode(path, bytes, n_bytes, type, array, error);
    mem_free(bytes);
    return status;
}
