/* Parsing of the command line. */
#include "app/option_table.h"

#include "base/suggest.h"

#include <string.h>

enum option_id {
    OPTION_CONFIG,
    OPTION_TRACE,
    OPTION_OUT,
    OPTION_SET,
    OPTION_SEED,
    OPTION_THREADS,
    OPTION_RESUME,
    OPTION_LIVE,
    OPTION_DRY_RUN,
    OPTION_PRINT_CONFIG,
    OPTION_REPORT_OUT,
    OPTION_EXTRACT_OUT,
    OPTION_NOISE,
    OPTION_GAP,
    OPTION_TIE_GAP,
    OPTION_SOLVER,
    OPTION_MAX_ITERATIONS,
    OPTION_ALLOW_UNCONVERGED,
    OPTION_EXPORT,
    OPTION_EXTRACT_THREADS,
    OPTION_JSON,
    OPTION_HELP_CONFIG,
    OPTION_QUIET,
    OPTION_VERBOSE,
    OPTION_VERSION,
    OPTION_HELP,
    N_OPTIONS
};

const struct verb_entry verb_table[N_VERBS] = {
    [VERB_RUN] = {NULL, "--config FILE [--trace]",
                  "train a network; trace the interactions it encodes, order by order"},
    [VERB_TRACE] = {"trace", "RUN|MODEL.safetensors [--config FILE]",
                    "trace the snapshots of a run again, with other settings if --config\n"
                    "or --set say so, or a model trained elsewhere, whose network and data\n"
                    "--config names; into a run directory of its own"},
    [VERB_ANALYSE] = {"analyse", "RUN...",
                      "analyse the traces of finished runs again, with other thresholds if\n"
                      "--set says so, and draw the figures"},
    [VERB_REPORT] = {"report", "RUN...|FILE.npz FILE.npz...",
                     "figures and report.html of finished runs again, and a page that\n"
                     "compares them when they are several; or one figure that compares 2 to\n"
                     "4 extractions of the same value tables"},
    [VERB_EXTRACT] = {"extract", "VALUES.npy --out FILE.npz",
                      "interactions of any value tables: float64 [2^n] or [m, 2^n],\n"
                      "index = bit mask of the players that are present"},
    [VERB_INSPECT] = {"inspect", "FILE|RUN...",
                      "what is in a snapshot, trace, array, data set, configuration or run"},
};

/* The verbs an option belongs to, as a set of bits. */
enum {
    OF_RUN = 1 << VERB_RUN,
    OF_TRACE = 1 << VERB_TRACE,
    OF_ANALYSE = 1 << VERB_ANALYSE,
    OF_REPORT = 1 << VERB_REPORT,
    OF_EXTRACT = 1 << VERB_EXTRACT,
    OF_INSPECT = 1 << VERB_INSPECT
};

