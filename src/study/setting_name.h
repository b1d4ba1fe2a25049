/* The name of a setting of a sweep, as part of a path. */
#ifndef STUDY_SETTING_NAME_H
#define STUDY_SETTING_NAME_H

#include "phasetrace/config.h"

#define SETTING_MAX_NAME 240 /* bytes; file names end at 255 */

/*
 * "label_noise=0.05", with two keys "label_noise=0.05_init=he"; "" without a sweep. Values are
 * written as --print-config would; bytes other than letters, digits and . + - become %2F and the
 * like, so that different settings have different names. A key has its section before it,
 * "train.epochs", when both swept keys have one name. PT_E_CONFIG when it is too long.
 */
int setting_name(const struct pt_config *config, size_t index, char name[PT_TEXT_BYTES],
                 struct pt_error *error);

/* The value of swept key `key` in setting `index`, as it would be printed, in an allocated string.
 * mem_free() it. */
int setting_value(const struct pt_config *config, size_t index, size_t key, char **value,
                  struct pt_error *error);

#endif
