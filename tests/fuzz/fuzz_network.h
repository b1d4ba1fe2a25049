/* The network whose parameters are fuzzed: that of the run that make_seeds.py makes. */
#ifndef FUZZ_NETWORK_H
#define FUZZ_NETWORK_H

#include "fuzz.h"
#include "phasetrace/network.h"

#include <stdlib.h>

static struct pt_network *the_network;

static inline void free_network(void)
{
    pt_network_free(the_network);
}

/* The same at each call. */
static inline struct pt_network *fuzz_network(void)
{
    static const long hidden[] = {3};
    const struct pt_network_options options = {
        .preset = "mlp", .input = {1, 1, 6}, .n_classes = 2, .hidden = hidden, .n_hidden = 1};
    if (!the_network) {
        fuzz_assert(pt_network_create(&options, &the_network, NULL) == PT_OK);
        fuzz_assert(atexit(free_network) == 0);
    }
    return the_network;
}

#endif
