/* Extraction of many value tables, table by table over threads. */
#include "study/extract.h"

#include "base/mem.h"
#include "base/threads.h"
#include "phasetrace/trace.h"

#include <math.h>

/* What one thread owns. */
struct worker {
    struct interaction_extractor *extractor;
    struct pt_error error;
    size_t failed_table; /* n_tables when none failed */
};

void extraction_free(struct extraction *x)
{
    if (!x)
        return;
    mem_free(x->I_and);
    mem_free(x->I_or);
    mem_free(x->noise);
    mem_free(x->dual);
    mem_free(x->objective);
    mem_free(x->least);
    mem_free(x->dual_bound);
    mem_free(x->iterations);
    mem_free(x->status);
    mem_free(x);
}

static int allocate(const struct value_tables *tables, const struct interaction_options *options,
                    struct extraction **extraction, struct pt_error *error)
{
    struct extraction *x = mem_alloc(1, sizeof *x, error);
    if (!x)
        return PT_E_MEMORY;
    x->tables = tables;
    x->options = *options;
    size_t m = tables->n_tables, n_entries = m << tables->n_players;
    int complete = (x->I_and = mem_alloc(n_entries, sizeof *x->I_and, error)) &&
                   (x->I_or = mem_alloc(n_entries, sizeof *x->I_or, error)) &&
                   (x->objective = mem_alloc(m, sizeof *x->objective, error)) &&
                   (x->least = mem_alloc(m, sizeof *x->least, error)) &&
                   (x->dual_bound = mem_alloc(m, sizeof *x->dual_bound, error)) &&
                   (x->iterations = mem_alloc(m, sizeof *x->iterations, error)) &&
                   (x->status = mem_alloc(m, sizeof *x->status, error));
    if (complete && options->noise > 0)
        complete = (x->noise = mem_alloc(n_entries, sizeof *x->noise, error)) != NULL;
    x->options.keep_dual = options->solver == PT_SOLVER_EXACT;
    if (complete && x->options.keep_dual)
        complete = (x->dual = mem_alloc(n_entries, sizeof *x->dual, error)) != NULL;
    if (!complete) {
        extraction_free(x);
        return PT_E_MEMORY;
    }
    *extraction = x;
    return PT_OK;
}

/* Solvers are made when a table first needs them: whether there will be room is asked before. */
static int check_memory(const struct extraction *x, int n_workers, struct pt_error *error)
{
    size_t bytes = interaction_extractor_bytes((unsigned)x->tables->n_players, &x->options);
    void *room = mem_alloc((size_t)n_workers, bytes, error);
    mem_free(room);
    return room ? PT_OK : PT_E_MEMORY;
}

static void free_workers(struct worker *workers, int n_workers)
{
    for (int i = 0; workers && i < n_workers; i++)
        interaction_extractor_free(workers[i].extractor);
    mem_free(workers);
}

static int create_workers(const struct extraction *x, int n_workers, struct worker **workers,
                          struct pt_error *error)
{
    size_t n_players = x->tables->n_players;
    int status = check_memory(x, n_workers, error);
    struct worker *w = status ? NULL : mem_alloc((size_t)n_workers, sizeof *w, error);
    if (!w)
        return PT_E_MEMORY;
    for (int i = 0; !status && i < n_workers; i++) {
        w[i].failed_table = x->tables->n_tables;
        status =
            interaction_extractor_create((unsigned)n_players, &x->options, &w[i].extractor, error);
    }
    if (status)
        free_workers(w, n_workers);
    else
        *workers = w;
    return status;
}

static int extract_table(struct extraction *x, struct interaction_extractor *extractor,
                         size_t table, struct pt_error *error)
{
    size_t first = table << x->tables->n_players;
    struct sparse_result result = {0};
    int status =
        interaction_extract(extractor, x->tables->v + first, x->I_and + first, x->I_or + first,
                            x->noise ? x->noise + first : NULL, &result, error);
    if (status)
        return pt_error_context(error, status, "table %zu", table);
    if (x->dual)
        interaction_dual(extractor, x->dual + first);
    x->objective[table] = result.objective;
    x->least[table] = result.least;
    x->dual_bound[table] = result.dual_bound;
    x->iterations[table] = (int32_t)result.iterations;
    x->status[table] = result.converged ? PT_TRACE_CONVERGED : PT_TRACE_ITERATION_CAP;
    return PT_OK;
}

/* The error of the lowest table, so that the report does not depend on the threads. */
static int first_failure(const struct worker *workers, int n_workers, size_t n_tables,
                         struct pt_error *error)
{
    const struct worker *first = workers;
    for (int i = 1; i < n_workers; i++)
        if (workers[i].failed_table < first->failed_table)
            first = &workers[i];
    if (first->failed_table == n_tables)
        return PT_OK;
    if (error)
        *error = first->error;
    return first->error.code;
}

static int run_workers(struct extraction *x, struct worker *workers, int n_workers,
                       struct pt_error *error)
{
    const volatile int *stop = x->options.stop;
    size_t n_tables = x->tables->n_tables;
    int any_stopped = 0;
#pragma omp parallel num_threads(n_workers) reduction(| : any_stopped)
    {
        struct worker *worker = &workers[thread_index()];
#pragma omp for schedule(dynamic, 1)
        for (size_t table = 0; table < n_tables; table++) {
            if (stop && *stop)
                any_stopped = 1;
            if (any_stopped || worker->failed_table < n_tables)
                continue;
            int status = extract_table(x, worker->extractor, table, &worker->error);
            if (status == PT_E_STOPPED)
                any_stopped = 1;
            else if (status)
                worker->failed_table = table;
        }
    }
    int status = first_failure(workers, n_workers, n_tables, error);
    if (!status && any_stopped)
        status = pt_error_set(error, PT_E_STOPPED, "stopped while extracting");
    return status;
}

int extract_tables(const struct value_tables *tables, const struct interaction_options *options,
                   int n_threads, struct extraction **extraction, struct pt_error *error)
{
    int n_workers = (size_t)n_threads < tables->n_tables ? n_threads : (int)tables->n_tables;
    struct extraction *x = NULL;
    struct worker *workers = NULL;
    int status = allocate(tables, options, &x, error);
    if (!status)
        status = create_workers(x, n_workers, &workers, error);
    if (status)
        pt_error_context(error, status, "%zu tables of 2^%zu values with %d threads",
                         tables->n_tables, tables->n_players, n_workers);
    else
        status = run_workers(x, workers, n_workers, error);
    free_workers(workers, n_workers);
    if (status) {
        extraction_free(x);
        return status;
    }
    for (size_t table = 0; table < tables->n_tables; table++)
        x->n_unconverged += x->status[table] != PT_TRACE_CONVERGED;
    *extraction = x;
    return PT_OK;
}
