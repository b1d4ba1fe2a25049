/* Reading of what the shown samples look like. */
#include "report/examples.h"

#include "report/json_part.h"

#include <string.h>

#define MAX_NAME_BYTES 4000

static int read_size(const struct json_part *part, const char *key, size_t least, size_t most,
                     size_t *size)
{
    long count;
    int status = json_read_count(part, key, &count);
    if (!status && ((size_t)count < least || (size_t)count > most))
        return json_wrong_member(part, key, "a size that an image has");
    *size = status ? 0 : (size_t)count;
    return status;
}

static int read_names(const struct json_part *part, const char *key, size_t most, size_t *n,
                      const char ***names, struct arena *arena)
{
    const json_t *items = json_object_get(part->json, key);
    size_t n_items = json_array_size(items);
    if (!json_is_array(items) || n_items > most)
        return json_wrong_member(part, key, "an array of names");
    *names = arena_alloc(arena, n_items, sizeof **names, part->error);
    if (!*names)
        return PT_E_MEMORY;
    for (*n = 0; *n < n_items; (*n)++) {
        const char *name = json_string_value(json_array_get(items, *n));
        if (!name || strlen(name) > MAX_NAME_BYTES)
            return json_wrong_member(part, key, "an array of names");
        (*names)[*n] = arena_string(arena, name, part->error);
        if (!(*names)[*n])
            return PT_E_MEMORY;
    }
    return PT_OK;
}

static int digit_value(char digit)
{
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    return digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
}

static int read_pixels(const struct json_part *part, const struct shown_examples *examples,
                       struct shown_sample *sample, struct arena *arena)
{
    size_t n_bytes = examples->channels * examples->height * examples->width;
    const char *digits = json_string_value(json_object_get(part->json, "pixels"));
    if (!digits || strlen(digits) != 2 * n_bytes)
        return json_wrong_member(part, "pixels", "two digits for each byte of the image");
    unsigned char *pixels = arena_alloc(arena, n_bytes, 1, part->error);
    if (!pixels)
        return PT_E_MEMORY;
    for (size_t i = 0; i < n_bytes; i++) {
        int high = digit_value(digits[2 * i]), low = digit_value(digits[2 * i + 1]);
        if (high < 0 || low < 0)
            return json_wrong_member(part, "pixels", "hexadecimal digits");
        pixels[i] = (unsigned char)(16 * high + low);
    }
    sample->pixels = pixels;
    return PT_OK;
}

static int read_cells(const struct json_part *part, const struct shown_examples *examples,
                      struct shown_sample *sample, struct arena *arena)
{
    size_t n;
    int status = read_names(part, "cells", EXAMPLES_MAX_FEATURES, &n, &sample->cells, arena);
    if (!status && n != examples->n_features)
        return json_wrong_member(part, "cells", "a cell for each feature");
    return status;
}

static struct shown_sample *find_sample(const struct shown_examples *examples,
                                        const struct json_part *part)
{
    const char *split = json_string_value(json_object_get(part->json, "split"));
    json_int_t index = json_integer_value(json_object_get(part->json, "sample_index"));
    for (size_t i = 0; i < examples->n && split; i++)
        if (examples->samples[i].index == index && strcmp(examples->samples[i].split, split) == 0)
            return &examples->samples[i];
    return NULL;
}

/* Samples that are no longer shown are passed over. */
static int read_inputs(const struct json_part *whole, const struct shown_examples *examples,
                       struct arena *arena)
{
    const json_t *items = json_object_get(whole->json, "samples");
    if (!json_is_array(items) || json_array_size(items) > EXAMPLES_MAX_SAMPLES)
        return json_wrong_member(whole, "samples", "an array of a few samples");
    int status = PT_OK;
    for (size_t i = 0; i < json_array_size(items) && !status; i++) {
        const struct json_part part = {whole->path, "sample", json_array_get(items, i),
                                       whole->error};
        struct shown_sample *sample = find_sample(examples, &part);
        if (!sample)
            continue;
        status = json_read_count(&part, "true_label", &sample->true_label);
        if (!status)
            status = examples->height > 0 ? read_pixels(&part, examples, sample, arena)
                                          : read_cells(&part, examples, sample, arena);
    }
    return status;
}

static int read_layout(const struct json_part *whole, struct shown_examples *examples,
                       struct arena *arena)
{
    const char *kind = json_string_value(json_object_get(whole->json, "kind"));
    int status = read_names(whole, "classes", EXAMPLES_MAX_CLASSES, &examples->n_classes,
                            &examples->classes, arena);
    if (status || (kind && strcmp(kind, "table") == 0))
        return status ? status
                      : read_names(whole, "features", EXAMPLES_MAX_FEATURES, &examples->n_features,
                                   &examples->features, arena);
    if (!kind || strcmp(kind, "image") != 0)
        return json_wrong_member(whole, "kind", "\"image\" or \"table\"");
    status = read_size(whole, "grid", 1, EXAMPLES_MAX_SIDE, &examples->grid);
    if (!status)
        status = read_size(whole, "channels", 1, 3, &examples->channels);
    if (!status)
        status = read_size(whole, "width", 1, EXAMPLES_MAX_SIDE, &examples->width);
    return status ? status : read_size(whole, "height", 2, EXAMPLES_MAX_SIDE, &examples->height);
}

int examples_load_inputs(const char *path, struct shown_examples *examples, struct arena *arena,
                         struct pt_error *error)
{
    json_t *root;
    int status = json_document_load(path, JSON_OBJECT, &root, error);
    if (status)
        return status;
    const struct json_part whole = {path, "", root, error};
    status = read_layout(&whole, examples, arena);
    if (!status)
        status = read_inputs(&whole, examples, arena);
    json_decref(root);
    return status;
}
