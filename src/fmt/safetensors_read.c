/* Reading of safetensors files. */
#include "fmt/safetensors.h"

#include "base/fsio.h"
#include "fmt/bytes.h"
#include "fmt/safetensors_types.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#define PREFIX_BYTES 8

/* Where a tensor's values lie, in bytes from the first value of the file. */
struct extent {
    uint64_t begin, end;
    struct safetensors_tensor *tensor;
    const struct safetensors_type *type; /* NULL: one that is not known here */
};

struct parser {
    const char *path;
    struct safetensors *file;
    uint64_t n_data_bytes;
    struct extent *extents; /* [n_tensors] */
};

static int tensor_error(const struct parser *p, const char *name, const char *what,
                        struct pt_error *error)
{
    return pt_error_at(error, PT_E_DATA, p->path, 0, 0, "tensor %s: %s", name, what);
}

static int parse_shape(const struct parser *p, const json_t *shape,
                       struct safetensors_tensor *tensor, struct pt_error *error)
{
    if (!json_is_array(shape) || json_array_size(shape) > SAFETENSORS_MAX_RANK)
        return tensor_error(p, tensor->name, "\"shape\" is no array of at most 8 numbers", error);
    tensor->rank = json_array_size(shape);
    tensor->count = 1;
    for (size_t i = 0; i < tensor->rank; i++) {
        const json_t *size = json_array_get(shape, i);
        if (!json_is_integer(size) || json_integer_value(size) < 0)
            return tensor_error(p, tensor->name, "a dimension is no whole number", error);
        tensor->shape[i] = (size_t)json_integer_value(size);
        if (__builtin_mul_overflow(tensor->count, tensor->shape[i], &tensor->count))
            return tensor_error(p, tensor->name, "the shape is more than an address holds", error);
    }
    return PT_OK;
}

static int parse_offsets(const struct parser *p, const json_t *offsets,
                         struct safetensors_tensor *tensor, struct extent *extent,
                         struct pt_error *error)
{
    const json_t *begin = json_array_get(offsets, 0), *end = json_array_get(offsets, 1);
    if (json_array_size(offsets) != 2 || !json_is_integer(begin) || !json_is_integer(end) ||
        json_integer_value(begin) < 0 || json_integer_value(end) < json_integer_value(begin))
        return tensor_error(p, tensor->name, "\"data_offsets\" are not a begin, an end", error);
    extent->begin = (uint64_t)json_integer_value(begin);
    extent->end = (uint64_t)json_integer_value(end);
    extent->tensor = tensor;
    if (extent->end > p->n_data_bytes)
        return pt_error_at(error, PT_E_DATA, p->path, 0, 0,
                           "tensor %s: ends at byte %llu of the values, the file has %llu",
                           tensor->name, (unsigned long long)extent->end,
                           (unsigned long long)p->n_data_bytes);
    /* The count is compared by division: its product with the size of one may overflow. */
    uint64_t n_bytes = extent->end - extent->begin;
    if (extent->type &&
        (n_bytes % extent->type->n_bytes != 0 || n_bytes / extent->type->n_bytes != tensor->count))
        return pt_error_at(error, PT_E_DATA, p->path, 0, 0,
                           "tensor %s: %llu bytes for %zu numbers of %zu bytes", tensor->name,
                           (unsigned long long)n_bytes, tensor->count, extent->type->n_bytes);
    return PT_OK;
}

static int parse_tensor(const struct parser *p, const json_t *description,
                        struct safetensors_tensor *tensor, struct extent *extent,
                        struct pt_error *error)
{
    if (!json_is_object(description) || json_object_size(description) != 3)
        return tensor_error(p, tensor->name, "is no object of dtype, shape, data_offsets", error);
    const char *dtype = json_string_value(json_object_get(description, "dtype"));
    if (!dtype)
        return tensor_error(p, tensor->name, "dtype missing, expected F32 or another", error);
    extent->type = safetensors_type_of(dtype);
    tensor->dtype = arena_string(&p->file->arena, dtype, error);
    if (!tensor->dtype)
        return PT_E_MEMORY;
    int status = parse_shape(p, json_object_get(description, "shape"), tensor, error);
    if (status)
        return status;
    return parse_offsets(p, json_object_get(description, "data_offsets"), tensor, extent, error);
}

