/* Categories: the training and testing samples of one label, compared by their mean interactions.
 */
#include "analysis/categories.h"

#include "phasetrace/dataset.h"

#include <math.h>
#include <string.h>

enum { IN_TRAIN = 1, IN_TEST = 2 };

static int in_group(const struct encoding *e, size_t i, size_t group)
{
    return i >= e->first[group] && i < e->first[group + 1];
}

/* IN_TRAIN, IN_TEST or, for samples of other groups or with wrong labels, 0. */
static int side_of(const struct encoding *e, size_t i)
{
    if (e->mislabelled[i])
        return 0;
    return in_group(e, i, PT_GROUP_TRAIN) ? IN_TRAIN : in_group(e, i, PT_GROUP_TEST) ? IN_TEST : 0;
}

int categories_find(const struct encoding *e, struct arena *arena, struct categories *categories,
                    struct pt_error *error)
{
    unsigned char sides[PT_MAX_CLASSES] = {0};
    uint32_t number[PT_MAX_CLASSES];
    *categories = (struct categories){.n_players = e->n_players};
    categories->sample = arena_alloc(arena, e->n_samples, sizeof(uint32_t), error);
    categories->slot = arena_alloc(arena, e->n_samples, sizeof(uint32_t), error);
    if (!categories->sample || !categories->slot)
        return PT_E_MEMORY;
    for (size_t i = 0; i < e->n_samples; i++)
        if (e->label[i] < 0 || e->label[i] >= PT_MAX_CLASSES)
            return pt_error_set(error, PT_E_DATA, "sample %zu has the label %d, expected 0 to %d",
                                i, (int)e->label[i], PT_MAX_CLASSES - 1);
        else
            sides[e->label[i]] |= (unsigned char)side_of(e, i);
    for (size_t label = 0; label < PT_MAX_CLASSES; label++)
        if (sides[label] == (IN_TRAIN | IN_TEST))
            number[label] = (uint32_t)categories->n++;
    for (size_t i = 0; i < e->n_samples; i++) {
        int side = side_of(e, i);
        if (!side || sides[e->label[i]] != (IN_TRAIN | IN_TEST))
            continue;
        categories->sample[categories->n_members] = (uint32_t)i;
        categories->slot[categories->n_members++] = 2 * number[e->label[i]] + (side == IN_TEST);
    }
    return PT_OK;
}

int category_overlaps_create(const struct categories *categories, struct arena *arena,
                             struct category_overlaps *overlaps, struct pt_error *error)
{
    size_t n = categories->n, n_orders = categories->n_players + 1;
    overlaps->categories = categories;
    overlaps->means = arena_alloc(arena, 2 * n, sizeof *overlaps->means, error);
    overlaps->same = arena_alloc(arena, n * n_orders, sizeof *overlaps->same, error);
    overlaps->shifted = arena_alloc(arena, n * n_orders, sizeof *overlaps->shifted, error);
    return overlaps->means && overlaps->same && overlaps->shifted ? PT_OK : PT_E_MEMORY;
}

void category_overlaps_clear(struct category_overlaps *overlaps)
{
    size_t n_entries = overlaps->categories->n * (overlaps->categories->n_players + 1);
    memset(overlaps->same, 0, n_entries * sizeof *overlaps->same);
    memset(overlaps->shifted, 0, n_entries * sizeof *overlaps->shifted);
}

void category_overlaps_add(struct category_overlaps *overlaps, size_t order, int with_null)
{
    size_t n = overlaps->categories->n, n_orders = overlaps->categories->n_players + 1;
    const double *means = overlaps->means;
    for (size_t c = 0; c < n; c++)
        overlap_add(&overlaps->same[c * n_orders + order], means[2 * c], means[2 * c + 1]);
    for (size_t c = 0; c < n && with_null; c++) {
        size_t next = c + 1 < n ? c + 1 : 0;
        overlap_add(&overlaps->shifted[c * n_orders + order], means[2 * c], means[2 * next + 1]);
    }
}

static double mean_similarity(const struct overlap *overlaps, size_t n, size_t stride)
{
    double sum = 0, n_defined = 0;
    for (size_t c = 0; c < n; c++)
        if (overlaps[c * stride].larger > 0) {
            sum += overlap_similarity(&overlaps[c * stride]);
            n_defined++;
        }
    return sum / n_defined;
}

void category_overlaps_mean(const struct category_overlaps *overlaps, double *similarity,
                            double *null)
{
    size_t n = overlaps->categories->n, n_orders = overlaps->categories->n_players + 1;
    for (size_t order = 0; order < n_orders; order++) {
        similarity[order] = mean_similarity(overlaps->same + order, n, n_orders);
        if (null)
            null[order] = n < 2 ? NAN : mean_similarity(overlaps->shifted + order, n, n_orders);
    }
}
