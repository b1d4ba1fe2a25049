/* Convolutions of a map and of what its players change in it. */
#include "trace/table_first_conv.h"

#include "base/mem.h"
#include "num/kernels.h"
#include "num/listed_product.h"

#include <string.h>

enum { POSITIONS_AT_A_TIME = 64, MOST_PLAYERS = 32 };

struct table_first_conv {
    const struct tap_weights *weights;
    int relu;
    size_t width;        /* of a row of outputs */
    size_t n_inputs;     /* of a window */
    uint32_t *weight_at; /* [n_inputs] rows of the packed weights that a product reads */
    uint32_t *input_at;  /* [n_inputs] places of the inputs, from the window's first one */

    /* The plan. */
    uint32_t players; /* of the input */
    size_t most_rows; /* of a window's table */
};

/* A fill at work. Planes are the input with its padding, [channels, height, width]: without any
 * player, then what each player changes. */
struct work {
    const struct table_first_conv *conv;
    const struct table_map *input;
    struct table_map *output;
    float *planes, *biases, *packed;
    float *sums;   /* [1 + players, output width, width] of a row of outputs, planes in turn */
    float *window; /* [1 + players, width] what the rows of one table are made of */
    float *rows;   /* [most rows, width] */
};

/* ---- Sizes ---- */

static const struct pt_layer_info *layer_of(const struct table_first_conv *conv)
{
    return &conv->weights->layer;
}

static size_t padded_width(const struct table_first_conv *conv)
{
    return layer_of(conv)->input.width + 2 * layer_of(conv)->padding;
}

static size_t plane_floats(const struct table_first_conv *conv)
{
    const struct pt_layer_info *layer = layer_of(conv);
    return layer->input.channels * (layer->input.height + 2 * layer->padding) * padded_width(conv);
}

static size_t n_players(const struct table_first_conv *conv)
{
    return (size_t)__builtin_popcount(conv->players);
}

static size_t aligned(size_t n_floats)
{
    return (n_floats + 15) / 16 * 16;
}

int table_first_conv_create(const struct tap_weights *weights, int relu,
                            struct table_first_conv **conv, struct pt_error *error)
{
    const struct pt_layer_info *layer = &weights->layer;
    struct table_first_conv *c = mem_alloc(1, sizeof *c, error);
    if (!c)
        return PT_E_MEMORY;
    c->weights = weights;
    c->relu = relu;
    c->width = listed_width(layer->output.channels);
    c->n_inputs = layer->input.channels * layer->kernel * layer->kernel;
    c->weight_at = mem_alloc(c->n_inputs, sizeof *c->weight_at, error);
    if (c->weight_at)
        c->input_at = mem_alloc(c->n_inputs, sizeof *c->input_at, error);
    if (!c->input_at) {
        table_first_conv_free(c);
        return PT_E_MEMORY;
    }
    *conv = c;
    return PT_OK;
}

void table_first_conv_free(struct table_first_conv *conv)
{
    if (!conv)
        return;
    mem_free(conv->weight_at);
    mem_free(conv->input_at);
    mem_free(conv);
}

/* ---- The plan ---- */

int table_first_conv_applies(const struct table_map *input)
{
    for (size_t q = 0; q < input->shape.height * input->shape.width; q++)
        if (subset_count(input->players[q]) > 2)
            return 0;
    return 1;
}

static size_t scratch_floats(const struct table_first_conv *conv)
{
    size_t n_outputs = layer_of(conv)->output.channels, n_planes = 1 + n_players(conv);
    return aligned(n_planes * plane_floats(conv)) + conv->width + conv->n_inputs * conv->width +
           n_planes * (layer_of(conv)->output.width + 1) * conv->width +
           conv->most_rows * conv->width + n_outputs * (conv->n_inputs + 1);
}

