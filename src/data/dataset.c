/* Loading of a data set: from its files or its generator to three standardised splits. */
#include "phasetrace/dataset.h"

#include "base/mem.h"
#include "data/boolean.h"
#include "data/image_files.h"
#include "data/label_noise.h"
#include "data/split.h"
#include "data/standardise.h"
#include "data/subset.h"

#include <stdio.h>
#include <string.h>

static const struct {
    const char *name;
    size_t n_labels; /* 0: as many as the files use */
} SETS[] = {{"mnist", 10}, {"fashion-mnist", 10}, {"idx", 0}, {"boolean", 2}};
#define N_SETS (sizeof SETS / sizeof SETS[0])

/* What is needed while loading, no longer. */
struct loading {
    const struct pt_data_options *options;
    struct pt_dataset *dataset;
    size_t n_labels; /* labels are below */
    struct image_set train, test;
    int16_t *train_classes, *test_classes; /* [n_images], of samples that are not drawn yet */
};

static int check_options(const struct pt_data_options *o, size_t *n_labels, struct pt_error *error)
{
    size_t i = 0;
    while (i < N_SETS && strcmp(o->set, SETS[i].name) != 0)
        i++;
    if (i == N_SETS)
        return pt_error_set(error, PT_E_CONFIG,
                            "data set \"%s\": expected mnist, fashion-mnist, idx or boolean",
                            o->set);
    if (!(o->label_noise >= 0 && o->label_noise <= 1))
        return pt_error_set(error, PT_E_CONFIG, "label noise %g: expected 0 to 1", o->label_noise);
    *n_labels = SETS[i].n_labels;
    return PT_OK;
}

static size_t greatest_label(const struct image_set *images)
{
    size_t greatest = 0;
    for (size_t i = 0; i < images->n_images; i++)
        if (images->labels[i] > greatest)
            greatest = images->labels[i];
    return greatest;
}

static int read_files(struct loading *l, struct pt_error *error)
{
    size_t n_labels = l->n_labels ? l->n_labels : PT_MAX_CLASSES;
    const char *directory = l->options->directory;
    int status = image_set_read(directory, "train", n_labels, l->dataset, &l->train, error);
    if (!status)
        status = image_set_read(directory, "t10k", n_labels, l->dataset, &l->test, error);
    if (status)
        return status;
    if (l->train.height != l->test.height || l->train.width != l->test.width)
        return pt_error_at(error, PT_E_DATA, l->dataset->files[2].path, 0, 0,
                           "byte 8: images of %zu x %zu pixels, those of %s have %zu x %zu",
                           l->test.height, l->test.width, l->dataset->files[0].path,
                           l->train.height, l->train.width);
    if (l->n_labels == 0) {
        size_t train = greatest_label(&l->train), test = greatest_label(&l->test);
        l->n_labels = 1 + (train > test ? train : test);
    }
    return PT_OK;
}

/* class_of[label] is the label's new number, SUBSET_OUT where it is not kept. */
static int number_classes(const struct loading *l, int16_t class_of[PT_MAX_CLASSES],
                          struct pt_error *error)
{
    const struct pt_data_options *o = l->options;
    l->dataset->n_classes = o->n_classes ? o->n_classes : l->n_labels;
    for (size_t label = 0; label < PT_MAX_CLASSES; label++)
        class_of[label] = o->n_classes ? SUBSET_OUT : (int16_t)label;
    for (size_t i = 0; i < o->n_classes; i++) {
        long label = o->classes[i];
        if (label < 0 || label >= (long)l->n_labels)
            return pt_error_set(error, PT_E_CONFIG, "class %ld: the labels are 0 to %zu", label,
                                l->n_labels - 1);
        if (class_of[label] != SUBSET_OUT)
            return pt_error_set(error, PT_E_CONFIG, "class %ld is named twice", label);
        class_of[label] = (int16_t)i;
    }
    if (o->n_classes == 1)
        return pt_error_set(error, PT_E_CONFIG, "two classes or more are needed");
    if (l->dataset->n_classes < 2)
        return pt_error_set(error, PT_E_DATA, "all labels are 0: there is nothing to tell apart");
    return PT_OK;
}

static int16_t *classify(const struct image_set *images, const int16_t *class_of,
                         struct pt_error *error)
{
    int16_t *classes = mem_alloc(images->n_images, sizeof *classes, error);
    for (size_t i = 0; classes && i < images->n_images; i++)
        classes[i] = class_of[images->labels[i]];
    return classes;
}

static int classify_all(struct loading *l, int16_t class_of[PT_MAX_CLASSES], struct pt_error *error)
{
    int status = number_classes(l, class_of, error);
    if (status)
        return status;
    l->train_classes = classify(&l->train, class_of, error);
    l->test_classes = l->train_classes ? classify(&l->test, class_of, error) : NULL;
    return l->test_classes ? PT_OK : PT_E_MEMORY;
}

