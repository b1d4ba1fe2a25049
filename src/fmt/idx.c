/* Parsing of IDX arrays of unsigned bytes. */
#include "fmt/idx.h"

#include "fmt/bytes.h"
#include "fmt/gzip.h"

#define IDX_UNSIGNED_BYTE 0x08

static int check_magic(const char *path, const unsigned char *bytes, size_t rank,
                       struct pt_error *error)
{
    if (bytes[0] != 0 || bytes[1] != 0)
        return pt_error_at(error, PT_E_DATA, path, 0, 0,
                           "byte 0: 0x%02x%02x, an IDX file begins with 0x0000", bytes[0],
                           bytes[1]);
    if (bytes[2] != IDX_UNSIGNED_BYTE)
        return pt_error_at(error, PT_E_DATA, path, 0, 0,
                           "byte 2: IDX element type 0x%02x, expected 0x08 (unsigned bytes)",
                           bytes[2]);
    if (bytes[3] != rank)
        return pt_error_at(error, PT_E_DATA, path, 0, 0, "byte 3: %d dimensions, expected %zu",
                           bytes[3], rank);
    return PT_OK;
}

static int parse_shape(const char *path, const unsigned char *bytes, struct idx_array *array,
                       struct pt_error *error)
{
    array->count = 1;
    for (size_t i = 0; i < array->rank; i++) {
        size_t offset = 4 + 4 * i;
        array->shape[i] = load_be32(bytes + offset);
        if (array->shape[i] == 0)
            return pt_error_at(error, PT_E_DATA, path, 0, 0,
                               "byte %zu: dimension %zu is 0, expected at least 1", offset, i);
        if (__builtin_mul_overflow(array->count, array->shape[i], &array->count))
            return pt_error_at(error, PT_E_DATA, path, 0, 0,
                               "byte %zu: dimension %zu is %zu: more values than an address holds",
                               offset, i, array->shape[i]);
    }
    return PT_OK;
}

/* Everything but the values, of which `bytes` may have none. */
static int parse_header(const char *path, const unsigned char *bytes, size_t n_bytes, size_t rank,
                        struct idx_array *array, struct pt_error *error)
{
    size_t header_bytes = 4 + 4 * rank;
    if (n_bytes < header_bytes)
        return pt_error_at(error, PT_E_DATA, path, 0, 0,
                           "byte %zu: the file ends, an IDX header of %zu dimensions has %zu bytes",
                           n_bytes, rank, header_bytes);
    *array = (struct idx_array){
        .rank = rank, .values_offset = header_bytes, .values = bytes + header_bytes};
    int status = check_magic(path, bytes, rank, error);
    return status ? status : parse_shape(path, bytes, array, error);
}

int idx_parse(const char *path, const unsigned char *bytes, size_t n_bytes, size_t rank,
              struct idx_array *array, struct pt_error *error)
{
    struct idx_array parsed;
    int status = parse_header(path, bytes, n_bytes, rank, &parsed, error);
    if (status)
        return status;
    size_t header_bytes = parsed.values_offset;
    if (n_bytes - header_bytes != parsed.count)
        return pt_error_at(error, PT_E_DATA, path, 0, 0,
                           "byte %zu: %zu bytes of values follow, the dimensions announce %zu",
                           header_bytes, n_bytes - header_bytes, parsed.count);
    *array = parsed;
    return PT_OK;
}

size_t idx_rank(const unsigned char *bytes, size_t n_bytes)
{
    return n_bytes > 3 && bytes[3] >= 1 && bytes[3] <= IDX_MAX_RANK ? bytes[3] : 1;
}

int idx_unpack(const char *path, size_t limit_bytes, size_t rank, unsigned char **data,
               size_t *n_bytes, struct pt_error *error)
{
    unsigned char header[4 + 4 * IDX_MAX_RANK];
    struct idx_array array = {0};
    size_t n_header, n_announced;
    int status = gzip_first_bytes(path, *data, *n_bytes, header, 4 + 4 * rank, &n_header, error);
    if (!status)
        status = parse_header(path, header, n_header, rank, &array, error);
    if (status)
        return status;
    if (__builtin_add_overflow(array.count, array.values_offset, &n_announced) ||
        n_announced > limit_bytes)
        return pt_error_at(error, PT_E_DATA, path, 0, 0,
                           "byte 4: the dimensions announce %zu bytes of values, more than the "
                           "limit of %zu",
                           array.count, limit_bytes);
    status = gzip_unpack(path, n_announced, data, n_bytes, error);
    return status ? pt_error_context(error, status, "its header announces %zu bytes", n_announced)
                  : PT_OK;
}
