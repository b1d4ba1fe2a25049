/* Training samples per second of the engine in one thread, as lines "name value unit" after
 * one that starts with "#" to say which BLAS was used. */
#include "phasetrace/network.h"
#include "phasetrace/optimizer.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/random.h"
#include "num/gemm.h"

#include <stdio.h>
#include <stdlib.h>

enum { IMAGE_SIDE = 28, N_PIXELS = IMAGE_SIDE * IMAGE_SIDE, N_CLASSES = 10, WARM_UP_STEPS = 20 };

struct training {
    struct pt_network *network;
    struct pt_workspace *workspace;
    float *velocity, *inputs;
    uint8_t *labels;
    size_t batch;
};

static int prepare(struct training *training, const char *preset, size_t batch,
                   struct pt_error *error)
{
    static const long hidden[] = {256, 128};
    struct pt_network_options options = {
        .preset = preset,
        .input = {1, IMAGE_SIDE, IMAGE_SIDE},
        .n_classes = N_CLASSES,
        .hidden = hidden,
        .n_hidden = 2,
    };
    training->batch = batch;
    int status = pt_network_create(&options, &training->network, error);
    if (status)
        return status;
    status = pt_workspace_create(training->network, batch, 1, &training->workspace, error);
    if (status)
        return status;
    training->velocity =
        mem_alloc(pt_network_n_parameters(training->network), sizeof(float), error);
    training->inputs = mem_alloc(batch * N_PIXELS, sizeof(float), error);
    training->labels = mem_alloc(batch, 1, error);
    if (!training->velocity || !training->inputs || !training->labels)
        return PT_E_MEMORY;
    struct random_stream stream = random_stream(1, RANDOM_TEST, 0, 0);
    for (size_t i = 0; i < batch * N_PIXELS; i++)
        training->inputs[i] = (float)random_normal(&stream);
    for (size_t i = 0; i < batch; i++)
        training->labels[i] = (uint8_t)random_below(&stream, N_CLASSES);
    return PT_OK;
}

static int train_step(struct training *training)
{
    static const struct pt_optimizer_options sgd = {.momentum = 0.9, .weight_decay = 5e-4};
    struct pt_network *network = training->network;
    pt_network_forward(network, training->workspace, training->inputs, training->batch, 0,
                       pt_network_n_layers(network));
    pt_network_backward(network, training->workspace, training->inputs, training->labels,
                        training->batch);
    const struct pt_optimizer_slabs slabs = {pt_network_parameters(network),
                                             pt_network_gradients(network), training->velocity,
                                             pt_network_n_parameters(network)};
    return pt_optimizer_step(&sgd, 0.01, 1, &slabs, 1) == PT_STEP_DONE;
}

static double samples_per_s(struct training *training, double least_s)
{
    for (int i = 0; i < WARM_UP_STEPS; i++)
        train_step(training);
    size_t n_steps = 0;
    double start_s = clock_seconds(), taken_s;
    do {
        train_step(training);
        n_steps++;
        taken_s = clock_seconds() - start_s;
    } while (taken_s < least_s);
    return (double)(n_steps * training->batch) / taken_s;
}

static int run(const char *preset, size_t batch, double least_s)
{
    struct training training = {0};
    struct pt_error error = {0};
    int status = prepare(&training, preset, batch, &error);
    if (status)
        fprintf(stderr, "%s: %s\n", preset, error.message);
    else
        printf("%s-train-%zu %.0f samples/s\n", preset, batch, samples_per_s(&training, least_s));
    mem_free(training.velocity);
    mem_free(training.inputs);
    mem_free(training.labels);
    pt_workspace_free(training.workspace);
    pt_network_free(training.network);
    return status;
}

/* The argument is the time each measurement takes, in seconds. */
int main(int argc, char **argv)
{
    double least_s = argc > 1 ? strtod(argv[1], NULL) : 1;
    blas_setup();
    struct blas_description blas = blas_describe();
    printf("# OpenBLAS kernels for %s, %s\n", blas.kernel, blas.flavour);
    return run("mlp", 64, least_s) || run("mlp", 256, least_s) || run("lenet", 64, least_s);
}
