/*
 * Speed of value tables in one thread: all 2^12 masked outputs of an image.
 *
 * usage: bench_trace [name=CASE] SECONDS
 *        bench_trace name=CASE width=FACTOR weights=FILE input=FILE
 *
 * The first form prints lines "name value unit", of all cases or one; each takes SECONDS of
 * processor time, but one image at least. What an evaluation multiplies depends on how many units
 * are active, so `mlp` and `lenet` have learnt the repository's digits for 512 steps and trace
 * testing ones; the others, which have no dense layer behind a ReLU, are as drawn and trace noise.
 * The second prints v of every mask, for an image (tensor "input") and weights from safetensors
 * files. bench_trace_torch.py does the same in PyTorch.
 */
#include "phasetrace/dataset.h"
#include "phasetrace/network.h"
#include "phasetrace/weights.h"

#include "base/mem.h"
#include "base/number.h"
#include "base/random.h"
#include "fmt/safetensors.h"
#include "num/gemm.h"
#include "num/kernels.h"
#include "trace/masked_layer.h"
#include "trace/players.h"
#include "trace/values.h"
#include "train/trainer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { N_PLAYERS = 12, N_CLASSES = 10, LABEL = 3, MOST_POSITIONS = 32 * 32 };
enum { N_STEPS = 512, N_IMAGES = 16 };

static const struct pt_shape digit = {1, 28, 28}, photo = {3, 32, 32};

/* What is no corner of 4 x 4 cells; what is drawn (seed 1) from the inner cells of 8 x 8. */
static const int32_t no_corners[N_PLAYERS] = {1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14};
static const int32_t drawn[N_PLAYERS] = {11, 19, 20, 25, 27, 30, 35, 41, 45, 46, 49, 53};

static const struct bench {
    const char *name, *preset;
    const struct pt_shape *input;
    size_t grid;
    const int32_t *players;
    const char *layer;
    enum pt_background background;
    int learns;
} benches[] = {
    {"mlp", "mlp", &digit, 4, no_corners, "input", PT_BACKGROUND_KEEP, 1},
    {"lenet", "lenet", &digit, 4, no_corners, "input", PT_BACKGROUND_KEEP, 1},
    {"vgg4", "layers", &digit, 4, no_corners, "input", PT_BACKGROUND_KEEP, 0},
    {"resnet8", "resnet8", &photo, 4, no_corners, "input", PT_BACKGROUND_KEEP, 0},
    {"vgg11-keep", "vgg11", &photo, 8, drawn, "relu2", PT_BACKGROUND_KEEP, 0},
    {"vgg11-mask", "vgg11", &photo, 8, drawn, "relu2", PT_BACKGROUND_MASK, 0},
    {"resnet20-keep", "resnet20", &photo, 8, drawn, "relu1", PT_BACKGROUND_KEEP, 0},
    {"resnet20-mask", "resnet20", &photo, 8, drawn, "relu1", PT_BACKGROUND_MASK, 0},
};
enum { N_BENCHES = sizeof benches / sizeof *benches };

struct arguments {
    const char *name, *width, *weights, *input, *seconds;
};

struct study {
    struct pt_network *network;
    struct pt_workspace *workspace;
    struct value_plan plan;
    struct value_evaluator *evaluator;
    float *images, *baseline;
    size_t n_images, n_traced;
    int32_t owner[MOST_POSITIONS];
    double v[1 << N_PLAYERS];
};

static size_t n_values_of(struct pt_shape shape)
{
    return shape.channels * shape.height * shape.width;
}

