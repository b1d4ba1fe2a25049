/* The document around the parts of a page. */
#include "report/html_shell.h"

#include "base/fsio.h"
#include "base/mem.h"
#include "report/html.h"
#include "report/page_assets.h"
#include "report/palette.h"

#include <math.h>

static void append_colour(struct text *out, const char *name, struct colour colour)
{
    text_printf(out, "--%s:#%02x%02x%02x;", name, (unsigned)lround(255 * colour.red),
                (unsigned)lround(255 * colour.green), (unsigned)lround(255 * colour.blue));
}

/* The colours of the figures, under the names that the style sheet uses. */
static void append_palette(struct text *out)
{
    text_printf(out, ":root{");
    append_colour(out, "blue", colour_blue);
    append_colour(out, "vermillion", colour_vermillion);
    append_colour(out, "purple", colour_purple);
    append_colour(out, "orange", colour_orange);
    append_colour(out, "sky", colour_sky);
    append_colour(out, "green", colour_green);
    append_colour(out, "gen", colour_generalisable);
    append_colour(out, "rest", colour_non_generalisable);
    append_colour(out, "phase-1", colour_phase[0]);
    append_colour(out, "phase-2", colour_phase[1]);
    append_colour(out, "phase-3", colour_phase[2]);
    text_printf(out, "}\n");
}

static void append_orders(struct text *out, size_t n_orders)
{
    for (size_t order = 1; order <= n_orders; order++) {
        text_printf(out, ".order-%zu{", order);
        append_colour(out, "c", colour_of_order(order, n_orders));
        text_printf(out, "}\n");
    }
}

void html_shell_open(struct text *out, const char *title, size_t n_orders)
{
    text_printf(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                     "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                     "<meta name=\"color-scheme\" content=\"light dark\">\n"
                     "<meta name=\"generator\" content=\"phasetrace\">\n"
                     "<link rel=\"icon\" href=\"data:,\">\n<title>");
    html_text(out, title);
    text_printf(out, "</title>\n<style>\n");
    append_palette(out);
    append_orders(out, n_orders);
    text_append(out, page_style, page_style_bytes);
    text_printf(out, "</style>\n</head>\n<body>\n"
                     "<a class=\"skip\" href=\"#main\">To the content</a>\n<main id=\"main\">\n");
}

void html_shell_close(struct text *out, const char *footer, int has_script)
{
    text_printf(out, "</main>\n<footer>");
    html_text(out, footer);
    text_printf(out, "</footer>\n");
    if (has_script) {
        text_printf(out, "<script>\n");
        text_append(out, page_script, page_script_bytes);
        text_printf(out, "</script>\n");
    }
    text_printf(out, "</body>\n</html>\n");
}

int html_shell_write(struct text *out, const char *path, struct pt_error *error)
{
    size_t n_bytes = out->n_bytes;
    char *page = NULL;
    int status = text_take(out, &page, error);
    if (!status)
        status = file_replace(path, page, n_bytes, error);
    mem_free(page);
    return status;
}
