/* From samples in rows to samples in lanes, and back. */
#include "num/lanes.h"

#include "base/crew.h"

#include <string.h>

typedef float four __attribute__((vector_size(16)));

/* Exchanges rows and columns of four vectors. */
static inline void transpose_four(const float *from, size_t from_row, float *to, size_t to_row)
{
    four v[4];
    for (size_t i = 0; i < 4; i++)
        memcpy(&v[i], from + i * from_row, sizeof v[i]);
    four a = __builtin_shufflevector(v[0], v[1], 0, 4, 1, 5);
    four b = __builtin_shufflevector(v[0], v[1], 2, 6, 3, 7);
    four c = __builtin_shufflevector(v[2], v[3], 0, 4, 1, 5);
    four d = __builtin_shufflevector(v[2], v[3], 2, 6, 3, 7);
    v[0] = __builtin_shufflevector(a, c, 0, 1, 4, 5);
    v[1] = __builtin_shufflevector(a, c, 2, 3, 6, 7);
    v[2] = __builtin_shufflevector(b, d, 0, 1, 4, 5);
    v[3] = __builtin_shufflevector(b, d, 2, 3, 6, 7);
    for (size_t i = 0; i < 4; i++)
        memcpy(to + i * to_row, &v[i], sizeof v[i]);
}

/* to[column][row] = from[row][column] for whole fours of both, the rest one by one. */
static void transpose(size_t n_rows, size_t n_columns, const float *from, size_t from_row,
                      float *to, size_t to_row)
{
    size_t rows = n_rows / 4 * 4, columns = n_columns / 4 * 4;
    for (size_t c = 0; c < columns; c += 4)
        for (size_t r = 0; r < rows; r += 4)
            transpose_four(from + r * from_row + c, from_row, to + c * to_row + r, to_row);
    for (size_t r = 0; r < n_rows; r++)
        for (size_t c = r < rows ? columns : 0; c < n_columns; c++)
            to[c * to_row + r] = from[r * from_row + c];
}

static size_t samples_of_group(size_t n, size_t group)
{
    return n - group * LANES < LANES ? n - group * LANES : LANES;
}

struct shared {
    const float *from;
    float *to;
    size_t n, n_features;
};

static void group_from_rows(void *context, size_t group, int member)
{
    const struct shared *s = context;
    (void)member;
    size_t n_samples = samples_of_group(s->n, group), first = group * LANES * s->n_features;
    if (n_samples < LANES)
        memset(s->to + first, 0, LANES * s->n_features * sizeof *s->to);
    transpose(n_samples, s->n_features, s->from + first, s->n_features, s->to + first, LANES);
}

void lanes_from_rows(const float *rows, size_t n, size_t n_features, float *lanes,
                     struct pt_crew *crew)
{
    struct shared shared = {rows, lanes, n, n_features};
    crew_share(crew, lanes_groups(n), group_from_rows, &shared);
}

static void group_to_rows(void *context, size_t group, int member)
{
    const struct shared *s = context;
    (void)member;
    size_t first = group * LANES * s->n_features;
    transpose(s->n_features, samples_of_group(s->n, group), s->from + first, LANES, s->to + first,
              s->n_features);
}

void lanes_to_rows(const float *lanes, size_t n, size_t n_features, float *rows,
                   struct pt_crew *crew)
{
    struct shared shared = {lanes, rows, n, n_features};
    crew_share(crew, lanes_groups(n), group_to_rows, &shared);
}