const struct option_entry option_table[] = {
    [OPTION_CONFIG] = {"--config", NULL, "FILE", OF_RUN | OF_TRACE,
                       "the configuration; looked for as given, then among the shipped ones"},
    [OPTION_TRACE] = {"--trace", NULL, NULL, OF_RUN,
                      "trace every snapshot, analyse the traces, make figures and page"},
    [OPTION_OUT] = {"--out", NULL, "DIR", OF_RUN | OF_TRACE,
                    "the run directory (default: runs/NAME-001, ...)"},
    [OPTION_SET] = {"--set", NULL, "SECTION.KEY=VALUE", OF_RUN | OF_TRACE | OF_ANALYSE,
                    "change a key; may be repeated"},
    [OPTION_SEED] = {"--seed", NULL, "N", OF_RUN | OF_TRACE,
                     "this seed alone: run.seed=N, and run.seeds empty"},
    [OPTION_THREADS] = {"--threads", NULL, "N", OF_RUN | OF_TRACE,
                        "same as --set run.threads=N (0: all processors)"},
    [OPTION_RESUME] = {"--resume", NULL, NULL, OF_RUN | OF_TRACE,
                       "go on in the directory of --out where the run there, or the series of\n"
                       "runs, was stopped or killed; without `trace` also without --config"},
    [OPTION_LIVE] = {"--live", NULL, NULL, OF_RUN | OF_TRACE,
                     "show the order spectrum of the last traced snapshot: bars that are\n"
                     "redrawn on a terminal, otherwise a table for each snapshot"},
    [OPTION_DRY_RUN] = {"--dry-run", NULL, NULL, OF_RUN,
                        "check everything and say what the run will take; write nothing"},
    [OPTION_PRINT_CONFIG] = {"--print-config", NULL, NULL, OF_RUN,
                             "print the effective configuration"},
    [OPTION_REPORT_OUT] = {"--out", NULL, "FILE.html", OF_REPORT,
                           "the page that compares several runs (default: comparison.html in\n"
                           "the first of them)"},
    [OPTION_EXTRACT_OUT] = {"--out", NULL, "FILE.npz", OF_EXTRACT,
                            "the file to write; one of that name is replaced"},
    [OPTION_NOISE] = {"--noise", NULL, "Z", OF_EXTRACT,
                      "leave out noise up to Z |v(all) - v(none)|; papers: .02 (default: 0)"},
    [OPTION_GAP] = {"--gap", NULL, "G", OF_EXTRACT,
                    "relative distance to the sparsest that must be proved (default: 1e-4)"},
    [OPTION_TIE_GAP] = {"--tie-gap", NULL, "G|none", OF_EXTRACT,
                        "how sharply ties are broken (default: 1e-5); none: any optimum"},
    [OPTION_SOLVER] = {"--solver", NULL, "exact|and|or|sgd", OF_EXTRACT,
                       "and, or: one kind alone; sgd: the papers' procedure (default: exact)"},
    [OPTION_MAX_ITERATIONS] = {"--max-iterations", NULL, "N", OF_EXTRACT,
                               "of each of the exact solver's two stages (default: 200000)"},
    [OPTION_ALLOW_UNCONVERGED] = {"--allow-unconverged", NULL, NULL, OF_EXTRACT,
                                  "exit with 0 also when a gap was not reached"},
    [OPTION_EXPORT] = {"--export", NULL, "shapiq", OF_EXTRACT,
                       "also write FILE.and.json, FILE.or.json for Python's shapiq"},
    [OPTION_EXTRACT_THREADS] = {"--threads", NULL, "N", OF_EXTRACT,
                                "threads (default: 0, all processors)"},
    [OPTION_JSON] = {"--json", NULL, NULL, OF_INSPECT, "one JSON document for each, for machines"},
    [OPTION_HELP_CONFIG] = {"--help-config", NULL, "[KEY]", OF_ALL,
                            "explain one key of the configuration or all of them"},
    [OPTION_QUIET] = {"--quiet", "-q", NULL, OF_ALL, "no progress on stderr"},
    [OPTION_VERBOSE] = {"--verbose", "-v", NULL, OF_ALL,
                        "a line of progress for every snapshot, not only every epoch"},
    [OPTION_VERSION] = {"--version", NULL, NULL, OF_ALL, "version, compiler, BLAS and kernels"},
    [OPTION_HELP] = {"--help", "-h", NULL, OF_ALL, "this text"},
};
const size_t n_options = sizeof option_table / sizeof *option_table;

const struct exit_entry exit_table[] = {
    {"0", "ok"},
    {"1", "internal"},
    {"2", "usage or configuration"},
    {"3", "bad data"},
    {"4", "input or output"},
    {"5", "diverged"},
    {"6", "the run directory is in use"},
    {"7", "out of memory"},
    {"8", "extract did not reach its gap"},
    {"129, 130, 143", "stopped by a signal"},
};
const size_t n_exits = sizeof exit_table / sizeof *exit_table;

/* 1 for an option of this verb, or, with OF_ALL, one that every verb has. */
static int is_listed(int id, int verbs)
{
    int of = option_table[id].verbs;
    return verbs == OF_ALL ? of == OF_ALL : of != OF_ALL && of & verbs;
}

