/* Similarity of training and testing samples by order, from their salient interactions. */
#include "analysis/categories.h"
#include "analysis/similarity.h"

#include <math.h>
#include <string.h>

/* A salient interaction of a member of a category. */
struct term {
    double value;
    uint32_t key; /* the set, with bit n_players set for OR */
    uint32_t member;
};

/* What measuring an encoding takes. */
struct comparison {
    const struct encoding *encoding;
    const struct bootstrap *bootstrap;
    struct categories categories;
    struct category_overlaps overlaps;
    size_t n_terms;
    struct term *terms; /* in ascending order of keys */
    double *weights;    /* [n_members] of a member in its category's mean */
    double *sizes;      /* [categories, 2] */
};

double similarity_weighted_mean(const double *values, const double *strength, size_t first_order,
                                size_t n_players)
{
    double sum = 0, weight = 0;
    for (size_t order = first_order; order <= n_players; order++)
        if (!isnan(values[order])) {
            sum += strength[order] * values[order];
            weight += strength[order];
        }
    return sum / weight;
}

/* The members' salient interactions, member by member. */
static int gather_terms(struct comparison *c, struct arena *arena, struct pt_error *error)
{
    const struct encoding *e = c->encoding;
    c->terms = arena_alloc(arena, e->start[e->n_samples], sizeof *c->terms, error);
    if (!c->terms)
        return PT_E_MEMORY;
    for (size_t m = 0; m < c->categories.n_members; m++) {
        size_t sample = c->categories.sample[m];
        for (size_t i = e->start[sample]; i < e->start[sample + 1]; i++) {
            const struct interaction *from = &e->interactions[i];
            c->terms[c->n_terms++] =
                (struct term){from->value, from->is_or << e->n_players | from->set, (uint32_t)m};
        }
    }
    return PT_OK;
}

/* Counting sort: there are 2^(n+1) keys. */
static int sort_terms(struct comparison *c, struct arena *arena, struct pt_error *error)
{
    size_t n_keys = (size_t)2 << c->encoding->n_players;
    size_t *next = arena_alloc(arena, n_keys + 1, sizeof *next, error);
    struct term *sorted = arena_alloc(arena, c->n_terms, sizeof *sorted, error);
    if (!next || !sorted)
        return PT_E_MEMORY;
    for (size_t i = 0; i < c->n_terms; i++)
        next[c->terms[i].key + 1]++;
    for (size_t key = 0; key < n_keys; key++)
        next[key + 1] += next[key];
    for (size_t i = 0; i < c->n_terms; i++)
        sorted[next[c->terms[i].key]++] = c->terms[i];
    c->terms = sorted;
    return PT_OK;
}

/* Weights of the members in the `replicate`, or in the sample itself when that is SIZE_MAX. A
 * category that a resample leaves without training or testing samples gets no weight at all. */
static void set_weights(struct comparison *c, size_t replicate)
{
    const struct categories *categories = &c->categories;
    const uint8_t *counts[2] = {NULL, NULL};
    for (size_t side = 0; side < 2 && replicate != SIZE_MAX; side++)
        counts[side] =
            bootstrap_counts(c->bootstrap, side ? PT_GROUP_TEST : PT_GROUP_TRAIN, replicate);
    memset(c->sizes, 0, 2 * categories->n * sizeof *c->sizes);
    for (size_t m = 0; m < categories->n_members; m++) {
        size_t side = categories->slot[m] % 2;
        size_t first = c->encoding->first[side ? PT_GROUP_TEST : PT_GROUP_TRAIN];
        c->weights[m] = counts[side] ? counts[side][categories->sample[m] - first] : 1;
        c->sizes[categories->slot[m]] += c->weights[m];
    }
    for (size_t m = 0; m < categories->n_members; m++) {
        size_t slot = categories->slot[m];
        int is_there = c->sizes[slot] > 0 && c->sizes[slot ^ 1] > 0;
        c->weights[m] = is_there ? c->weights[m] / c->sizes[slot] : 0;
    }
}

