/*
 * The schema: one table that describes every configuration key.
 *
 * It drives the reader, --print-config, --help-config and the reference manual. A new key is a
 * field of struct pt_config with one line in schema.c.
 */
#ifndef CONFIG_SCHEMA_H
#define CONFIG_SCHEMA_H

#include "phasetrace/config.h"

#include <stddef.h>

enum schema_type {
    SCHEMA_PATH,   /* char[]: any text that can be written in a line */
    SCHEMA_NAME,   /* char[]: the same, not empty, no '/' */
    SCHEMA_TEXT,   /* char[]: the same as a path, but a name in a file */
    SCHEMA_NAMES,  /* char[]: several, separated by commas */
    SCHEMA_WORD,   /* char[]: one of `choices` */
    SCHEMA_WHOLE,  /* long or int */
    SCHEMA_SEED,   /* uint64_t, any value */
    SCHEMA_SEEDS,  /* struct pt_seeds: numbers and ranges such as 1..3 */
    SCHEMA_REAL,   /* double */
    SCHEMA_CHOICE, /* enum: the index into `choices` */
    SCHEMA_LIST,   /* struct pt_list of whole numbers */
    SCHEMA_TERMS,  /* struct pt_term_list; the range is that of an order */
    SCHEMA_LAYERS, /* struct pt_layer_list */
    SCHEMA_CELLS   /* trace.cells: one of `choices`, or a list, which goes to trace.cell_list */
};

/* Ends of the range of a real number that do not belong to it. */
enum schema_range { SCHEMA_CLOSED = 0, SCHEMA_ABOVE = 1, SCHEMA_BELOW = 2 };

#define SCHEMA_MAX_KEYS 128
#define SCHEMA_MAX_CHOICES 16

struct schema_key {
    const char *section, *key;
    enum schema_type type;
    size_t offset, field_bytes; /* in struct pt_config */
    double minimum, maximum;    /* of a number, or of each item of a list */
    unsigned open_ends;         /* SCHEMA_ABOVE: > minimum; SCHEMA_BELOW: < maximum */
    const char *choices[SCHEMA_MAX_CHOICES + 1]; /* NULL after the last */
    const char *default_text;                    /* as it would stand in a file */
    const char *help;                            /* a sentence or two, with the unit */
};

extern const struct schema_key schema[];
extern const size_t schema_n_keys; /* at most SCHEMA_MAX_KEYS; keys of a section are together */

#define SCHEMA_DESCRIPTION_BYTES 256

#define SCHEMA_NONE ((size_t)-1)

/* Index of a key, or SCHEMA_NONE. `section` NULL: of the first key with this name anywhere. */
size_t schema_find(const char *section, const char *key);
int schema_has_section(const char *section);
/* Whether a value is what lies between commas. */
int schema_is_list(const struct schema_key *key);

/* "a real number > 0 and <= 100", "one of exact, and, or": what a value must be. */
void schema_describe(const struct schema_key *key, char *text, size_t text_bytes);
/* Lines that show how a value is put together, shown as they are; NULL where that is said. */
const char *schema_details(const struct schema_key *key);
/* The default as it is shown to people: "empty" when it is. */
const char *schema_default(const struct schema_key *key);

#endif
