/* Dense layers on blocks of masks, without what is 0 and without what follows from sums. */
#include "trace/dense_tail.h"

#include "base/mem.h"
#include "nn/layer.h"
#include "num/kernels.h"
#include "num/listed_product.h"
#include "trace/subset_tables.h"

#include <string.h>

/* Masks whose inputs are listed together; cubes within which inputs are sums: of the whole block,
 * and of 2^CUBE_BITS masks. */
enum {
    TILE = 8,
    CUBE_BITS = 4,
    CUBE = 1 << CUBE_BITS,
    N_TILES = BLOCK / TILE,
    N_CUBES = BLOCK / CUBE,
    TILES_OF_CUBE = CUBE / TILE
};
_Static_assert(BLOCK_BITS == 2 * CUBE_BITS, "the corners of the cubes are a cube themselves");

struct tail_layer {
    struct pt_layer_info dense;
    int relu;
    size_t n_inputs, width; /* of its rows of outputs */
    float *packed, *biases; /* biases [width] */
};

struct dense_tail {
    const struct kernels *kernels;
    size_t n_layers, most_inputs, most_width;
    struct tail_layer *layers; /* [n_layers] */
    float *floats;             /* of all layers */
};

struct tail_work {
    float *floats;
    float *values[2]; /* [BLOCK, most width] outputs of layers in turn */
    float *corners;   /* [N_CUBES, most width] sums at the first mask of each cube */
    float *block;     /* [1 + BLOCK_BITS, most width] */
    float *cube;      /* [1 + CUBE_BITS, most width] */
    int32_t *marks;
    int32_t *any, *all; /* [N_TILES, most inputs] of each tile */
    int32_t *cube_all;  /* [N_CUBES, most inputs] */
    int32_t *block_all; /* [most inputs] */
    int32_t *none;      /* [most inputs] zeros */
    uint32_t *list;     /* [most inputs + 1] */
};

/* ---- Making ---- */

static int is_kind(const struct pt_layer_info *layer, const char *kind)
{
    return strcmp(layer->kind, kind) == 0;
}

/* Lists the layers; returns whether all of them are known. */
static int list_layers(const struct pt_network *network, size_t first_layer,
                       struct dense_tail *tail)
{
    for (size_t i = first_layer; i < pt_network_n_layers(network); i++) {
        struct pt_layer_info layer = pt_network_layer(network, i);
        struct tail_layer *last = tail->n_layers ? &tail->layers[tail->n_layers - 1] : NULL;
        if (layer.from + 1 != i || layer.second != PT_NO_LAYER)
            return 0;
        if (is_kind(&layer, "dense")) {
            size_t n_inputs = shape_count(&layer.input);
            tail->layers[tail->n_layers++] = (struct tail_layer){
                .dense = layer, .n_inputs = n_inputs, .width = listed_width(layer.output.channels)};
        } else if (is_kind(&layer, "relu") && last) {
            last->relu = 1;
        } else if (!is_kind(&layer, "dropout")) {
            return 0;
        }
    }
    return tail->n_layers > 0;
}

static int create_floats(struct dense_tail *tail, struct pt_error *error)
{
    size_t n_floats = 0;
    for (size_t i = 0; i < tail->n_layers; i++) {
        const struct tail_layer *layer = &tail->layers[i];
        n_floats += (layer->n_inputs + 1) * layer->width;
        if (layer->n_inputs > tail->most_inputs)
            tail->most_inputs = layer->n_inputs;
        if (layer->width > tail->most_width)
            tail->most_width = layer->width;
    }
    tail->floats = mem_alloc(n_floats, sizeof *tail->floats, error);
    if (!tail->floats)
        return PT_E_MEMORY;
    float *next = tail->floats;
    for (size_t i = 0; i < tail->n_layers; i++) {
        struct tail_layer *layer = &tail->layers[i];
        layer->packed = next;
        layer->biases = next + layer->n_inputs * layer->width;
        next = layer->biases + layer->width;
    }
    return PT_OK;
}

int dense_tail_create(const struct pt_network *network, const struct kernels *kernels,
                      size_t first_layer, struct dense_tail **tail, struct pt_error *error)
{
    *tail = NULL;
    struct dense_tail *t = mem_alloc(1, sizeof *t, error);
    if (!t)
        return PT_E_MEMORY;
    t->kernels = kernels;
    t->layers = mem_alloc(pt_network_n_layers(network), sizeof *t->layers, error);
    int status = t->layers ? PT_OK : PT_E_MEMORY;
    int is_known = !status && list_layers(network, first_layer, t);
    if (is_known)
        status = create_floats(t, error);
    if (status || !is_known)
        dense_tail_free(t);
    else
        *tail = t;
    return status;
}

