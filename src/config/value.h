/* One value of the configuration: from its text into its field, and back. */
#ifndef CONFIG_VALUE_H
#define CONFIG_VALUE_H

#include "base/text.h"
#include "config/schema.h"

#include <stddef.h>

#define VALUE_MESSAGE_BYTES 512

/* Why a text is no value of a key; offset and size are those of the wrong part of the text. */
struct value_problem {
    size_t offset, n_bytes; /* at least one byte, also where the text is empty */
    char message[VALUE_MESSAGE_BYTES];
};

/* Stores the value and returns 1, or returns 0 with `problem` set and `config` unchanged. The
 * unused rest of a text or list is zero, so that equal configurations have equal bytes. */
int value_parse(const struct schema_key *key, const char *text, struct pt_config *config,
                struct value_problem *problem);

/* Appends the text that value_parse() reads as this value; `separator` goes between the items of
 * a list. */
void value_print(const struct schema_key *key, const struct pt_config *config,
                 const char *separator, struct text *text);

#endif
