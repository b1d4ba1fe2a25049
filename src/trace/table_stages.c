/* Cutting a network into stages, and what each kind of stage does. */
#include "trace/table_stages.h"

#include "base/mem.h"

#include <string.h>

struct builder {
    const struct pt_network *network;
    const struct kernels *kernels;
    size_t first_layer, next_layer, n_layers;
    int is_flat; /* what comes next reads a vector, though the map is one still */
    struct table_stages *stages;
};

static int is_kind(const struct pt_layer_info *layer, const char *kind)
{
    return strcmp(layer->kind, kind) == 0;
}

static int changes_nothing(const struct pt_layer_info *layer)
{
    return is_kind(layer, "dropout") || is_kind(layer, "flatten");
}

/* PT_INPUT is the index before 0. */
static int reads_before(const struct pt_layer_info *layer, size_t index)
{
    return layer->from + 1 < index || (layer->second != PT_NO_LAYER && layer->second + 1 < index);
}

/* Whether the layers from `index` on read nothing before it but what layer index - 1 gives. */
static int can_end_before(const struct builder *b, size_t index)
{
    for (size_t i = index; i < b->n_layers; i++) {
        struct pt_layer_info layer = pt_network_layer(b->network, i);
        if (reads_before(&layer, index))
            return 0;
    }
    return 1;
}

/* Whether layer `index` reads the layer before it, and nobody else does. */
static int follows_alone(const struct builder *b, size_t index)
{
    size_t n_readers = 0;
    if (index >= b->n_layers || index == 0)
        return 0;
    for (size_t i = index; i < b->n_layers; i++) {
        struct pt_layer_info layer = pt_network_layer(b->network, i);
        n_readers += (layer.from == index - 1) + (layer.second == index - 1);
    }
    return n_readers == 1 && pt_network_layer(b->network, index).from == index - 1;
}

/* The map that a layer's output is, or that of the network's input; SIZE_MAX: it has none. */
static size_t find_map(const struct builder *b, size_t layer)
{
    if (layer + 1 == b->first_layer)
        return 0;
    for (size_t i = 0; i < b->stages->n; i++)
        if (b->stages->stages[i].end_layer == layer + 1)
            return i + 1;
    return SIZE_MAX;
}

static int find_kind(const struct pt_layer_info *layer, enum table_stage_kind *kind)
{
    static const struct {
        const char *name;
        enum table_stage_kind kind;
    } kinds[] = {{"conv2d", TABLE_CONV},   {"maxpool2d", TABLE_POOL},  {"avgpool2d", TABLE_POOL},
                 {"add", TABLE_ADD},       {"batchnorm", TABLE_SCALE}, {"relu", TABLE_SCALE},
                 {"dropout", TABLE_SCALE}, {"flatten", TABLE_SCALE}};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (is_kind(layer, kinds[i].name)) {
            *kind = kinds[i].kind;
            return layer->kernel * layer->kernel <= MAX_TAPS;
        }
    return 0;
}

/* ---- Building ---- */

/* The layers behind the first that are part of the stage. */
static void absorb(struct builder *b, struct table_stage *stage)
{
    for (; follows_alone(b, b->next_layer); b->next_layer++) {
        struct pt_layer_info layer = pt_network_layer(b->network, b->next_layer);
        int is_plain_conv = stage->kind == TABLE_CONV && !stage->has_batchnorm && !stage->relu;
        if (is_kind(&layer, "relu")) {
            stage->relu = 1;
        } else if (is_kind(&layer, "batchnorm") && is_plain_conv && !b->is_flat) {
            stage->batchnorm = layer;
            stage->has_batchnorm = 1;
        } else if (!changes_nothing(&layer)) {
            break;
        }
        b->is_flat |= is_kind(&layer, "flatten");
    }
    stage->end_layer = b->next_layer;
    stage->can_end = can_end_before(b, b->next_layer);
}

static void note_reader(struct table_stages *stages, size_t map, size_t reader)
{
    if (map == 0)
        stages->input_last_reader = reader;
    else
        stages->stages[map - 1].last_reader = reader;
}

/* Maps of which the stage is a function: 0 when there are none to be had. */
static int find_operands(const struct builder *b, struct table_stage *stage)
{
    stage->from = find_map(b, stage->layer.from);
    stage->second =
        stage->layer.second == PT_NO_LAYER ? stage->from : find_map(b, stage->layer.second);
    return stage->from != SIZE_MAX && stage->second != SIZE_MAX;
}

static int add_stage(struct builder *b, const struct table_stage *planned, struct pt_error *error)
{
    struct table_stages *s = b->stages;
    size_t index = s->n;
    struct table_stage *stage = &s->stages[index];
    *stage = *planned;
    stage->first_layer = b->next_layer++;
    stage->last_reader = index;
    if (stage->kind == TABLE_SCALE) {
        stage->has_batchnorm = is_kind(&stage->layer, "batchnorm");
        stage->batchnorm = stage->layer;
        stage->relu = is_kind(&stage->layer, "relu");
        b->is_flat |= is_kind(&stage->layer, "flatten");
    }
    absorb(b, stage);
    note_reader(s, stage->from, index);
    note_reader(s, stage->second, index);
    struct pt_shape shape =
        stage->kind == TABLE_SCALE ? table_stages_map(s, stage->from)->shape : stage->layer.output;
    s->n++;
    int status = table_map_create(shape, &stage->map, error);
    if (!status && stage->kind == TABLE_CONV)
        status = table_conv_create(b->kernels, &stage->layer,
                                   stage->has_batchnorm ? &stage->batchnorm : NULL, stage->relu,
                                   &stage->conv, error);
    return status;
}

