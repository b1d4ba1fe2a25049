/* A page of PAGE_WIDTH x PAGE_HEIGHT units that ends as a PNG, SVG or PDF file. */
#ifndef REPORT_CANVAS_H
#define REPORT_CANVAS_H

#include "phasetrace/status.h"
#include "report/palette.h"
#include "report/png_write.h"

#include <cairo.h>
#include <stddef.h>
#include <stdint.h>

#define PAGE_WIDTH                                                                 \
    1920.0 /* units; a unit is a pixel of the PNG and of the SVG, 1/2 point of PDF \
            */
#define PAGE_HEIGHT 1080.0

enum canvas_format { CANVAS_PNG, CANVAS_SVG, CANVAS_PDF, CANVAS_N_FORMATS };

/* Drawing goes straight to `cairo`, whose errors are sticky and surface in canvas_save(). */
struct canvas {
    cairo_t *cairo;
    cairo_surface_t *surface;
    enum canvas_format format;
    uint32_t *pixels; /* [PAGE_HEIGHT, PAGE_WIDTH] for PNG, otherwise NULL */
    unsigned char *stream;
    size_t n_stream_bytes, stream_capacity;
    int stream_status; /* why the stream stopped, when it did */
    struct pt_error *error;
};

const char *canvas_extension(enum canvas_format format); /* "png", "svg", "pdf" */

/*
 * A white page. `title` is stored in a PDF. The record `error` is borrowed until canvas_close(),
 * which must be called whatever this returns.
 */
int canvas_open(struct canvas *canvas, enum canvas_format format, const char *title,
                struct pt_error *error);
/* Ends the drawing and replaces the file. The labels go into a PNG. Call it once. */
int canvas_save(struct canvas *canvas, const char *path, const struct png_label *labels,
                size_t n_labels);
void canvas_close(struct canvas *canvas);

void canvas_set_colour(struct canvas *canvas, struct colour colour, double opacity);
/* A straight line of the current colour. */
void canvas_line(struct canvas *canvas, double x0, double y0, double x1, double y1, double width);
/* Dashes of `on` and `off` units for the lines that follow; `on` 0 makes them solid. */
void canvas_set_dash(struct canvas *canvas, double on, double off);
void canvas_fill_box(struct canvas *canvas, double x, double y, double width, double height);

#endif
