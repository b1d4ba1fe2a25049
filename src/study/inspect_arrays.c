/* Describing NumPy files: single arrays and archives of them. */
#include "base/fsio.h"
#include "base/mem.h"
#include "fmt/npz.h"
#include "study/inspect.h"
#include "study/inspect_numbers.h"

#include <stdint.h>
#include <string.h>

/* The type to read numbers as: one that holds all values of the stored one. */
static enum npy_type read_type(enum npy_type stored)
{
    return stored == NPY_I8 ? NPY_I8 : NPY_F8;
}

static void describe_values(const struct npy_array *array, json_t *object)
{
    struct number_summary summary = {0};
    const double *reals = array->values;
    const int64_t *wholes = array->values;
    for (size_t i = 0; i < array->count; i++)
        number_summary_add(&summary, array->type == NPY_I8 ? (double)wholes[i] : reals[i]);
    number_summary_describe(&summary, object);
}

static void describe_form(const struct npy_header *header, json_t *object)
{
    json_object_set_new(object, "type", json_string(npy_type_name(header->type)));
    json_object_set_new(object, "shape", inspect_shape(header->shape, header->rank));
    json_object_set_new(object, "numbers", json_integer((json_int_t)header->count));
}

int inspect_npy(const char *path, json_t **document, struct pt_error *error)
{
    unsigned char *bytes;
    size_t n_bytes;
    struct npy_header header;
    struct npy_array array = {0};
    int status = file_read(path, (size_t)NPZ_LIMIT_BYTES, &bytes, &n_bytes, error);
    if (status)
        return status;
    status = npy_parse_header(path, bytes, n_bytes, &header, error);
    if (!status)
        status = npy_decode(path, bytes, n_bytes, read_type(header.type), &array, error);
    mem_free(bytes);
    if (status)
        return status;
    *document = json_pack("{s:s}", "kind", "array");
    describe_form(&header, *document);
    describe_values(&array, *document);
    mem_free(array.values);
    return PT_OK;
}

static int describe_entry(const struct npz_reader *reader, size_t index, json_t *arrays,
                          struct pt_error *error)
{
    struct npy_header header;
    struct npy_array array;
    char name[256] = "";
    const char *entry = npz_entry_name(reader, index);
    size_t n_name = strlen(entry);
    int status = npz_entry_header(reader, index, &header, error);
    if (status)
        return status;
    if (n_name < 4 || n_name >= sizeof name)
        return pt_error_set(error, PT_E_DATA, "entry %zu: '%.80s' is no name of an array", index,
                            entry);
    memcpy(name, entry, n_name - 4); /* without ".npy" */
    status = npz_read(reader, name, read_type(header.type), &array, error);
    if (status)
        return status;
    json_t *object = json_pack("{s:s}", "name", name);
    describe_form(&header, object);
    describe_values(&array, object);
    json_array_append_new(arrays, object);
    mem_free(array.values);
    return PT_OK;
}

/* What the names of its arrays tell a file to be. */
static const char *kind_of(const struct npz_reader *reader)
{
    if (npz_has(reader, "players") && npz_has(reader, "I_and"))
        return "trace";
    if (npz_has(reader, "variance") && npz_has(reader, "deviation"))
        return "stability";
    return npz_has(reader, "I_and") ? "extraction" : "arrays";
}

int inspect_npz(const char *path, json_t **document, struct pt_error *error)
{
    struct npz_reader *reader;
    int status = npz_open(path, &reader, error);
    if (status)
        return status;
    json_t *root = json_pack("{s:s}", "kind", kind_of(reader)), *arrays = json_array();
    if (strcmp(kind_of(reader), "trace") == 0)
        status = inspect_trace(path, root, error);
    for (size_t i = 0; i < npz_n_entries(reader) && !status; i++)
        status = describe_entry(reader, i, arrays, error);
    npz_close(reader);
    json_object_set_new(root, "arrays", arrays);
    if (status)
        json_decref(root);
    else
        *document = root;
    return status;
}
