/* Order sums of correctly labelled and of mislabelled training samples. */
#include "analysis/labels.h"
#include "analysis/order_sums.h"

static int is_of_training(const struct encoding *e, size_t i)
{
    return i < e->first[PT_GROUP_TRAIN + 1] || i >= e->first[PT_GROUP_MISLABELLED];
}

static enum labels labels_of(const struct encoding *e, size_t i)
{
    return e->mislabelled[i] ? LABELS_MISLABELLED : LABELS_NORMAL;
}

int label_sums_create(const struct encoding *e, struct arena *arena, struct label_sums *sums,
                      struct pt_error *error)
{
    size_t n[N_LABELS] = {0}, n_seen[N_LABELS] = {0}, n_taken[N_LABELS] = {0};
    *sums =
        (struct label_sums){.n_players = e->n_players, .n_columns = order_columns(e->n_players)};
    for (size_t i = 0; i < e->n_samples; i++)
        n[labels_of(e, i)] += is_of_training(e, i) ? 1 : 0;
    for (enum labels l = 0; l < N_LABELS; l++) {
        sums->n[l] = l == LABELS_NORMAL && n[l] > LABELS_MAX_NORMAL ? LABELS_MAX_NORMAL : n[l];
        sums->of[l] = arena_alloc(arena, sums->n[l] * sums->n_columns, sizeof(double), error);
        if (!sums->of[l])
            return PT_E_MEMORY;
    }
    for (size_t i = 0; i < e->n_samples; i++) {
        enum labels l = labels_of(e, i);
        /* Of n the m that are spread evenly: those in the places floor(k n / m), k = 0..m-1. */
        if (is_of_training(e, i) && n_seen[l]++ == n_taken[l] * n[l] / sums->n[l])
            order_sums_encoding(e, i, sums->of[l] + n_taken[l]++ * sums->n_columns);
    }
    return PT_OK;
}

void label_sums_total(const struct label_sums *sums, enum labels labels, double *total)
{
    for (size_t c = 0; c < sums->n_columns; c++) {
        total[c] = 0;
        for (size_t i = 0; i < sums->n[labels]; i++)
            total[c] += sums->of[labels][i * sums->n_columns + c];
    }
}

int label_sums_bootstrap(const struct label_sums *sums, const struct pt_analysis *analysis,
                         struct bootstrap **bootstrap, struct pt_error *error)
{
    return bootstrap_create(analysis->options.seed, analysis->options.n_replicates, sums->n,
                            N_LABELS, bootstrap, error);
}
