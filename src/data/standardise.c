/* Inputs of mean 0, deviation 1, from bytes of images or cells of tables. */
#include "data/standardise.h"

#include "base/mem.h"

#include <math.h>

static int allocate(struct pt_dataset *d, struct pt_error *error)
{
    size_t n_values = d->channels * d->height * d->width;
    d->mean = mem_alloc(n_values, sizeof *d->mean, error);
    d->deviation = d->mean ? mem_alloc(n_values, sizeof *d->deviation, error) : NULL;
    d->mean_image = d->deviation ? mem_alloc(n_values, sizeof *d->mean_image, error) : NULL;
    return d->mean_image ? PT_OK : PT_E_MEMORY;
}

static int average_inputs(struct pt_dataset *d, struct pt_error *error)
{
    const struct pt_split *split = &d->splits[PT_TRAIN];
    size_t n_values = d->channels * d->height * d->width;
    double *sums = mem_alloc(n_values, sizeof *sums, error);
    if (!sums)
        return PT_E_MEMORY;
    for (size_t i = 0; i < split->n_samples; i++)
        for (size_t k = 0; k < n_values; k++)
            sums[k] += (double)split->inputs[i * n_values + k];
    for (size_t k = 0; k < n_values; k++)
        d->mean_image[k] = (float)(sums[k] / (double)split->n_samples);
    mem_free(sums);
    return PT_OK;
}

/* ---- Images ---- */

static const unsigned char *plane(const struct sample_set *images, size_t image, size_t channel)
{
    size_t plane_bytes = images->height * images->width;
    return images->pixels + (image * images->channels + channel) * plane_bytes;
}

/* From the counts of the 256 values: exact, whatever the number of images. */
static void measure_channel(struct pt_dataset *d, const struct sample_set *images, size_t channel)
{
    const struct pt_split *split = &d->splits[PT_TRAIN];
    size_t n_plane = images->height * images->width;
    uint64_t counts[256] = {0};
    for (size_t i = 0; i < split->n_samples; i++) {
        const unsigned char *pixels = plane(images, split->source_index[i], channel);
        for (size_t k = 0; k < n_plane; k++)
            counts[pixels[k]]++;
    }
    double n = (double)split->n_samples * (double)n_plane, sum = 0, squares = 0;
    for (int value = 0; value < 256; value++)
        sum += (double)counts[value] * value;
    for (int value = 0; value < 256; value++)
        squares += (double)counts[value] * (value - sum / n) * (value - sum / n);
    for (size_t k = channel * n_plane; k < (channel + 1) * n_plane; k++) {
        d->mean[k] = (float)(sum / n / 255);
        d->deviation[k] = squares > 0 ? (float)(sqrt(squares / n) / 255) : 1.0f;
    }
}

static void fill_channel(struct pt_dataset *d, const struct sample_set *images, size_t channel,
                         struct pt_split *split)
{
    size_t n_plane = images->height * images->width;
    double mean = (double)d->mean[channel * n_plane];
    double deviation = (double)d->deviation[channel * n_plane];
    float input_of[256];
    for (int value = 0; value < 256; value++)
        input_of[value] = (float)((value / 255.0 - mean) / deviation);
    for (size_t i = 0; i < split->n_samples; i++) {
        const unsigned char *pixels = plane(images, split->source_index[i], channel);
        float *inputs = split->inputs + (i * images->channels + channel) * n_plane;
        for (size_t k = 0; k < n_plane; k++)
            inputs[k] = input_of[pixels[k]];
    }
}

int standardise_images(struct pt_dataset *d, const struct sample_set *const sets[PT_N_SPLITS],
                       struct pt_error *error)
{
    int status = allocate(d, error);
    if (status)
        return status;
    for (size_t c = 0; c < d->channels; c++) {
        measure_channel(d, sets[PT_TRAIN], c);
        for (int id = 0; id < PT_N_SPLITS; id++)
            fill_channel(d, sets[id], c, &d->splits[id]);
    }
    return average_inputs(d, error);
}

/* ---- Tables ---- */

/* The raw value of an input of a feature that is not missing. */
static double raw_value(const struct pt_feature *feature, size_t level, double cell)
{
    return feature->n_levels ? cell == (double)level : cell;
}

struct moments {
    double mean, deviation;
};

static struct moments measure_input(const struct pt_dataset *d, const struct sample_set *table,
                                    size_t feature, size_t level)
{
    const struct pt_split *split = &d->splits[PT_TRAIN];
    double n = 0, sum = 0, squares = 0;
    for (size_t i = 0; i < split->n_samples; i++) {
        double cell = table->cells[split->source_index[i] * d->n_features + feature];
        if (isnan(cell))
            continue;
        n++;
        sum += raw_value(&d->features[feature], level, cell);
    }
    struct moments m = {n > 0 ? sum / n : 0, 1};
    for (size_t i = 0; i < split->n_samples; i++) {
        double cell = table->cells[split->source_index[i] * d->n_features + feature];
        if (!isnan(cell))
            squares += pow(raw_value(&d->features[feature], level, cell) - m.mean, 2);
    }
    double deviation = n > 0 ? sqrt(squares / n) : 0;
    if (deviation > 1e-12 * fabs(m.mean) && deviation > 1e-30)
        m.deviation = deviation;
    return m;
}

static void fill_input(struct pt_dataset *d, const struct sample_set *table, size_t feature,
                       size_t level, size_t input, struct moments m, struct pt_split *split)
{
    for (size_t i = 0; i < split->n_samples; i++) {
        double cell = table->cells[split->source_index[i] * d->n_features + feature];
        double raw = raw_value(&d->features[feature], level, cell);
        split->inputs[i * d->width + input] =
            isnan(cell) ? 0.0f : (float)((raw - m.mean) / m.deviation);
    }
}

int standardise_table(struct pt_dataset *d, const struct sample_set *const sets[PT_N_SPLITS],
                      struct pt_error *error)
{
    int status = allocate(d, error);
    if (status)
        return status;
    for (size_t input = 0, level = 0; input < d->width; input++) {
        size_t feature = d->feature_of[input];
        level = input > 0 && d->feature_of[input - 1] == feature ? level + 1 : 0;
        struct moments m = measure_input(d, sets[PT_TRAIN], feature, level);
        d->mean[input] = (float)m.mean;
        d->deviation[input] = (float)m.deviation;
        for (int id = 0; id < PT_N_SPLITS; id++)
            fill_input(d, sets[id], feature, level, input, m, &d->splits[id]);
    }
    return average_inputs(d, error);
}
