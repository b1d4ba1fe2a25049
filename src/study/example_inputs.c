/* Pixels and cells of a few samples, back in raw units, in trace/inputs.json. */
#include "study/example_inputs.h"

#include "analysis/output.h"
#include "base/mem.h"
#include "data/resize.h"
#include "study/json_file.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* What one call works with. */
struct job {
    const struct pt_dataset *dataset;
    const struct pt_split *split; /* of the sample in hand */
    size_t sample;
    struct pt_error *error;
};

static double raw_value(const struct job *job, size_t i)
{
    const struct pt_dataset *d = job->dataset;
    size_t n_values = d->channels * d->height * d->width;
    return (double)job->split->inputs[job->sample * n_values + i] * (double)d->deviation[i] +
           (double)d->mean[i];
}

/* ---- Images ---- */

static size_t shown_side(size_t side)
{
    return side < EXAMPLE_INPUTS_MAX_SIDE ? side : EXAMPLE_INPUTS_MAX_SIDE;
}

/* Bytes [channels, height, width] of the image in hand. */
static unsigned char *make_bytes(const struct job *job)
{
    const struct pt_dataset *d = job->dataset;
    size_t n_values = d->channels * d->height * d->width;
    unsigned char *bytes = mem_alloc(n_values, 1, job->error);
    for (size_t i = 0; bytes && i < n_values; i++) {
        double raw = raw_value(job, i);
        bytes[i] = (unsigned char)lround(255 * (raw < 0 ? 0 : raw > 1 ? 1 : raw));
    }
    return bytes;
}

static json_t *make_hex(const unsigned char *bytes, size_t n_bytes)
{
    static const char digits[] = "0123456789abcdef";
    char *text = mem_alloc(2 * n_bytes + 1, 1, NULL);
    for (size_t i = 0; text && i < n_bytes; i++) {
        text[2 * i] = digits[bytes[i] >> 4];
        text[2 * i + 1] = digits[bytes[i] & 15];
    }
    json_t *string = text ? json_string(text) : NULL;
    mem_free(text);
    return string;
}

/* A square image that is too large is averaged down. */
static int make_pixels(const struct job *job, json_t **pixels)
{
    const struct pt_dataset *d = job->dataset;
    size_t side = shown_side(d->height), n_shown = d->channels * side * side;
    int is_shrunk = d->height == d->width && side < d->height;
    unsigned char *bytes = make_bytes(job), *small = NULL;
    int status = bytes ? PT_OK : PT_E_MEMORY;
    if (!status && is_shrunk) {
        small = mem_alloc(n_shown, 1, job->error);
        status =
            small ? resize_image(bytes, d->channels, d->height, d->width, side, small, job->error)
                  : PT_E_MEMORY;
    }
    if (!status)
        *pixels = is_shrunk ? make_hex(small, n_shown)
                            : make_hex(bytes, d->channels * d->height * d->width);
    mem_free(bytes);
    mem_free(small);
    return status;
}

/* ---- Tables ---- */

static size_t n_features(const struct pt_dataset *dataset)
{
    return dataset->n_features > 0 ? dataset->n_features : dataset->width;
}

/* The first input of a feature; those of a feature lie side by side. */
static size_t first_input(const struct pt_dataset *dataset, size_t feature)
{
    size_t i = feature;
    while (dataset->n_features > 0 && dataset->feature_of[i] != feature)
        i++;
    return i;
}

static json_t *make_cell(const struct job *job, size_t feature)
{
    const struct pt_dataset *d = job->dataset;
    const struct pt_feature *column = d->n_features > 0 ? &d->features[feature] : NULL;
    size_t first = first_input(d, feature);
    char number[32];
    for (size_t level = 0; column && level < column->n_levels; level++)
        if (raw_value(job, first + level) > 0.5)
            return json_string(column->levels[level]);
    if (column && column->n_levels > 0)
        return json_string("");
    double raw = raw_value(job, first);
    int is_zero = fabs(raw) < 1e-5 * fabs((double)d->deviation[first]); /* but for rounding */
    snprintf(number, sizeof number, "%.4g", is_zero ? 0 : raw);
    return json_string(number);
}

