/* `train extract`: from a file of value tables to a file of interactions. */
#include "app/verb_extract.h"

#include "app/outcome.h"
#include "app/signals.h"
#include "base/fsio.h"
#include "base/threads.h"
#include "base/number.h"
#include "base/suggest.h"
#include "phasetrace/trace.h"
#include "study/extract.h"
#include "study/shapiq_export.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define MAX_ITERATIONS 1000000000
#define MAX_THREADS 1024

/* What the command line asks for. */
struct request {
    const char *values_path, *out;
    struct interaction_options options;
    int n_threads, export_shapiq, allow_unconverged;
};

/* Leaves the number alone when the option was not given. */
static int parse_real(const char *option, const char *text, double least, double most,
                      double *number, struct pt_error *error)
{
    double value = 0;
    if (!text)
        return PT_OK;
    if (number_parse_real(text, strlen(text), &value) != NUMBER_OK ||
        !(value >= least && value <= most))
        return pt_error_set(error, PT_E_CONFIG, "%s %s: expected a number from %g to %g", option,
                            text, least, most);
    *number = value;
    return PT_OK;
}

static int parse_tie_gap(const char *text, double *tie_gap, struct pt_error *error)
{
    if (!text || strcmp(text, "none") != 0)
        return parse_real("--tie-gap", text, EXTRACTION_SMALLEST_GAP, EXTRACTION_LARGEST_GAP,
                          tie_gap, error);
    *tie_gap = 0;
    return PT_OK;
}

static int parse_solver(const char *text, enum pt_solver *solver, struct pt_error *error)
{
    static const char *const names[] = {"exact", "and", "or", "sgd"};
    struct suggestion near = {.word = text};
    if (!text)
        return PT_OK;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(text, names[i]) == 0) {
            *solver = (enum pt_solver)i;
            return PT_OK;
        }
        suggestion_offer(&near, names[i]);
    }
    return pt_error_set(error, PT_E_CONFIG, "--solver %s: expected exact, and, or, sgd%s%s%s", text,
                        near.best ? "; did you mean " : "", near.best ? near.best : "",
                        near.best ? "?" : "");
}

static int parse_whole(const char *option, const char *text, long least, long most, long *number,
                       struct pt_error *error)
{
    long value = 0;
    if (!text)
        return PT_OK;
    if (number_parse_long(text, strlen(text), &value) != NUMBER_OK || value < least || value > most)
        return pt_error_set(error, PT_E_CONFIG, "%s %s: expected a whole number from %ld to %ld",
                            option, text, least, most);
    *number = value;
    return PT_OK;
}

/* An option that would have no effect is a misunderstanding. */
static int check_solver(const struct extract_arguments *arguments, enum pt_solver solver,
                        struct pt_error *error)
{
    const char *of_exact = arguments->gap              ? "--gap"
                           : arguments->tie_gap        ? "--tie-gap"
                           : arguments->max_iterations ? "--max-iterations"
                                                       : NULL;
    if (of_exact && solver != PT_SOLVER_EXACT)
        return pt_error_set(error, PT_E_CONFIG, "%s goes with --solver exact only", of_exact);
    if (arguments->noise && (solver == PT_SOLVER_AND || solver == PT_SOLVER_OR))
        return pt_error_set(error, PT_E_CONFIG, "--noise goes with --solver exact or sgd only");
    return PT_OK;
}

static int check_paths(const struct request *request, const struct extract_arguments *arguments,
                       struct pt_error *error)
{
    size_t length = strlen(request->out);
    if (length < 5 || strcmp(request->out + length - 4, ".npz") != 0)
        return pt_error_set(error, PT_E_CONFIG, "--out %s: expected a name that ends in .npz",
                            request->out);
    if (arguments->export_format && strcmp(arguments->export_format, "shapiq") != 0)
        return pt_error_set(error, PT_E_CONFIG, "--export %s: expected shapiq",
                            arguments->export_format);
    return PT_OK;
}

