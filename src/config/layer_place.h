/* Where a layer of model.layers is written, for what is found out about it later. */
#ifndef CONFIG_LAYER_PLACE_H
#define CONFIG_LAYER_PLACE_H

#include "phasetrace/config.h"

/*
 * Puts the text of layers->items[index] before the message of `error`, and its line and column in
 * the file `path` (may be NULL) into its place, if that is where this list is written; --set may
 * have given another. Returns `status`.
 */
int layer_place_note(const char *path, const struct pt_layer_list *layers, size_t index, int status,
                     struct pt_error *error);

#endif