/* "  NAME ARGUMENT   what it is for", the help being one line or several. */
static void print_entry(FILE *stream, const char *left, const char *help)
{
    for (const char *line = help; line;) {
        int length = (int)strcspn(line, "\n");
        fprintf(stream, "  %-27s %.*s\n", line == help ? left : "", length, line);
        line = line[length] ? line + length + 1 : NULL;
    }
}

static void print_options(FILE *stream, int verbs)
{
    for (int i = 0; i < N_OPTIONS; i++) {
        if (!is_listed(i, verbs))
            continue;
        const char *letter = option_table[i].letter, *argument = option_table[i].argument;
        char left[64];
        snprintf(left, sizeof left, "%s%s%s%s%s", letter ? letter : "", letter ? ", " : "",
                 option_table[i].name, argument ? " " : "", argument ? argument : "");
        print_entry(stream, left, option_table[i].help);
    }
}

static const char *verb_separator(int verb)
{
    return verb_table[verb].name ? " " : "";
}

static const char *verb_name(int verb)
{
    return verb_table[verb].name ? verb_table[verb].name : "";
}

void options_print_help(FILE *stream)
{
    for (int i = 0; i < N_VERBS; i++)
        fprintf(stream, "%s train%s%s %s [OPTION]...\n", i == 0 ? "usage:" : "      ",
                verb_separator(i), verb_name(i), verb_table[i].arguments);
    fprintf(stream,
            "\nTrains a small neural network and traces the AND/OR interactions it encodes,\n"
            "order by order, on training and on held-out samples.\n");
    for (int i = 0; i < N_VERBS; i++) {
        char left[64];
        snprintf(left, sizeof left, "train%s%s", verb_separator(i), verb_name(i));
        fputc('\n', stream);
        print_entry(stream, left, verb_table[i].help);
        print_options(stream, 1 << i);
    }
    fprintf(stream, "\n  with any of them\n");
    print_options(stream, OF_ALL);
    fprintf(stream,
            "\nResults go to stdout, the name of what was written last; progress goes to stderr.\n"
            "Exit status:\n");
    for (size_t i = 0; i < n_exits; i++)
        fprintf(stream, "  %-27s %s\n", exit_table[i].status, exit_table[i].meaning);
}

static int is_called(int id, const char *argument, size_t length)
{
    const char *letter = option_table[id].letter, *name = option_table[id].name;
    return (strlen(name) == length && strncmp(name, argument, length) == 0) ||
           (letter && strlen(letter) == length && strncmp(letter, argument, length) == 0);
}

static int find_option(int verbs, const char *argument, size_t length)
{
    for (int i = 0; i < N_OPTIONS; i++)
        if (option_table[i].verbs & verbs && is_called(i, argument, length))
            return i;
    return N_OPTIONS;
}

/* It may be another verb's, or one that is near of this verb's. */
static int unknown_option(enum verb verb, const char *argument, size_t length,
                          struct pt_error *error)
{
    int id = find_option(OF_ALL, argument, length);
    for (int other = 0; id < N_OPTIONS && other < N_VERBS; other++)
        if (option_table[id].verbs & 1 << other)
            return pt_error_set(error, PT_E_CONFIG,
                                "%s is no option of train%s%s, but of train%s%s",
                                option_table[id].name, verb_separator((int)verb),
                                verb_name((int)verb), verb_separator(other), verb_name(other));
    struct suggestion near = {.word = argument};
    for (int i = 0; i < N_OPTIONS; i++)
        if (option_table[i].verbs & 1 << verb)
            suggestion_offer(&near, option_table[i].name);
    return pt_error_set(error, PT_E_CONFIG, "unknown option %s%s%s%s", argument,
                        near.best ? "; did you mean " : "", near.best ? near.best : "",
                        near.best ? "?" : "");
}

static int add_set(struct options *o, const char *text, struct pt_error *error)
{
    if (o->n_sets == MAX_SETS)
        return pt_error_set(error, PT_E_CONFIG, "more than %d --set options", MAX_SETS);
    o->sets[o->n_sets++] = text;
    return PT_OK;
}

