/* Describing a run in words. */
#include "study/about.h"

#include "trace/interactions.h"

#include <stdio.h>
#include <string.h>

static void describe_set(const struct pt_config *config, char *text, size_t text_bytes)
{
    static const struct {
        const char *set, *title;
    } known[] = {{"mnist", "MNIST"}, {"fashion-mnist", "Fashion-MNIST"}};
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

static void describe_masking(const struct pt_config *config, char *text, size_t text_bytes)
{
    static const char *const baselines[] = {"black", "channel mean", "mean image", "zero"};
    int at_input = strcmp(config->trace.layer, "input") == 0;
    snprintf(text, text_bytes, "%ldx%ld grid at %s%s, baseline %s, background %s",
             config->trace.grid, config->trace.grid, at_input ? "the " : "", config->trace.layer,
             baselines[config->trace.baseline],
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
    describe_masking(config, about->masking, sizeof about->masking);
}
