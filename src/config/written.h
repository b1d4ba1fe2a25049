/* Where a value is written: in a line of the file, in several, or on the command line. */
#ifndef CONFIG_WRITTEN_H
#define CONFIG_WRITTEN_H

#include "config/diagnostics.h"
#include "fmt/ini.h"

#include <stddef.h>

/* Strings and the entry are borrowed. */
struct written {
    const char *text; /* the value; no zero need follow it */
    size_t n_bytes;
    struct place place;            /* its first line, marking what of it stands there */
    const struct ini *ini;         /* with `entry`, of a value that may go on in further lines */
    const struct ini_entry *entry; /* or NULL */
};

/* The place of text[offset .. offset + n_bytes), marking what of that stands in its first line. */
struct place written_part(const struct written *written, size_t offset, size_t n_bytes);

#endif
