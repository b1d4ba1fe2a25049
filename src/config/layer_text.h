/* Lists of layers as text: "conv 8 3x3, relu, flatten, dense classes". */
#ifndef CONFIG_LAYER_TEXT_H
#define CONFIG_LAYER_TEXT_H

#include "config/value.h"

/* Stores the list, empty for an empty text, and returns 1; or returns 0 with `problem` set and
 * `list` unchanged. The last layer is "dense classes". */
int layer_text_parse(const char *text, struct pt_layer_list *list, struct value_problem *problem);

void layer_text_print(const struct pt_layer_list *list, struct text *text);

#endif
