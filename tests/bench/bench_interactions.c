/*
 * Speed of the tracer's parts behind the value table in one thread, as lines "name value unit".
 *
 * usage: bench_interactions DATA_DIRECTORY [SECONDS]
 *
 * The transform is the Moebius transform of a table in the cache; the extraction works on value
 * tables of an MLP at three moments of its training on the MNIST digits of the repository.
 */
#include "phasetrace/dataset.h"
#include "phasetrace/network.h"

#include "base/clock.h"
#include "base/mem.h"
#include "num/gemm.h"
#include "num/kernels.h"
#include "trace/interactions.h"
#include "trace/players.h"
#include "trace/values.h"
#include "train/trainer.h"

#include <stdio.h>
#include <stdlib.h>

enum { N_PIXELS = 28 * 28, N_PLAYERS = 10, GRID = 4, N_IMAGES = 16 };

static double least_s = 1.0;

static int ascending(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

/* ---- The transform, with every instruction set ---- */

static int bench_transform(unsigned n, struct pt_error *error)
{
    const struct kernels *sets[3];
    size_t n_sets = kernels_all(sets);
    double *f = mem_alloc((size_t)1 << n, sizeof *f, error);
    if (!f)
        return PT_E_MEMORY;
    for (size_t i = 0; i < n_sets; i++) {
        long n_done = 0;
        double start = clock_seconds(), seconds = 0;
        while (seconds < least_s / 4) {
            for (int repeat = 0; repeat < 1000; repeat++)
                sets[i]->moebius(f, n);
            n_done += 1000;
            seconds = clock_seconds() - start;
        }
        printf("moebius-%u-%s %.3f us\n", n, sets[i]->name, 1e6 * seconds / (double)n_done);
    }
    mem_free(f);
    return PT_OK;
}

/* ---- The extraction, on tables of a network in training ---- */

struct study {
    struct pt_config config;
    struct pt_dataset *dataset;
    struct pt_network *network;
    struct trainer *trainer;
    struct value_evaluator *evaluator;
    struct interaction_extractor *extractor;
    float baseline[N_PIXELS];
    int32_t owner[N_PIXELS];
    struct value_plan plan;
};

static int prepare_study(struct study *s, const char *data, struct pt_error *error)
{
    pt_config_default(&s->config);
    struct pt_data_options data_options = {.set = "mnist",
                                           .path = data,
                                           .train_samples = 2000,
                                           .test_samples = 100,
                                           .label_noise = 0.05,
                                           .seed = 1};
    int status = pt_dataset_load(&data_options, &s->dataset, error);
    struct pt_network_options network_options = {.preset = "mlp",
                                                 .input = {1, 28, 28},
                                                 .n_classes = 10,
                                                 .hidden = (const long[]){256, 256},
                                                 .n_hidden = 2,
                                                 .seed = 1};
    if (!status)
        status = pt_network_create(&network_options, &s->network, error);
    if (!status)
        status =
            trainer_create(&s->config, s->dataset, PT_TRAIN, s->network, NULL, &s->trainer, error);
    if (status)
        return status;
    const int32_t players[N_PLAYERS] = {1, 2, 4, 5, 6, 7, 8, 9, 10, 13};
    s->plan = (struct value_plan){
        s->network, 0, network_options.input, N_PLAYERS, PT_BACKGROUND_KEEP, s->baseline, NULL};
    struct interaction_options options = {.solver = PT_SOLVER_EXACT, .gap = 1e-4};
    status = players_map(players, N_PLAYERS, GRID, network_options.input, s->owner, error);
    if (!status)
        status = value_evaluator_create(&s->plan, &s->evaluator, error);
    return status ? status
                  : interaction_extractor_create(N_PLAYERS, &options, &s->extractor, error);
}

static void release_study(struct study *s)
{
    interaction_extractor_free(s->extractor);
    value_evaluator_free(s->evaluator);
    trainer_free(s->trainer);
    pt_network_free(s->network);
    pt_dataset_free(s->dataset);
}

static int extract_now(struct study *s, const char *moment, struct pt_error *error)
{
    static double v[1 << N_PLAYERS], I_and[1 << N_PLAYERS], I_or[1 << N_PLAYERS];
    double milliseconds[N_IMAGES];
    const struct pt_split *test = &s->dataset->splits[PT_TEST];
    long n_iterations = 0;
    for (size_t i = 0; i < N_IMAGES; i++) {
        struct sparse_result result;
        int status = value_evaluate(s->evaluator, test->inputs + i * N_PIXELS, s->owner,
                                    test->labels[i], v, error);
        double start = clock_seconds();
        if (!status)
            status = interaction_extract(s->extractor, v, I_and, I_or, NULL, &result, error);
        if (status)
            return status;
        milliseconds[i] = 1e3 * (clock_seconds() - start);
        n_iterations += result.iterations;
    }
    qsort(milliseconds, N_IMAGES, sizeof *milliseconds, ascending);
    printf("extraction-%s %.2f ms\n", moment, milliseconds[N_IMAGES / 2]);
    printf("# %s: %.0f iterations on average, slowest %.2f ms\n", moment,
           (double)n_iterations / N_IMAGES, milliseconds[N_IMAGES - 1]);
    return PT_OK;
}

static int bench_extraction(const char *data, struct pt_error *error)
{
    static struct study study;
    static const struct {
        long step;
        const char *name;
    } moments[] = {{0, "untrained"}, {64, "early"}, {1024, "late"}};
    int status = prepare_study(&study, data, error);
    for (size_t i = 0; !status && i < sizeof moments / sizeof *moments; i++) {
        while (!status && trainer_steps_done(study.trainer) < moments[i].step)
            status = trainer_step(study.trainer, error);
        if (!status)
            status = extract_now(&study, moments[i].name, error);
    }
    release_study(&study);
    return status;
}

int main(int argc, char **argv)
{
    struct pt_error error = {0};
    if (argc < 2)
        return 2;
    if (argc > 2)
        least_s = atof(argv[2]);
    blas_setup();
    struct blas_description blas = blas_describe();
    printf("# %s, kernel %s; transforms %s\n", blas.version, blas.kernel, kernels_best()->name);
    int status = bench_transform(10, &error);
    if (!status)
        status = bench_transform(12, &error);
    if (!status)
        status = bench_extraction(argv[1], &error);
    if (status)
        fprintf(stderr, "bench_interactions: %s\n", error.message);
    return -status;
}
