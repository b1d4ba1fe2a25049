/*
 * Texts about the command line that are made when the program is built: from the tables of options
 * and of configuration keys, so that they cannot say anything else than these.
 */
#ifndef APP_PAGES_H
#define APP_PAGES_H

#include <stdio.h>

/* The manual page train(1), in mdoc. */
void page_print_manual(FILE *stream);

/* A completion script for bash, to be sourced. */
void page_print_bash(FILE *stream);

#endif
