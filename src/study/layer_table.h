/* The table of a network's layers, for people. */
#ifndef STUDY_LAYER_TABLE_H
#define STUDY_LAYER_TABLE_H

#include "phasetrace/network.h"

/* One line a layer, below a heading, and their sum: output shape, parameters, FLOPs, memory of a
 * sample's activations. What does not fit into text[text_bytes] is left out. */
void layer_table(const struct pt_network *network, char *text, size_t text_bytes);

#endif