struct table_cost table_first_conv_plan(struct table_first_conv *conv,
                                        const struct table_map *input, struct table_map *output)
{
    const struct pt_layer_info *layer = layer_of(conv);
    struct table_cost cost = {0};
    double n_products = 0;
    conv->players = 0;
    conv->most_rows = 1;
    for (size_t q = 0; q < input->shape.height * input->shape.width; q++)
        conv->players |= input->players[q];
    for (size_t p = 0; p < layer->output.height * layer->output.width; p++) {
        struct window window;
        window_find(layer, input, p, &window);
        output->players[p] = window.players;
        size_t n_rows = subset_count(window.players);
        conv->most_rows = n_rows > conv->most_rows ? n_rows : conv->most_rows;
        n_products += 1 + (double)__builtin_popcount(window.players);
        cost.moves += 2 * (double)n_rows * (double)conv->width;
    }
    table_map_place(output);
    cost.products = n_products * (double)(conv->n_inputs * conv->width);
    cost.moves += (double)((1 + n_players(conv)) * plane_floats(conv));
    cost.calls = (double)(layer->output.height * (1 + n_players(conv)));
    cost.scratch_floats = scratch_floats(conv);
    return cost;
}

/* ---- Planes and weights ---- */

static float *plane_at(const struct work *w, size_t plane, size_t y, size_t x)
{
    const struct table_first_conv *conv = w->conv;
    return w->planes + plane * plane_floats(conv) + y * padded_width(conv) + x;
}

/* Which plane a player's changes lie in. */
static size_t plane_of(const struct table_first_conv *conv, uint32_t player)
{
    return 1 + (size_t)__builtin_popcount(conv->players & (player - 1));
}

static void fill_planes(const struct work *w)
{
    const struct pt_shape *shape = &w->input->shape;
    size_t padding = layer_of(w->conv)->padding;
    size_t step = (shape->height + 2 * padding) * padded_width(w->conv);
    memset(w->planes, 0, (1 + n_players(w->conv)) * plane_floats(w->conv) * sizeof *w->planes);
    for (size_t y = 0, q = 0; y < shape->height; y++)
        for (size_t x = 0; x < shape->width; x++, q++) {
            const float *absent = w->input->values + w->input->first_row[q] * shape->channels;
            float *to = plane_at(w, 0, y + padding, x + padding);
            for (size_t c = 0; c < shape->channels; c++)
                to[c * step] = absent[c];
            if (!w->input->players[q])
                continue;
            const float *present = absent + shape->channels;
            to = plane_at(w, plane_of(w->conv, w->input->players[q]), y + padding, x + padding);
            for (size_t c = 0; c < shape->channels; c++)
                to[c * step] = present[c] - absent[c];
        }
}

static void pack_weights(const struct work *w, float *floats)
{
    const struct tap_weights *weights = w->conv->weights;
    size_t n_outputs = weights->layer.output.channels, n_inputs = w->conv->n_inputs;
    float *factors = floats, *scaled = floats + n_outputs;
    memset(w->biases, 0, w->conv->width * sizeof *w->biases);
    tap_weights_factors(weights, factors, w->biases);
    for (size_t o = 0; o < n_outputs; o++)
        for (size_t i = 0; i < n_inputs; i++)
            scaled[o * n_inputs + i] = factors[o] * weights->layer.weights[o * n_inputs + i];
    weights->kernels->listed_pack(n_outputs, n_inputs, scaled, w->packed);
}

static struct work begin(const struct table_first_conv *conv, const struct table_map *input,
                         struct table_map *output, float *scratch)
{
    size_t n_planes = 1 + n_players(conv);
    struct work w = {.conv = conv, .input = input, .output = output, .planes = scratch};
    w.biases = w.planes + aligned(n_planes * plane_floats(conv));
    w.packed = w.biases + conv->width;
    w.sums = w.packed + conv->n_inputs * conv->width;
    w.window = w.sums + n_planes * layer_of(conv)->output.width * conv->width;
    w.rows = w.window + n_planes * conv->width;
    fill_planes(&w);
    pack_weights(&w, w.rows + conv->most_rows * conv->width);
    return w;
}

/* ---- Rows of outputs ---- */

/* Lists the inputs of a window in row y that lie in rows of the map with any of `players`, or all
 * of them; returns how many. */
