/* The table of what value tables cost, for people. */
#ifndef STUDY_COST_TABLE_H
#define STUDY_COST_TABLE_H

#include "trace/value_costs.h"

/* One line a layer that runs on tables, below a heading, then what the others come to, and the sum.
 * What does not fit into text[text_bytes] is left out. */
void cost_table(const struct value_costs *costs, size_t n_players, char *text, size_t text_bytes);

/* What the layers behind the tables come to, where each mask has a row of its own. */
struct value_layer_cost cost_of_rest(const struct value_costs *costs);

#endif
