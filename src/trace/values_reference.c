/* Value tables by brute force: a forward pass for every mask that differs. */
#include "trace/values_reference.h"

#include "base/bits.h"
#include "base/mem.h"
#include "nn/layer.h"
#include "phasetrace/trace.h"
#include "num/softmax.h"

#include <math.h>
#include <string.h>

#define BATCH ((size_t)256)

struct value_reference {
    const struct value_plan *plan;
    size_t n_values;                       /* of the masked map */
    size_t batch;                          /* masked samples a forward pass */
    float *inputs;                         /* [batch, n_values] */
    float *empty;                          /* [n_values]: the sample with every player masked */
    uint32_t *owned;                       /* indices into the map, grouped by player */
    size_t owned_from[PT_MAX_PLAYERS + 1]; /* where each player's group starts */
    double *live_v;                        /* [2^n] over the live players only */
    struct pt_workspace *workspace;
};

static size_t batch_size(const struct value_plan *plan)
{
    size_t n_masks = (size_t)1 << plan->n_players;
    return n_masks < BATCH ? n_masks : BATCH;
}

int value_reference_create(const struct value_plan *plan, struct value_reference **reference,
                           struct pt_error *error)
{
    struct value_reference *e = mem_alloc(1, sizeof *e, error);
    if (!e)
        return PT_E_MEMORY;
    e->plan = plan;
    e->n_values = shape_count(&plan->shape);
    e->batch = batch_size(plan);
    int status = PT_E_MEMORY;
    if (!(e->inputs = mem_alloc(e->batch * e->n_values, sizeof(float), error)) ||
        !(e->empty = mem_alloc(e->n_values, sizeof(float), error)) ||
        !(e->owned = mem_alloc(e->n_values, sizeof(uint32_t), error)) ||
        !(e->live_v = mem_alloc((size_t)1 << plan->n_players, sizeof(double), error)))
        goto failed;
    status = pt_workspace_create(plan->network, e->batch, 0, &e->workspace, error);
    if (status)
        goto failed;
    *reference = e;
    return PT_OK;

failed:
    value_reference_free(e);
    return status;
}

void value_reference_free(struct value_reference *e)
{
    if (!e)
        return;
    pt_workspace_free(e->workspace);
    mem_free(e->inputs);
    mem_free(e->empty);
    mem_free(e->owned);
    mem_free(e->live_v);
    mem_free(e);
}

/* Lists the map's entries by player; returns the players that are not dummies. */
static uint32_t list_owned(struct value_reference *e, const float *map, const int32_t *owner)
{
    const struct value_plan *plan = e->plan;
    size_t n_positions = plan->shape.height * plan->shape.width;
    size_t n_owned = 0;
    uint32_t live = 0;
    for (size_t player = 0; player < plan->n_players; player++) {
        e->owned_from[player] = n_owned;
        for (size_t i = 0; i < e->n_values; i++) {
            if (owner[i % n_positions] != (int32_t)player)
                continue;
            e->owned[n_owned++] = (uint32_t)i;
            if (map[i] != plan->baseline[i])
                live |= (uint32_t)1 << player;
        }
    }
    e->owned_from[plan->n_players] = n_owned;
    return live;
}

static void fill_empty(struct value_reference *e, const float *map, const int32_t *owner)
{
    size_t n_positions = e->plan->shape.height * e->plan->shape.width;
    int keep = e->plan->background == PT_BACKGROUND_KEEP;
    for (size_t i = 0; i < e->n_values; i++)
        e->empty[i] = keep && owner[i % n_positions] < 0 ? map[i] : e->plan->baseline[i];
}

static void fill_masked(const struct value_reference *e, const float *map, uint32_t mask,
                        float *input)
{
    memcpy(input, e->empty, e->n_values * sizeof *input);
    for (uint32_t left = mask; left; left &= left - 1) {
        unsigned player = (unsigned)__builtin_ctz(left);
        for (size_t i = e->owned_from[player]; i < e->owned_from[player + 1]; i++)
            input[e->owned[i]] = map[e->owned[i]];
    }
}

/* The next larger subset of `within` after `mask`; 0 after the last. */
static uint32_t next_subset(uint32_t mask, uint32_t within)
{
    return (mask - within) & within;
}

/* v over the subsets of the live players, in ascending order, into live_v. */
static int evaluate_live(struct value_reference *e, const float *map, uint32_t live, int32_t label,
                         struct pt_error *error)
{
    const struct value_plan *plan = e->plan;
    size_t n_masks = (size_t)1 << __builtin_popcount(live);
    size_t n_classes = pt_network_n_classes(plan->network);
    uint32_t mask = 0;
    for (size_t done = 0; done < n_masks;) {
        if (plan->stop && *plan->stop)
            return pt_error_set(error, PT_E_STOPPED, "stopped");
        size_t n = n_masks - done < e->batch ? n_masks - done : e->batch;
        uint32_t first_mask = mask;
        for (size_t i = 0; i < n; i++, mask = next_subset(mask, live))
            fill_masked(e, map, mask, e->inputs + i * e->n_values);
        const float *logits =
            pt_network_forward(plan->network, e->workspace, e->inputs, n, plan->first_layer,
                               pt_network_n_layers(plan->network));
        uint32_t at = first_mask;
        for (size_t i = 0; i < n; i++, at = next_subset(at, live)) {
            double value = log_odds(logits + i * n_classes, n_classes, (size_t)label);
            if (!isfinite(value))
                return pt_error_set(error, PT_E_DIVERGED, "mask %u: the log-odds are %g", at,
                                    value);
            e->live_v[done + i] = value;
        }
        done += n;
    }
    return PT_OK;
}

int value_reference_evaluate(struct value_reference *e, const float *map, const int32_t *owner,
                             int32_t label, double *v, struct pt_error *error)
{
    uint32_t live = list_owned(e, map, owner);
    fill_empty(e, map, owner);
    int status = evaluate_live(e, map, live, label, error);
    if (status)
        return status;
    for (size_t mask = 0; mask < (size_t)1 << e->plan->n_players; mask++)
        v[mask] = e->live_v[bits_extract((uint32_t)mask, live)];
    return PT_OK;
}
