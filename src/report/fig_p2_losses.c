/* The figure of losses, accuracies and their gap over training. */
#include "report/figures.h"

#include "report/curves.h"
#include "report/page.h"
#include "report/phase_marks.h"

#include <math.h>

#define PLOT_LEFT 165.0
#define PLOT_RIGHT 1880.0
#define PLOT_HEIGHT 196.0
#define FIRST_TOP 246.0
#define PLOT_PITCH 257.0 /* from one plot's top to the next one's */
#define MAX_LINES 3

struct line {
    const struct curve *curve;
    struct key_entry key;
};

struct panel {
    const char *heading, *unit;
    struct line lines[MAX_LINES];
    size_t n_lines;
};

static struct range panel_range(const struct panel *panel)
{
    struct range range = range_empty();
    for (size_t i = 0; i < panel->n_lines; i++)
        curve_add_range(panel->lines[i].curve, &range);
    return range;
}

static void draw_line(struct canvas *canvas, const struct plane *plane, const struct line *line)
{
    curve_draw_band(canvas, plane, line->curve, line->key.colour);
    if (line->key.is_dashed_line)
        canvas_set_dash(canvas, 10, 6);
    curve_draw_line(canvas, plane, line->curve, line->key.colour, 4);
    canvas_set_dash(canvas, 0, 0);
}

static void draw_panel(struct canvas *canvas, const struct panel *panel,
                       const struct step_axis *steps, const struct result_phases *phases,
                       double top)
{
    double bottom = top + PLOT_HEIGHT;
    struct range range = panel_range(panel);
    struct plane plane = {*steps, value_axis_over(top, bottom, range, 4)};
    struct key_entry keys[MAX_LINES];
    for (size_t i = 0; i < panel->n_lines; i++)
        keys[i] = panel->lines[i].key;
    page_draw_heading(canvas, PAGE_MARGIN, PLOT_RIGHT, top - 16, panel->heading, keys,
                      panel->n_lines > 1 ? panel->n_lines : 0);
    if (range_is_empty(range))
        plane_say_empty(canvas, &plane);
    else
        value_axis_draw(canvas, &plane.values, PLOT_LEFT, PLOT_RIGHT, PLOT_LEFT - PAGE_MARGIN,
                        panel->unit);
    phase_marks_draw_boundary(canvas, phases, steps, top, bottom);
    for (size_t i = 0; i < panel->n_lines; i++)
        draw_line(canvas, &plane, &panel->lines[i]);
    step_axis_draw_ticks(canvas, steps, bottom);
}

/* Without label noise the loss on clean samples is the training loss: one line is enough. */
static int differs(const struct curve *a, const struct curve *b)
{
    for (size_t i = 0; i < a->n; i++)
        if (isfinite(a->value[i]) && a->value[i] != b->value[i])
            return 1;
    return 0;
}

void fig_p2_losses(struct canvas *canvas, const struct results *results)
{
    const struct result_metrics *m = &results->metrics;
    const struct result_phases *phases = &results->phases[PT_TEST];
    const struct key_entry training = {"training", colour_blue, 0};
    const struct key_entry held_out = {"held-out", colour_vermillion, 0};
    const struct key_entry clean = {"training, correctly labelled only", colour_blue, 1};
    const struct panel panels[] = {
        {"Loss",
         "nats",
         {{&m->loss[PT_TRAIN], training}, {&m->loss[PT_TEST], held_out}, {&m->clean_loss, clean}},
         differs(&m->clean_loss, &m->loss[PT_TRAIN]) ? 3 : 2},
        {"Accuracy",
         "fraction",
         {{&m->accuracy[PT_TRAIN], training}, {&m->accuracy[PT_TEST], held_out}},
         2},
        {"Loss gap", "nats", {{&m->gap, {"", colour_ink, 0}}}, 1},
    };
    const size_t n_panels = sizeof panels / sizeof *panels;
    const struct step_axis steps = {PLOT_LEFT, PLOT_RIGHT, curve_last_step(&m->gap, 1)};
    for (size_t i = 0; i < n_panels; i++)
        draw_panel(canvas, &panels[i], &steps, phases, FIRST_TOP + (double)i * PLOT_PITCH);
    step_axis_draw(canvas, &steps, FIRST_TOP + (double)(n_panels - 1) * PLOT_PITCH + PLOT_HEIGHT);
    phase_marks_draw_brackets(canvas, phases, &steps, 158, 1);
}