static int parse_metadata(const struct parser *p, json_t *map, struct pt_error *error)
{
    struct safetensors *file = p->file;
    if (!json_is_object(map))
        return pt_error_at(error, PT_E_DATA, p->path, 0, 0, "__metadata__ is no object");
    file->metadata =
        arena_alloc(&file->arena, json_object_size(map), sizeof *file->metadata, error);
    if (!file->metadata)
        return PT_E_MEMORY;
    const char *key;
    json_t *value;
    json_object_foreach(map, key, value)
    {
        if (!json_is_string(value))
            return pt_error_at(error, PT_E_DATA, p->path, 0, 0,
                               "__metadata__: the value of \"%s\" is no string", key);
        struct safetensors_pair *pair = &file->metadata[file->n_metadata++];
        pair->key = arena_string(&file->arena, key, error);
        pair->value = arena_string(&file->arena, json_string_value(value), error);
        if (!pair->key || !pair->value)
            return PT_E_MEMORY;
    }
    return PT_OK;
}

static int by_begin(const void *a, const void *b)
{
    const struct extent *x = a, *y = b;
    if (x->begin != y->begin)
        return x->begin < y->begin ? -1 : 1;
    return (x->end > y->end) - (x->end < y->end);
}

/* Sorted by their beginnings, the tensors must follow one another from first byte to last. */
static int check_coverage(const struct parser *p, struct pt_error *error)
{
    qsort(p->extents, p->file->n_tensors, sizeof *p->extents, by_begin);
    uint64_t position = 0;
    for (size_t i = 0; i < p->file->n_tensors; i++) {
        const struct extent *e = &p->extents[i];
        if (e->begin != position)
            return pt_error_at(error, PT_E_DATA, p->path, 0, 0,
                               "tensor %s: begins at byte %llu of the values, the one before it "
                               "ends at %llu",
                               e->tensor->name, (unsigned long long)e->begin,
                               (unsigned long long)position);
        position = e->end;
    }
    if (position != p->n_data_bytes)
        return pt_error_at(error, PT_E_DATA, p->path, 0, 0,
                           "the tensors end at byte %llu of the values, the file has %llu",
                           (unsigned long long)position, (unsigned long long)p->n_data_bytes);
    return PT_OK;
}

/* Floats stay where they are in the file, other numbers are converted. */
static int convert(const struct parser *p, const struct extent *extent, struct pt_error *error)
{
    struct safetensors_tensor *tensor = extent->tensor;
    const struct safetensors_type *type = extent->type;
    const unsigned char *bytes = p->file->bytes + extent->begin;
    if (!type || !type->to_float)
        return PT_OK;
    if (strcmp(type->name, "F32") == 0 && extent->begin % sizeof(float) == 0) {
        tensor->values = (const float *)(const void *)bytes;
        return PT_OK;
    }
    float *values = arena_alloc(&p->file->arena, tensor->count, sizeof *values, error);
    if (!values)
        return PT_E_MEMORY;
    for (size_t i = 0; i < tensor->count; i++)
        values[i] = type->to_float(bytes + i * type->n_bytes);
    tensor->values = values;
    return PT_OK;
}

static int parse_header(struct parser *p, json_t *header, struct pt_error *error)
{
    struct safetensors *file = p->file;
    size_t n_most = json_object_size(header);
    file->tensors = arena_alloc(&file->arena, n_most, sizeof *file->tensors, error);
    p->extents = arena_alloc(&file->arena, n_most, sizeof *p->extents, error);
    if (!file->tensors || !p->extents)
        return PT_E_MEMORY;
    const char *key;
    json_t *value;
    json_object_foreach(header, key, value)
    {
        int status;
        if (strcmp(key, "__metadata__") == 0) {
            status = parse_metadata(p, value, error);
        } else {
            size_t i = file->n_tensors++;
            file->tensors[i].name = arena_string(&file->arena, key, error);
            if (!file->tensors[i].name)
                return PT_E_MEMORY;
            status = parse_tensor(p, value, &file->tensors[i], &p->extents[i], error);
        }
        if (status)
            return status;
    }
    int status = check_coverage(p, error);
    for (size_t i = 0; i < file->n_tensors && !status; i++)
        status = convert(p, &p->extents[i], error);
    return status;
}

