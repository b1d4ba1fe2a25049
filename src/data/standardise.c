/* Inputs of mean 0, deviation 1, from bytes. */
#include "data/standardise.h"

#include "base/mem.h"

#include <math.h>

static const unsigned char *plane(const struct image_set *images, size_t image, size_t channel)
{
    size_t plane_bytes = images->height * images->width;
    return images->pixels + (image * images->channels + channel) * plane_bytes;
}

/* From the counts of the 256 values: exact, whatever the number of images. */
void standardise_measure(const struct image_set *images, const struct pt_split *split,
                         float mean[PT_MAX_CHANNELS], float deviation[PT_MAX_CHANNELS])
{
    size_t n_plane = images->height * images->width;
    for (size_t c = 0; c < images->channels; c++) {
        uint64_t counts[256] = {0};
        for (size_t i = 0; i < split->n_samples; i++) {
            const unsigned char *pixels = plane(images, split->source_index[i], c);
            for (size_t k = 0; k < n_plane; k++)
                counts[pixels[k]]++;
        }
        double n = (double)split->n_samples * (double)n_plane, sum = 0, squares = 0;
        for (int value = 0; value < 256; value++)
            sum += (double)counts[value] * value;
        for (int value = 0; value < 256; value++)
            squares += (double)counts[value] * (value - sum / n) * (value - sum / n);
        mean[c] = (float)(sum / n / 255);
        deviation[c] = squares > 0 ? (float)(sqrt(squares / n) / 255) : 1.0f;
    }
}

void standardise_fill(const struct image_set *images, const float mean[PT_MAX_CHANNELS],
                      const float deviation[PT_MAX_CHANNELS], struct pt_split *split)
{
    size_t n_plane = images->height * images->width;
    for (size_t c = 0; c < images->channels; c++) {
        float input_of[256];
        for (int value = 0; value < 256; value++)
            input_of[value] = (float)((value / 255.0 - (double)mean[c]) / (double)deviation[c]);
        for (size_t i = 0; i < split->n_samples; i++) {
            const unsigned char *pixels = plane(images, split->source_index[i], c);
            float *inputs = split->inputs + (i * images->channels + c) * n_plane;
            for (size_t k = 0; k < n_plane; k++)
                inputs[k] = input_of[pixels[k]];
        }
    }
}

int standardise_mean_image(const struct image_set *images, const struct pt_split *split,
                           float *mean_image, struct pt_error *error)
{
    size_t n_values = images->channels * images->height * images->width;
    double *sums = mem_alloc(n_values, sizeof *sums, error);
    if (!sums)
        return PT_E_MEMORY;
    for (size_t i = 0; i < split->n_samples; i++)
        for (size_t k = 0; k < n_values; k++)
            sums[k] += (double)split->inputs[i * n_values + k];
    for (size_t k = 0; k < n_values; k++)
        mean_image[k] = (float)(sums[k] / (double)split->n_samples);
    mem_free(sums);
    return PT_OK;
}