static json_t *make_cells(const struct job *job)
{
    json_t *cells = json_array();
    for (size_t i = 0; i < n_features(job->dataset); i++)
        json_array_append_new(cells, make_cell(job, i));
    return cells;
}

static json_t *make_feature_names(const struct pt_dataset *dataset)
{
    json_t *names = json_array();
    char number[32];
    for (size_t i = 0; i < n_features(dataset); i++) {
        snprintf(number, sizeof number, "input %zu", i);
        json_array_append_new(
            names, json_string(dataset->n_features > 0 ? dataset->features[i].name : number));
    }
    return names;
}

/* ---- The file ---- */

static json_t *make_class_names(const struct pt_dataset *dataset)
{
    json_t *names = json_array();
    for (size_t i = 0; dataset->class_names && i < dataset->n_classes; i++) {
        json_t *name = json_string(dataset->class_names[i]);
        json_array_append_new(names, name ? name : json_string("")); /* no UTF-8 */
    }
    return names;
}

static int find_sample(struct job *job, const json_t *example)
{
    const char *split = json_string_value(json_object_get(example, "split"));
    json_int_t index = json_integer_value(json_object_get(example, "sample_index"));
    static const char *const names[PT_N_SPLITS] = {"train", "test", "third"};
    for (size_t s = 0; s < PT_N_SPLITS && split; s++) {
        job->split = &job->dataset->splits[s];
        if (strcmp(names[s], split) != 0)
            continue;
        for (job->sample = 0; job->sample < job->split->n_samples; job->sample++)
            if (job->split->source_index[job->sample] == index)
                return PT_OK;
    }
    return pt_error_set(job->error, PT_E_DATA,
                        "analysis/examples.json: sample %lld of %s is not in the data set",
                        (long long)index, split ? split : "(no split)");
}

static int add_sample(struct job *job, const json_t *example, json_t *samples)
{
    int is_table = job->dataset->height == 1;
    json_t *content = NULL;
    int status = find_sample(job, example);
    if (!status && is_table)
        content = make_cells(job);
    else if (!status)
        status = make_pixels(job, &content);
    if (status)
        return status;
    json_t *sample = json_pack("{s:O, s:O, s:i, s:o}", "split", json_object_get(example, "split"),
                               "sample_index", json_object_get(example, "sample_index"),
                               "true_label", (int)job->split->true_labels[job->sample],
                               is_table ? "cells" : "pixels", content);
    return json_array_append_new(samples, sample) == 0
               ? PT_OK
               : pt_error_set(job->error, PT_E_MEMORY, "trace/inputs.json: out of memory");
}

static json_t *make_document(const struct pt_config *config, const struct pt_dataset *d,
                             json_t *samples)
{
    json_t *classes = make_class_names(d);
    if (d->height == 1)
        return json_pack("{s:s, s:o, s:o, s:o}", "kind", "table", "classes", classes, "features",
                         make_feature_names(d), "samples", samples);
    int is_square = d->height == d->width;
    size_t height = is_square ? shown_side(d->height) : d->height;
    size_t width = is_square ? shown_side(d->width) : d->width;
    return json_pack("{s:s, s:o, s:I, s:I, s:I, s:I, s:o}", "kind", "image", "classes", classes,
                     "grid", (json_int_t)config->trace.grid, "channels", (json_int_t)d->channels,
                     "height", (json_int_t)height, "width", (json_int_t)width, "samples", samples);
}

int example_inputs_write(const char *run_directory, const struct pt_config *config,
                         const struct pt_dataset *dataset, struct pt_error *error)
{
    struct job job = {.dataset = dataset, .error = error};
    json_t *examples = NULL, *example, *samples = json_array();
    size_t i;
    int status = json_file_read(run_directory, "analysis/examples.json", &examples, error);
    json_array_foreach(json_object_get(examples, "samples"), i, example)
    {
        if (!status)
            status = add_sample(&job, example, samples);
    }
    if (!status)
        status = json_write(run_directory, "trace/inputs.json",
                            make_document(config, dataset, samples), error);
    else
        json_decref(samples);
    json_decref(examples);
    return status;
}
