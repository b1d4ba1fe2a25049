/* Timing a part of an extraction. */
#include "trace/extraction_time.h"

#include "base/clock.h"
#include "base/mem.h"

#include <math.h>

#define N_TIMED 25 /* iterations of each stage */
/* 14,000 to 58,000, of both stages, were seen from 12 to 18 players at gaps of 1e-4. */
#define N_EXPECTED 50000
#define N_FEWER_PLAYERS 10

/* Seconds of an extraction that is cut off after `max_iterations`, the second one: the first makes
 * the solver. */
static int time_extraction(unsigned n_players, const struct interaction_options *options,
                           const double *v, double *seconds, struct pt_error *error)
{
    struct sparse_result result;
    struct interaction_extractor *extractor = NULL;
    size_t n_sets = (size_t)1 << n_players;
    double start = 0, *tables = mem_alloc(3 * n_sets, sizeof *tables, error);
    int status =
        tables ? interaction_extractor_create(n_players, options, &extractor, error) : PT_E_MEMORY;
    for (int i = 0; i < 2 && !status; i++) {
        start = clock_seconds();
        status =
            interaction_extract(extractor, v, tables, tables + n_sets,
                                options->noise > 0 ? tables + 2 * n_sets : NULL, &result, error);
    }
    *seconds = clock_seconds() - start;
    interaction_extractor_free(extractor);
    mem_free(tables);
    return status;
}

int extraction_time(unsigned n_players, const struct interaction_options *options, const double *v,
                    double *seconds, struct pt_error *error)
{
    struct interaction_options timed = *options;
    timed.max_iterations = N_TIMED;
    int is_descent = options->solver == PT_SOLVER_SGD;
    unsigned n_timed = is_descent ? N_FEWER_PLAYERS : n_players;
    int status = time_extraction(n_timed, &timed, v, seconds, error);
    if (is_descent)
        *seconds *= ldexp((double)n_players / n_timed, (int)(n_players - n_timed));
    else if (options->solver == PT_SOLVER_EXACT)
        *seconds *= N_EXPECTED / (N_TIMED * (options->tie_gap > 0 ? 2.0 : 1.0));
    return status;
}
