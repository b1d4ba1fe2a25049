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

/* "MLP 784-256-256-10" */
static size_t describe_mlp(const struct pt_config *config, const struct pt_dataset *dataset,
                           char *text, size_t text_bytes)
{
    size_t used = (size_t)snprintf(text, text_bytes, "MLP %zu",
                                   dataset->channels * dataset->height * dataset->width);
    for (size_t i = 0; i < config->model.hidden.n && used < text_bytes; i++)
        used +=
            (size_t)snprintf(text + used, text_bytes - used, "-%ld", config->model.hidden.items[i]);
    if (used < text_bytes)
        used += (size_t)snprintf(text + used, text_bytes - used, "-%zu", dataset->n_classes);
    return used;
}

/* "LeNet", "VGG-11 with BN", "ResNet-20" */
static size_t describe_preset(const char *preset, char *text, size_t text_bytes)
{
    static const struct {
        const char *start, *title;
    } families[] = {{"lenet", "LeNet"},    {"alexnet", "AlexNet"}, {"vgg", "VGG-"},
                    {"resnet", "ResNet-"}, {"mlp", "MLP-"},        {"layers", "own layers"}};
    for (size_t i = 0; i < sizeof families / sizeof *families; i++) {
        size_t n = strlen(families[i].start);
        if (strncmp(preset, families[i].start, n) != 0)
            continue;
        int n_digits = (int)strspn(preset + n, "0123456789");
        return (size_t)snprintf(text, text_bytes, "%s%.*s%s", families[i].title, n_digits,
                                preset + n, strcmp(preset + n + n_digits, "_bn") ? "" : " with BN");
    }
    return (size_t)snprintf(text, text_bytes, "%s", preset);
}

static void describe_network(const struct pt_config *config, const struct pt_dataset *dataset,
                             char *text, size_t text_bytes)
{
    int is_mlp = strcmp(config->model.preset, "mlp") == 0;
    size_t used = is_mlp ? describe_mlp(config, dataset, text, text_bytes)
                         : describe_preset(config->model.preset, text, text_bytes);
    if (config->model.width != 1 && used < text_bytes)
        snprintf(text + used, text_bytes - used, ", width x %g", config->model.width);
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
