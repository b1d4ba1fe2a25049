/* Drawing of splits: which samples of the files, of which class. */
#include "data/draw.h"

#include "base/mem.h"
#include "data/split.h"
#include "data/subset.h"

#include <string.h>

struct drawing {
    struct loading *loading;
    enum subset_shares shares;
    int16_t class_of[PT_MAX_CLASSES]; /* a label's class; SUBSET_OUT where it is not kept */
    /* [n_samples], of samples that are not drawn yet; the same array for a set in one file */
    int16_t *train_classes, *test_classes;
};

static int number_classes(struct drawing *drawing, struct pt_error *error)
{
    const struct loading *l = drawing->loading;
    const struct pt_data_options *o = l->options;
    l->dataset->n_classes = o->n_classes ? o->n_classes : l->n_labels;
    for (size_t label = 0; label < PT_MAX_CLASSES; label++)
        drawing->class_of[label] = o->n_classes ? SUBSET_OUT : (int16_t)label;
    for (size_t i = 0; i < o->n_classes; i++) {
        long label = o->classes[i];
        if (label < 0 || label >= (long)l->n_labels)
            return pt_error_set(error, PT_E_CONFIG, "class %ld: the labels are 0 to %zu", label,
                                l->n_labels - 1);
        if (drawing->class_of[label] != SUBSET_OUT)
            return pt_error_set(error, PT_E_CONFIG, "class %ld is named twice", label);
        drawing->class_of[label] = (int16_t)i;
    }
    if (o->n_classes == 1)
        return pt_error_set(error, PT_E_CONFIG, "two classes or more are needed");
    if (l->dataset->n_classes < 2)
        return pt_error_at(error, PT_E_DATA, l->dataset->files[0].path, 0, 0,
                           "all labels are the same: there is nothing to tell apart");
    return PT_OK;
}

static int name_classes(const struct drawing *drawing, struct pt_error *error)
{
    const struct loading *l = drawing->loading;
    struct pt_dataset *d = l->dataset;
    if (!l->label_names)
        return PT_OK;
    const char **names = arena_alloc(d->texts, d->n_classes, sizeof *names, error);
    if (!names)
        return PT_E_MEMORY;
    for (size_t label = 0; label < l->n_labels; label++)
        if (drawing->class_of[label] != SUBSET_OUT)
            names[drawing->class_of[label]] = l->label_names[label];
    d->class_names = names;
    return PT_OK;
}

static int16_t *classify(const struct drawing *drawing, const struct sample_set *set,
                         struct pt_error *error)
{
    int16_t *classes = mem_alloc(set->n_samples, sizeof *classes, error);
    for (size_t i = 0; classes && i < set->n_samples; i++)
        classes[i] = drawing->class_of[set->labels[i]];
    return classes;
}

static int classify_all(struct drawing *d, struct pt_error *error)
{
    const struct loading *l = d->loading;
    d->train_classes = classify(d, &l->train, error);
    if (!d->train_classes)
        return PT_E_MEMORY;
    d->test_classes = l->is_one_file ? d->train_classes : classify(d, &l->test, error);
    return d->test_classes ? PT_OK : PT_E_MEMORY;
}

static const char *training_labels_path(const struct loading *l)
{
    return l->dataset->files[l->train_labels_file].path;
}

/* Of the whole files: what is drawn from them may have fewer classes. */
static int check_classes(const struct drawing *drawing, struct pt_error *error)
{
    const struct loading *l = drawing->loading;
    const struct pt_dataset *d = l->dataset;
    unsigned char is_trained[PT_MAX_CLASSES] = {0};
    size_t n_trained = 0;
    for (size_t i = 0; i < l->train.n_samples; i++) {
        int16_t class = drawing->train_classes[i];
        if (class == SUBSET_OUT)
            continue;
        n_trained += !is_trained[class];
        is_trained[class] = 1;
    }
    if (n_trained == 1)
        return pt_error_at(error, PT_E_DATA, training_labels_path(l), 0, 0,
                           "all labels%s are the same: there is nothing to tell apart",
                           l->options->n_classes ? " that data.classes keeps" : "");
    for (size_t i = 0; i < l->test.n_samples; i++) {
        int16_t class = drawing->test_classes[i];
        if (class != SUBSET_OUT && !is_trained[class])
            return pt_error_at(error, PT_E_DATA, d->files[d->n_files - 1].path, 0, 0,
                               "the label of sample %zu is %d, which no training sample has", i,
                               l->test.labels[i]);
    }
    return PT_OK;
}