/* Draws `n_samples` of a file's samples that are not drawn yet. */
static int draw_split(struct loading *l, enum pt_split_id id, size_t n_samples,
                      const int16_t class_of[PT_MAX_CLASSES], struct pt_error *error)
{
    static const char *const names[] = {"training", "test", "third"};
    const struct image_set *images = id == PT_TRAIN ? &l->train : &l->test;
    int16_t *classes = id == PT_TRAIN ? l->train_classes : l->test_classes;
    struct pt_split *split = &l->dataset->splits[id];

    size_t n_available = subset_available(classes, images->n_images);
    if (n_samples > n_available || (n_samples == 0 && id != PT_THIRD))
        return pt_error_set(error, PT_E_CONFIG,
                            "%s split: %zu samples wanted, the files have %zu left", names[id],
                            n_samples, n_available);
    int status =
        split_allocate(split, n_samples, images->channels * images->height * images->width, error);
    if (status)
        return status;
    struct random_stream stream = random_stream(l->options->seed, RANDOM_SUBSET, 0, (uint32_t)id);
    status = subset_draw(classes, images->n_images, l->dataset->n_classes, n_samples, &stream,
                         split->source_index, error);
    if (status)
        return status;
    for (size_t i = 0; i < n_samples; i++)
        split->true_labels[i] = (uint8_t)class_of[images->labels[split->source_index[i]]];
    memcpy(split->labels, split->true_labels, n_samples);
    return PT_OK;
}

/* The third split is drawn before the test split: it is the same whatever the test split is. */
static int draw_splits(struct loading *l, struct pt_error *error)
{
    const struct pt_data_options *o = l->options;
    int16_t class_of[PT_MAX_CLASSES];
    int status = classify_all(l, class_of, error);
    if (status)
        return status;
    size_t n_train = o->train_samples, n_test = o->test_samples;
    if (n_train == 0)
        n_train = subset_available(l->train_classes, l->train.n_images);
    status = draw_split(l, PT_TRAIN, n_train, class_of, error);
    if (!status)
        status = draw_split(l, PT_THIRD, o->third_samples, class_of, error);
    if (!status && n_test == 0)
        n_test = subset_available(l->test_classes, l->test.n_images);
    if (!status)
        status = draw_split(l, PT_TEST, n_test, class_of, error);
    return status;
}

static int fill_inputs(struct loading *l, struct pt_error *error)
{
    struct pt_dataset *d = l->dataset;
    standardise_measure(&l->train, &d->splits[PT_TRAIN], d->mean, d->deviation);
    standardise_fill(&l->train, d->mean, d->deviation, &d->splits[PT_TRAIN]);
    standardise_fill(&l->test, d->mean, d->deviation, &d->splits[PT_TEST]);
    standardise_fill(&l->test, d->mean, d->deviation, &d->splits[PT_THIRD]);
    d->mean_image = mem_alloc(d->channels * d->height * d->width, sizeof(float), error);
    if (!d->mean_image)
        return PT_E_MEMORY;
    return standardise_mean_image(&l->train, &d->splits[PT_TRAIN], d->mean_image, error);
}

static int load_files(struct loading *l, struct pt_error *error)
{
    struct pt_dataset *d = l->dataset;
    int status = read_files(l, error);
    if (status)
        return status;
    d->channels = l->train.channels;
    d->height = l->train.height;
    d->width = l->train.width;
    status = draw_splits(l, error);
    return status ? status : fill_inputs(l, error);
}

static int load(struct loading *l, struct pt_error *error)
{
    struct pt_dataset *d = l->dataset;
    snprintf(d->name, sizeof d->name, "%s", l->options->set);
    int is_generated = strcmp(l->options->set, "boolean") == 0;
    int status = is_generated ? boolean_generate(l->options, d, error) : load_files(l, error);
    struct pt_split *train = &d->splits[PT_TRAIN];
    if (!status)
        status = label_noise_apply(train->labels, train->n_samples, d->n_classes,
                                   l->options->label_noise, l->options->seed, error);
    return status;
}

int pt_dataset_load(const struct pt_data_options *options, struct pt_dataset **dataset,
                    struct pt_error *error)
{
    struct loading l = {.options = options};
    int status = check_options(options, &l.n_labels, error);
    if (status)
        return status;
    l.dataset = mem_alloc(1, sizeof *l.dataset, error);
    if (!l.dataset)
        return PT_E_MEMORY;
    status = load(&l, error);
    image_set_free(&l.train);
    image_set_free(&l.test);
    mem_free(l.train_classes);
    mem_free(l.test_classes);
    if (status)
        pt_dataset_free(l.dataset);
    else
        *dataset = l.dataset;
    return status;
}

void pt_dataset_free(struct pt_dataset *dataset)
{
    if (!dataset)
        return;
    for (int i = 0; i < PT_N_SPLITS; i++)
        split_release(&dataset->splits[i]);
    mem_free(dataset->mean_image);
    mem_free(dataset->plant);
    mem_free(dataset);
}
