/*
 * Problems of a configuration, collected, then shown all at once the way a compiler shows them:
 *
 *     configs/x.ini:12:1: unknown key 'learning_rte' in [train]; did you mean 'learning_rate'?
 *        12 | learning_rte = 0.1
 *           | ^~~~~~~~~~~~
 */
#ifndef CONFIG_DIAGNOSTICS_H
#define CONFIG_DIAGNOSTICS_H

#include "base/text.h"
#include "phasetrace/status.h"

#include <stddef.h>

#define DIAGNOSTICS_MAX 50 /* problems that are shown; of the others there is a note */
#define DIAGNOSTIC_MESSAGE_BYTES 640

/* A part of a line of the file, or of an argument of --set. Strings are borrowed. */
struct place {
    const char *file;      /* NULL: the command line */
    long line;             /* from 1; on the command line the number of the --set; 0: unknown */
    size_t column;         /* from 1, in bytes */
    size_t n_marked;       /* bytes under the caret and its tail */
    const char *source;    /* the line, or "section.key=value" */
    size_t n_source_bytes; /* 0: there is nothing to show */
};

struct diagnostic {
    struct place place;
    char message[DIAGNOSTIC_MESSAGE_BYTES];
};

/* Start with {0}. Collecting allocates nothing, so it cannot fail. */
struct diagnostics {
    struct diagnostic items[DIAGNOSTICS_MAX];
    size_t n_items;
    int overflow; /* there were more */
};

void diagnostics_add(struct diagnostics *diagnostics, const struct place *place, const char *format,
                     ...) PT_PRINTF(3, 4);

/* Appends all problems to `text`: those of the file by line, then those of the command line by
 * argument. Lines end with a newline, the last one too. Control characters are shown as '?', long
 * lines cut to what is around the caret. */
void diagnostics_print(struct diagnostics *diagnostics, struct text *text);

#endif
