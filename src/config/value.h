/* One value of the configuration: from its text into its field, and back. */
#ifndef CONFIG_VALUE_H
#define CONFIG_VALUE_H

#include "base/text.h"
#include "config/schema.h"
#include "base/suggest.h"

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

/* Sets the problem, of at least one byte; returns 0. For the parsers of single types. */
int value_problem_set(struct value_problem *problem, size_t offset, size_t n_bytes,
                      const char *format, ...) PT_PRINTF(4, 5);

/* The item of a list separated by commas that begins at `at`, without the blanks around it. */
struct value_item {
    size_t start, n_bytes;
    size_t next; /* where the next one begins; 0 after the last */
};
struct value_item value_item_at(const char *text, size_t at);

/* The lists of SCHEMA_SEEDS. An empty text is an empty list. */
int seeds_parse(const char *text, struct pt_seeds *seeds, struct value_problem *problem);
void seeds_print(const struct pt_seeds *seeds, struct text *text);

/* Appends the text that value_parse() reads as this value. */
void value_print(const struct schema_key *key, const struct pt_config *config, struct text *text);

/* For the parts of a value, text[offset .. offset + n_bytes): */

/* Sets the problem "'PART' REASON: expected a whole number from 1 to 16", or says that a value is
 * missing where the part is empty; returns 0. */
int value_refuse(struct value_problem *problem, const struct schema_key *key, const char *text,
                 size_t offset, size_t n_bytes, const char *reason);
/* The same for a word that is none of those known, with the suggestion if there is one. */
int value_refuse_word(struct value_problem *problem, const struct schema_key *key, const char *text,
                      size_t offset, size_t n_bytes, const struct suggestion *suggestion);
/* A whole number in the key's range: 1, or 0 with `problem` set and `value` unchanged. */
int value_parse_whole(const struct schema_key *key, const char *text, size_t offset, size_t n_bytes,
                      long *value, struct value_problem *problem);

#endif