static size_t list_inputs(const struct work *w, size_t y, uint32_t players)
{
    const struct pt_layer_info *layer = layer_of(w->conv);
    size_t plane_step = (layer->input.height + 2 * layer->padding) * padded_width(w->conv);
    size_t n = 0;
    for (size_t ty = 0; ty < layer->kernel; ty++) {
        size_t from = y * layer->stride + ty - layer->padding;
        uint32_t met = 0;
        for (size_t x = 0; x < layer->input.width && from < layer->input.height; x++)
            met |= w->input->players[from * layer->input.width + x];
        if (players && !(met & players))
            continue;
        for (size_t c = 0; c < layer->input.channels; c++)
            for (size_t tx = 0; tx < layer->kernel; tx++, n++) {
                w->conv->weight_at[n] = (uint32_t)((c * layer->kernel + ty) * layer->kernel + tx);
                w->conv->input_at[n] = (uint32_t)(c * plane_step + ty * padded_width(w->conv) + tx);
            }
    }
    return n;
}

/* Sums of one plane for the outputs first <= x < end of row y, added to `start`. */
static void multiply(const struct work *w, size_t plane, size_t y, size_t first, size_t end,
                     size_t n_inputs)
{
    const struct table_first_conv *conv = w->conv;
    size_t stride = layer_of(conv)->stride, row = layer_of(conv)->output.width * conv->width;
    for (size_t x = first; x < end; x += POSITIONS_AT_A_TIME) {
        const float *rows[POSITIONS_AT_A_TIME];
        size_t n = end - x < POSITIONS_AT_A_TIME ? end - x : POSITIONS_AT_A_TIME;
        for (size_t i = 0; i < n; i++)
            rows[i] = plane_at(w, plane, y * stride, (x + i) * stride);
        conv->weights->kernels->listed_product(
            &(struct listed_product){.n_rows = n,
                                     .rows = rows,
                                     .list = conv->weight_at,
                                     .at = conv->input_at,
                                     .n_listed = n_inputs,
                                     .k = conv->n_inputs,
                                     .width = conv->width,
                                     .packed = w->packed,
                                     .start = plane ? w->sums + x * conv->width : w->biases,
                                     .start_stride = plane ? conv->width : 0,
                                     .c = w->sums + plane * row + x * conv->width,
                                     .c_stride = conv->width});
    }
}

/* What is there without players, and with one player alone. */
static void multiply_row(const struct work *w, size_t y)
{
    size_t width = layer_of(w->conv)->output.width;
    const uint32_t *players = w->output->players + y * width;
    multiply(w, 0, y, 0, width, list_inputs(w, y, 0));
    for (uint32_t left = w->conv->players; left; left &= left - 1) {
        uint32_t player = left & -left;
        size_t first = 0, end = width;
        while (first < end && !(players[first] & player))
            first++;
        while (first < end && !(players[end - 1] & player))
            end--;
        if (first < end)
            multiply(w, plane_of(w->conv, player), y, first, end, list_inputs(w, y, player));
    }
}

static void fill_position(const struct work *w, size_t p)
{
    const struct table_first_conv *conv = w->conv;
    size_t width = conv->width, n_outputs = layer_of(conv)->output.channels;
    size_t x = p % layer_of(conv)->output.width, row = layer_of(conv)->output.width * width;
    uint32_t players = w->output->players[p];
    float *to = w->output->values + w->output->first_row[p] * n_outputs, *next = w->window;
    memcpy(next, w->sums + x * width, width * sizeof *next);
    for (uint32_t left = players; left; left &= left - 1)
        memcpy(next += width, w->sums + plane_of(conv, left & -left) * row + x * width,
               width * sizeof *next);
    conv->weights->kernels->spread_rows((unsigned)__builtin_popcount(players), width, w->window,
                                        NULL, w->rows);
    for (size_t i = 0; i < subset_count(players); i++, to += n_outputs)
        memcpy(to, w->rows + i * width, n_outputs * sizeof *to);
}

void table_first_conv_fill(const struct table_first_conv *conv, const struct table_map *input,
                           struct table_map *output, float *scratch)
{
    struct work work = begin(conv, input, output, scratch);
    size_t width = layer_of(conv)->output.width;
    for (size_t y = 0; y < layer_of(conv)->output.height; y++) {
        multiply_row(&work, y);
        for (size_t x = 0; x < width; x++)
            fill_position(&work, y * width + x);
    }
    if (conv->relu)
        table_relu(output);
}