/* torch.save() writes a zip archive; before PyTorch 1.6 it wrote a pickle. */
static int is_of_torch(const unsigned char *bytes, size_t n_bytes)
{
    static const unsigned char zip[] = {'P', 'K', 3, 4};
    return n_bytes >= sizeof zip && (memcmp(bytes, zip, sizeof zip) == 0 ||
                                     (bytes[0] == 0x80 && bytes[1] >= 2 && bytes[1] <= 5));
}

static int bad_length(const char *path, const unsigned char *bytes, size_t n_bytes,
                      struct pt_error *error)
{
    if (is_of_torch(bytes, n_bytes))
        return pt_error_at(error, PT_E_DATA, path, 0, 0,
                           "byte 0: this is what PyTorch's torch.save() writes: "
                           "tools/torch_export.py makes a safetensors file of it");
    return pt_error_at(error, PT_E_DATA, path, 0, 0,
                       "byte 0: a header of %llu bytes, the file has %zu, the limit is %zu",
                       (unsigned long long)load_le64(bytes), n_bytes - PREFIX_BYTES,
                       SAFETENSORS_MAX_HEADER_BYTES);
}

/* Parses the JSON text, which lies in file->bytes behind the prefix; the caller decrefs it. */
static int load_header(const char *path, const unsigned char *bytes, size_t n_bytes,
                       json_t **header, size_t *n_header, struct pt_error *error)
{
    if (n_bytes < PREFIX_BYTES)
        return pt_error_at(error, PT_E_DATA, path, 0, 0,
                           "byte %zu: the file ends, expected the header's length", n_bytes);
    uint64_t length = load_le64(bytes);
    if (length > SAFETENSORS_MAX_HEADER_BYTES || length > n_bytes - PREFIX_BYTES)
        return bad_length(path, bytes, n_bytes, error);
    json_error_t reason;
    *header = json_loadb((const char *)bytes + PREFIX_BYTES, (size_t)length, JSON_REJECT_DUPLICATES,
                         &reason);
    if (!*header)
        return pt_error_at(error, PT_E_DATA, path, 0, 0, "byte %d: header: %s",
                           PREFIX_BYTES + reason.position, reason.text);
    if (!json_is_object(*header)) {
        json_decref(*header);
        return pt_error_at(error, PT_E_DATA, path, 0, 0, "byte 8: the header is no JSON object");
    }
    *n_header = PREFIX_BYTES + (size_t)length;
    return PT_OK;
}

static int read_into(struct safetensors *file, const char *path, struct pt_error *error)
{
    size_t n_bytes, n_header = 0;
    json_t *header = NULL;
    int status = file_read(path, SAFETENSORS_LIMIT_BYTES, &file->bytes, &n_bytes, error);
    if (status)
        return status;
    status = load_header(path, file->bytes, n_bytes, &header, &n_header, error);
    if (status)
        return status;
    /* Values are aligned from here on, whatever the length of the header was. */
    memmove(file->bytes, file->bytes + n_header, n_bytes - n_header);
    struct parser p = {.path = path, .file = file, .n_data_bytes = n_bytes - n_header};
    status = parse_header(&p, header, error);
    json_decref(header);
    return status;
}

int safetensors_read(const char *path, struct safetensors **file, struct pt_error *error)
{
    struct safetensors *f = mem_alloc(1, sizeof *f, error);
    if (!f)
        return PT_E_MEMORY;
    int status = read_into(f, path, error);
    if (status) {
        safetensors_free(f);
        return status;
    }
    *file = f;
    return PT_OK;
}

void safetensors_free(struct safetensors *file)
{
    if (!file)
        return;
    mem_free(file->bytes);
    arena_release(&file->arena);
    mem_free(file);
}

const struct safetensors_tensor *safetensors_find(const struct safetensors *file, const char *name)
{
    for (size_t i = 0; i < file->n_tensors; i++)
        if (strcmp(file->tensors[i].name, name) == 0)
            return &file->tensors[i];
    return NULL;
}

const char *safetensors_metadata(const struct safetensors *file, const char *key)
{
    for (size_t i = 0; i < file->n_metadata; i++)
        if (strcmp(file->metadata[i].key, key) == 0)
            return file->metadata[i].value;
    return NULL;
}
