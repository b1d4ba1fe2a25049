/*
 * Speed of the exact extraction on value tables from a file, in one thread.
 *
 * Prints a line for each table: "milliseconds iterations objective dual_bound converged", the time
 * being the median of the repeats. What was found can be written to a file for others to check.
 */
#include "base/clock.h"
#include "base/fsio.h"
#include "base/mem.h"
#include "num/kernels.h"
#include "trace/interactions.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { N_ARGUMENTS = 6, MAX_PLAYERS = 20, MAX_REPEATS = 99 };

static const char usage[] =
    "usage: bench_extract TABLES PLAYERS NOISE GAP TIE_GAP REPEATS [FOUND]\n"
    "  TABLES  raw float64 [m, 2^PLAYERS], index = bit mask\n"
    "  FOUND   raw float64 [m, 3, 2^PLAYERS]: I_and, I_or, noise\n";

struct bench {
    unsigned n_players;
    size_t n_sets, n_tables;
    const double *tables;
    double *found;
    long n_repeats;
    struct interaction_extractor *extractor;
};

static int ascending(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

static int bench_table(const struct bench *b, size_t index, struct pt_error *error)
{
    const double *v = b->tables + index * b->n_sets;
    double *found = b->found + index * 3 * b->n_sets;
    double milliseconds[MAX_REPEATS];
    struct sparse_result result = {0};
    for (long i = 0; i < b->n_repeats; i++) {
        double start = clock_seconds();
        int status = interaction_extract(b->extractor, v, found, found + b->n_sets,
                                         found + 2 * b->n_sets, &result, error);
        if (status)
            return pt_error_context(error, status, "table %zu", index);
        milliseconds[i] = 1e3 * (clock_seconds() - start);
    }
    qsort(milliseconds, (size_t)b->n_repeats, sizeof *milliseconds, ascending);
    printf("%.4f %ld %.17g %.17g %d\n", milliseconds[b->n_repeats / 2], result.iterations,
           result.objective, result.dual_bound, result.converged);
    return PT_OK;
}

/* Solvers are made on first use, once for each number of live players: not part of the time. */
static int make_solvers(const struct bench *b, struct pt_error *error)
{
    int status = PT_OK;
    for (size_t i = 0; !status && i < b->n_tables; i++) {
        struct sparse_result result;
        status =
            interaction_extract(b->extractor, b->tables + i * b->n_sets, b->found,
                                b->found + b->n_sets, b->found + 2 * b->n_sets, &result, error);
    }
    return status;
}

static int bench_file(struct bench *b, const struct interaction_options *options, const char *path,
                      const char *found_path, struct pt_error *error)
{
    unsigned char *bytes = NULL;
    size_t n_bytes, table_bytes = b->n_sets * sizeof(double);
    int status = file_read(path, (size_t)1 << 31, &bytes, &n_bytes, error);
    if (!status && (n_bytes == 0 || n_bytes % table_bytes != 0))
        status = pt_error_set(error, PT_E_DATA, "%s: no tables of %zu values", path, b->n_sets);
    if (!status) {
        b->n_tables = n_bytes / table_bytes;
        b->tables = (const double *)(const void *)bytes;
        b->found = mem_alloc(3 * b->n_tables * b->n_sets, sizeof(double), error);
        status = b->found ? PT_OK : PT_E_MEMORY;
    }
    if (!status)
        status = interaction_extractor_create(b->n_players, options, &b->extractor, error);
    if (!status)
        status = make_solvers(b, error);
    for (size_t i = 0; !status && i < b->n_tables; i++)
        status = bench_table(b, i, error);
    if (!status && found_path)
        status = file_replace(found_path, b->found, 3 * b->n_tables * table_bytes, error);
    interaction_extractor_free(b->extractor);
    mem_free(b->found);
    mem_free(bytes);
    return status;
}

int main(int argc, char **argv)
{
    if (argc < N_ARGUMENTS + 1 || argc > N_ARGUMENTS + 2) {
        fputs(usage, stderr);
        return 2;
    }
    int n_players = atoi(argv[2]);
    long n_repeats = atol(argv[6]);
    struct interaction_options options = {.solver = PT_SOLVER_EXACT,
                                          .noise = atof(argv[3]),
                                          .gap = atof(argv[4]),
                                          .tie_gap = atof(argv[5])};
    if (n_players < 1 || n_players > MAX_PLAYERS || n_repeats < 1 || n_repeats > MAX_REPEATS) {
        fputs(usage, stderr);
        return 2;
    }
    struct bench bench = {
        .n_players = (unsigned)n_players, .n_sets = (size_t)1 << n_players, .n_repeats = n_repeats};
    struct pt_error error = {0};
    printf("# transforms %s\n", kernels_best()->name);
    int status = bench_file(&bench, &options, argv[1], argc > 7 ? argv[7] : NULL, &error);
    if (status)
        fprintf(stderr, "bench_extract: %s\n", error.message);
    return -status;
}