/* --seed 3 becomes the setting run.seed=3. */
static int add_made(struct options *o, const char *key, const char *value, struct pt_error *error)
{
    size_t n_slots = sizeof o->made / sizeof *o->made;
    if (o->n_made == n_slots)
        return pt_error_set(error, PT_E_CONFIG, "--seed, --threads or --out is given repeatedly");
    char *slot = o->made[o->n_made++];
    int length = snprintf(slot, sizeof *o->made, "run.%s=%s", key, value);
    if (length < 0 || (size_t)length >= sizeof *o->made)
        return pt_error_set(error, PT_E_CONFIG, "the value of --%s is too long", key);
    return add_set(o, slot, error);
}

static int set_once(const char **slot, int id, const char *value, struct pt_error *error)
{
    if (*slot)
        return pt_error_set(error, PT_E_CONFIG, "%s is given twice", option_table[id].name);
    *slot = value;
    return PT_OK;
}

static int apply(struct options *o, int id, const char *value, struct pt_error *error)
{
    switch (id) {
    case OPTION_CONFIG:
        return set_once(&o->config, id, value, error);
    case OPTION_TRACE:
        o->trace = 1;
        break;
    case OPTION_OUT:
        o->out = value;
        return add_made(o, "out", value, error);
    case OPTION_SEED:
    case OPTION_THREADS:
        if (id == OPTION_SEED && add_set(o, "run.seeds=", error))
            return PT_E_CONFIG;
        return add_made(o, option_table[id].name + 2, value, error);
    case OPTION_SET:
        return add_set(o, value, error);
    case OPTION_RESUME:
        o->resume = 1;
        break;
    case OPTION_LIVE:
        o->live = 1;
        break;
    case OPTION_DRY_RUN:
        o->dry_run = 1;
        break;
    case OPTION_PRINT_CONFIG:
        o->print_config = 1;
        break;
    case OPTION_REPORT_OUT:
        return set_once(&o->report_out, id, value, error);
    case OPTION_EXTRACT_OUT:
        return set_once(&o->extract.out, id, value, error);
    case OPTION_NOISE:
        return set_once(&o->extract.noise, id, value, error);
    case OPTION_GAP:
        return set_once(&o->extract.gap, id, value, error);
    case OPTION_TIE_GAP:
        return set_once(&o->extract.tie_gap, id, value, error);
    case OPTION_SOLVER:
        return set_once(&o->extract.solver, id, value, error);
    case OPTION_EXPORT:
        return set_once(&o->extract.export_format, id, value, error);
    case OPTION_EXTRACT_THREADS:
        return set_once(&o->extract.threads, id, value, error);
    case OPTION_MAX_ITERATIONS:
        return set_once(&o->extract.max_iterations, id, value, error);
    case OPTION_ALLOW_UNCONVERGED:
        o->extract.allow_unconverged = 1;
        break;
    case OPTION_JSON:
        o->json = 1;
        break;
    case OPTION_HELP_CONFIG:
        o->help_config = 1;
        o->help_config_key = value;
        break;
    case OPTION_QUIET:
        o->quiet = 1;
        break;
    case OPTION_VERBOSE:
        o->verbose = 1;
        break;
    case OPTION_VERSION:
        o->version = 1;
        break;
    case OPTION_HELP:
        o->help = 1;
        break;
    }
    return PT_OK;
}

/* One option at argv[*index], with its value after '=' or in the next argument. */
static int parse_option(int argc, char **argv, int *index, struct options *o,
                        struct pt_error *error)
{
    const char *argument = argv[*index];
    const char *equals = strncmp(argument, "--", 2) == 0 ? strchr(argument, '=') : NULL;
    size_t length = equals ? (size_t)(equals - argument) : strlen(argument);
    int id = find_option(1 << o->verb, argument, length);
    if (id == N_OPTIONS)
        return unknown_option(o->verb, argument, length, error);
    const char *wanted = option_table[id].argument;
    const char *value = equals ? equals + 1 : NULL;
    if (!wanted && value)
        return pt_error_set(error, PT_E_CONFIG, "%s takes no value", option_table[id].name);
    int optional = wanted && wanted[0] == '[';
    if (wanted && !value && *index + 1 < argc && !(optional && argv[*index + 1][0] == '-'))
        value = argv[++*index];
    if (wanted && !value && !optional)
        return pt_error_set(error, PT_E_CONFIG, "%s needs a value: %s %s", option_table[id].name,
                            option_table[id].name, wanted);
    return apply(o, id, value, error);
}

