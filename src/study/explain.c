/* Interactions of models that are not this program's. */
#include "phasetrace/explain.h"

#include "base/mem.h"
#include "study/extract.h"
#include "study/value_function.h"

#include <math.h>
#include <string.h>

#define DEFAULT_BLOCK 256
#define MAX_THREADS 1024

/* What the caller sees, and what owns the arrays of it. */
struct explanation {
    struct pt_explanation shown;
    struct value_tables tables;
    struct extraction *extraction;
};

static int check_gap(const char *name, double gap, struct pt_error *error)
{
    if (gap >= EXTRACTION_SMALLEST_GAP && gap <= EXTRACTION_LARGEST_GAP)
        return PT_OK;
    return pt_error_set(error, PT_E_CONFIG, "%s = %g, expected %g to %g", name, gap,
                        EXTRACTION_SMALLEST_GAP, EXTRACTION_LARGEST_GAP);
}

static int check_options(const struct pt_explain_options *options, struct pt_error *error)
{
    if ((unsigned)options->solver > PT_SOLVER_SGD)
        return pt_error_set(error, PT_E_CONFIG, "there is no solver %d", (int)options->solver);
    if (!(options->noise >= 0 && options->noise <= 1))
        return pt_error_set(error, PT_E_CONFIG, "noise = %g, expected 0 to 1", options->noise);
    if (options->noise > 0 && !interaction_takes_noise(options->solver))
        return pt_error_set(error, PT_E_CONFIG,
                            "noise cannot be left out with AND or with OR interactions alone");
    if (options->max_iterations < 0)
        return pt_error_set(error, PT_E_CONFIG, "max_iterations = %ld, expected 0 or more",
                            options->max_iterations);
    if (options->n_threads < 0 || options->n_threads > MAX_THREADS)
        return pt_error_set(error, PT_E_CONFIG, "n_threads = %d, expected 0 to %d",
                            options->n_threads, MAX_THREADS);
    return PT_OK;
}

/* The options with their defaults in place. */
static int resolve(const struct pt_explain_options *options, struct pt_explain_options *resolved,
                   struct pt_error *error)
{
    *resolved = *options;
    if (options->gap == 0)
        resolved->gap = EXTRACTION_GAP;
    if (options->tie_gap == 0)
        resolved->tie_gap = EXTRACTION_TIE_GAP;
    else if (options->tie_gap == PT_NO_TIE_GAP)
        resolved->tie_gap = 0;
    if (options->block == 0)
        resolved->block = DEFAULT_BLOCK;
    if (options->n_threads == 0)
        resolved->n_threads = 1;
    int status = check_options(options, error);
    if (!status)
        status = check_gap("gap", resolved->gap, error);
    if (!status && resolved->tie_gap != 0)
        status = check_gap("tie_gap", resolved->tie_gap, error);
    return status;
}

static int create(size_t n_players, size_t n_tables, struct explanation **explanation,
                  struct pt_error *error)
{
    if (n_players < 1 || n_players > PT_MAX_PLAYERS || n_tables < 1)
        return pt_error_set(error, PT_E_CONFIG,
                            "%zu players, %zu tables: expected 1 to %d players, 1 table or more",
                            n_players, n_tables, PT_MAX_PLAYERS);
    if (n_tables > SIZE_MAX >> n_players)
        return pt_error_set(error, PT_E_MEMORY, "%zu tables are too many", n_tables);
    struct explanation *x = mem_alloc(1, sizeof *x, error);
    double *v = x ? mem_alloc(n_tables << n_players, sizeof *v, error) : NULL;
    if (!v) {
        mem_free(x);
        return PT_E_MEMORY;
    }
    x->tables = (struct value_tables){.n_players = n_players, .n_tables = n_tables, .v = v};
    *explanation = x;
    return PT_OK;
}