/* The head begins with the mean of each channel, or with the dense layer itself. */
static int add_head(struct builder *b, const struct pt_layer_info *layer, struct pt_error *error)
{
    struct table_stages *s = b->stages;
    size_t index = b->next_layer + 1;
    struct table_head_options options = {.kernels = b->kernels,
                                         .dense = *layer,
                                         .shape = table_stages_map(s, s->n)->shape,
                                         .reads_means = is_kind(layer, "global_avgpool")};
    if (options.reads_means) {
        for (; follows_alone(b, index); index++) {
            options.dense = pt_network_layer(b->network, index);
            if (!changes_nothing(&options.dense))
                break;
        }
        if (!follows_alone(b, index++) || !is_kind(&options.dense, "dense"))
            return PT_OK;
    }
    for (; follows_alone(b, index); index++) {
        struct pt_layer_info next = pt_network_layer(b->network, index);
        if (!changes_nothing(&next) && !is_kind(&next, "relu"))
            break;
        options.relu |= is_kind(&next, "relu");
    }
    s->head_end_layer = index;
    return table_head_create(&options, &s->head, error);
}

static int build(struct builder *b, struct pt_error *error)
{
    struct table_stages *s = b->stages;
    while (b->next_layer < b->n_layers) {
        struct table_stage stage = {.layer = pt_network_layer(b->network, b->next_layer)};
        int reads_last = find_map(b, stage.layer.from) == s->n;
        int is_mean = is_kind(&stage.layer, "global_avgpool") && !b->is_flat;
        if ((is_mean || is_kind(&stage.layer, "dense")) && reads_last &&
            can_end_before(b, b->next_layer))
            return add_head(b, &stage.layer, error);
        if (!find_kind(&stage.layer, &stage.kind) || b->is_flat || !find_operands(b, &stage))
            return PT_OK;
        int status = add_stage(b, &stage, error);
        if (status)
            return status;
    }
    return PT_OK;
}

int table_stages_create(const struct pt_network *network, const struct kernels *kernels,
                        size_t first_layer, struct pt_shape shape, struct table_stages *stages,
                        struct pt_error *error)
{
    struct builder b = {.network = network,
                        .kernels = kernels,
                        .first_layer = first_layer,
                        .next_layer = first_layer,
                        .n_layers = pt_network_n_layers(network),
                        .stages = stages};
    *stages = (struct table_stages){.input_can_end = 1};
    int status = table_map_create(shape, &stages->input, error);
    if (status)
        return status;
    stages->stages = mem_alloc(b.n_layers - first_layer, sizeof *stages->stages, error);
    status = stages->stages ? build(&b, error) : PT_E_MEMORY;
    if (status)
        table_stages_free(stages);
    return status;
}

void table_stages_free(struct table_stages *s)
{
    for (size_t i = 0; i < s->n; i++) {
        table_map_free(&s->stages[i].map);
        table_conv_free(s->stages[i].conv);
    }
    mem_free(s->stages);
    table_map_free(&s->input);
    table_head_free(s->head);
    *s = (struct table_stages){0};
}

struct table_map *table_stages_map(struct table_stages *s, size_t index)
{
    return index == 0 ? &s->input : &s->stages[index - 1].map;
}

/* ---- Planning and running one ---- */

void table_stage_plan(struct table_stages *s, size_t index)
{
    struct table_stage *stage = &s->stages[index];
    const struct table_map *from = table_stages_map(s, stage->from);
    if (stage->kind == TABLE_CONV)
        stage->cost = table_conv_plan(stage->conv, from, &stage->map);
    else if (stage->kind == TABLE_POOL)
        stage->cost = table_pool_plan(&stage->layer, from, &stage->map);
    else if (stage->kind == TABLE_ADD)
        stage->cost = table_add_plan(from, table_stages_map(s, stage->second), &stage->map);
    else
        stage->cost = table_scale_plan(from, &stage->map);
}

void table_stage_fill(struct table_stages *s, const struct kernels *kernels, size_t index,
                      float *scratch)
{
    struct table_stage *stage = &s->stages[index];
    const struct table_map *from = table_stages_map(s, stage->from);
    if (stage->kind == TABLE_CONV) {
        table_conv_fill(stage->conv, from, &stage->map, scratch);
    } else if (stage->kind == TABLE_ADD) {
        table_add_fill(kernels, from, table_stages_map(s, stage->second), stage->relu, &stage->map);
    } else {
        if (stage->kind == TABLE_POOL)
            table_pool_fill(kernels, &stage->layer, from, &stage->map);
        else
            table_scale_fill(stage->has_batchnorm ? &stage->batchnorm : NULL, from, &stage->map,
                             scratch);
        if (stage->relu)
            table_relu(&stage->map);
    }
}
