/* Loading of a data set: from its files or its generator to three standardised splits. */
#include "phasetrace/dataset.h"

#include "base/mem.h"
#include "data/boolean.h"
#include "data/draw.h"
#include "data/label_noise.h"
#include "data/loading.h"
#include "data/split.h"
#include "data/standardise.h"

#include <stdio.h>
#include <string.h>

static const struct set {
    const char *name;
    size_t n_labels;                                              /* 0: as many as the files use */
    int (*load)(struct loading *loading, struct pt_error *error); /* NULL: it is generated */
} SETS[] = {{"mnist", 10, idx_load},
            {"fashion-mnist", 10, idx_load},
            {"idx", 0, idx_load},
            {"cifar10", 10, cifar_load},
            {"images", 0, image_folder_load},
            {"csv", 0, csv_table_load},
            {"census", 0, csv_table_load},
            {"boolean", 2, NULL}};
#define N_SETS (sizeof SETS / sizeof SETS[0])

static const struct set *find_set(const char *name)
{
    for (size_t i = 0; i < N_SETS; i++)
        if (strcmp(name, SETS[i].name) == 0)
            return &SETS[i];
    return NULL;
}

static int check_options(const struct pt_data_options *o, struct pt_error *error)
{
    if (!find_set(o->set))
        return pt_error_set(error, PT_E_CONFIG,
                            "data set \"%s\": expected mnist, fashion-mnist, idx, cifar10, images, "
                            "csv, census or boolean",
                            o->set);
    if (!(o->label_noise >= 0 && o->label_noise <= 1))
        return pt_error_set(error, PT_E_CONFIG, "label noise %g: expected 0 to 1", o->label_noise);
    if (o->side > PT_MAX_IMAGE_SIDE)
        return pt_error_set(error, PT_E_CONFIG, "images of %zu pixels a side: expected 0 to %d",
                            o->side, PT_MAX_IMAGE_SIDE);
    if (o->channels != 0 && o->channels != 1 && o->channels != 3)
        return pt_error_set(error, PT_E_CONFIG, "%zu channels: expected 0, 1 or 3", o->channels);
    return PT_OK;
}

static int fill_inputs(const struct loading *l, struct pt_error *error)
{
    const struct sample_set *test = l->is_one_file ? &l->train : &l->test;
    const struct sample_set *const sets[PT_N_SPLITS] = {&l->train, test, test};
    return l->train.cells ? standardise_table(l->dataset, sets, error)
                          : standardise_images(l->dataset, sets, error);
}

static int load_files(struct loading *l, const struct set *set, struct pt_error *error)
{
    struct pt_dataset *d = l->dataset;
    int status = set->load(l, error);
    if (!status && l->train.pixels)
        status = sample_set_to_side(&l->train, l->options->side, error);
    if (!status && l->test.pixels)
        status = sample_set_to_side(&l->test, l->options->side, error);
    if (status)
        return status;
    d->channels = l->train.channels;
    d->height = l->train.height;
    d->width = l->train.width;
    status = draw_splits(l, error);
    return status ? status : fill_inputs(l, error);
}

static int load(struct loading *l, const struct set *set, struct pt_error *error)
{
    struct pt_dataset *d = l->dataset;
    snprintf(d->name, sizeof d->name, "%s", set->name);
    d->texts = mem_alloc(1, sizeof *d->texts, error);
    if (!d->texts)
        return PT_E_MEMORY;
    int status = set->load ? load_files(l, set, error) : boolean_generate(l->options, d, error);
    struct pt_split *train = &d->splits[PT_TRAIN];
    if (!status)
        status = label_noise_apply(train->labels, train->n_samples, d->n_classes,
                                   l->options->label_noise, l->options->seed, error);
    return status;
}

int pt_dataset_load(const struct pt_data_options *options, struct pt_dataset **dataset,
                    struct pt_error *error)
{
    int status = check_options(options, error);
    if (status)
        return status;
    const struct set *set = find_set(options->set);
    struct loading l = {.options = options, .n_labels = set->n_labels};
    l.dataset = mem_alloc(1, sizeof *l.dataset, error);
    if (!l.dataset)
        return PT_E_MEMORY;
    status = load(&l, set, error);
    sample_set_free(&l.train);
    sample_set_free(&l.test);
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
    mem_free(dataset->mean);
    mem_free(dataset->deviation);
    mem_free(dataset->mean_image);
    mem_free(dataset->features);
    mem_free(dataset->feature_of);
    mem_free(dataset->plant);
    if (dataset->texts)
        arena_release(dataset->texts);
    mem_free(dataset->texts);
    mem_free(dataset);
}