void dense_tail_free(struct dense_tail *tail)
{
    if (!tail)
        return;
    mem_free(tail->layers);
    mem_free(tail->floats);
    mem_free(tail);
}

void dense_tail_load(struct dense_tail *tail)
{
    for (size_t i = 0; i < tail->n_layers; i++) {
        struct tail_layer *layer = &tail->layers[i];
        size_t n_outputs = layer->dense.output.channels;
        tail->kernels->listed_pack(n_outputs, layer->n_inputs, layer->dense.weights, layer->packed);
        if (layer->dense.biases)
            memcpy(layer->biases, layer->dense.biases, n_outputs * sizeof *layer->biases);
    }
}

int tail_work_create(const struct dense_tail *tail, struct tail_work **work, struct pt_error *error)
{
    size_t width = tail->most_width, n = tail->most_inputs;
    struct tail_work *w = mem_alloc(1, sizeof *w, error);
    if (!w)
        return PT_E_MEMORY;
    if (!(w->floats = mem_alloc(width * (2 * BLOCK + N_CUBES + BLOCK_BITS + CUBE_BITS + 2),
                                sizeof *w->floats, error)) ||
        !(w->marks = mem_alloc(n * (2 * N_TILES + N_CUBES + 2), sizeof *w->marks, error)) ||
        !(w->list = mem_alloc(n + 1, sizeof *w->list, error))) {
        tail_work_free(w);
        return PT_E_MEMORY;
    }
    w->values[0] = w->floats;
    w->values[1] = w->values[0] + BLOCK * width;
    w->corners = w->values[1] + BLOCK * width;
    w->block = w->corners + N_CUBES * width;
    w->cube = w->block + (1 + BLOCK_BITS) * width;
    w->any = w->marks;
    w->all = w->any + N_TILES * n;
    w->cube_all = w->all + N_TILES * n;
    w->block_all = w->cube_all + N_CUBES * n;
    w->none = w->block_all + n;
    *work = w;
    return PT_OK;
}

void tail_work_free(struct tail_work *work)
{
    if (!work)
        return;
    mem_free(work->floats);
    mem_free(work->marks);
    mem_free(work->list);
    mem_free(work);
}

/* ---- Running ---- */

/* A layer at work on the masks of a block. */
struct pass {
    const struct kernels *kernels;
    const struct tail_layer *layer;
    struct tail_work *work;
    const float *inputs; /* rows `stride` floats apart */
    size_t stride;
    float *outputs; /* rows of the layer's width */
};

/* to[row] = start[row] + the marked inputs of the masks times their weights. */
struct share {
    const int32_t *marks, *except;
    size_t n_rows;
    const float *const *rows;
    const float *start;
    size_t start_stride;
    float *to;
    int relu;
};

static void multiply(const struct pass *p, const struct share *share)
{
    const struct tail_layer *layer = p->layer;
    size_t n_listed =
        p->kernels->list_columns(share->marks, share->except, layer->n_inputs, p->work->list);
    p->kernels->listed_product(&(struct listed_product){.n_rows = share->n_rows,
                                                        .rows = share->rows,
                                                        .list = p->work->list,
                                                        .at = p->work->list,
                                                        .n_listed = n_listed,
                                                        .k = layer->n_inputs,
                                                        .width = layer->width,
                                                        .packed = layer->packed,
                                                        .start = share->start,
                                                        .start_stride = share->start_stride,
                                                        .c = share->to,
                                                        .c_stride = layer->width,
                                                        .relu = share->relu});
}

/* A tile's inputs that are marked, added to what `start` holds, and the layer's ReLU. */
static void finish_tile(const struct pass *p, size_t first, size_t n_rows, const int32_t *marks,
                        const int32_t *except, const float *start, size_t start_stride)
{
    const float *rows[TILE];
    for (size_t i = 0; i < n_rows; i++)
        rows[i] = p->inputs + (first + i) * p->stride;
    multiply(p, &(struct share){.marks = marks,
                                .except = except,
                                .n_rows = n_rows,
                                .rows = rows,
                                .start = start,
                                .start_stride = start_stride,
                                .to = p->outputs + first * p->layer->width,
                                .relu = p->layer->relu});
}