/* Terms of one key after the other: a key is an entry of every category's mean vector. */
static void compare(struct comparison *c, double *strength, double *value, double *null)
{
    size_t n = c->encoding->n_players, n_means = 2 * c->categories.n;
    category_overlaps_clear(&c->overlaps);
    memset(strength, 0, (n + 1) * sizeof *strength);
    for (size_t i = 0; i < c->n_terms;) {
        uint32_t key = c->terms[i].key;
        size_t order = (size_t)__builtin_popcount(key & (((uint32_t)1 << n) - 1));
        memset(c->overlaps.means, 0, n_means * sizeof *c->overlaps.means);
        for (; i < c->n_terms && c->terms[i].key == key; i++) {
            const struct term *term = &c->terms[i];
            double weighted = c->weights[term->member] * term->value;
            c->overlaps.means[c->categories.slot[term->member]] += weighted;
            strength[order] += fabs(weighted);
        }
        category_overlaps_add(&c->overlaps, order, null != NULL);
    }
    category_overlaps_mean(&c->overlaps, value, null);
    for (size_t order = 1; order <= n; order++)
        strength[0] += strength[order];
    value[0] = similarity_weighted_mean(value, strength, 1, n);
    if (null)
        null[0] = similarity_weighted_mean(null, strength, 1, n);
}

static int prepare(struct comparison *c, struct arena *scratch, struct pt_error *error)
{
    int status = category_overlaps_create(&c->categories, scratch, &c->overlaps, error);
    if (!status)
        status = gather_terms(c, scratch, error);
    if (!status)
        status = sort_terms(c, scratch, error);
    c->weights = arena_alloc(scratch, c->categories.n_members, sizeof *c->weights, error);
    c->sizes = arena_alloc(scratch, 2 * c->categories.n, sizeof *c->sizes, error);
    return !status && c->weights && c->sizes ? PT_OK : PT_E_MEMORY;
}

static int create_results(struct arena *arena, struct similarity *s, struct pt_error *error)
{
    size_t n = s->n_players + 1;
    s->strength = arena_alloc(arena, n, sizeof(double), error);
    s->value = arena_alloc(arena, n, sizeof(double), error);
    s->null = arena_alloc(arena, n, sizeof(double), error);
    s->replicates = arena_alloc(arena, s->n_replicates * n, sizeof(double), error);
    return s->strength && s->value && s->null && s->replicates ? PT_OK : PT_E_MEMORY;
}

/* `strength` of the sample is kept, that of resamples only serves their entry 0. */
static int measure(struct comparison *c, struct arena *arena, struct similarity *similarity,
                   struct pt_error *error)
{
    double resampled_strength[PT_MAX_PLAYERS + 1];
    int status = create_results(arena, similarity, error);
    if (status)
        return status;
    set_weights(c, SIZE_MAX);
    compare(c, similarity->strength, similarity->value, similarity->null);
    for (size_t r = 0; r < similarity->n_replicates; r++) {
        set_weights(c, r);
        compare(c, resampled_strength, similarity->replicates + r * (similarity->n_players + 1),
                NULL);
    }
    return PT_OK;
}

int similarity_measure(const struct encoding *encoding, const struct bootstrap *bootstrap,
                       size_t n_replicates, struct arena *arena, struct similarity *similarity,
                       struct pt_error *error)
{
    struct comparison c = {.encoding = encoding, .bootstrap = bootstrap};
    struct arena scratch = {0};
    *similarity =
        (struct similarity){.n_players = encoding->n_players, .n_replicates = n_replicates};
    int status = categories_find(encoding, &scratch, &c.categories, error);
    if (!status && encoding->same_players && c.categories.n > 0) {
        status = prepare(&c, &scratch, error);
        if (!status)
            status = measure(&c, arena, similarity, error);
        similarity->n_categories = c.categories.n;
    }
    arena_release(&scratch);
    return status;
}
