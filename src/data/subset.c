/* Draws without replacement, with given shares of the classes. */
#include "data/subset.h"

#include "base/mem.h"
#include "phasetrace/dataset.h"

size_t subset_available(const int16_t *classes, size_t n)
{
    size_t n_available = 0;
    for (size_t i = 0; i < n; i++)
        n_available += classes[i] != SUBSET_OUT;
    return n_available;
}

/* Gives every class that still has samples an equal share of what is left, until nothing is:
 * quotas then differ by at most 1 between classes that are not exhausted. */
static void share_out(const size_t *available, size_t n_classes, size_t n_wanted,
                      struct random_stream *stream, size_t *quota)
{
    size_t n_left = n_wanted;
    while (n_left > 0) {
        uint32_t open[PT_MAX_CLASSES];
        size_t n_open = 0;
        for (size_t c = 0; c < n_classes; c++)
            if (quota[c] < available[c])
                open[n_open++] = (uint32_t)c;
        if (n_left < n_open) {
            random_shuffle(stream, open, n_open);
            n_open = n_left;
        }
        size_t share = n_left / n_open;
        for (size_t k = 0; k < n_open; k++) {
            size_t room = available[open[k]] - quota[open[k]];
            size_t given = share < room ? share : room;
            quota[open[k]] += given;
            n_left -= given;
        }
    }
}

/* The largest remainder method. */
static void share_naturally(const size_t *available, size_t n_classes, size_t n_available,
                            size_t n_wanted, size_t *quota)
{
    uint64_t lost[PT_MAX_CLASSES];
    size_t n_left = n_wanted;
    for (size_t c = 0; c < n_classes && n_available > 0; c++) {
        uint64_t share = (uint64_t)n_wanted * available[c];
        quota[c] = share / n_available;
        lost[c] = share % n_available;
        n_left -= quota[c];
    }
    for (; n_left > 0; n_left--) {
        size_t most = 0;
        for (size_t c = 1; c < n_classes; c++)
            if (lost[c] > lost[most])
                most = c;
        quota[most]++;
        lost[most] = 0;
    }
}

int subset_draw(int16_t *classes, size_t n, size_t n_classes, size_t n_wanted,
                enum subset_shares shares, struct random_stream *stream, uint32_t *drawn,
                struct pt_error *error)
{
    uint32_t *candidates = mem_alloc(n, sizeof *candidates, error);
    if (!candidates)
        return PT_E_MEMORY;
    size_t available[PT_MAX_CLASSES] = {0}, quota[PT_MAX_CLASSES] = {0};
    size_t n_candidates = 0, n_drawn = 0;
    for (size_t i = 0; i < n; i++) {
        if (classes[i] == SUBSET_OUT)
            continue;
        candidates[n_candidates++] = (uint32_t)i;
        available[classes[i]]++;
    }
    if (shares == SUBSET_BALANCED)
        share_out(available, n_classes, n_wanted, stream, quota);
    else
        share_naturally(available, n_classes, n_candidates, n_wanted, quota);
    random_shuffle(stream, candidates, n_candidates);
    for (size_t k = 0; k < n_candidates; k++) {
        int16_t *class = &classes[candidates[k]];
        if (quota[*class] == 0)
            continue;
        quota[*class]--;
        drawn[n_drawn++] = candidates[k];
        *class = SUBSET_OUT;
    }
    /* Classes that filled their quota early stand in front until this. */
    random_shuffle(stream, drawn, n_drawn);
    mem_free(candidates);
    return PT_OK;
}