static int make_network(const struct bench *bench, double width, struct pt_network **network,
                        struct pt_error *error)
{
    static const long hidden[] = {256, 128};
    static const struct pt_layer_spec vgg4[] = {
        {.kind = PT_CONV2D, .size = 32, .kernel = 3, .stride = 1, .padding = 1},
        {.kind = PT_RELU},
        {.kind = PT_CONV2D, .size = 32, .kernel = 3, .stride = 1, .padding = 1},
        {.kind = PT_RELU},
        {.kind = PT_MAX_POOL, .kernel = 2, .stride = 2},
        {.kind = PT_CONV2D, .size = 64, .kernel = 3, .stride = 1, .padding = 1},
        {.kind = PT_RELU},
        {.kind = PT_CONV2D, .size = 64, .kernel = 3, .stride = 1, .padding = 1},
        {.kind = PT_RELU},
        {.kind = PT_MAX_POOL, .kernel = 2, .stride = 2},
        {.kind = PT_DENSE},
    };
    struct pt_network_options options = {
        .preset = bench->preset,
        .input = *bench->input,
        .n_classes = N_CLASSES,
        .hidden = hidden,
        .n_hidden = sizeof hidden / sizeof *hidden,
        .layers = vgg4,
        .n_layers = sizeof vgg4 / sizeof *vgg4,
        .width = width,
        .seed = 1,
    };
    return pt_network_create(&options, network, error);
}

static int read_image(const char *path, float *image, size_t n_values, struct pt_error *error)
{
    struct safetensors *file;
    int status = safetensors_read(path, &file, error);
    if (status)
        return status;
    const struct safetensors_tensor *tensor = safetensors_find(file, "input");
    if (tensor && tensor->values && tensor->count == n_values)
        memcpy(image, tensor->values, n_values * sizeof *image);
    else
        status = pt_error_set(error, PT_E_DATA, "no tensor \"input\" of %zu values", n_values);
    safetensors_free(file);
    return status;
}

static int make_image(const struct arguments *arguments, float *image, size_t n_values,
                      struct pt_error *error)
{
    if (arguments->input)
        return read_image(arguments->input, image, n_values, error);
    struct random_stream stream = random_stream(1, RANDOM_TEST, 0, 0);
    for (size_t i = 0; i < n_values; i++)
        image[i] = (float)random_normal(&stream);
    return PT_OK;
}

/* Trains the network on digits, and takes images from the testing split. */
static int learn_digits(struct study *study, struct pt_error *error)
{
    struct pt_config config;
    struct pt_dataset *dataset = NULL;
    struct trainer *trainer = NULL;
    pt_config_default(&config);
    struct pt_data_options options = {
        .set = "mnist", .path = DIGITS, .train_samples = 2000, .test_samples = N_IMAGES, .seed = 1};
    int status = pt_dataset_load(&options, &dataset, error);
    if (!status)
        status = trainer_create(&config, dataset, PT_TRAIN, study->network, NULL, &trainer, error);
    while (!status && trainer_steps_done(trainer) < N_STEPS)
        status = trainer_step(trainer, error);
    if (!status) {
        study->n_images = N_IMAGES;
        memcpy(study->images, dataset->splits[PT_TEST].inputs,
               N_IMAGES * n_values_of(digit) * sizeof *study->images);
    }
    trainer_free(trainer);
    pt_dataset_free(dataset);
    return status;
}

static int make_plan(const struct bench *bench, struct study *study, struct pt_error *error)
{
    struct masked_layer masked;
    int status = masked_layer_find(study->network, bench->layer, &masked, error);
    if (status)
        return status;
    study->baseline = mem_alloc(n_values_of(masked.shape), sizeof *study->baseline, error);
    if (!study->baseline)
        return PT_E_MEMORY;
    study->plan = (struct value_plan){.network = study->network,
                                      .first_layer = masked.first_layer,
                                      .shape = masked.shape,
                                      .n_players = N_PLAYERS,
                                      .background = bench->background,
                                      .baseline = study->baseline};
    return players_map(bench->players, N_PLAYERS, bench->grid, masked.shape, study->owner, error);
}

static int prepare(const struct bench *bench, const struct arguments *arguments,
                   struct study *study, struct pt_error *error)
{
    size_t n_values = n_values_of(*bench->input);
    double width = 1;
    if (arguments->width &&
        number_parse_real(arguments->width, strlen(arguments->width), &width) != NUMBER_OK)
        return pt_error_set(error, PT_E_CONFIG, "width=%s is no number", arguments->width);
    int status = make_network(bench, width, &study->network, error);
    if (!status && arguments->weights)
        status = pt_weights_read(study->network, arguments->weights, error);
    if (!status)
        status = pt_workspace_create(study->network, 1, 0, &study->workspace, error);
    if (status)
        return status;
    study->images = mem_alloc(N_IMAGES * n_values, sizeof *study->images, error);
    if (!study->images)
        return PT_E_MEMORY;
    study->n_images = 1;
    if (bench->learns && arguments->seconds && !arguments->weights)
        status = learn_digits(study, error);
    else
        status = make_image(arguments, study->images, n_values, error);
    if (!status)
        status = make_plan(bench, study, error);
    return status ? status : value_evaluator_create(&study->plan, &study->evaluator, error);
}

