/* Colours that stay apart for colour-blind readers. */
#ifndef REPORT_PALETTE_H
#define REPORT_PALETTE_H

#include <stddef.h>

struct colour {
    double red, green, blue; /* 0..1 */
};

/* Of Okabe and Ito, "Color universal design", 2008. */
extern const struct colour colour_blue, colour_vermillion, colour_green, colour_purple,
    colour_orange, colour_sky;

extern const struct colour colour_ink;               /* text and axes */
extern const struct colour colour_muted;             /* secondary text */
extern const struct colour colour_generalisable;     /* interactions that generalise */
extern const struct colour colour_non_generalisable; /* the others */
extern const struct colour colour_phase[3];          /* grounds, light enough for text and curves */
extern const struct colour colour_grid;
extern const struct colour colour_paper;

/*
 * Colour of order 1..n_orders, from dark (simple) to bright (complex): samples of viridis (Smith
 * and van der Walt, matplotlib 1.5), whose lightness rises evenly.
 */
struct colour colour_of_order(size_t order, size_t n_orders);

/* The one of ink and paper that can be read on `background`. */
struct colour colour_contrasting(struct colour background);

#endif
