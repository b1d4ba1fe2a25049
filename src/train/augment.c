/* Augmentation: training images moved and mirrored at random. */
#include "train/augment.h"

#include "base/random.h"

#include <string.h>

int augment_make(const struct pt_config *config, const struct pt_dataset *dataset,
                 struct augment *augment, struct pt_error *error)
{
    *augment = (struct augment){.channels = dataset->channels,
                                .height = dataset->height,
                                .width = dataset->width,
                                .shift = config->train.shift,
                                .flip = config->train.flip == PT_YES,
                                .seed = config->run.seed};
    if (augment->shift == 0 && !augment->flip)
        return PT_OK;
    if (dataset->height == 1)
        return pt_error_set(error, PT_E_CONFIG,
                            "train.%s is for images: the samples of %s are vectors of %zu numbers",
                            augment->shift ? "shift" : "flip", dataset->name,
                            dataset->channels * dataset->width);
    size_t side = dataset->height < dataset->width ? dataset->height : dataset->width;
    if ((size_t)augment->shift >= side)
        return pt_error_set(error, PT_E_CONFIG,
                            "train.shift = %ld would move images of %zu x %zu pixels out of sight",
                            augment->shift, dataset->height, dataset->width);
    augment->mean = dataset->mean;
    augment->deviation = dataset->deviation;
    return PT_OK;
}

/* The raw value 0, standardised; a channel has one mean and deviation. */
static float black_of(const struct augment *augment, size_t channel)
{
    size_t at = channel * augment->height * augment->width;
    return (float)(-(double)augment->mean[at] / (double)augment->deviation[at]);
}

static void fill(float *values, float value, size_t n)
{
    for (size_t i = 0; i < n; i++)
        values[i] = value;
}

static void mirror(float *row, size_t n)
{
    for (size_t i = 0; i < n / 2; i++) {
        float left = row[i];
        row[i] = row[n - 1 - i];
        row[n - 1 - i] = left;
    }
}

/* A row moved to the right by `dx`. */
static void move_row(const float *row, long dx, float black, size_t width, float *moved)
{
    size_t n_black = (size_t)(dx < 0 ? -dx : dx), n_kept = width - n_black;
    memcpy(moved + (dx > 0 ? n_black : 0), row + (dx < 0 ? n_black : 0), n_kept * sizeof *row);
    fill(moved + (dx > 0 ? 0 : n_kept), black, n_black);
}

void augment_copy(const struct augment *augment, uint32_t epoch, uint32_t sample,
                  const float *image, float *copy)
{
    if (augment->shift == 0 && !augment->flip) {
        memcpy(copy, image, augment->channels * augment->height * augment->width * sizeof *copy);
        return;
    }
    struct random_stream stream = random_stream(augment->seed, RANDOM_AUGMENT, epoch, sample);
    uint32_t n_places = (uint32_t)(2 * augment->shift + 1);
    long dy = (long)random_below(&stream, n_places) - augment->shift;
    long dx = (long)random_below(&stream, n_places) - augment->shift;
    int is_mirrored = augment->flip && random_below(&stream, 2);
    long height = (long)augment->height;
    size_t width = augment->width;
    for (size_t c = 0; c < augment->channels; c++) {
        const float *plane = image + c * augment->height * width;
        float black = black_of(augment, c);
        for (long y = 0; y < height; y++, copy += width) {
            long from = y - dy;
            if (from < 0 || from >= height)
                fill(copy, black, width);
            else
                move_row(plane + (size_t)from * width, dx, black, width, copy);
            if (is_mirrored)
                mirror(copy, width);
        }
    }
}
