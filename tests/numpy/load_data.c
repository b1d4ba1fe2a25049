/* Loads a data set and writes its splits to an .npz archive: for NumPy to make and compare.
 *
 * usage: load_data OUT.npz KEY=VALUE...
 * The keys are those of [data], the numbers without any check. */
#include "base/mem.h"
#include "fmt/npz.h"
#include "phasetrace/dataset.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int set_option(struct pt_data_options *o, const char *argument)
{
    const struct {
        const char *key;
        const char **text;
        size_t *number;
    } keys[] = {{"set", &o->set, NULL},
                {"path", &o->path, NULL},
                {"test_path", &o->test_path, NULL},
                {"label", &o->label, NULL},
                {"categorical", &o->categorical, NULL},
                {"ignore", &o->ignore, NULL},
                {"train_samples", NULL, &o->train_samples},
                {"test_samples", NULL, &o->test_samples},
                {"third_samples", NULL, &o->third_samples},
                {"size", NULL, &o->side},
                {"channels", NULL, &o->channels}};
    const char *value = strchr(argument, '=');
    if (!value)
        return 0;
    if (strncmp(argument, "missing=", 8) == 0)
        o->missing = strcmp(value, "=drop") == 0 ? PT_MISSING_DROP : PT_MISSING_MEAN;
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        size_t n = strlen(keys[i].key);
        if (n != (size_t)(value - argument) || strncmp(keys[i].key, argument, n) != 0)
            continue;
        if (keys[i].text)
            *keys[i].text = value + 1;
        else
            *keys[i].number = strtoul(value + 1, NULL, 10);
    }
    return 1;
}

static int add(struct npz_writer *writer, const char *name, int split, enum npy_type type,
               const size_t shape[2], const void *values, struct pt_error *error)
{
    char numbered[32];
    snprintf(numbered, sizeof numbered, split < 0 ? "%s" : "%s%d", name, split);
    return npz_add(writer, numbered, type, shape[1] ? 2 : 1, shape, values, error);
}

static int write_splits(const struct pt_dataset *d, struct npz_writer *writer,
                        struct pt_error *error)
{
    size_t n_values = d->channels * d->height * d->width;
    const size_t one[2] = {n_values, 0};
    int status = add(writer, "mean", -1, NPY_F4, one, d->mean, error);
    if (!status)
        status = add(writer, "deviation", -1, NPY_F4, one, d->deviation, error);
    for (int id = 0; id < PT_N_SPLITS && !status; id++) {
        const struct pt_split *split = &d->splits[id];
        const size_t rows[2] = {split->n_samples, n_values}, column[2] = {split->n_samples, 0};
        status = add(writer, "inputs", id, NPY_F4, rows, split->inputs, error);
        if (!status)
            status = add(writer, "labels", id, NPY_U1, column, split->labels, error);
        if (!status)
            status = add(writer, "index", id, NPY_I4, column, split->source_index, error);
    }
    return status;
}

static int run(const char *out, const struct pt_data_options *options, struct pt_error *error)
{
    struct pt_dataset *dataset;
    struct npz_writer *writer;
    int status = pt_dataset_load(options, &dataset, error);
    if (status)
        return status;
    status = npz_create(out, &writer, error);
    if (!status) {
        status = write_splits(dataset, writer, error);
        if (status)
            npz_abandon(writer);
        else
            status = npz_commit(writer, error);
    }
    pt_dataset_free(dataset);
    return status;
}

int main(int argc, char **argv)
{
    struct pt_data_options options = {.set = "", .seed = 1};
    struct pt_error error = {0};
    char text[3000];
    for (int i = 2; i < argc; i++)
        if (!set_option(&options, argv[i]))
            argc = 0;
    if (argc < 3)
        return 2;
    if (run(argv[1], &options, &error) == PT_OK)
        return 0;
    pt_error_format(&error, text, sizeof text);
    fprintf(stderr, "%s\n", text);
    return 1;
}
