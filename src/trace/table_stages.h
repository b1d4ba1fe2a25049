/*
 * The layers of a network as stages on tables: what runs as one step, which maps it reads.
 *
 * Batch normalisation behind a convolution is part of its stage, as are ReLUs, dropout (which does
 * nothing here) and flattening, wherever nothing else reads what lies between.
 */
#ifndef TRACE_TABLE_STAGES_H
#define TRACE_TABLE_STAGES_H

#include "trace/table_conv.h"
#include "trace/table_head.h"

enum table_stage_kind { TABLE_CONV, TABLE_POOL, TABLE_ADD, TABLE_SCALE };

struct table_stage {
    enum table_stage_kind kind;
    size_t first_layer, end_layer;  /* layers of the network: first <= i < end */
    struct pt_layer_info layer;     /* the first of them */
    struct pt_layer_info batchnorm; /* behind a convolution, or that of TABLE_SCALE */
    int has_batchnorm, relu;
    size_t from, second; /* maps: 0 the masked one, i + 1 that of stage i */
    size_t last_reader;  /* the last stage that reads its map; its own index if none */
    int can_end;         /* the layers behind it read no map but its own */
    struct table_map map;
    struct table_conv *conv; /* of TABLE_CONV */
    struct table_cost cost;  /* of the plan */
};

struct table_stages {
    struct table_map input; /* the masked map */
    int input_can_end;
    size_t input_last_reader;
    struct table_stage *stages; /* [n] all that could run on tables */
    size_t n;
    struct table_head *head; /* of the dense layer behind all of them; NULL: there is none */
    size_t head_end_layer;
};

/* From layer `first_layer` on, which reads maps of `shape`, as far as layers are known. */
int table_stages_create(const struct pt_network *network, const struct kernels *kernels,
                        size_t first_layer, struct pt_shape shape, struct table_stages *stages,
                        struct pt_error *error);
void table_stages_free(struct table_stages *stages);

struct table_map *table_stages_map(struct table_stages *stages, size_t index);

/* Sets the players and rows of the stage's map, and its cost, from those of the maps it reads. */
void table_stage_plan(struct table_stages *stages, size_t index);
/* Computes its map. */
void table_stage_fill(struct table_stages *stages, const struct kernels *kernels, size_t index,
                      float *scratch);

#endif
