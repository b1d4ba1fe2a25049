/*
 * Growing text: a string that is printed to in many pieces.
 *
 * A failure to grow is sticky: later pieces are dropped and text_take() reports it, so that code
 * which prints a page needs one check at its end.
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include "phasetrace/status.h"

#include <stddef.h>

/* Start with {0}; end with text_take() or text_release(). */
struct text {
    char *data; /* n_bytes and a closing zero; NULL before the first piece */
    size_t n_bytes, capacity;
    int status; /* PT_OK or PT_E_MEMORY */
};

void text_append(struct text *text, const char *bytes, size_t n_bytes);
void text_printf(struct text *text, const char *format, ...) PT_PRINTF(2, 3);
void text_pad(struct text *text, size_t n_blanks);
/* Words separated by blanks, as lines of at most `width` bytes where words allow; `first` begins
 * the first line, `other` each further one; the last ends with a newline too. */
void text_wrap(struct text *text, const char *first, const char *other, size_t width,
               const char *words);

/* Hands the string over to the caller, who frees it with mem_free(), leaving `text` empty.
 * PT_E_MEMORY when a piece was lost; then everything is released. */
int text_take(struct text *text, char **string, struct pt_error *error);
void text_release(struct text *text);

#endif
