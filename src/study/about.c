/* Describing a run in words. */
#include "study/about.h"

#include "base/fsio.h"
#include "base/mem.h"
#include "trace/interactions.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#define MAX_ABOUT_BYTES ((size_t)1 << 20)

static void describe_set(const struct pt_config *config, char *text, size_t text_bytes)
{
    static const struct {
        const char *set, *title;
    } known[] = {{"mnist", "MNIST"},
                 {"fashion-mnist", "Fashion-MNIST"},
                 {"cifar10", "CIFAR-10"},
                 {"census", "Census"},
                 {"boolean", "Boolean"}};
    const char *title = config->run.name;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(config->data.set, known[i].set) == 0)
            title = known[i].title;
    snprintf(text, text_bytes, "%.100s", title);
}

static void describe_network(const struct pt_config *config, const struct pt_dataset *dataset,
                             char *text, size_t text_bytes)
{
    if (strcmp(config->model.preset, "mlp") != 0) {
        snprintf(text, text_bytes, "%s",
                 strcmp(config->model.preset, "lenet") == 0 ? "LeNet" : config->model.preset);
        return;
    }
    size_t used = (size_t)snprintf(text, text_bytes, "MLP %zu",
                                   dataset->channels * dataset->height * dataset->width);
    for (size_t i = 0; i < config->model.hidden.n && used < text_bytes; i++)
        used +=
            (size_t)snprintf(text + used, text_bytes - used, "-%ld", config->model.hidden.items[i]);
    if (used < text_bytes)
        snprintf(text + used, text_bytes - used, "-%zu", dataset->n_classes);
}

static void describe_masking(const struct pt_config *config, const struct pt_dataset *dataset,
                             char *text, size_t text_bytes)
{
    static const char *const baselines[] = {"black", "channel mean", "mean image", "zero"};
    int at_input = strcmp(config->trace.layer, "input") == 0;
    char cells[64];
    if (dataset->height == 1)
        snprintf(cells, sizeof cells, "features");
    else
        snprintf(cells, sizeof cells, "%ldx%ld grid", config->trace.grid, config->trace.grid);
    snprintf(text, text_bytes, "%s at %s%s, baseline %s, background %s", cells,
             at_input ? "the " : "", config->trace.layer, baselines[config->trace.baseline],
             config->trace.background == PT_BACKGROUND_KEEP ? "kept" : "masked");
}

void about_describe(const struct pt_config *config, const struct pt_dataset *dataset,
                    struct about *about)
{
    static const char *const solvers[] = {"sparsest AND/OR", "AND only (Harsanyi)", "OR only",
                                          "AND/OR by gradient descent"};
    describe_set(config, about->title, sizeof about->title);
    describe_network(config, dataset, about->network, sizeof about->network);
    int used =
        snprintf(about->extraction, sizeof about->extraction, "%s", solvers[config->trace.solver]);
    if (config->trace.noise > 0 && interaction_takes_noise(config->trace.solver))
        snprintf(about->extraction + used, sizeof about->extraction - (size_t)used,
                 ", noise term %g", config->trace.noise);
    describe_masking(config, dataset, about->masking, sizeof about->masking);
    about->n_train = dataset->splits[PT_TRAIN].n_samples;
    about->n_test = dataset->splits[PT_TEST].n_samples;
}

int about_read(const char *run_directory, struct about *about, struct pt_error *error)
{
    char path[PT_PATH_BYTES];
    unsigned char *data;
    size_t n_bytes;
    int status = path_join(path, sizeof path, run_directory, "analysis/about.json", error);
    if (!status)
        status = file_read(path, MAX_ABOUT_BYTES, &data, &n_bytes, error);
    if (status)
        return status;
    const char *title, *network, *extraction, *masking;
    json_int_t n_train, n_test;
    json_error_t place;
    json_t *root = json_loadb((const char *)data, n_bytes, 0, &place);
    mem_free(data);
    if (!root || json_unpack_ex(root, &place, 0, "{s:s, s:s, s:s, s:s, s:I, s:I}", "title", &title,
                                "network", &network, "extraction", &extraction, "masking", &masking,
                                "n_train", &n_train, "n_test", &n_test) != 0) {
        json_decref(root);
        return pt_error_at(error, PT_E_DATA, path, place.line, place.column, "%s", place.text);
    }
    snprintf(about->title, sizeof about->title, "%s", title);
    snprintf(about->network, sizeof about->network, "%s", network);
    snprintf(about->extraction, sizeof about->extraction, "%s", extraction);
    snprintf(about->masking, sizeof about->masking, "%s", masking);
    about->n_train = n_train > 0 ? (size_t)n_train : 0;
    about->n_test = n_test > 0 ? (size_t)n_test : 0;
    json_decref(root);
    return PT_OK;
}
