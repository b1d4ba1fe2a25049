/* Fuzz target: NumPy's .npz archives. */
#include "fuzz.h"

#include "base/mem.h"
#include "fmt/npz.h"

#include <stdio.h>
#include <string.h>

/* Reads the array of an entry, which is in the type it is stored in, into `array` (zeroed). */
static int read_entry(const struct npz_reader *reader, size_t i, char name[NPZ_NAME_BYTES],
                      struct npy_array *array, struct pt_error *error)
{
    struct npy_header header;
    const char *entry = npz_entry_name(reader, i);
    const char *end = strstr(entry, ".npy");
    int status = npz_entry_header(reader, i, &header, error);
    if (status)
        return status;
    if (!end || end - entry >= NPZ_NAME_BYTES)
        return pt_error_set(error, PT_E_DATA, "no name of an array that is written");
    snprintf(name, NPZ_NAME_BYTES, "%.*s", (int)(end - entry), entry);
    status = npz_read(reader, name, header.type, array, error);
    if (!status)
        fuzz_assert(array->count == header.count && array->rank == header.rank);
    return status;
}

/* Writes the array into an archive of its own, and reads it there. */
static void check_copy(const char *name, const struct npy_array *array)
{
    struct npz_writer *writer;
    struct npz_reader *reader;
    struct npy_array copy;
    const char *path = fuzz_path("copy.npz");
    size_t n_bytes = array->count * npy_type_bytes(array->type);
    fuzz_assert(npz_create(path, &writer, NULL) == PT_OK);
    int status = npz_add(writer, name, array->type, array->rank, array->shape, array->values, NULL);
    fuzz_assert(npz_finish(writer, status, NULL) == PT_OK);
    fuzz_assert(npz_open(path, &reader, NULL) == PT_OK);
    fuzz_assert(npz_read(reader, name, array->type, &copy, NULL) == PT_OK);
    fuzz_assert(copy.rank == array->rank && copy.count == array->count);
    fuzz_assert(memcmp(copy.values, array->values, n_bytes) == 0);
    npz_close(reader);
    mem_free(copy.values);
}

static int read_all(const char *path, struct pt_error *error)
{
    struct npz_reader *reader;
    char name[NPZ_NAME_BYTES];
    int status = npz_open(path, &reader, error);
    if (status)
        return status;
    for (size_t i = 0; i < npz_n_entries(reader) && !status; i++) {
        struct npy_array array = {0};
        status = read_entry(reader, i, name, &array, error);
        if (!status && i == 0)
            check_copy(name, &array);
        mem_free(array.values);
    }
    npz_close(reader);
    return status;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_read("a.npz", data, size, read_all, REFUSES_DATA);
    const uint8_t *repaired = fuzz_repair_zip(data, size);
    fuzz_read("a.npz", repaired, size, read_all, REFUSES_DATA);
    fuzz_read("a.npz", repaired, size, fuzz_inspect, REFUSES_DATA);
    return 0;
}
