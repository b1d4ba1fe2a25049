/*
 * Interactions of a network from a safetensors file, on one image.
 *
 *     train --config smoke.ini --out run
 *     trace_mlp run/snapshots/last.safetensors SHARE/datasets/mnist-small 17
 *
 * The network is that of smoke.ini; 17 is the number of an image in MNIST's testing file, which has
 * to be among those that the run tested with. Players are nine parts of the image, as on a board of
 * noughts and crosses; a part that is absent has the mean grey of the training images.
 */
#include <phasetrace/dataset.h>
#include <phasetrace/explain.h>
#include <phasetrace/network.h>
#include <phasetrace/weights.h>

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define BOARD 3
#define N_PLAYERS (BOARD * BOARD)
#define BLOCK 64 /* masked images that go through the network together */

struct model {
    struct pt_dataset *data;
    struct pt_network *network;
    struct pt_workspace *workspace;
    float *masked;      /* [BLOCK, height, width] */
    const float *image; /* [height, width] */
    size_t label;
};

/* Inputs are standardised, so the mean grey is 0. */
static void mask_image(const struct model *model, uint32_t present, float *masked)
{
    size_t height = model->data->height, width = model->data->width;
    for (size_t i = 0; i < height * width; i++) {
        size_t player = i / width * BOARD / height * BOARD + i % width * BOARD / width;
        masked[i] = present >> player & 1 ? model->image[i] : 0;
    }
}

static int value(const uint32_t *masks, size_t n_masks, double *v, void *user)
{
    struct model *model = user;
    size_t n_pixels = model->data->height * model->data->width;
    size_t n_classes = pt_network_n_classes(model->network);
    for (size_t i = 0; i < n_masks; i++)
        mask_image(model, masks[i], model->masked + i * n_pixels);
    const float *logits = pt_network_forward(model->network, model->workspace, model->masked,
                                             n_masks, 0, pt_network_n_layers(model->network));
    for (size_t i = 0; i < n_masks; i++)
        v[i] = pt_log_odds(logits + i * n_classes, n_classes, model->label);
    return 0;
}

/* The data set as smoke.ini has it, the network with the file's parameters. */
static int load(struct model *model, const char *weights, const char *digits,
                struct pt_error *error)
{
    struct pt_data_options data = {.set = "mnist",
                                   .path = digits,
                                   .train_samples = 400,
                                   .test_samples = 400,
                                   .third_samples = 100,
                                   .label_noise = 0.05,
                                   .seed = 1};
    int status = pt_dataset_load(&data, &model->data, error);
    if (status)
        return status;
    const struct pt_dataset *set = model->data;
    struct pt_network_options options = {.preset = "mlp",
                                         .input = {set->channels, set->height, set->width},
                                         .n_classes = set->n_classes,
                                         .hidden = (const long[]){32, 32},
                                         .n_hidden = 2};
    status = pt_network_create(&options, &model->network, error);
    if (!status)
        status = pt_weights_read(model->network, weights, error);
    if (!status)
        status = pt_workspace_create(model->network, BLOCK, 0, &model->workspace, error);
    if (!status && !(model->masked = calloc(BLOCK * set->height * set->width, sizeof(float))))
        status = pt_error_set(error, PT_E_MEMORY, "out of memory");
    return status;
}

static int choose_image(struct model *model, size_t index, struct pt_error *error)
{
    const struct pt_split *split = &model->data->splits[PT_TEST];
    for (size_t i = 0; i < split->n_samples; i++) {
        if (split->source_index[i] == index) {
            model->image = split->inputs + i * model->data->height * model->data->width;
            model->label = split->labels[i];
            return PT_OK;
        }
    }
    return pt_error_set(error, PT_E_CONFIG, "image %zu is not among the testing samples", index);
}

/* A board with # for the players of the interaction. */
static void print_interaction(const struct pt_interaction *interaction)
{
    printf("%+7.3f %s", interaction->strength, interaction->is_or ? "or " : "and");
    for (size_t player = 0; player < N_PLAYERS; player++)
        printf("%s%c", player % BOARD ? "" : "  ", interaction->players >> player & 1 ? '#' : '.');
    printf("\n");
}

static int trace(struct model *model, struct pt_error *error)
{
    struct pt_explain_options options = {.noise = 0.02, .block = BLOCK};
    struct pt_explanation *x;
    struct pt_interaction found[10];
    int status = pt_explain(N_PLAYERS, value, model, &options, &x, error);
    if (status)
        return status;
    size_t n = pt_explanation_strongest(x, 0, found, 10);
    printf("label %zu, log-odds %.6f of the whole image, %.6f of none of it\n", model->label,
           x->v[(1 << N_PLAYERS) - 1], x->v[0]);
    for (size_t i = 0; i < n; i++)
        print_interaction(&found[i]);
    pt_explanation_free(x);
    return PT_OK;
}

int main(int argc, char **argv)
{
    struct model model = {0};
    struct pt_error error;
    if (argc != 4) {
        fprintf(stderr, "usage: trace_mlp MODEL.safetensors MNIST_FOLDER IMAGE\n");
        return 2;
    }
    int status = load(&model, argv[1], argv[2], &error);
    if (!status)
        status = choose_image(&model, strtoul(argv[3], NULL, 10), &error);
    if (!status)
        status = trace(&model, &error);
    if (status)
        fprintf(stderr, "trace_mlp: %s\n", error.message);
    free(model.masked);
    pt_workspace_free(model.workspace);
    pt_network_free(model.network);
    pt_dataset_free(model.data);
    return -status;
}