static int unexpected_argument(const char *argument, struct pt_error *error)
{
    char verbs[128] = "";
    struct suggestion near = {.word = argument};
    for (int i = 0; i < N_VERBS; i++) {
        size_t used = strlen(verbs);
        if (!verb_table[i].name)
            continue;
        snprintf(verbs + used, sizeof verbs - used, "%s%s", used ? ", " : "", verb_table[i].name);
        suggestion_offer(&near, verb_table[i].name);
    }
    return pt_error_set(error, PT_E_CONFIG,
                        "unexpected argument '%s': it is neither an option nor one of the verbs %s"
                        "%s%s%s",
                        argument, verbs, near.best ? "; did you mean " : "",
                        near.best ? near.best : "", near.best ? "?" : "");
}

static int check_arguments(const struct options *o, struct pt_error *error)
{
    if (o->help || o->version || o->help_config)
        return PT_OK;
    if (o->live && o->quiet)
        return pt_error_set(error, PT_E_CONFIG, "--live and --quiet contradict each other");
    switch (o->verb) {
    case VERB_TRACE:
        if (o->n_arguments != 1)
            return pt_error_set(error, PT_E_CONFIG,
                                "expected one run directory or one model: train trace %s",
                                verb_table[VERB_TRACE].arguments);
        return PT_OK;
    case VERB_INSPECT:
        if (o->n_arguments == 0)
            return pt_error_set(error, PT_E_CONFIG,
                                "inspect needs at least one file or run directory");
        return PT_OK;
    case VERB_ANALYSE:
        if (o->n_arguments == 0)
            return pt_error_set(error, PT_E_CONFIG, "analyse needs at least one run directory");
        return PT_OK;
    case VERB_REPORT:
        if (o->n_arguments == 0)
            return pt_error_set(
                error, PT_E_CONFIG,
                "report needs at least one run directory, or two files of `train extract`");
        return PT_OK;
    case VERB_EXTRACT:
        if (o->n_arguments != 1 || !o->extract.out)
            return pt_error_set(error, PT_E_CONFIG,
                                "expected one file to read and one to write: train extract %s",
                                verb_table[VERB_EXTRACT].arguments);
        return PT_OK;
    default:
        if (o->n_arguments > 0)
            return unexpected_argument(o->arguments[0], error);
        if (!o->config && !(o->resume && o->out))
            return pt_error_set(error, PT_E_CONFIG,
                                "no configuration: train --config FILE [--trace]");
        return PT_OK;
    }
}

int options_parse(int argc, char **argv, struct options *o, struct pt_error *error)
{
    memset(o, 0, sizeof *o);
    int first = 1;
    for (int verb = 0; argc > 1 && verb < N_VERBS; verb++) {
        if (verb_table[verb].name && strcmp(argv[1], verb_table[verb].name) == 0) {
            o->verb = (enum verb)verb;
            first = 2;
        }
    }
    int only_arguments = 0;
    for (int i = first; i < argc; i++) {
        int status = PT_OK;
        if (!only_arguments && strcmp(argv[i], "--") == 0)
            only_arguments = 1;
        else if (!only_arguments && argv[i][0] == '-' && argv[i][1])
            status = parse_option(argc, argv, &i, o, error);
        else if (argv[i][0] == '\0')
            status = pt_error_set(error, PT_E_CONFIG, "argument %d is empty", i);
        else if (o->n_arguments < MAX_ARGUMENTS)
            o->arguments[o->n_arguments++] = argv[i];
        else
            status = pt_error_set(error, PT_E_CONFIG, "too many arguments");
        if (status)
            return status;
    }
    return check_arguments(o, error);
}
