/* The words that layers are written with, in a table of all of them. */
#ifndef CONFIG_LAYER_FORMS_H
#define CONFIG_LAYER_FORMS_H

#include "phasetrace/network.h"

#include <stddef.h>

/* Numbers that must follow a layer's word. */
enum layer_operand {
    LAYER_NONE,
    LAYER_CHANNELS,
    LAYER_OUTPUTS,
    LAYER_KERNEL,
    LAYER_SQUARE,
    LAYER_SHARE
};

/* What may follow them, in any order. */
enum { LAYER_STRIDE = 1, LAYER_PADDING = 2, LAYER_NO_BIAS = 4 };

struct layer_form {
    const char *word;
    enum pt_layer_kind kind;
    enum layer_operand operands[2]; /* LAYER_NONE after the last */
    unsigned options;
    const char *usage; /* "conv CHANNELS KxK ..." */
};

struct layer_option {
    const char *word;
    unsigned bit;
};

extern const struct layer_form layer_forms[];
extern const size_t layer_n_forms;
extern const struct layer_option layer_options[];
extern const size_t layer_n_options;

/* All usages, what they leave to be said, and an example. */
extern const char layer_grammar[];

/* The stride of a layer that names none: of a pool its kernel, 0 of what has no stride. */
long layer_usual_stride(const struct pt_layer_spec *spec);
/* A convolution's window must touch the map, half of a pool's at least must. */
long layer_most_padding(const struct pt_layer_spec *spec);

#endif