static void run_tiles(const struct pass *p, size_t n_masks)
{
    struct tail_work *w = p->work;
    for (size_t first = 0; first < n_masks; first += TILE) {
        size_t n_rows = n_masks - first < TILE ? n_masks - first : TILE;
        p->kernels->mark_columns(n_rows, p->stride, p->layer->n_inputs,
                                 p->inputs + first * p->stride, w->any, w->all);
        finish_tile(p, first, n_rows, w->any, w->none, p->layer->biases, 0);
    }
}

/* What is above 0 in all masks of each cube, and of the block. */
static void mark_cubes(const struct pass *p)
{
    struct tail_work *w = p->work;
    size_t n = p->layer->n_inputs;
    for (size_t i = 0; i < N_TILES; i++)
        p->kernels->mark_columns(TILE, p->stride, n, p->inputs + i * TILE * p->stride,
                                 w->any + i * n, w->all + i * n);
    memset(w->block_all, -1, n * sizeof *w->block_all);
    for (size_t i = 0; i < N_CUBES; i++) {
        const int32_t *low = w->all + i * TILES_OF_CUBE * n, *high = low + n;
        for (size_t j = 0; j < n; j++) {
            w->cube_all[i * n + j] = low[j] & high[j];
            w->block_all[j] &= low[j] & high[j];
        }
    }
}

/* The corners' sums of what is above 0 in the whole block; behind work->block's first rows the
 * steps to the neighbours within a cube. */
static void sum_block(const struct pass *p)
{
    struct tail_work *w = p->work;
    size_t width = p->layer->width;
    const float *rows[1 + BLOCK_BITS] = {p->inputs};
    for (size_t i = 0; i < BLOCK_BITS; i++)
        rows[1 + i] = p->inputs + ((size_t)1 << (i + CUBE_BITS) % BLOCK_BITS) * p->stride;
    multiply(p, &(struct share){.marks = w->block_all,
                                .except = w->none,
                                .n_rows = 1 + BLOCK_BITS,
                                .rows = rows,
                                .start = p->layer->biases,
                                .to = w->block});
    p->kernels->spread_rows(BLOCK_BITS - CUBE_BITS, width, w->block, NULL, w->corners);
    float *steps = w->block + (1 + BLOCK_BITS - CUBE_BITS) * width;
    for (size_t i = 0; i < CUBE_BITS; i++)
        for (size_t j = 0; j < width; j++)
            steps[i * width + j] -= w->block[j];
}

static void run_cube(const struct pass *p, size_t index)
{
    struct tail_work *w = p->work;
    size_t width = p->layer->width, n = p->layer->n_inputs;
    const int32_t *all = w->cube_all + index * n;
    const float *rows[1 + CUBE_BITS] = {p->inputs + index * CUBE * p->stride};
    for (size_t i = 0; i < CUBE_BITS; i++)
        rows[1 + i] = rows[0] + ((size_t)1 << i) * p->stride;
    multiply(p, &(struct share){.marks = all,
                                .except = w->block_all,
                                .n_rows = 1 + CUBE_BITS,
                                .rows = rows,
                                .start = w->corners + index * width,
                                .to = w->cube});
    float *outputs = p->outputs + index * CUBE * width;
    p->kernels->spread_rows(CUBE_BITS, width, w->cube,
                            w->block + (1 + BLOCK_BITS - CUBE_BITS) * width, outputs);
    for (size_t i = 0; i < TILES_OF_CUBE; i++) {
        size_t tile = index * TILES_OF_CUBE + i;
        finish_tile(p, tile * TILE, TILE, w->any + tile * n, all, outputs + i * TILE * width,
                    width);
    }
}

static void run_sums(const struct pass *p)
{
    mark_cubes(p);
    sum_block(p);
    for (size_t i = 0; i < N_CUBES; i++)
        run_cube(p, i);
}

const float *dense_tail_run(const struct dense_tail *tail, struct tail_work *work,
                            const struct tail_inputs *inputs, size_t *stride)
{
    struct pass pass = {
        .kernels = tail->kernels, .work = work, .inputs = inputs->values, .stride = inputs->stride};
    for (size_t i = 0; i < tail->n_layers; i++) {
        pass.layer = &tail->layers[i];
        pass.outputs = work->values[i % 2];
        if (i == 0 && inputs->are_sums && inputs->n_bits == BLOCK_BITS)
            run_sums(&pass);
        else
            run_tiles(&pass, (size_t)1 << inputs->n_bits);
        pass.inputs = pass.outputs;
        pass.stride = pass.layer->width;
    }
    *stride = pass.stride;
    return pass.outputs;
}
