/* Growing text: a string that is printed to in many pieces. */
#include "base/text.h"

#include "base/mem.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* Room for `n_more` bytes with the closing zero, or NULL; the bytes are counted already. */
static char *extend(struct text *text, size_t n_more)
{
    if (text->status)
        return NULL;
    if (n_more > SIZE_MAX - text->n_bytes - 1) {
        text->status = PT_E_MEMORY;
        return NULL;
    }
    void *data = text->data;
    text->status = mem_grow(&data, &text->capacity, text->n_bytes + n_more + 1, 1, NULL);
    if (text->status)
        return NULL;
    text->data = data;
    char *end = text->data + text->n_bytes;
    text->n_bytes += n_more;
    text->data[text->n_bytes] = '\0';
    return end;
}

void text_append(struct text *text, const char *bytes, size_t n_bytes)
{
    char *end = extend(text, n_bytes);
    if (end)
        memcpy(end, bytes, n_bytes);
}

void text_printf(struct text *text, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    char *end = length < 0 ? NULL : extend(text, (size_t)length);
    if (!end)
        return;
    va_start(arguments, format);
    vsnprintf(end, (size_t)length + 1, format, arguments);
    va_end(arguments);
}

void text_pad(struct text *text, size_t n_blanks)
{
    char *end = extend(text, n_blanks);
    if (end)
        memset(end, ' ', n_blanks);
}

void text_wrap(struct text *text, const char *first, const char *other, size_t width,
               const char *words)
{
    text_printf(text, "%s", first);
    size_t column = strlen(first);
    int starts_line = 1;
    while (*(words += strspn(words, " "))) {
        size_t n = strcspn(words, " ");
        if (!starts_line && column + 1 + n > width) {
            text_printf(text, "\n%s", other);
            column = strlen(other);
            starts_line = 1;
        }
        text_printf(text, "%s%.*s", starts_line ? "" : " ", (int)n, words);
        column += n + !starts_line;
        starts_line = 0;
        words += n;
    }
    text_append(text, "\n", 1);
}

int text_take(struct text *text, char **string, struct pt_error *error)
{
    extend(text, 0);
    if (text->status) {
        size_t n_kept = text->n_bytes;
        text_release(text);
        return pt_error_set(error, PT_E_MEMORY, "out of memory: a text of over %zu bytes", n_kept);
    }
    *string = text->data;
    *text = (struct text){0};
    return PT_OK;
}

void text_release(struct text *text)
{
    mem_free(text->data);
    *text = (struct text){0};
}
