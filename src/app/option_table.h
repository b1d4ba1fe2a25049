/* What the command line consists of, as tables: for the parser, help, man page and completion. */
#ifndef APP_OPTION_TABLE_H
#define APP_OPTION_TABLE_H

#include "app/options.h"

struct verb_entry {
    const char *name;      /* NULL: what is done without a verb */
    const char *arguments; /* what it works on, for the help text */
    const char *help;      /* lines */
};

struct option_entry {
    const char *name, *letter; /* letter: "-q"; NULL: none */
    const char *argument;      /* NULL: none; in brackets: may be missing */
    int verbs;                 /* 1 << VERB_..., of those it belongs to */
    const char *help;          /* lines */
};

struct exit_entry {
    const char *status; /* "0", "130, 143" */
    const char *meaning;
};

extern const struct verb_entry verb_table[N_VERBS];
extern const struct option_entry option_table[];
extern const size_t n_options;
extern const struct exit_entry exit_table[];
extern const size_t n_exits;

#define OF_ALL ((1 << N_VERBS) - 1) /* options that every verb has */

#endif
