/* The three kinds of page behind one drawing context. */
#include "report/canvas.h"

#include "base/fsio.h"
#include "base/mem.h"

#include <cairo-pdf.h>
#include <cairo-svg.h>
#include <string.h>

#define PDF_POINTS_PER_UNIT 0.5 /* 960 x 540 points: the usual slide */

const char *canvas_extension(enum canvas_format format)
{
    static const char *const extensions[] = {"png", "svg", "pdf"};
    return extensions[format];
}

static cairo_status_t append_stream(void *closure, const unsigned char *bytes, unsigned n_bytes)
{
    struct canvas *canvas = closure;
    if (canvas->stream_status)
        return CAIRO_STATUS_WRITE_ERROR;
    void *stream = canvas->stream;
    canvas->stream_status = mem_grow(&stream, &canvas->stream_capacity,
                                     canvas->n_stream_bytes + n_bytes, 1, canvas->error);
    canvas->stream = stream;
    if (canvas->stream_status)
        return CAIRO_STATUS_WRITE_ERROR;
    memcpy(canvas->stream + canvas->n_stream_bytes, bytes, n_bytes);
    canvas->n_stream_bytes += n_bytes;
    return CAIRO_STATUS_SUCCESS;
}

static cairo_surface_t *open_pixels(struct canvas *canvas)
{
    const int width = (int)PAGE_WIDTH, height = (int)PAGE_HEIGHT;
    canvas->pixels = mem_alloc((size_t)width * (size_t)height, sizeof(uint32_t), canvas->error);
    if (!canvas->pixels)
        return NULL;
    return cairo_image_surface_create_for_data((unsigned char *)canvas->pixels, CAIRO_FORMAT_RGB24,
                                               width, height, width * (int)sizeof(uint32_t));
}

static cairo_surface_t *open_svg(struct canvas *canvas)
{
    cairo_surface_t *surface =
        cairo_svg_surface_create_for_stream(append_stream, canvas, PAGE_WIDTH, PAGE_HEIGHT);
    cairo_svg_surface_set_document_unit(surface, CAIRO_SVG_UNIT_PX);
    return surface;
}

static cairo_surface_t *open_pdf(struct canvas *canvas, const char *title)
{
    cairo_surface_t *surface = cairo_pdf_surface_create_for_stream(
        append_stream, canvas, PAGE_WIDTH * PDF_POINTS_PER_UNIT, PAGE_HEIGHT * PDF_POINTS_PER_UNIT);
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, title);
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATOR, "phasetrace");
    /* Cairo would write the present time; the same run is to give the same bytes. */
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, "2000-01-01T00:00:00Z");
    return surface;
}

static cairo_surface_t *open_surface(struct canvas *canvas, const char *title)
{
    switch (canvas->format) {
    case CANVAS_SVG:
        return open_svg(canvas);
    case CANVAS_PDF:
        return open_pdf(canvas, title);
    default:
        return open_pixels(canvas);
    }
}

/* Hinting would give the three formats, and two screens, different text widths. */
static void use_exact_text(cairo_t *cairo)
{
    cairo_font_options_t *options = cairo_font_options_create();
    cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    cairo_set_font_options(cairo, options);
    cairo_font_options_destroy(options);
}

static int cairo_failure(struct canvas *canvas, cairo_status_t cause)
{
    if (canvas->stream_status)
        return canvas->stream_status;
    int code = cause == CAIRO_STATUS_NO_MEMORY ? PT_E_MEMORY : PT_E_INTERNAL;
    return pt_error_set(canvas->error, code, "drawing: %s", cairo_status_to_string(cause));
}

