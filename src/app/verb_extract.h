/* The verb `extract`: the interactions of value tables that come from a file. */
#ifndef APP_VERB_EXTRACT_H
#define APP_VERB_EXTRACT_H

#include "app/options.h"

/* Returns the exit status; EXIT_UNCONVERGED when a gap was not reached, which is not allowed, and
 * everything was written all the same. */
int verb_extract(const struct options *options);

#define EXIT_UNCONVERGED 8

#endif