static void show(struct explanation *x)
{
    const struct extraction *e = x->extraction;
    x->shown = (struct pt_explanation){.n_players = x->tables.n_players,
                                       .n_tables = x->tables.n_tables,
                                       .v = x->tables.v,
                                       .I_and = e->I_and,
                                       .I_or = e->I_or,
                                       .noise = e->noise,
                                       .dual = e->dual,
                                       .objective = e->objective,
                                       .least = e->least,
                                       .dual_bound = e->dual_bound,
                                       .iterations = e->iterations,
                                       .status = e->status,
                                       .n_unconverged = e->n_unconverged};
}

static int extract(struct explanation *x, const struct pt_explain_options *options,
                   struct pt_error *error)
{
    struct interaction_options wanted = {.solver = options->solver,
                                         .gap = options->gap,
                                         .tie_gap = options->tie_gap,
                                         .noise = options->noise,
                                         .max_iterations = options->max_iterations,
                                         .stop = options->stop};
    int status = value_tables_check(&x->tables, NULL, error);
    if (!status)
        status = extract_tables(&x->tables, &wanted, options->n_threads, &x->extraction, error);
    if (!status)
        show(x);
    return status;
}

/* Hands the explanation over when all went well. */
static int finish(int status, struct explanation *x, struct pt_explanation **explanation)
{
    if (status)
        pt_explanation_free(x ? &x->shown : NULL);
    else
        *explanation = &x->shown;
    return status;
}

int pt_explain(size_t n_players,
               int (*value)(const uint32_t *masks, size_t n_masks, double *v, void *user),
               void *user, const struct pt_explain_options *options,
               struct pt_explanation **explanation, struct pt_error *error)
{
    struct explanation *x = NULL;
    struct pt_explain_options o;
    int status = resolve(options, &o, error);
    if (!status)
        status = create(n_players, 1, &x, error);
    if (!status) {
        struct value_function function = {.value = value,
                                          .user = user,
                                          .block = o.block,
                                          .n_threads = o.n_threads,
                                          .stop = o.stop};
        status = value_function_fill(&function, n_players, x->tables.v, error);
    }
    if (!status)
        status = extract(x, &o, error);
    return finish(status, x, explanation);
}

int pt_explain_tables(const double *v, size_t n_players, size_t n_tables,
                      const struct pt_explain_options *options, struct pt_explanation **explanation,
                      struct pt_error *error)
{
    struct explanation *x = NULL;
    struct pt_explain_options o;
    int status = resolve(options, &o, error);
    if (!status)
        status = create(n_players, n_tables, &x, error);
    if (!status) {
        memcpy(x->tables.v, v, (n_tables << n_players) * sizeof *v);
        status = extract(x, &o, error);
    }
    return finish(status, x, explanation);
}

void pt_explanation_free(struct pt_explanation *explanation)
{
    struct explanation *x = (struct explanation *)explanation;
    if (!x)
        return;
    extraction_free(x->extraction);
    value_tables_release(&x->tables);
    mem_free(x);
}

int pt_explanation_write(const struct pt_explanation *explanation, const char *path,
                         struct pt_error *error)
{
    return extraction_write(((const struct explanation *)explanation)->extraction, path, error);
}

/* Keeps `strongest` [most] sorted; an equal one that came before stays before. */
static void offer(struct pt_interaction interaction, struct pt_interaction *strongest, size_t most,
                  size_t *n)
{
    size_t place = *n;
    while (place > 0 && fabs(strongest[place - 1].strength) < fabs(interaction.strength))
        place--;
    if (place == most)
        return;
    if (*n < most)
        ++*n;
    memmove(strongest + place + 1, strongest + place, (*n - place - 1) * sizeof *strongest);
    strongest[place] = interaction;
}

size_t pt_explanation_strongest(const struct pt_explanation *explanation, size_t table,
                                struct pt_interaction *strongest, size_t most)
{
    size_t n = 0, first = table << explanation->n_players;
    for (int is_or = 0; is_or < 2; is_or++) {
        const double *strengths = (is_or ? explanation->I_or : explanation->I_and) + first;
        for (size_t set = 1; set < (size_t)1 << explanation->n_players; set++)
            if (strengths[set] != 0)
                offer((struct pt_interaction){(uint32_t)set, is_or, strengths[set]}, strongest,
                      most, &n);
    }
    return n;
}
