/* Sharing memory among arrays that are not needed at the same time: first fit. */
#include "nn/placement.h"

static int meet(const struct placement *a, const struct placement *b)
{
    int in_time = a->first <= b->last && b->first <= a->last;
    int in_place = a->at < b->at + b->floats && b->at < a->at + a->floats;
    return in_time && in_place;
}

/* One of the first `n` arrays that `array` would overwrite, or NULL. */
static const struct placement *find_obstacle(const struct placement *arrays, size_t n,
                                             const struct placement *array)
{
    for (size_t i = 0; i < n; i++)
        if (meet(&arrays[i], array))
            return &arrays[i];
    return NULL;
}

/* The lowest free place starts at 0 or where another array ends. */
static void place(struct placement *arrays, size_t index)
{
    struct placement *array = &arrays[index], best = *array;
    best.at = 0;
    if (find_obstacle(arrays, index, &best)) {
        best.at = (size_t)-1;
        for (size_t i = 0; i < index; i++) {
            struct placement tried = *array;
            tried.at = arrays[i].at + arrays[i].floats;
            if (tried.at < best.at && !find_obstacle(arrays, index, &tried))
                best = tried;
        }
    }
    array->at = best.at;
}

size_t placement_find(struct placement *arrays, size_t n)
{
    size_t floats = 0;
    for (size_t i = 0; i < n; i++) {
        place(arrays, i);
        if (arrays[i].at + arrays[i].floats > floats)
            floats = arrays[i].at + arrays[i].floats;
    }
    return floats;
}
