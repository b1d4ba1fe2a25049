/* Which columns of a matrix are worth keeping. */
#include "num/column_runs.h"

#include "num/kernels.h"

/* What a run costs, in columns left out; what a column of the matrix costs, in rows of a column
 * left out: looking, copying and putting back. */
enum { COLUMNS_A_RUN = 4, ROWS_A_COLUMN = 8 };

/* Adds a column behind those before; a single column between two runs is kept with them. */
static int add_column(struct column_runs *runs, uint32_t column)
{
    struct column_run *last = runs->run + runs->n_runs - 1;
    if (runs->n_runs > 0 && column <= last->first + last->n + 1) {
        uint32_t n = column + 1 - last->first;
        runs->n_kept += n - last->n;
        last->n = n;
        return 1;
    }
    if (runs->n_runs == COLUMN_RUNS_MOST)
        return 0;
    runs->run[runs->n_runs++] = (struct column_run){column, 1};
    runs->n_kept++;
    return 1;
}

/* Returns whether all columns that vary fitted in. */
static int add_varying_columns(const struct kernels *kernels, const float *matrix, size_t n_rows,
                               size_t n_columns, struct column_runs *runs)
{
    for (size_t first = 0; first < n_columns; first += 64) {
        size_t n = n_columns - first < 64 ? n_columns - first : 64;
        uint64_t varying = kernels->varying_columns(matrix + first, n_columns, n_rows, n);
        for (; varying; varying &= varying - 1)
            if (!add_column(runs, (uint32_t)first + (uint32_t)__builtin_ctzll(varying)))
                return 0;
    }
    return 1;
}

static int is_worth_while(const struct column_runs *runs, size_t n_rows)
{
    double saved = (double)runs->n_columns - runs->n_kept - COLUMNS_A_RUN * (double)runs->n_runs;
    return runs->n_kept > 0 && saved * (double)n_rows > ROWS_A_COLUMN * (double)runs->n_columns;
}

void column_runs_find(const struct kernels *kernels, const float *matrix, size_t n_rows,
                      size_t n_columns, struct column_runs *runs)
{
    uint32_t n = (uint32_t)n_columns;
    *runs = (struct column_runs){.n_columns = n};
    if (!add_varying_columns(kernels, matrix, n_rows, n_columns, runs) ||
        !is_worth_while(runs, n_rows))
        *runs = (struct column_runs){n, n, 1, {{0, n}}};
}

size_t column_runs_cut(const struct column_runs *runs, size_t first, size_t n,
                       struct column_run cut[COLUMN_RUNS_MOST])
{
    size_t n_cut = 0, at = 0; /* at: of the run's first column among those kept */
    for (size_t i = 0; i < runs->n_runs && at < first + n; at += runs->run[i++].n) {
        size_t start = first > at ? first - at : 0, end = runs->run[i].n;
        if (end > first + n - at)
            end = first + n - at;
        if (start < end)
            cut[n_cut++] =
                (struct column_run){runs->run[i].first + (uint32_t)start, (uint32_t)(end - start)};
    }
    return n_cut;
}
