/* The verb `inspect`: what is in a file or a run directory. */
#ifndef APP_VERB_INSPECT_H
#define APP_VERB_INSPECT_H

#include "app/options.h"

/* Returns the exit status. */
int verb_inspect(const struct options *options);

#endif
