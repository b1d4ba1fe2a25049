/* The terminal that stderr may be. */
#ifndef APP_TERMINAL_H
#define APP_TERMINAL_H

#include "base/text.h"

struct terminal {
    int columns, rows;
    int unicode;  /* 1: block characters */
    int coloured; /* 1: unless NO_COLOR is set */
};

/* Whether stderr is a terminal on which a line can be replaced. */
int terminal_can_replace(void);

/* As it is now: its size may have changed. */
struct terminal terminal_look(void);

/* Columns that a text takes, one a character of UTF-8. */
size_t terminal_width(const char *text);

/* Appends as much of a text as fits into `width` columns, control characters as '?'; returns the
 * columns it took. */
size_t terminal_append(struct text *to, const char *text, size_t width);

#endif
