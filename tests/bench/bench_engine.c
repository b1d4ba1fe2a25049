/*
 * Training samples per second of the engine, as lines "name value unit" after one that starts with
 * "#" to say which BLAS was used.
 *
 * usage: bench_engine [noise] [PRESET-BATCH[@THREADS]]... SECONDS
 *
 * Networks for digits see those of the data set in the repository, batch after batch: the engine
 * leaves out products with margins that are 0. With `noise`, and for all other networks, inputs are
 * one batch of normal numbers.
 *
 * Each measurement takes SECONDS: of processor time, which other programs disturb less, or with
 * @THREADS of a clock on the wall.
 */
#include "phasetrace/dataset.h"
#include "phasetrace/network.h"
#include "phasetrace/optimizer.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/random.h"
#include "num/gemm.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { N_CLASSES = 10, WARM_UP_STEPS = 20, N_DIGITS = 2048 };

struct training {
    struct pt_network *network;
    struct pt_workspace *workspace;
    float *velocity;
    size_t n_inputs, n_samples, at; /* floats of a sample; samples, and which is next */
    float *inputs;                  /* [n_samples, n_inputs] */
    uint8_t *labels;                /* [n_samples] */
    size_t batch;
    struct pt_crew *crew;
};

static int takes_digits(const char *preset)
{
    return strncmp(preset, "mlp", 3) == 0 || strcmp(preset, "lenet") == 0;
}

static struct pt_shape input_of(const char *preset)
{
    return takes_digits(preset) ? (struct pt_shape){1, 28, 28} : (struct pt_shape){3, 32, 32};
}

static int make_room(struct training *training, size_t n_samples, struct pt_error *error)
{
    training->n_samples = n_samples;
    training->inputs = mem_alloc(n_samples * training->n_inputs, sizeof(float), error);
    training->labels = mem_alloc(n_samples, 1, error);
    return training->inputs && training->labels ? PT_OK : PT_E_MEMORY;
}

static int load_digits(struct training *training, struct pt_error *error)
{
    struct pt_dataset *dataset;
    struct pt_data_options options = {
        .set = "mnist", .path = DIGITS, .train_samples = N_DIGITS, .test_samples = 1, .seed = 1};
    int status = pt_dataset_load(&options, &dataset, error);
    if (status)
        return status;
    const struct pt_split *split = &dataset->splits[PT_TRAIN];
    status = make_room(training, split->n_samples, error);
    if (!status) {
        memcpy(training->inputs, split->inputs,
               split->n_samples * training->n_inputs * sizeof(float));
        memcpy(training->labels, split->labels, split->n_samples);
    }
    pt_dataset_free(dataset);
    return status;
}

static int draw_noise(struct training *training, struct pt_error *error)
{
    int status = make_room(training, training->batch, error);
    if (status)
        return status;
    struct random_stream stream = random_stream(1, RANDOM_TEST, 0, 0);
    for (size_t i = 0; i < training->batch * training->n_inputs; i++)
        training->inputs[i] = (float)random_normal(&stream);
    for (size_t i = 0; i < training->batch; i++)
        training->labels[i] = (uint8_t)random_below(&stream, N_CLASSES);
    return PT_OK;
}

static int prepare(struct training *training, const char *preset, int with_noise,
                   struct pt_error *error)
{
    static const long hidden[] = {256, 128};
    struct pt_network_options options = {
        .preset = preset,
        .input = input_of(preset),
        .n_classes = N_CLASSES,
        .hidden = hidden,
        .n_hidden = 2,
    };
    int status = pt_network_create(&options, &training->network, error);
    if (status)
        return status;
    size_t batch = training->batch;
    status = pt_workspace_create(training->network, batch, 1, &training->workspace, error);
    if (status)
        return status;
    status = pt_workspace_set_crew(training->workspace, training->crew, error);
    if (status)
        return status;
    training->n_inputs = options.input.channels * options.input.height * options.input.width;
    training->velocity =
        mem_alloc(pt_network_n_parameters(training->network), sizeof(float), error);
    if (!training->velocity)
        return PT_E_MEMORY;
    return takes_digits(preset) && !with_noise ? load_digits(training, error)
                                               : draw_noise(training, error);
}

