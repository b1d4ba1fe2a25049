/* Parsing of the command line. */
#include "app/options.h"

#include "config/suggest.h"

#include <string.h>

enum option_id {
    OPTION_CONFIG,
    OPTION_TRACE,
    OPTION_OUT,
    OPTION_SET,
    OPTION_SEED,
    OPTION_THREADS,
    OPTION_DRY_RUN,
    OPTION_PRINT_CONFIG,
    OPTION_HELP_CONFIG,
    OPTION_QUIET,
    OPTION_VERBOSE,
    OPTION_VERSION,
    OPTION_HELP,
    N_OPTIONS
};

static const struct {
    const char *name, *letter;
    const char *argument; /* NULL: none; in brackets: may be missing */
    const char *help;
} option_table[N_OPTIONS] = {
    [OPTION_CONFIG] = {"--config", NULL, "FILE",
                       "the configuration; looked for as given, then among the shipped ones"},
    [OPTION_TRACE] = {"--trace", NULL, NULL,
                      "trace every snapshot, analyse the traces, draw the figures"},
    [OPTION_OUT] = {"--out", NULL, "DIR", "the run directory (default: runs/NAME-001, ...)"},
    [OPTION_SET] = {"--set", NULL, "SECTION.KEY=VALUE", "change a key; may be repeated"},
    [OPTION_SEED] = {"--seed", NULL, "N", "same as --set run.seed=N"},
    [OPTION_THREADS] = {"--threads", NULL, "N", "same as --set run.threads=N (0: all processors)"},
    [OPTION_DRY_RUN] = {"--dry-run", NULL, NULL,
                        "check everything and say what the run will take; write nothing"},
    [OPTION_PRINT_CONFIG] = {"--print-config", NULL, NULL, "print the effective configuration"},
    [OPTION_HELP_CONFIG] = {"--help-config", NULL, "[KEY]", "explain one key or all of them"},
    [OPTION_QUIET] = {"--quiet", "-q", NULL, "no progress on stderr"},
    [OPTION_VERBOSE] = {"--verbose", "-v", NULL,
                        "a line of progress for every snapshot, not only every epoch"},
    [OPTION_VERSION] = {"--version", NULL, NULL, "version, compiler, BLAS and kernels"},
    [OPTION_HELP] = {"--help", "-h", NULL, "this text"},
};

void options_print_help(FILE *stream)
{
    fprintf(stream, "usage: train --config FILE [--trace] [OPTION]...\n"
                    "       train report RUN...\n\n"
                    "Trains a small neural network and traces the AND/OR interactions it encodes,\n"
                    "order by order, on training and on held-out samples.\n\n");
    for (int i = 0; i < N_OPTIONS; i++) {
        char left[64];
        snprintf(left, sizeof left, "%s%s%s%s%s",
                 option_table[i].letter ? option_table[i].letter : "",
                 option_table[i].letter ? ", " : "", option_table[i].name,
                 option_table[i].argument ? " " : "",
                 option_table[i].argument ? option_table[i].argument : "");
        fprintf(stream, "  %-26s %s\n", left, option_table[i].help);
    }
    fprintf(stream,
            "\n  report RUN...              draw the figures of finished runs again\n"
            "\nResults go to stdout, the run directory last; progress goes to stderr.\n"
            "Exit status: 0 ok, 1 internal, 2 usage or configuration, 3 bad data, 4 input or\n"
            "output, 5 diverged, 7 out of memory, 130 or 143 stopped by a signal.\n");
}

static int find_option(const char *argument, size_t length)
{
    for (int i = 0; i < N_OPTIONS; i++) {
        const char *letter = option_table[i].letter;
        if ((strlen(option_table[i].name) == length &&
             strncmp(option_table[i].name, argument, length) == 0) ||
            (letter && strlen(letter) == length && strncmp(letter, argument, length) == 0))
            return i;
    }
    return N_OPTIONS;
}

static int unknown_option(const char *argument, struct pt_error *error)
{
    struct suggestion near = {.word = argument};
    for (int i = 0; i < N_OPTIONS; i++)
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

static int apply(struct options *o, int id, const char *value, struct pt_error *error)
{
    switch (id) {
    case OPTION_CONFIG:
        if (o->config)
            return pt_error_set(error, PT_E_CONFIG, "--config is given twice");
        o->config = value;
        break;
    case OPTION_TRACE:
        o->trace = 1;
        break;
    case OPTION_OUT:
    case OPTION_SEED:
    case OPTION_THREADS:
        return add_made(o, option_table[id].name + 2, value, error);
    case OPTION_SET:
        return add_set(o, value, error);
    case OPTION_DRY_RUN:
        o->dry_run = 1;
        break;
    case OPTION_PRINT_CONFIG:
        o->print_config = 1;
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
    int id = find_option(argument, length);
    if (id == N_OPTIONS)
        return unknown_option(argument, error);
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

static int check_arguments(const struct options *o, struct pt_error *error)
{
    if (o->help || o->version || o->help_config)
        return PT_OK;
    if (o->verb == VERB_REPORT && o->n_arguments == 0)
        return pt_error_set(error, PT_E_CONFIG, "report needs at least one run directory");
    if (o->verb == VERB_RUN && o->n_arguments > 0)
        return pt_error_set(error, PT_E_CONFIG,
                            "unexpected argument '%s': there are the verb `report` and options",
                            o->arguments[0]);
    if (o->verb == VERB_RUN && !o->config)
        return pt_error_set(error, PT_E_CONFIG, "no configuration: train --config FILE [--trace]");
    return PT_OK;
}

int options_parse(int argc, char **argv, struct options *o, struct pt_error *error)
{
    memset(o, 0, sizeof *o);
    int first = 1;
    if (argc > 1 && strcmp(argv[1], "report") == 0) {
        o->verb = VERB_REPORT;
        first = 2;
    }
    int only_arguments = 0;
    for (int i = first; i < argc; i++) {
        int status = PT_OK;
        if (!only_arguments && strcmp(argv[i], "--") == 0)
            only_arguments = 1;
        else if (!only_arguments && argv[i][0] == '-' && argv[i][1])
            status = parse_option(argc, argv, &i, o, error);
        else if (o->n_arguments < MAX_ARGUMENTS)
            o->arguments[o->n_arguments++] = argv[i];
        else
            status = pt_error_set(error, PT_E_CONFIG, "too many arguments");
        if (status)
            return status;
    }
    return check_arguments(o, error);
}
