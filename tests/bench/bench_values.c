/*
 * Speed of value tables beside a forward pass for every mask, in one thread, in turn.
 *
 * Lines "name n=PLAYERS: reference ms, tables ms, ratio": medians over the rounds, the ratio being
 * the median of the rounds' ratios; then the largest difference, relative to the largest |v|.
 */
#include "base/clock.h"
#include "base/random.h"
#include "num/gemm.h"
#include "trace/players.h"
#include "trace/values_reference.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { MOST_VALUES = 6 * 28 * 28, MOST_PLAYERS = 12, MOST_ROUNDS = 101 };

struct bench {
    const char *name, *preset;
    size_t first_layer, n_players, grid;
    enum pt_cells cells;
};

struct rounds {
    double reference_ms[MOST_ROUNDS], tables_ms[MOST_ROUNDS], ratio[MOST_ROUNDS];
    double largest, deviation;
};

static int ascending(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

static double median(double *values, size_t n)
{
    qsort(values, n, sizeof *values, ascending);
    return values[n / 2];
}

static void compare_tables(const double *v, const double *expected, size_t n_players,
                           struct rounds *rounds)
{
    for (size_t i = 0; i < (size_t)1 << n_players; i++) {
        rounds->largest = fmax(rounds->largest, fabs(expected[i]));
        rounds->deviation = fmax(rounds->deviation, fabs(v[i] - expected[i]));
    }
}

/* Another image each round; activations of a ReLU are not negative. */
static void draw_map(const struct value_plan *plan, size_t round, float *map)
{
    struct random_stream stream = random_stream(1, RANDOM_TEST, 0, (uint32_t)round);
    for (size_t i = 0; i < plan->shape.channels * plan->shape.height * plan->shape.width; i++) {
        float value = (float)random_normal(&stream);
        map[i] = plan->first_layer > 0 && value < 0 ? 0 : value;
    }
}

static int run_rounds(const struct value_plan *plan, const int32_t *owner, size_t n_rounds,
                      struct rounds *rounds, struct pt_error *error)
{
    static float map[MOST_VALUES];
    static double v[1 << MOST_PLAYERS], expected[1 << MOST_PLAYERS];
    struct value_reference *reference = NULL;
    struct value_evaluator *evaluator = NULL;
    int status = value_reference_create(plan, &reference, error);
    if (!status)
        status = value_evaluator_create(plan, &evaluator, error);
    for (size_t i = 0; !status && i < n_rounds; i++) {
        draw_map(plan, i, map);
        double start = clock_seconds();
        status = value_reference_evaluate(reference, map, owner, 3, expected, error);
        double middle = clock_seconds();
        if (!status)
            status = value_evaluate(evaluator, map, owner, 3, v, error);
        double end = clock_seconds();
        rounds->reference_ms[i] = 1e3 * (middle - start);
        rounds->tables_ms[i] = 1e3 * (end - middle);
        rounds->ratio[i] = (middle - start) / (end - middle);
        compare_tables(v, expected, plan->n_players, rounds);
    }
    value_reference_free(reference);
    value_evaluator_free(evaluator);
    return status;
}

static int run(const struct bench *bench, size_t n_rounds, struct pt_error *error)
{
    static const float baseline[MOST_VALUES];
    static struct rounds rounds;
    int32_t owner[28 * 28], players[MOST_PLAYERS];
    struct pt_network_options options = {.preset = bench->preset,
                                         .input = {1, 28, 28},
                                         .n_classes = 10,
                                         .hidden = (const long[]){256, 256},
                                         .n_hidden = 2,
                                         .seed = 1};
    struct player_options player_options = {
        .n_players = bench->n_players, .grid = bench->grid, .cells = bench->cells, .seed = 1};
    struct pt_network *network;
    int status = pt_network_create(&options, &network, error);
    if (status)
        return status;
    struct value_plan plan = {.network = network,
                              .first_layer = bench->first_layer,
                              .shape = pt_network_layer(network, bench->first_layer).input,
                              .n_players = bench->n_players,
                              .background = PT_BACKGROUND_MASK,
                              .baseline = baseline};
    rounds = (struct rounds){0};
    status = players_draw(&player_options, 0, players, error);
    if (!status)
        status = players_map(players, bench->n_players, bench->grid, plan.shape, owner, error);
    if (!status)
        status = run_rounds(&plan, owner, n_rounds, &rounds, error);
    if (!status)
        printf("%-12s n=%-2zu: reference %7.2f ms, tables %6.2f ms, ratio %5.1f, deviation %.1e\n",
               bench->name, bench->n_players, median(rounds.reference_ms, n_rounds),
               median(rounds.tables_ms, n_rounds), median(rounds.ratio, n_rounds),
               rounds.deviation / rounds.largest);
    pt_network_free(network);
    return status;
}

/* bench_values [ROUNDS] */
int main(int argc, char **argv)
{
    static const struct bench benches[] = {
        {"mlp", "mlp", 0, 10, 4, PT_CELLS_NOCORNER},
        {"mlp", "mlp", 0, 12, 4, PT_CELLS_NOCORNER},
        {"lenet-relu1", "lenet", 2, 10, 8, PT_CELLS_CENTRAL},
        {"lenet-relu1", "lenet", 2, 12, 8, PT_CELLS_CENTRAL},
        {"lenet-input", "lenet", 0, 10, 4, PT_CELLS_NOCORNER},
        {"lenet-input", "lenet", 0, 12, 4, PT_CELLS_NOCORNER},
    };
    long n_rounds = argc > 1 ? atol(argv[1]) : 11;
    if (n_rounds < 1 || n_rounds > MOST_ROUNDS)
        return 2;
    blas_setup();
    struct pt_error error = {0};
    int status = PT_OK;
    for (size_t i = 0; !status && i < sizeof benches / sizeof *benches; i++)
        status = run(&benches[i], (size_t)n_rounds, &error);
    if (status)
        fprintf(stderr, "bench_values: %s\n", error.message);
    return -status;
}