int canvas_open(struct canvas *canvas, enum canvas_format format, const char *title,
                struct pt_error *error)
{
    *canvas = (struct canvas){.format = format, .error = error};
    canvas->surface = open_surface(canvas, title);
    if (!canvas->surface)
        return PT_E_MEMORY;
    canvas->cairo = cairo_create(canvas->surface);
    if (cairo_status(canvas->cairo))
        return cairo_failure(canvas, cairo_status(canvas->cairo));
    if (format == CANVAS_PDF)
        cairo_scale(canvas->cairo, PDF_POINTS_PER_UNIT, PDF_POINTS_PER_UNIT);
    use_exact_text(canvas->cairo);
    canvas_set_colour(canvas, colour_paper, 1);
    canvas_fill_box(canvas, 0, 0, PAGE_WIDTH, PAGE_HEIGHT);
    return PT_OK;
}

/* Cairo numbers surfaces through the life of the process and writes the number into the ids of an
 * SVG: drops the digits, so that the same page always gives the same bytes. */
static size_t drop_surface_numbers(unsigned char *svg, size_t n_bytes)
{
    static const char prefix[] = "id=\"surface";
    const size_t n_prefix = sizeof prefix - 1;
    size_t n_kept = 0;
    for (size_t i = 0; i < n_bytes; i++) {
        svg[n_kept++] = svg[i];
        if (n_kept < n_prefix || memcmp(svg + n_kept - n_prefix, prefix, n_prefix) != 0)
            continue;
        while (i + 1 < n_bytes && svg[i + 1] >= '0' && svg[i + 1] <= '9')
            i++;
    }
    return n_kept;
}

static int save_pixels(struct canvas *canvas, const char *path, const struct png_label *labels,
                       size_t n_labels)
{
    unsigned char *png;
    size_t n_bytes;
    int status = png_encode(canvas->pixels, (size_t)PAGE_WIDTH, (size_t)PAGE_HEIGHT, labels,
                            n_labels, &png, &n_bytes, canvas->error);
    if (status)
        return status;
    status = file_replace(path, png, n_bytes, canvas->error);
    mem_free(png);
    return status;
}

int canvas_save(struct canvas *canvas, const char *path, const struct png_label *labels,
                size_t n_labels)
{
    cairo_status_t drawn = cairo_status(canvas->cairo);
    cairo_surface_finish(canvas->surface);
    if (!drawn)
        drawn = cairo_surface_status(canvas->surface);
    if (drawn || canvas->stream_status)
        return cairo_failure(canvas, drawn);
    if (canvas->format == CANVAS_PNG)
        return save_pixels(canvas, path, labels, n_labels);
    if (canvas->format == CANVAS_SVG)
        canvas->n_stream_bytes = drop_surface_numbers(canvas->stream, canvas->n_stream_bytes);
    return file_replace(path, canvas->stream, canvas->n_stream_bytes, canvas->error);
}

void canvas_close(struct canvas *canvas)
{
    cairo_destroy(canvas->cairo);
    if (canvas->surface)
        cairo_surface_finish(canvas->surface);
    cairo_surface_destroy(canvas->surface);
    mem_free(canvas->pixels);
    mem_free(canvas->stream);
}

void canvas_set_colour(struct canvas *canvas, struct colour colour, double opacity)
{
    cairo_set_source_rgba(canvas->cairo, colour.red, colour.green, colour.blue, opacity);
}

void canvas_line(struct canvas *canvas, double x0, double y0, double x1, double y1, double width)
{
    cairo_set_line_width(canvas->cairo, width);
    cairo_move_to(canvas->cairo, x0, y0);
    cairo_line_to(canvas->cairo, x1, y1);
    cairo_stroke(canvas->cairo);
}

void canvas_set_dash(struct canvas *canvas, double on, double off)
{
    const double pattern[] = {on, off};
    cairo_set_dash(canvas->cairo, pattern, on > 0 ? 2 : 0, 0);
}

void canvas_fill_box(struct canvas *canvas, double x, double y, double width, double height)
{
    cairo_rectangle(canvas->cairo, x, y, width, height);
    cairo_fill(canvas->cairo);
}