static void release(struct study *study)
{
    value_evaluator_free(study->evaluator);
    pt_workspace_free(study->workspace);
    pt_network_free(study->network);
    mem_free(study->baseline);
    mem_free(study->images);
}

/* Everything that depends on the image: the layers before the masked map, then the masks. */
static int evaluate(struct study *study, struct pt_error *error)
{
    size_t index = study->n_traced++ % study->n_images;
    const float *map =
        study->images + index * n_values_of(pt_network_layer(study->network, 0).input);
    if (study->plan.first_layer > 0)
        map = pt_network_forward(study->network, study->workspace, map, 1, 0,
                                 study->plan.first_layer);
    return value_evaluate(study->evaluator, map, study->owner, LABEL, study->v, error);
}

static int print_speed(const char *name, struct study *study, double least_s,
                       struct pt_error *error)
{
    long n_images = 0;
    double taken_s;
    clock_t start = clock();
    do {
        int status = evaluate(study, error);
        if (status)
            return status;
        n_images++;
        taken_s = (double)(clock() - start) / CLOCKS_PER_SEC;
    } while (taken_s < least_s);
    printf("%s-masked %.5g logits/s\n", name, (double)(n_images << N_PLAYERS) / taken_s);
    fflush(stdout);
    return PT_OK;
}

static int print_values(struct study *study, struct pt_error *error)
{
    int status = evaluate(study, error);
    for (size_t mask = 0; !status && mask < (size_t)1 << N_PLAYERS; mask++)
        printf("%.17g\n", study->v[mask]);
    return status;
}

static int run(const struct bench *bench, const struct arguments *arguments, struct pt_error *error)
{
    static struct study study;
    study = (struct study){0};
    int status = prepare(bench, arguments, &study, error);
    if (!status)
        status = arguments->seconds
                     ? print_speed(bench->name, &study, strtod(arguments->seconds, NULL), error)
                     : print_values(&study, error);
    release(&study);
    return status ? pt_error_context(error, status, "%s", bench->name) : PT_OK;
}

static int run_all(const struct arguments *arguments, struct pt_error *error)
{
    size_t n_run = 0;
    for (size_t i = 0; i < N_BENCHES; i++) {
        if (arguments->name && strcmp(arguments->name, benches[i].name) != 0)
            continue;
        int status = run(&benches[i], arguments, error);
        if (status)
            return status;
        n_run++;
    }
    return n_run ? PT_OK : pt_error_set(error, PT_E_CONFIG, "there is no case %s", arguments->name);
}

static struct arguments read_arguments(int argc, char **argv)
{
    struct arguments arguments = {0};
    const struct {
        const char *key;
        const char **value;
    } keys[] = {{"name=", &arguments.name},
                {"width=", &arguments.width},
                {"weights=", &arguments.weights},
                {"input=", &arguments.input},
                {"", &arguments.seconds}};
    for (int i = 1; i < argc; i++) {
        size_t k = 0;
        while (strncmp(argv[i], keys[k].key, strlen(keys[k].key)) != 0)
            k++;
        *keys[k].value = argv[i] + strlen(keys[k].key);
    }
    return arguments;
}

int main(int argc, char **argv)
{
    struct arguments arguments = read_arguments(argc, argv);
    struct pt_error error = {0};
    blas_setup();
    if (arguments.seconds) {
        struct blas_description blas = blas_describe();
        printf("# %s, kernel %s; kernels of our own %s\n", blas.version, blas.kernel,
               kernels_best()->name);
    }
    int status = run_all(&arguments, &error);
    if (status)
        fprintf(stderr, "bench_trace: %s\n", error.message);
    return -status;
}
