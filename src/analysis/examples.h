/* The few samples whose strongest interactions are kept for readers, one by one. */
#ifndef ANALYSIS_EXAMPLES_H
#define ANALYSIS_EXAMPLES_H

#include <stddef.h>
#include <stdint.h>

#define EXAMPLES_MAX 10          /* samples */
#define EXAMPLES_INTERACTIONS 10 /* of a sample at a checkpoint */

struct examples {
    size_t n;
    size_t sample[EXAMPLES_MAX]; /* places among the samples of a checkpoint, ascending */
    int32_t *players;            /* [n, n_players] cell numbers */
};

#endif