static void train_step(struct training *training)
{
    static const struct pt_optimizer_options sgd = {.momentum = 0.9, .weight_decay = 5e-4};
    struct pt_network *network = training->network;
    const float *inputs = training->inputs + training->at * training->n_inputs;
    pt_network_forward(network, training->workspace, inputs, training->batch, 0,
                       pt_network_n_layers(network));
    pt_network_backward(network, training->workspace, inputs, training->labels + training->at,
                        training->batch);
    training->at += training->batch;
    if (training->at + training->batch > training->n_samples)
        training->at = 0;
    const struct pt_optimizer_slabs slabs = {pt_network_parameters(network),
                                             pt_network_gradients(network), training->velocity,
                                             pt_network_n_parameters(network)};
    pt_optimizer_step(&sgd, 0.01, 1, &slabs, training->crew);
}

static double processor_seconds(void)
{
    return (double)clock() / CLOCKS_PER_SEC;
}

static double samples_per_s(struct training *training, double (*seconds)(void), double least_s)
{
    double start_s = seconds(), taken_s;
    for (int i = 0; i < WARM_UP_STEPS && (i == 0 || seconds() - start_s < least_s / 4); i++)
        train_step(training);
    size_t n_steps = 0;
    start_s = seconds();
    do {
        train_step(training);
        n_steps++;
        taken_s = seconds() - start_s;
    } while (taken_s < least_s);
    return (double)(n_steps * training->batch) / taken_s;
}

static int run(const char *name, int with_noise, double least_s)
{
    char preset[32];
    int n_threads = 1;
    struct training training = {0};
    if (sscanf(name, "%31[^-]-%zu@%d", preset, &training.batch, &n_threads) < 2 ||
        training.batch > N_DIGITS) {
        fprintf(stderr, "%s: expected PRESET-BATCH or PRESET-BATCH@THREADS, at most %d samples\n",
                name, N_DIGITS);
        return PT_E_CONFIG;
    }
    struct pt_error error = {0};
    int status = pt_crew_create(n_threads, &training.crew, &error);
    if (!status)
        status = prepare(&training, preset, with_noise, &error);
    if (status)
        fprintf(stderr, "%s: %s\n", name, error.message);
    else
        printf("%s %.5g samples/s\n", name,
               samples_per_s(&training, strchr(name, '@') ? clock_seconds : processor_seconds,
                             least_s));
    fflush(stdout);
    mem_free(training.velocity);
    mem_free(training.inputs);
    mem_free(training.labels);
    pt_workspace_free(training.workspace);
    pt_crew_free(training.crew);
    pt_network_free(training.network);
    return status;
}

int main(int argc, char **argv)
{
    const char *standard[] = {"mlp-64", "mlp-256", "lenet-64", "vgg11-64", "resnet20-64"};
    size_t n_cases = sizeof standard / sizeof *standard;
    const char **cases = standard;
    double least_s = argc > 1 ? strtod(argv[argc - 1], NULL) : 1;
    int with_noise = argc > 1 && strcmp(argv[1], "noise") == 0;
    argc -= with_noise;
    argv += with_noise;
    if (argc > 2) {
        cases = (const char **)argv + 1;
        n_cases = (size_t)argc - 2;
    }
    blas_setup();
    struct blas_description blas = blas_describe();
    printf("# OpenBLAS kernels for %s, %s\n", blas.kernel, blas.flavour);
    int status = PT_OK;
    for (size_t i = 0; i < n_cases && !status; i++)
        status = run(cases[i], with_noise, least_s);
    return -status;
}
