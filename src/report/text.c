/* Text drawn after measuring it. */
#include "report/text.h"

#include <stdio.h>
#include <string.h>

#define ELLIPSIS "\xe2\x80\xa6"
#define HALF_PI 1.57079632679489661923

static void use_style(struct canvas *canvas, const struct text_style *style)
{
    cairo_select_font_face(canvas->cairo, "DejaVu Sans", CAIRO_FONT_SLANT_NORMAL,
                           style->is_bold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL);
    cairo_set_font_size(canvas->cairo, style->size);
}

double text_width(struct canvas *canvas, const char *text, const struct text_style *style)
{
    use_style(canvas, style);
    cairo_text_extents_t extents;
    cairo_text_extents(canvas->cairo, text, &extents);
    return extents.x_advance;
}

static double aligned_start(struct canvas *canvas, double x, const char *text,
                            const struct text_style *style)
{
    double width = text_width(canvas, text, style);
    if (style->align == TEXT_CENTRE)
        return x - width / 2;
    return style->align == TEXT_RIGHT ? x - width : x;
}

void text_draw(struct canvas *canvas, double x, double y, const char *text,
               const struct text_style *style)
{
    double start = aligned_start(canvas, x, text, style);
    cairo_move_to(canvas->cairo, start, y);
    cairo_show_text(canvas->cairo, text);
    cairo_new_path(canvas->cairo); /* show_text leaves a point that a later line would start at */
}

static int is_continuation(char byte)
{
    return ((unsigned char)byte & 0xC0) == 0x80;
}

/* Shortens by one character of UTF-8 and ends with an ellipsis; `length` is without it. */
static size_t drop_last(char *text, size_t length)
{
    while (length > 0 && is_continuation(text[--length])) {
    }
    memcpy(text + length, ELLIPSIS, sizeof ELLIPSIS);
    return length;
}

static void copy_cut(char *copy, const char *text)
{
    size_t length = strlen(text);
    const size_t limit = TEXT_MAX_BYTES - sizeof ELLIPSIS;
    if (length <= limit) {
        memcpy(copy, text, length + 1);
        return;
    }
    memcpy(copy, text, limit + 1);
    drop_last(copy, limit + 1);
}

void text_draw_within(struct canvas *canvas, double x, double y, double max_width, const char *text,
                      const struct text_style *style)
{
    char copy[TEXT_MAX_BYTES];
    copy_cut(copy, text);
    struct text_style smaller = *style;
    double width = text_width(canvas, copy, &smaller);
    if (width > max_width) {
        smaller.size *= max_width / width;
        if (smaller.size < TEXT_SMALLEST)
            smaller.size = TEXT_SMALLEST;
    }
    size_t length = strlen(copy);
    while (length > 0 && text_width(canvas, copy, &smaller) > max_width * (1 + 1e-9))
        length = drop_last(copy, length);
    text_draw(canvas, x, y, copy, &smaller);
}

void text_draw_upwards(struct canvas *canvas, double x, double y, double max_length,
                       const char *text, const struct text_style *style)
{
    struct text_style centred = *style;
    centred.align = TEXT_CENTRE;
    cairo_save(canvas->cairo);
    cairo_translate(canvas->cairo, x, y);
    cairo_rotate(canvas->cairo, -HALF_PI);
    text_draw_within(canvas, 0, style->size * 0.36, max_length, text, &centred);
    cairo_restore(canvas->cairo);
}

double text_line_height(const struct text_style *style)
{
    return style->size * 1.25;
}

/* Length of the longest run of whole words from `text` that fits, 0 when not even one does. */
static size_t fitting_words(struct canvas *canvas, const char *text, double max_width,
                            const struct text_style *style)
{
    char line[TEXT_MAX_BYTES];
    size_t best = 0, length = strlen(text);
    for (size_t end = 1; end <= length; end++) {
        if (text[end] != ' ' && text[end] != '\0')
            continue;
        snprintf(line, sizeof line, "%.*s", (int)end, text);
        if (text_width(canvas, line, style) > max_width)
            break;
        best = end;
    }
    return best;
}

size_t text_draw_wrapped(struct canvas *canvas, double x, double y, double max_width,
                         size_t max_lines, const char *text, const struct text_style *style)
{
    /* The first round only counts, the second draws. */
    size_t n_lines = 0;
    for (int draws = 0; draws < 2; draws++) {
        char rest[TEXT_MAX_BYTES], line[TEXT_MAX_BYTES];
        copy_cut(rest, text);
        n_lines = 0;
        for (const char *p = rest; *p; n_lines++) {
            size_t length = fitting_words(canvas, p, max_width, style);
            if (length == 0 || n_lines == max_lines)
                return 0;
            snprintf(line, sizeof line, "%.*s", (int)length, p);
            if (draws)
                text_draw(canvas, x, y + (double)n_lines * text_line_height(style), line, style);
            p += length;
            p += *p == ' ';
        }
    }
    return n_lines;
}
