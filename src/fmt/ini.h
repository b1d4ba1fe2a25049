/*
 * INI files: `[section]` lines and `key = value` lines, each with its place.
 *
 * The splitting is inih's; this reader guards it, because inih (release 55) cuts lines of more than
 * 199 bytes in two, takes an indented line for more of the value above, cuts section names to 49
 * bytes, ignores what follows a `]`, and keeps no places.
 *
 * What is accepted: LF or CRLF, a UTF-8 byte order mark, blanks around everything, lines that
 * start with `;` or `#` (comments of any length), a comment after a value when it starts with
 * " ;", `key: value` for `key = value`. A value with " #" in it is refused, since inih would keep
 * that comment as part of the value.
 *
 * A value that ends with a comma goes on in the next line that is neither blank nor a comment. What
 * comes of several lines is joined with blanks. A line with one of `=`, `:`, `[` in it never goes
 * on with a value: after a comma it is an error, as the end of the file is.
 */
#ifndef FMT_INI_H
#define FMT_INI_H

#include "base/mem.h"
#include "phasetrace/status.h"

#include <stddef.h>

#define INI_LINE_BYTES 198 /* longest line that is not a comment, without its end */
#define INI_FILE_BYTES ((size_t)1 << 20)
#define INI_MAX_PROBLEMS 64

/* A line of the file without its end. It may hold any byte but a line feed. */
struct ini_line {
    const char *text;
    size_t n_bytes;
};

/* Lines and columns count from 1, columns in bytes. */
struct ini_section {
    const char *name;
    long line;
    size_t column;
};

struct ini_entry {
    size_t section; /* index into `sections` */
    const char *key, *value;
    long line; /* that of the key */
    size_t key_column;
    size_t first_part, n_parts; /* of the value, indices into `parts` */
};

/* What of a value stands in one line. The one part of an empty value is empty. */
struct ini_part {
    size_t offset, n_bytes; /* in the value */
    long line;
    size_t column;
};

struct ini_problem {
    long line;
    size_t column, n_bytes; /* the part of the line that is wrong */
    const char *message;
};

/* Everything is in the order of the file; strings live until ini_release(). */
struct ini {
    struct ini_line *lines; /* line 1 is lines[0] */
    struct ini_section *sections;
    struct ini_entry *entries;
    struct ini_entry *faulty; /* keys whose value has a problem: no value, no parts */
    struct ini_part *parts;
    size_t n_lines, n_sections, n_entries, n_faulty, n_parts;
    size_t section_capacity, entry_capacity, faulty_capacity, part_capacity;
    struct ini_problem problems[INI_MAX_PROBLEMS]; /* the first ones */
    size_t n_problems;
    unsigned char *data; /* the file */
    struct arena arena;
};

/*
 * Reads a file. PT_OK also when lines of it are wrong: those are in `problems`, and their keys,
 * as far as they can be told, in `faulty`; all others are in `entries`. PT_E_IO: the file cannot be
 * read; PT_E_DATA: it is longer than INI_FILE_BYTES; PT_E_MEMORY. After PT_OK the caller ends with
 * ini_release().
 */
int ini_read(const char *path, struct ini *ini, struct pt_error *error);
void ini_release(struct ini *ini);

/* The part that byte `offset` of the entry's value lies in; a blank that joins two parts, and the
 * end of the value, lie behind the part before. */
const struct ini_part *ini_part_at(const struct ini *ini, const struct ini_entry *entry,
                                   size_t offset);

/* Whether a line of this text, after a comma, goes on with the value. */
int ini_can_continue(const char *text, size_t n_bytes);

#endif