static int parse_request(const struct options *options, struct request *request,
                         struct pt_error *error)
{
    const struct extract_arguments *arguments = &options->extract;
    struct interaction_options *o = &request->options;
    *request = (struct request){.values_path = options->arguments[0],
                                .out = arguments->out,
                                .options = {.solver = PT_SOLVER_EXACT,
                                            .gap = EXTRACTION_GAP,
                                            .tie_gap = EXTRACTION_TIE_GAP,
                                            .stop = &signals_stop},
                                .export_shapiq = arguments->export_format != NULL,
                                .allow_unconverged = arguments->allow_unconverged};
    int status = parse_real("--noise", arguments->noise, 0, 1, &o->noise, error);
    if (!status)
        status = parse_real("--gap", arguments->gap, EXTRACTION_SMALLEST_GAP,
                            EXTRACTION_LARGEST_GAP, &o->gap, error);
    if (!status)
        status = parse_tie_gap(arguments->tie_gap, &o->tie_gap, error);
    if (!status)
        status = parse_solver(arguments->solver, &o->solver, error);
    if (!status)
        status = check_solver(arguments, o->solver, error);
    if (!status)
        status = parse_whole("--max-iterations", arguments->max_iterations, 1, MAX_ITERATIONS,
                             &o->max_iterations, error);
    long n_threads = 0;
    if (!status)
        status = parse_whole("--threads", arguments->threads, 0, MAX_THREADS, &n_threads, error);
    request->n_threads = threads_resolve((int)n_threads);
    return status ? status : check_paths(request, arguments, error);
}

static void print_orders(const struct extraction *x)
{
    struct extraction_order orders[PT_MAX_PLAYERS];
    size_t n_players = x->tables->n_players, n_tables = x->tables->n_tables;
    extraction_sum_orders(x, orders);
    double total = 0;
    for (size_t k = 0; k < n_players; k++)
        total += orders[k].and_strength + orders[k].or_strength;
    printf("%zu table%s, %zu player%s; salient: at least %g of the table's largest%s\n", n_tables,
           n_tables == 1 ? "" : "s", n_players, n_players == 1 ? "" : "s", EXTRACTION_SALIENT_PART,
           n_tables == 1 ? "" : "; means over the tables");
    printf("order     AND      OR  AND strength   OR strength   share\n");
    for (size_t k = 0; k < n_players; k++) {
        double strength = orders[k].and_strength + orders[k].or_strength;
        printf("%5zu %7.*f %7.*f %13.6g %13.6g %6.1f%%\n", k + 1, n_tables > 1, orders[k].n_and,
               n_tables > 1, orders[k].n_or, orders[k].and_strength, orders[k].or_strength,
               total > 0 ? 100 * strength / total : 0);
    }
}

static void print_certificate(const struct extraction *x)
{
    double objective = 0, least = 0, bound = 0, worst = 0;
    long long iterations = 0;
    for (size_t i = 0; i < x->tables->n_tables; i++) {
        objective += x->objective[i];
        least += x->least[i];
        bound += x->dual_bound[i];
        if (x->least[i] > 0)
            worst = fmax(worst, (x->least[i] - x->dual_bound[i]) / x->least[i]);
        iterations += x->iterations[i];
    }
    printf("sum of sizes  %.9g\n", objective);
    if (x->options.solver == PT_SOLVER_EXACT)
        printf("least found   %.9g\nlower bound   %.9g\nworst gap     %.3g\n", least, bound, worst);
    printf("iterations    %lld\n", iterations);
}

/* Whether the result can be stored is asked before the work. */
static int check_writable(const char *path, struct pt_error *error)
{
    struct file_writer *writer;
    if (file_is_directory(path))
        return pt_error_at(error, PT_E_IO, path, 0, 0, "is a directory");
    int status = file_create(path, &writer, error);
    if (!status)
        file_abandon(writer);
    return status;
}

static int run(const struct request *request, struct value_tables *tables,
               struct extraction **extraction, struct pt_error *error)
{
    int status = value_tables_read(request->values_path, tables, error);
    if (!status)
        status = check_writable(request->out, error);
    if (!status)
        status = extract_tables(tables, &request->options, request->n_threads, extraction, error);
    if (!status)
        status = extraction_write(*extraction, request->out, error);
    if (!status && request->export_shapiq)
        status = shapiq_export(*extraction, request->out, error);
    return status;
}

static int show(const struct request *request, const struct extraction *x)
{
    print_orders(x);
    print_certificate(x);
    printf("%s\n", request->out);
    if (x->n_unconverged == 0)
        return outcome_finish(0);
    fprintf(
        stderr,
        "train: warning: %zu of %zu tables reached the iteration cap before their gap (status 1 "
        "in the file)\n",
        x->n_unconverged, x->tables->n_tables);
    return outcome_finish(request->allow_unconverged ? 0 : EXIT_UNCONVERGED);
}

int verb_extract(const struct options *options)
{
    struct pt_error error = {0};
    struct request request;
    struct value_tables tables = {0};
    struct extraction *extraction = NULL;
    signals_install();
    int status = parse_request(options, &request, &error);
    if (!status)
        status = run(&request, &tables, &extraction, &error);
    int exit_status = status ? outcome_fail(&error) : show(&request, extraction);
    extraction_free(extraction);
    value_tables_release(&tables);
    return exit_status;
}
