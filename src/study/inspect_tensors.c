/* Describing safetensors files: snapshots and models. */
#include "fmt/safetensors.h"
#include "study/inspect.h"
#include "study/inspect_numbers.h"

#include <math.h>
#include <string.h>

static json_t *describe(const struct safetensors_tensor *tensor)
{
    json_t *object =
        json_pack("{s:s, s:s, s:o, s:I}", "name", tensor->name, "type", tensor->dtype, "shape",
                  inspect_shape(tensor->shape, tensor->rank), "numbers", (json_int_t)tensor->count);
    struct number_summary summary = {0};
    for (size_t i = 0; tensor->values && i < tensor->count; i++)
        number_summary_add(&summary, (double)tensor->values[i]);
    if (tensor->values)
        number_summary_describe(&summary, object);
    return object;
}

/* What is not the state of an optimiser. */
static size_t count_parameters(const struct safetensors *file)
{
    size_t n = 0;
    for (size_t i = 0; i < file->n_tensors; i++)
        if (strncmp(file->tensors[i].name, "optimizer.", 10) != 0)
            n += file->tensors[i].count;
    return n;
}

static json_t *describe_metadata(const struct safetensors *file)
{
    json_t *metadata = json_object();
    for (size_t i = 0; i < file->n_metadata; i++)
        json_object_set_new(metadata, file->metadata[i].key, json_string(file->metadata[i].value));
    return metadata;
}

int inspect_tensors(const char *path, json_t **document, struct pt_error *error)
{
    struct safetensors *file;
    int status = safetensors_read(path, &file, error);
    if (status)
        return status;
    const char *step = safetensors_metadata(file, "phasetrace.step");
    json_t *root = json_pack("{s:s}", "kind", step ? "snapshot" : "model");
    if (step)
        json_object_set_new(root, "step", json_string(step));
    if (safetensors_metadata(file, "phasetrace.epoch"))
        json_object_set_new(root, "epoch",
                            json_string(safetensors_metadata(file, "phasetrace.epoch")));
    json_object_set_new(root, "numbers", json_integer((json_int_t)count_parameters(file)));
    if (file->n_metadata)
        json_object_set_new(root, "metadata", describe_metadata(file));
    json_t *tensors = json_array();
    for (size_t i = 0; i < file->n_tensors; i++)
        json_array_append_new(tensors, describe(&file->tensors[i]));
    json_object_set_new(root, "tensors", tensors);
    safetensors_free(file);
    *document = root;
    return PT_OK;
}
