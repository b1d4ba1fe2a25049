/* Order spectra in the terminal: strength by order, training beside held-out samples. */
#ifndef APP_SPECTRUM_VIEW_H
#define APP_SPECTRUM_VIEW_H

#include "app/terminal.h"
#include "phasetrace/analysis.h"

/*
 * Appends lines, each with its newline, of at most `width` columns and at most `n_lines`: bars side
 * by side or, in a narrow terminal, below each other; nothing when there is no room. Both splits
 * have one scale. Returns the number of lines.
 */
size_t spectrum_view_bars(struct text *to, const struct pt_spectrum *spectrum,
                          const struct terminal *terminal, size_t width, size_t n_lines);

/* Appends the numbers as a table, for what is no terminal. */
void spectrum_view_table(struct text *to, const struct pt_spectrum *spectrum);

#endif
