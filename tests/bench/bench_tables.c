/*
 * How well the times that plans of value tables go by are estimated: every way to end the tables of
 * a network is measured, and the one chosen is held against the best.
 *
 * Lines "name: end LAYER: estimated ms, measured ms (tables, masks)"; `*` is the plan's own choice.
 * Times are processor time of one thread, without the head of the list being warm.
 */
#include "base/mem.h"
#include "base/random.h"
#include "num/gemm.h"
#include "trace/masked_layer.h"
#include "trace/players.h"
#include "trace/table_stack.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MOST_PLAYERS = 12, MOST_POSITIONS = 32 * 32, MOST_BLOCKS = 4 };

static double least_s = 0.2;

struct bench {
    const char *name, *preset, *layer;
    struct pt_shape input;
    size_t n_players, grid;
    enum pt_cells cells;
};

struct study {
    struct pt_network *network;
    struct pt_workspace *workspace;
    struct table_stack *stack;
    float *block, *gathered;
    size_t n_players;
};

static double now_s(void)
{
    return (double)clock() / CLOCKS_PER_SEC;
}

static int make_network(const struct bench *bench, struct pt_network **network,
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
    return pt_network_create(&(struct pt_network_options){.preset = bench->preset,
                                                          .input = bench->input,
                                                          .n_classes = 10,
                                                          .hidden = hidden,
                                                          .n_hidden = 2,
                                                          .layers = vgg4,
                                                          .n_layers = 11,
                                                          .seed = 1},
                             network, error);
}

/* Sets the players, and plans. */
static int set_players(const struct bench *bench, struct study *study, struct pt_error *error)
{
    int32_t players[MOST_PLAYERS], owner[MOST_POSITIONS];
    struct table_map *input = table_stack_input(study->stack);
    struct player_options options = {
        .n_players = bench->n_players, .grid = bench->grid, .cells = bench->cells, .seed = 1};
    int status = players_draw(&options, 0, players, error);
    if (!status)
        status = players_map(players, bench->n_players, bench->grid, input->shape, owner, error);
    for (size_t q = 0; !status && q < input->shape.height * input->shape.width; q++)
        input->players[q] = owner[q] < 0 ? 0 : (uint32_t)1 << owner[q];
    return status;
}

static int prepare(const struct bench *bench, struct study *study, struct pt_error *error)
{
    struct masked_layer masked;
    int status = make_network(bench, &study->network, error);
    if (!status)
        status = masked_layer_find(study->network, bench->layer, &masked, error);
    if (!status)
        status = table_stack_create(study->network, masked.first_layer, masked.shape,
                                    bench->n_players, &study->stack, error);
    if (!status)
        status = pt_workspace_create(study->network, BLOCK, 0, &study->workspace, error);
    if (status)
        return status;
    study->n_players = bench->n_players;
    study->block = mem_alloc(BLOCK * table_stack_most_floats(study->stack), sizeof(float), error);
    study->gathered =
        mem_alloc(BLOCK * table_stack_most_gathered(study->stack), sizeof(float), error);
    return study->block && study->gathered ? set_players(bench, study, error) : PT_E_MEMORY;
}

static void release(struct study *study)
{
    table_stack_free(study->stack);
    pt_workspace_free(study->workspace);
    pt_network_free(study->network);
    mem_free(study->block);
    mem_free(study->gathered);
}

/* Values as they may be at an input, or behind a ReLU: what they are does not matter here. */
static void set_values(struct study *study)
{
    struct table_map *input = table_stack_input(study->stack);
    size_t n_positions = input->shape.height * input->shape.width;
    struct random_stream stream = random_stream(1, RANDOM_TEST, 0, 0);
    for (size_t i = 0; i < input->first_row[n_positions] * input->shape.channels; i++)
        input->values[i] = fabsf((float)random_normal(&stream));
}

static double time_fill(struct study *study)
{
    double least = INFINITY;
    for (double start = now_s(), spent = 0; spent < least_s; spent = now_s() - start) {
        set_values(study);
        double before = now_s();
        table_stack_fill(study->stack);
        least = fmin(least, now_s() - before);
    }
    return least;
}

