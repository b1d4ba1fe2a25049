/* Fuzz target: arrays in NumPy's .npy format, and the value tables of `train extract`. */
#include "fuzz.h"

#include "base/mem.h"
#include "fmt/npy.h"
#include "study/value_tables.h"

#include <string.h>

#define LIMIT_BYTES ((size_t)1 << 20)

/* A header that is written tells what was read. */
static void check_header(const struct npy_array *array)
{
    unsigned char bytes[NPY_MAX_HEADER_BYTES];
    struct npy_header header;
    size_t n_bytes = npy_format_header(array->type, array->rank, array->shape, bytes);
    fuzz_assert(npy_parse_header("", bytes, n_bytes, &header, NULL) == PT_OK);
    fuzz_assert(header.type == array->type && header.rank == array->rank);
    fuzz_assert(header.count == array->count && header.n_bytes == n_bytes);
    fuzz_assert(memcmp(header.shape, array->shape, array->rank * sizeof *array->shape) == 0);
}

static int read_array(const char *path, enum npy_type type, struct pt_error *error)
{
    struct npy_array array;
    int status = npy_read(path, LIMIT_BYTES, type, &array, error);
    if (status)
        return status;
    check_header(&array);
    mem_free(array.values);
    return PT_OK;
}

static int read_doubles(const char *path, struct pt_error *error)
{
    return read_array(path, NPY_F8, error);
}

static int read_wholes(const char *path, struct pt_error *error)
{
    return read_array(path, NPY_I8, error);
}

static int read_tables(const char *path, struct pt_error *error)
{
    struct value_tables tables = {0};
    int status = value_tables_read(path, &tables, error);
    value_tables_release(&tables);
    return status;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_read("a.npy", data, size, read_doubles, REFUSES_DATA);
    fuzz_read("a.npy", data, size, read_wholes, REFUSES_DATA);
    fuzz_read("a.npy", data, size, read_tables, REFUSES_DATA);
    fuzz_read("a.npy", data, size, fuzz_inspect, REFUSES_DATA);
    return 0;
}