static int check_drawn_classes(const struct loading *l, struct pt_error *error)
{
    const struct pt_split *train = &l->dataset->splits[PT_TRAIN];
    for (size_t i = 1; i < train->n_samples; i++)
        if (train->labels[i] != train->labels[0])
            return PT_OK;
    return pt_error_at(
        error, PT_E_DATA, training_labels_path(l), 0, 0,
        "the training samples that are drawn (%zu) are all of one class: there is nothing "
        "to tell apart",
        train->n_samples);
}

/* Draws `n_samples` of a file's samples that are not drawn yet; 0: all of them. */
static int draw_split(struct drawing *drawing, enum pt_split_id id, size_t n_samples,
                      struct pt_error *error)
{
    static const char *const names[] = {"training", "test", "third"};
    struct loading *l = drawing->loading;
    const struct sample_set *set = id == PT_TRAIN || l->is_one_file ? &l->train : &l->test;
    int16_t *classes = id == PT_TRAIN ? drawing->train_classes : drawing->test_classes;
    struct pt_split *split = &l->dataset->splits[id];

    size_t n_available = subset_available(classes, set->n_samples);
    if (n_samples == 0 && id != PT_THIRD)
        n_samples = n_available;
    if (n_samples > n_available || (n_samples == 0 && id != PT_THIRD))
        return pt_error_set(error, PT_E_CONFIG,
                            "%s split: %zu samples wanted, the files have %zu left", names[id],
                            n_samples, n_available);
    int status = split_allocate(split, n_samples, set->channels * set->height * set->width, error);
    if (status)
        return status;
    struct random_stream stream = random_stream(l->options->seed, RANDOM_SUBSET, 0, (uint32_t)id);
    status = subset_draw(classes, set->n_samples, l->dataset->n_classes, n_samples, drawing->shares,
                         &stream, split->source_index, error);
    if (status)
        return status;
    for (size_t i = 0; i < n_samples; i++)
        split->true_labels[i] = (uint8_t)drawing->class_of[set->labels[split->source_index[i]]];
    memcpy(split->labels, split->true_labels, n_samples);
    return PT_OK;
}

/* The third split comes first: it is the same whatever the others are. What is to have all that
 * is left comes last. */
static int draw_all(struct drawing *drawing, struct pt_error *error)
{
    const struct pt_data_options *o = drawing->loading->options;
    enum pt_split_id order[2] = {PT_TEST, PT_TRAIN};
    if (o->test_samples == 0) {
        order[0] = PT_TRAIN;
        order[1] = PT_TEST;
    }
    if (drawing->loading->is_one_file && o->train_samples == 0 && o->test_samples == 0)
        return pt_error_set(error, PT_E_CONFIG,
                            "data.train_samples, data.test_samples: training and testing samples "
                            "come from one file, so only one of them can be 0, which means all "
                            "that is left");
    const size_t wanted[PT_N_SPLITS] = {o->train_samples, o->test_samples, o->third_samples};
    int status = draw_split(drawing, PT_THIRD, wanted[PT_THIRD], error);
    for (int i = 0; i < 2 && !status; i++)
        status = draw_split(drawing, order[i], wanted[order[i]], error);
    return status;
}

int draw_splits(struct loading *loading, struct pt_error *error)
{
    struct drawing drawing = {.loading = loading,
                              .shares = loading->train.cells ? SUBSET_NATURAL : SUBSET_BALANCED};
    int status = number_classes(&drawing, error);
    if (!status)
        status = name_classes(&drawing, error);
    if (!status)
        status = classify_all(&drawing, error);
    if (!status)
        status = check_classes(&drawing, error);
    if (!status)
        status = draw_all(&drawing, error);
    if (!status)
        status = check_drawn_classes(loading, error);
    if (drawing.test_classes != drawing.train_classes)
        mem_free(drawing.test_classes);
    mem_free(drawing.train_classes);
    return status;
}
