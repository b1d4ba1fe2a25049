/* The command line: one table of options that drives the parser and the help text. */
#ifndef APP_OPTIONS_H
#define APP_OPTIONS_H

#include "phasetrace/status.h"

#include <stddef.h>
#include <stdio.h>

enum verb { VERB_RUN, VERB_TRACE, VERB_ANALYSE, VERB_REPORT, VERB_EXTRACT, VERB_INSPECT, N_VERBS };

#define MAX_SETS 64
#define MAX_ARGUMENTS 64

/* Options of `extract` as they were written; NULL when not given. */
struct extract_arguments {
    const char *out, *noise, *gap, *tie_gap, *solver, *max_iterations, *export_format, *threads;
    int allow_unconverged;
};

/* Strings point into argv or, for those made from --seed and the like, into `made`. */
struct options {
    enum verb verb;
    const char *config, *out; /* out: of a run; one of `sets`, too */
    int trace, resume, live, dry_run, print_config, version, help, quiet, verbose;
    int json;
    int help_config;             /* --help-config was given */
    const char *help_config_key; /* its argument or NULL */
    const char *sets[MAX_SETS];  /* "section.key=value", in the order given */
    size_t n_sets;
    const char *arguments[MAX_ARGUMENTS]; /* what is no option: what the verb works on */
    size_t n_arguments;
    char made[4][1152]; /* --seed, --threads, --out as settings */
    size_t n_made;
    const char *report_out; /* --out of `report` or NULL */
    struct extract_arguments extract;
};

/* PT_E_CONFIG with the offending argument and, where one is near, what was probably meant. */
int options_parse(int argc, char **argv, struct options *options, struct pt_error *error);

void options_print_help(FILE *stream);

#endif