static double time_masks(struct study *study)
{
    size_t n_layers = pt_network_n_layers(study->network);
    size_t n_blocks = ((size_t)1 << study->n_players) / BLOCK;
    size_t n_timed = n_blocks < MOST_BLOCKS ? n_blocks : MOST_BLOCKS;
    double least = INFINITY;
    for (double start = now_s(), spent = 0; spent < least_s; spent = now_s() - start) {
        double before = now_s();
        for (uint32_t i = 0; i < n_timed; i++) {
            table_stack_expand(study->stack, NULL, i * BLOCK, BLOCK_BITS, study->gathered,
                               study->block);
            pt_network_forward(study->network, study->workspace, study->block, BLOCK,
                               table_stack_next_layer(study->stack), n_layers);
        }
        least = fmin(least, now_s() - before);
    }
    return least * (double)n_blocks / (double)n_timed;
}

/* Measures the plan as it is; returns its seconds. */
static double measure(const struct bench *bench, struct study *study, double estimated_s,
                      const char *mark)
{
    double fill_s = time_fill(study), masks_s = time_masks(study);
    size_t next = table_stack_next_layer(study->stack);
    printf("%s: end %-16s estimated %9.2f ms, measured %9.2f ms (%.2f, %.2f) %.1f MiB %s\n",
           bench->name,
           next < pt_network_n_layers(study->network) ? pt_network_layer(study->network, next).name
                                                      : "(logits)",
           1e3 * estimated_s, 1e3 * (fill_s + masks_s), 1e3 * fill_s, 1e3 * masks_s,
           (double)table_stack_planned(study->stack).n_floats / (1 << 18), mark);
    fflush(stdout);
    return fill_s + masks_s;
}

static void run(const struct bench *bench, struct study *study)
{
    table_stack_plan(study->stack, study->n_players);
    struct table_plan chosen = table_stack_planned(study->stack);
    double best = INFINITY, own = 0;
    for (size_t n_used = 0; n_used <= chosen.stages->n; n_used++)
        for (int with_head = 0; with_head <= (n_used == chosen.stages->n); with_head++) {
            table_stack_force(study->stack, n_used, with_head);
            table_stack_plan(study->stack, study->n_players);
            struct table_plan plan = table_stack_planned(study->stack);
            if (plan.n_used != n_used || plan.uses_head != with_head)
                continue;
            int is_own = n_used == chosen.n_used && with_head == chosen.uses_head;
            double seconds = measure(bench, study, plan.seconds, is_own ? "*" : "");
            best = fmin(best, seconds);
            own = is_own ? seconds : own;
        }
    printf("%s: chosen %.2f ms, best %.2f ms, ratio %.2f\n", bench->name, 1e3 * own, 1e3 * best,
           own / best);
}

/* bench_tables [NAME|all [SECONDS]] */
int main(int argc, char **argv)
{
    static const struct bench benches[] = {
        {"mlp", "mlp", "input", {1, 28, 28}, 12, 4, PT_CELLS_NOCORNER},
        {"lenet", "lenet", "input", {1, 28, 28}, 12, 4, PT_CELLS_NOCORNER},
        {"lenet-10", "lenet", "relu1", {1, 28, 28}, 10, 8, PT_CELLS_CENTRAL},
        {"vgg4", "layers", "input", {1, 28, 28}, 12, 4, PT_CELLS_NOCORNER},
        {"resnet8", "resnet8", "input", {3, 32, 32}, 12, 4, PT_CELLS_NOCORNER},
        {"vgg11", "vgg11", "relu2", {3, 32, 32}, 12, 8, PT_CELLS_CENTRAL},
        {"resnet20", "resnet20", "relu1", {3, 32, 32}, 12, 8, PT_CELLS_CENTRAL},
    };
    const char *name = argc > 1 ? argv[1] : "all";
    struct pt_error error = {0};
    int status = PT_OK;
    if (argc > 2)
        least_s = atof(argv[2]);
    blas_setup();
    for (size_t i = 0; !status && i < sizeof benches / sizeof *benches; i++) {
        struct study study = {0};
        if (strcmp(name, "all") != 0 && strcmp(name, benches[i].name) != 0)
            continue;
        status = prepare(&benches[i], &study, &error);
        if (!status)
            run(&benches[i], &study);
        release(&study);
    }
    if (status)
        fprintf(stderr, "bench_tables: %s\n", error.message);
    return -status;
}
