/*
 * The dense layers behind the tables, for blocks of masks.
 *
 * Most of what they multiply is left out. Inputs that are 0 in a whole tile of masks, as ReLUs
 * leave many, add nothing. And where the first layer's inputs are sums over the players that are
 * present, rectified, an input that is above 0 in all of a cube of 2^b masks is a sum over players
 * there: so is what it adds to the outputs, which is then computed for b + 1 of the masks and
 * added up for the others. Few inputs change their sign within such a cube; these are multiplied
 * for each mask.
 */
#ifndef TRACE_DENSE_TAIL_H
#define TRACE_DENSE_TAIL_H

#include "phasetrace/network.h"

struct kernels;
struct dense_tail;
struct tail_work; /* buffers of one thread */

/* For the layers from `first_layer` on. *tail is NULL if they are not dense layers, each with a
 * ReLU or without. The network is borrowed. */
int dense_tail_create(const struct pt_network *network, const struct kernels *kernels,
                      size_t first_layer, struct dense_tail **tail, struct pt_error *error);
void dense_tail_free(struct dense_tail *tail); /* NULL is allowed */

/* Lays out the parameters as they are now; to be called before the first run. */
void dense_tail_load(struct dense_tail *tail);

int tail_work_create(const struct dense_tail *tail, struct tail_work **work,
                     struct pt_error *error);
void tail_work_free(struct tail_work *work); /* NULL is allowed */

/* Of the masks of one block, 2^n_bits of them, at most BLOCK (trace/subset_tables.h): [2^n_bits,
 * inputs] of the first layer. Each bit of a row's number is a player. */
struct tail_inputs {
    const float *values;
    size_t stride; /* floats from one mask's inputs to the next */
    unsigned n_bits;
    int are_sums; /* rectified sums of a term for each player that is present */
};

/* Logits of the masks, rows `stride` floats apart, which lie in `work` until the next call. */
const float *dense_tail_run(const struct dense_tail *tail, struct tail_work *work,
                            const struct tail_inputs *inputs, size_t *stride);

#endif
