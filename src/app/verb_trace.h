/* The verb `trace`: networks that exist already are traced, analysed and drawn. */
#ifndef APP_VERB_TRACE_H
#define APP_VERB_TRACE_H

#include "app/options.h"

/* Returns the exit status. */
int verb_trace(const struct options *options);

#endif
