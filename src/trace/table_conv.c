/*
 * Convolutions on tables.
 *
 * A window adds up the products of its inputs. Inputs with few rows are multiplied together
 * (trace/tap_products.h). Inputs with many rows are multiplied for each window, straight into its
 * sums; that needs no room for the products in between.
 */
#include "trace/table_conv.h"

#include "base/mem.h"
#include "num/gemm.h"
#include "trace/table_first_conv.h"
#include "trace/tap_products.h"

struct table_conv {
    struct tap_weights weights;
    int relu;
    struct table_first_conv *first; /* for maps that it applies to */
    int uses_first;
    struct tap_products products; /* of inputs with few rows */
    size_t n_sums;                /* the plan: floats of a window's sums */
};

/* A fill at work. */
struct work {
    const struct table_conv *conv;
    const struct table_map *input;
    struct packed_taps packed;
    float *products, *sums;
};

/* ---- Sizes ---- */

static size_t n_taps(const struct table_conv *conv)
{
    return conv->weights.layer.kernel * conv->weights.layer.kernel;
}

static size_t n_in(const struct table_conv *conv)
{
    return conv->weights.layer.input.channels;
}

static size_t n_out(const struct table_conv *conv)
{
    return conv->weights.layer.output.channels;
}

int table_conv_create(const struct kernels *kernels, const struct pt_layer_info *layer,
                      const struct pt_layer_info *batchnorm, int relu, struct table_conv **conv,
                      struct pt_error *error)
{
    struct table_conv *c = mem_alloc(1, sizeof *c, error);
    if (!c)
        return PT_E_MEMORY;
    c->weights = (struct tap_weights){.kernels = kernels, .layer = *layer};
    c->weights.has_batchnorm = batchnorm != NULL;
    if (batchnorm)
        c->weights.batchnorm = *batchnorm;
    c->relu = relu;
    int status = tap_products_create(&c->weights, &c->products, error);
    if (!status)
        status = table_first_conv_create(&c->weights, relu, &c->first, error);
    if (status)
        table_conv_free(c);
    else
        *conv = c;
    return status;
}

void table_conv_free(struct table_conv *conv)
{
    if (!conv)
        return;
    table_first_conv_free(conv->first);
    tap_products_free(&conv->products);
    mem_free(conv);
}

/* ---- The plan ---- */

static void plan_window(struct table_conv *conv, const struct window *window,
                        struct table_cost *cost)
{
    double width = (double)whole_vectors(n_out(conv)), added = 0;
    struct window_nest nest;
    window_nest_groups(window, conv->products.few_rows, &nest);
    for (size_t i = 0; i < window->n_groups; i++) {
        const struct window_group *group = &window->groups[i];
        double rows = (double)group->n_rows, n = group->n_inputs, n_added = nest.n_added[i];
        if (has_many_rows(&conv->products, group->players)) {
            cost->products += n * rows * (double)n_in(conv) * width;
            cost->calls += n * (rows > BLOCK ? rows / BLOCK : 1);
            added += n_added > 0 ? (n_added + 1) * rows : 0;
        } else {
            added += (n + n_added) * rows;
        }
    }
    if (nest.n_roots > 1)
        added += (double)nest.n_roots * (double)subset_count(window->players);
    cost->moves += added * width;
    cost->calls++;
    if (window->n_rows * n_out(conv) > conv->n_sums)
        conv->n_sums = window->n_rows * n_out(conv);
}

struct table_cost table_conv_plan(struct table_conv *conv, const struct table_map *input,
                                  struct table_map *output)
{
    const struct pt_layer_info *layer = &conv->weights.layer;
    if ((conv->uses_first = table_first_conv_applies(input)))
        return table_first_conv_plan(conv->first, input, output);
    size_t n_weights = n_taps(conv) * n_in(conv) * n_out(conv);
    struct table_cost cost = {.moves = 4 * (double)n_weights};
    conv->n_sums = 0;
    tap_products_plan(&conv->products, input, &cost);
    for (size_t p = 0; p < layer->output.height * layer->output.width; p++) {
        struct window window;
        window_find(layer, input, p, &window);
        output->players[p] = window.players;
        plan_window(conv, &window, &cost);
    }
    table_map_place(output);
    cost.scratch_floats = whole_vectors(tap_weights_floats(&conv->weights)) +
                          tap_products_floats(&conv->products) + conv->n_sums;
    return cost;
}

/* ---- The tables ---- */

static struct work begin(const struct table_conv *conv, const struct table_map *input,
                         float *scratch)
{
    float *products = scratch + whole_vectors(tap_weights_floats(&conv->weights));
    return (struct work){.conv = conv,
                         .input = input,
                         .packed = tap_weights_pack(&conv->weights, scratch),
                         .products = products,
                         .sums = products + tap_products_floats(&conv->products)};
}

/* A window at work. */
struct window_work {
    const struct window *window;
    struct window_nest nest;
    float *rows; /* of the output */
};

static int is_whole(const struct window_work *ww, uint32_t group)
{
    return ww->nest.n_roots == 1 && ww->nest.into[group] == NO_GROUP;
}

