/* Writing of safetensors files. */
#include "fmt/safetensors.h"

#include "base/fsio.h"
#include "fmt/bytes.h"

#include <jansson.h>
#include <string.h>

#define ALIGNMENT 8 /* of the values, as the reference implementation has it */

static json_t *shape_json(const struct safetensors_tensor *tensor)
{
    json_t *shape = json_array();
    for (size_t i = 0; shape && i < tensor->rank; i++)
        json_array_append_new(shape, json_integer((json_int_t)tensor->shape[i]));
    return shape;
}

static size_t tensor_bytes(const struct safetensors_tensor *tensor)
{
    size_t n = sizeof(float);
    for (size_t i = 0; i < tensor->rank; i++)
        n *= tensor->shape[i];
    return n;
}

static json_t *metadata_json(const struct safetensors_pair *metadata, size_t n_metadata)
{
    json_t *map = json_object();
    for (size_t i = 0; i < n_metadata; i++)
        json_object_set_new(map, metadata[i].key, json_string(metadata[i].value));
    return map;
}

/* jansson frees what it is given to hold also when it fails, so that failures can be looked for
 * once, at the end: then a name is missing. */
static json_t *header_json(const struct safetensors_tensor *tensors, size_t n_tensors,
                           const struct safetensors_pair *metadata, size_t n_metadata)
{
    json_t *header = json_object();
    if (n_metadata > 0)
        json_object_set_new(header, "__metadata__", metadata_json(metadata, n_metadata));
    json_int_t begin = 0;
    for (size_t i = 0; i < n_tensors; i++) {
        json_int_t end = begin + (json_int_t)tensor_bytes(&tensors[i]);
        json_object_set_new(header, tensors[i].name,
                            json_pack("{s:s, s:o, s:[I, I]}", "dtype", "F32", "shape",
                                      shape_json(&tensors[i]), "data_offsets", begin, end));
        begin = end;
    }
    size_t n_expected = n_tensors + (n_metadata > 0);
    if (json_object_size(header) == n_expected &&
        json_object_size(json_object_get(header, "__metadata__")) == n_metadata)
        return header;
    json_decref(header);
    return NULL;
}

/* The length field, then the header as text, padded with blanks. */
static int format_header(const json_t *header, unsigned char **bytes, size_t *n_bytes,
                         struct pt_error *error)
{
    size_t n_text = json_dumpb(header, NULL, 0, JSON_COMPACT);
    size_t n_padded = (n_text + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (n_padded > SAFETENSORS_MAX_HEADER_BYTES)
        return pt_error_set(error, PT_E_INTERNAL, "a safetensors header of %zu bytes, at most %zu",
                            n_padded, SAFETENSORS_MAX_HEADER_BYTES);
    *bytes = mem_alloc(8 + n_padded, 1, error);
    if (!*bytes)
        return PT_E_MEMORY;
    store_le(*bytes, n_padded, 8);
    memset(*bytes + 8, ' ', n_padded);
    json_dumpb(header, (char *)*bytes + 8, n_padded, JSON_COMPACT);
    *n_bytes = 8 + n_padded;
    return PT_OK;
}

static int write_file(const char *path, const unsigned char *header, size_t n_header,
                      const struct safetensors_tensor *tensors, size_t n_tensors,
                      struct pt_error *error)
{
    struct file_writer *writer;
    int status = file_create(path, &writer, error);
    if (status)
        return status;
    status = file_write(writer, header, n_header, error);
    for (size_t i = 0; !status && i < n_tensors; i++)
        status = file_write(writer, tensors[i].values, tensor_bytes(&tensors[i]), error);
    if (status) {
        file_abandon(writer);
        return status;
    }
    return file_commit(writer, error);
}

int safetensors_write(const char *path, const struct safetensors_tensor *tensors, size_t n_tensors,
                      const struct safetensors_pair *metadata, size_t n_metadata,
                      struct pt_error *error)
{
    json_t *header = header_json(tensors, n_tensors, metadata, n_metadata);
    if (!header)
        return pt_error_at(error, PT_E_INTERNAL, path, 0, 0,
                           "tensor names or metadata repeat, are not UTF-8, or fill the memory");
    unsigned char *bytes = NULL;
    size_t n_bytes = 0;
    int status = format_header(header, &bytes, &n_bytes, error);
    json_decref(header);
    if (status)
        return status;
    status = write_file(path, bytes, n_bytes, tensors, n_tensors, error);
    mem_free(bytes);
    return status;
}
