/* Lists of layers as text: "conv 8 3x3, relu, flatten, dense classes". */
#ifndef CONFIG_LAYER_LIST_H
#define CONFIG_LAYER_LIST_H

#include "config/value.h"

/* Stores the list, empty for an empty text, and returns 1; or returns 0 with `problem` set and
 * `list` unchanged. The last layer is "dense classes". */
int layer_list_parse(const char *text, struct pt_layer_list *list, struct value_problem *problem);

void layer_list_print(const struct pt_layer_list *list, struct text *text);

#endif