/* The table of a group's sums; that of the window when there is nothing else to add. */
static float *group_table(const struct work *w, const struct window_work *ww, uint32_t group)
{
    return is_whole(ww, group) ? ww->rows
                               : w->sums + ww->window->groups[group].first_row * n_out(w->conv);
}

/* Appends the tables of the groups that are added to `into`. */
static size_t list_groups(const struct work *w, const struct window_work *ww, uint32_t into,
                          struct subset_term *terms, size_t n_terms)
{
    for (uint32_t g = 0; g < ww->window->n_groups; g++)
        if (ww->nest.into[g] == into)
            terms[n_terms++] = (struct subset_term){group_table(w, ww, g), n_out(w->conv),
                                                    ww->window->groups[g].players};
    return n_terms;
}

static void add_terms(const struct work *w, uint32_t players, const struct subset_term *terms,
                      size_t n_terms, int is_last, float *to)
{
    subset_tables_sum(&(struct subset_sum){.kernels = w->conv->weights.kernels,
                                           .set = players,
                                           .width = n_out(w->conv),
                                           .n_terms = n_terms,
                                           .terms = terms,
                                           .factor = 1,
                                           .bias = is_last ? w->packed.biases : NULL,
                                           .relu = is_last && w->conv->relu,
                                           .to = to});
}

/* The sum over the inputs of a group with many rows; `is_last`: it becomes the output. */
static void multiply_group(const struct work *w, const struct window *window, uint32_t group,
                           int is_last, float *to)
{
    const struct table_conv *conv = w->conv;
    size_t n_rows = window->groups[group].n_rows, n_inputs = window->groups[group].n_inputs;
    size_t n_block = n_rows < BLOCK ? n_rows : BLOCK;
    for (size_t row = 0; row < n_rows; row += n_block) {
        size_t n_done = 0;
        for (size_t i = 0; i < window->n_inputs; i++) {
            const struct window_input *in = &window->inputs[i];
            if (in->group != group)
                continue;
            n_done++;
            gemm_run(&(struct gemm_product){
                .m = n_block,
                .n = n_out(conv),
                .k = n_in(conv),
                .a = w->input->values + (w->input->first_row[in->position] + row) * n_in(conv),
                .a_stride = n_in(conv),
                .packed_b = w->packed.taps + in->tap * weight_tap_floats(&conv->weights),
                .c = to + row * n_out(conv),
                .c_stride = n_out(conv),
                .alpha = 1,
                .beta = n_done > 1 ? 1 : 0,
                .bias = is_last && n_done == 1 ? w->packed.biases : NULL,
                .relu = is_last && conv->relu && n_done == n_inputs,
                .kernels = conv->weights.kernels});
        }
    }
}

/* The sum over a group's inputs and over the groups that are added to it. */
static void fill_group(const struct work *w, const struct window_work *ww, uint32_t group)
{
    const struct window *window = ww->window;
    uint32_t players = window->groups[group].players, n_added = ww->nest.n_added[group];
    int is_last = is_whole(ww, group);
    float *to = group_table(w, ww, group);
    struct subset_term terms[MAX_TAPS];
    size_t n_terms = 0;
    if (has_many_rows(&w->conv->products, players)) {
        multiply_group(w, window, group, is_last && !n_added, to);
        if (!n_added)
            return;
        terms[n_terms++] = (struct subset_term){to, n_out(w->conv), players};
    } else {
        for (size_t i = 0; i < window->n_inputs; i++)
            if (window->inputs[i].group == group)
                terms[n_terms++] = tap_products_find(&w->conv->products, w->input,
                                                     &window->inputs[i], w->products);
    }
    n_terms = list_groups(w, ww, group, terms, n_terms);
    add_terms(w, players, terms, n_terms, is_last, to);
}

static void fill_position(const struct work *w, const struct window *window, float *rows)
{
    struct window_work ww = {.window = window, .rows = rows};
    struct subset_term terms[MAX_TAPS];
    window_nest_groups(window, w->conv->products.few_rows, &ww.nest);
    for (size_t i = 0; i < window->n_groups; i++)
        fill_group(w, &ww, ww.nest.order[i]);
    if (ww.nest.n_roots > 1)
        add_terms(w, window->players, terms, list_groups(w, &ww, NO_GROUP, terms, 0), 1, rows);
}

void table_conv_fill(struct table_conv *conv, const struct table_map *input,
                     struct table_map *output, float *scratch)
{
    const struct pt_layer_info *layer = &conv->weights.layer;
    if (conv->uses_first) {
        table_first_conv_fill(conv->first, input, output, scratch);
        return;
    }
    struct work work = begin(conv, input, scratch);
    for (size_t y = 0, p = 0; y < layer->output.height; y++) {
        tap_products_fill(&conv->products, input, work.packed.rows, y, work.products);
        for (size_t x = 0; x < layer->output.width; x++, p++) {
            struct window window;
            window_find(layer, input, p, &window);
            fill_position(&work, &window, output->values + output->first_row[p] * n_out(conv));
        }
    }
}
