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
    long line;
    size_t key_column, value_column; /* of an empty value: where it would start */
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
    size_t n_lines, n_sections, n_entries;
    size_t section_capacity, entry_capacity;
    struct ini_problem problems[INI_MAX_PROBLEMS]; /* the first ones */
    size_t n_problems;
    unsigned char *data; /* the file */
    struct arena arena;
};

/*
 * Reads a file. PT_OK also when lines of it are wrong: those are in `problems`, all others in
 * `entries`. PT_E_IO: the file cannot be read; PT_E_DATA: it is longer than INI_FILE_BYTES;
 * PT_E_MEMORY. After PT_OK the caller ends with ini_release().
 */
int ini_read(const char *path, struct ini *ini, struct pt_error *error);
void ini_release(struct ini *ini);

#endif
