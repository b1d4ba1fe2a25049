/* The set "boolean": samples of binary inputs, labels drawn from a planted function of them. */
#include "data/boolean.h"

#include "base/mem.h"
#include "base/random.h"
#include "data/boolean_terms.h"
#include "data/split.h"
#include "data/standardise.h"

#include <math.h>
#include <string.h>

static int check_options(const struct pt_data_options *o, struct pt_error *error)
{
    if (o->n_inputs < 2 || o->n_inputs > PT_MAX_INPUTS)
        return pt_error_set(error, PT_E_CONFIG, "data.inputs = %zu: expected 2 to %d", o->n_inputs,
                            PT_MAX_INPUTS);
    if (o->n_relevant < 1 || o->n_relevant > o->n_inputs)
        return pt_error_set(error, PT_E_CONFIG,
                            "data.relevant = %zu: expected 1 to data.inputs = %zu", o->n_relevant,
                            o->n_inputs);
    if (!(o->density > 0 && o->density < 1))
        return pt_error_set(error, PT_E_CONFIG, "data.density = %g: expected above 0, below 1",
                            o->density);
    if (o->n_terms < 1 || o->n_terms > PT_MAX_TERMS)
        return pt_error_set(error, PT_E_CONFIG, "data.terms: %zu terms, expected 1 to %d",
                            o->n_terms, PT_MAX_TERMS);
    if (o->train_samples == 0 || o->test_samples == 0)
        return pt_error_set(error, PT_E_CONFIG,
                            "data.train_samples, data.test_samples: 0 means all of a file, a "
                            "generated set needs a number");
    if (o->n_classes > 0)
        return pt_error_set(error, PT_E_CONFIG,
                            "data.classes: a generated set has its two classes, none to choose");
    return PT_OK;
}

/* Input k is bit k of the result, and 0 or 255 in `pixels`. */
static uint64_t draw_inputs(struct random_stream *stream, const struct pt_data_options *o,
                            unsigned char *pixels)
{
    uint64_t x = 0;
    for (size_t k = 0; k < o->n_inputs; k++) {
        int is_present = random_uniform(stream) < o->density;
        pixels[k] = is_present ? 255 : 0;
        x |= (uint64_t)is_present << k;
    }
    return x;
}

/* Samples and labels; the inputs stay images of one row until all splits can be standardised. */
static int draw_split(const struct pt_data_options *o, size_t n_samples, enum pt_split_id id,
                      struct pt_dataset *d, struct sample_set *images, struct pt_error *error)
{
    struct pt_split *split = &d->splits[id];
    int status = split_allocate(split, n_samples, d->width, error);
    if (status)
        return status;
    unsigned char *pixels = images->memory[0] = mem_alloc(n_samples, d->width, error);
    if (!pixels)
        return PT_E_MEMORY;
    images->n_samples = n_samples;
    images->channels = images->height = 1;
    images->width = d->width;
    images->pixels = pixels;
    struct random_stream inputs = random_stream(o->seed, RANDOM_INPUTS, 0, (uint32_t)id);
    struct random_stream labels = random_stream(o->seed, RANDOM_SAMPLED_LABELS, 0, (uint32_t)id);
    for (size_t i = 0; i < n_samples; i++) {
        uint64_t x = draw_inputs(&inputs, o, pixels + i * d->width);
        double probability = 1 / (1 + exp(-boolean_log_odds(d->plant, x)));
        split->true_labels[i] = random_uniform(&labels) < probability;
        split->source_index[i] = (uint32_t)i;
    }
    memcpy(split->labels, split->true_labels, n_samples);
    return PT_OK;
}

static int draw_splits(const struct pt_data_options *o, struct pt_dataset *d,
                       struct sample_set images[PT_N_SPLITS], struct pt_error *error)
{
    const size_t n_samples[PT_N_SPLITS] = {o->train_samples, o->test_samples, o->third_samples};
    for (int id = 0; id < PT_N_SPLITS; id++) {
        int status = draw_split(o, n_samples[id], (enum pt_split_id)id, d, &images[id], error);
        if (status)
            return status;
    }
    const struct sample_set *const sets[PT_N_SPLITS] = {&images[PT_TRAIN], &images[PT_TEST],
                                                        &images[PT_THIRD]};
    return standardise_images(d, sets, error);
}

int boolean_generate(const struct pt_data_options *options, struct pt_dataset *dataset,
                     struct pt_error *error)
{
    int status = check_options(options, error);
    if (status)
        return status;
    dataset->n_classes = 2;
    dataset->channels = dataset->height = 1;
    dataset->width = options->n_inputs;
    dataset->plant = mem_alloc(1, sizeof *dataset->plant, error);
    if (!dataset->plant)
        return PT_E_MEMORY;
    status = boolean_terms_draw(options, dataset->plant, error);
    if (status)
        return status;
    struct sample_set images[PT_N_SPLITS] = {0};
    status = draw_splits(options, dataset, images, error);
    for (int id = 0; id < PT_N_SPLITS; id++)
        sample_set_free(&images[id]);
    return status;
}
