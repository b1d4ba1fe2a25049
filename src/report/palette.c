/* The colours of all figures. */
#include "report/palette.h"

#define RGB(red, green, blue)                          \
    {                                                  \
        (red) / 255.0, (green) / 255.0, (blue) / 255.0 \
    }

const struct colour colour_blue = RGB(0, 114, 178);
const struct colour colour_vermillion = RGB(213, 94, 0);
const struct colour colour_green = RGB(0, 158, 115);
const struct colour colour_purple = RGB(204, 121, 167);
const struct colour colour_orange = RGB(230, 159, 0);
const struct colour colour_sky = RGB(86, 180, 233);
const struct colour colour_generalisable = RGB(0, 143, 104);
const struct colour colour_non_generalisable = RGB(184, 184, 184);
const struct colour colour_phase[3] = {RGB(232, 245, 240), RGB(244, 244, 238), RGB(252, 234, 222)};
const struct colour colour_ink = RGB(34, 34, 34);
const struct colour colour_muted = RGB(95, 95, 95);
const struct colour colour_grid = RGB(222, 222, 222);
const struct colour colour_paper = RGB(255, 255, 255);

static const struct colour viridis[] = {
    RGB(68, 1, 84),    RGB(72, 36, 117),  RGB(65, 68, 135),  RGB(53, 95, 141),
    RGB(42, 120, 142), RGB(33, 145, 140), RGB(34, 168, 132), RGB(68, 191, 112),
    RGB(122, 209, 81), RGB(189, 223, 38), RGB(253, 231, 37),
};

static double between(double a, double b, double t)
{
    return a + (b - a) * t;
}

struct colour colour_of_order(size_t order, size_t n_orders)
{
    const size_t n_intervals = sizeof viridis / sizeof *viridis - 1;
    double position = n_orders > 1 ? (double)(order - 1) / (double)(n_orders - 1) : 0;
    double scaled = position * (double)n_intervals;
    size_t i = (size_t)scaled;
    if (i >= n_intervals)
        i = n_intervals - 1;
    double t = scaled - (double)i;
    const struct colour *a = &viridis[i], *b = &viridis[i + 1];
    return (struct colour){between(a->red, b->red, t), between(a->green, b->green, t),
                           between(a->blue, b->blue, t)};
}

struct colour colour_contrasting(struct colour background)
{
    double luma = 0.299 * background.red + 0.587 * background.green + 0.114 * background.blue;
    return luma > 0.5 ? colour_ink : colour_paper;
}
