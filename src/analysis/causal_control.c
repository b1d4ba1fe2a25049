/* The control of the causal test: removing random interactions instead. */
#include "analysis/causal.h"

#include "base/random.h"

#include <string.h>

/* The salient interactions of one sample and order. Of the ones to remove and the ones to keep the
 * fewer are drawn. */
struct pool {
    const double *values;
    size_t n, n_drawn;
    int draws_kept; /* 1: those drawn are kept, the others removed */
    double total;
};

struct control {
    const struct encoding *encoding;
    size_t n_samples;   /* of the training and testing groups, which are the first */
    struct pool *pools; /* [n_samples, n_players] */
    double *values;
    double *scratch; /* as many as the largest pool */
};

static void fill_pool(struct pool *pool, const struct encoding *e, size_t sample, size_t order,
                      double *values)
{
    size_t n_removed = 0;
    pool->values = values;
    for (size_t i = e->start[sample]; i < e->start[sample + 1]; i++)
        if (interaction_order(&e->interactions[i]) == order) {
            values[pool->n++] = e->interactions[i].value;
            pool->total += e->interactions[i].value;
            n_removed += !e->general[i];
        }
    pool->draws_kept = 2 * n_removed > pool->n;
    pool->n_drawn = pool->draws_kept ? pool->n - n_removed : n_removed;
}

static int prepare(struct control *control, struct arena *arena, struct pt_error *error)
{
    const struct encoding *e = control->encoding;
    size_t n = e->n_players, n_values = e->start[control->n_samples], n_most = 0;
    control->pools = arena_alloc(arena, control->n_samples * n, sizeof *control->pools, error);
    control->values = arena_alloc(arena, n_values, sizeof(double), error);
    if (!control->pools || !control->values)
        return PT_E_MEMORY;
    double *next = control->values;
    for (size_t i = 0; i < control->n_samples * n; i++) {
        struct pool *pool = &control->pools[i];
        fill_pool(pool, e, i / n, i % n + 1, next);
        next += pool->n;
        n_most = pool->n > n_most ? pool->n : n_most;
    }
    control->scratch = arena_alloc(arena, n_most, sizeof(double), error);
    return control->scratch ? PT_OK : PT_E_MEMORY;
}

static double draw_removed(const struct pool *pool, struct random_stream *stream, double *scratch)
{
    double sum = 0;
    memcpy(scratch, pool->values, pool->n * sizeof *scratch);
    for (size_t i = 0; i < pool->n_drawn; i++) {
        size_t j = i + random_below(stream, (uint32_t)(pool->n - i));
        sum += scratch[j];
        scratch[j] = scratch[i];
    }
    return pool->draws_kept ? pool->total - sum : sum;
}

/* Mean losses of both groups. */
static void draw(const struct control *control, struct random_stream stream, double losses[2])
{
    const struct encoding *e = control->encoding;
    losses[0] = losses[1] = 0;
    for (size_t i = 0; i < control->n_samples; i++) {
        double removed = 0;
        for (size_t k = 0; k < e->n_players; k++)
            removed +=
                draw_removed(&control->pools[i * e->n_players + k], &stream, control->scratch);
        losses[i >= e->first[PT_GROUP_TEST]] += loss_of_log_odds(e->v_full[i] - removed);
    }
    for (size_t group = 0; group < 2; group++)
        losses[group] /= (double)encoding_group_size(e, group);
}

int causal_control(const struct encoding *encoding, const struct causal_draws *draws,
                   double *losses, struct pt_error *error)
{
    struct arena arena = {0};
    struct control control = {.encoding = encoding,
                              .n_samples = encoding->first[PT_GROUP_TEST + 1]};
    int status = prepare(&control, &arena, error);
    for (size_t d = 0; d < draws->n && !status; d++) {
        double of_draw[2];
        draw(&control, random_stream(draws->seed, RANDOM_CONTROL, draws->stream, (uint32_t)d),
             of_draw);
        losses[d] = of_draw[0];
        losses[draws->n + d] = of_draw[1];
    }
    arena_release(&arena);
    return status;
}
