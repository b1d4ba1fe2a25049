/* Head and foot of a page: one file with its style sheet and script in it. */
#ifndef REPORT_HTML_SHELL_H
#define REPORT_HTML_SHELL_H

#include "base/text.h"

#include <stddef.h>

/* Up to the beginning of <main>; `title` is plain text. Of the class order-K, K from 1 to n_orders,
 * --c is the colour of the order. */
void html_shell_open(struct text *out, const char *title, size_t n_orders);

/* From the end of <main>; `footer` is plain text. With `has_script` the slider's script follows. */
void html_shell_close(struct text *out, const char *footer, int has_script);

/* Writes the page and releases `out`. PT_E_MEMORY when a piece of it was lost; PT_E_IO. */
int html_shell_write(struct text *out, const char *path, struct pt_error *error);

#endif
