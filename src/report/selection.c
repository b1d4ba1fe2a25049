/* Checkpoints chosen by where they lie between the boundaries of the phases. */
#include "report/selection.h"

#include "report/text.h"

#include <math.h>

double log_position(double step)
{
    return log2(step + 1);
}

static size_t nearest_step(const double *steps, size_t n_steps, double target)
{
    size_t best = 0;
    for (size_t i = 1; i < n_steps; i++)
        if (fabs(log_position(steps[i]) - target) < fabs(log_position(steps[best]) - target))
            best = i;
    return best;
}

struct selection selection_near(const double *steps, size_t n_steps, const double *targets,
                                const char *const *roles, size_t n_targets)
{
    struct selection s = {0};
    for (size_t i = 0; i < n_targets && n_steps > 0; i++) {
        size_t at = nearest_step(steps, n_steps, targets[i]);
        if (s.n > 0 && at <= s.at[s.n - 1])
            continue;
        s.at[s.n] = at;
        s.step[s.n] = steps[at];
        s.role[s.n++] = roles[i];
    }
    return s;
}

static struct selection select_evenly(const double *steps, size_t n_steps)
{
    static const char *const roles[SELECTION_MAX] = {"start", "", "", "", "end"};
    double first = log_position(steps[0]), last = log_position(steps[n_steps - 1]);
    double targets[SELECTION_MAX];
    for (size_t i = 0; i < SELECTION_MAX; i++)
        targets[i] = first + (last - first) * (double)i / (SELECTION_MAX - 1);
    return selection_near(steps, n_steps, targets, roles, SELECTION_MAX);
}

struct selection selection_of_two_phases(const double *steps, size_t n_steps, double t_star)
{
    static const char *const roles[SELECTION_MAX] = {"start", "phase 1", "end of phase 1",
                                                     "phase 2", "end"};
    if (n_steps == 0)
        return (struct selection){0};
    if (isnan(t_star))
        return select_evenly(steps, n_steps);
    double first = log_position(steps[0]), middle = log_position(t_star);
    double last = log_position(steps[n_steps - 1]);
    const double targets[SELECTION_MAX] = {first, (first + middle) / 2, middle, (middle + last) / 2,
                                           last};
    return selection_near(steps, n_steps, targets, roles, SELECTION_MAX);
}

struct selection selection_of_three_phases(const double *steps, size_t n_steps,
                                           const struct results *results)
{
    double t_star = results->phases[PT_TRAIN].t_star, t1 = results->three_phases.t1;
    if (n_steps == 0)
        return (struct selection){0};
    if (isnan(t_star))
        return select_evenly(steps, n_steps);
    double first = log_position(steps[0]), middle = log_position(t_star);
    double last = log_position(steps[n_steps - 1]), late = log_position(t1);
    int has_t1 = t1 > t_star;
    const char *const roles[SELECTION_MAX] = {"start", "forgetting", "simplest (t*)",
                                              has_t1 ? "best share (t1)" : "", "end"};
    const double targets[SELECTION_MAX] = {first, (first + middle) / 2, middle,
                                           has_t1 ? late : (middle + last) / 2, last};
    return selection_near(steps, n_steps, targets, roles, SELECTION_MAX);
}

void draw_badge(struct canvas *canvas, double x, double y, size_t index)
{
    static const struct text_style style = {.size = 20, .align = TEXT_CENTRE, .is_bold = 1};
    const char letter[2] = {(char)('A' + index), '\0'};
    draw_dot(canvas, x, y, 17, colour_paper);
    draw_dot(canvas, x, y, 15, colour_ink);
    canvas_set_colour(canvas, colour_paper, 1);
    text_draw(canvas, x, y + 0.36 * style.size, letter, &style);
}

/* The value at `step`, between neighbours on a straight line of the log axis; NaN outside. */
static double value_at(const struct curve *curve, double step)
{
    for (size_t i = 0; i < curve->n; i++) {
        if (curve->step[i] == step)
            return curve->value[i];
        if (i > 0 && curve->step[i] > step && curve->step[i - 1] < step) {
            double from = log_position(curve->step[i - 1]), to = log_position(curve->step[i]);
            double t = (log_position(step) - from) / (to - from);
            return curve->value[i - 1] + t * (curve->value[i] - curve->value[i - 1]);
        }
    }
    return NAN;
}

void selection_draw_on_curve(struct canvas *canvas, const struct selection *selection,
                             const struct plane *plane, const struct curve *curve)
{
    for (size_t i = 0; i < selection->n; i++) {
        double value = value_at(curve, selection->step[i]);
        if (isfinite(value))
            draw_badge(canvas, step_axis_x(&plane->steps, selection->step[i]),
                       value_axis_y(&plane->values, value), i);
    }
}
