/* The rules that cut the curve of generalisability into phases (doc/METHOD.md, "Phases"). */
#include "analysis/generalization.h"

#include <math.h>

#define RISEN_LOSS 1.01 /* of the minimum */

static double median(double a, double b, double c)
{
    return fmax(fmin(a, b), fmin(fmax(a, b), c));
}

static double smooth(double before, double here, double after)
{
    return isnan(before + here + after) ? here : median(before, here, after);
}

double smooth_excess(const struct generalization_point *points, size_t n, size_t c)
{
    const struct generalization_point *here = points + c;
    return c == 0 || c + 1 == n ? here->excess
                                : smooth(here[-1].excess, here->excess, here[1].excess);
}

double smooth_gamma(const struct generalization_point *points, size_t n, size_t c)
{
    const struct generalization_point *here = points + c;
    return c == 0 || c + 1 == n ? here->gamma : smooth(here[-1].gamma, here->gamma, here[1].gamma);
}

/* Whether, over two checkpoints up to c, the rest has grown by more than generalisable strength.
 * Where strength grows that says that less than half of the growth is generalisable; where it
 * falls, a share of the change would say nothing. */
static int rest_gains(const struct generalization_point *points, size_t c)
{
    const struct generalization_point *now = &points[c], *before = &points[c - 2];
    double generalisable = now->generalisable - before->generalisable;
    return generalisable < now->strength - before->strength - generalisable;
}

struct generalization_phases generalization_phases(const struct generalization_point *points,
                                                   size_t n)
{
    struct generalization_phases phases = {n, n};
    double highest = NAN;
    for (size_t c = 0; c < n; c++) {
        double excess = smooth_excess(points, n, c);
        if (!isnan(excess) && !(excess <= highest)) {
            phases.peak = c;
            highest = excess;
        }
    }
    for (size_t c = n; c-- > phases.peak + 1 && c >= 2 && rest_gains(points, c);)
        phases.decline = c;
    return phases;
}

long loss_rise_step(const struct pt_metrics_row *metrics, size_t n_metrics)
{
    double minimum = NAN;
    for (size_t i = 0; i < n_metrics; i++)
        minimum = fmin(minimum, metrics[i].test_loss);
    long step = -1;
    for (size_t i = n_metrics; i-- > 0 && !(metrics[i].test_loss <= RISEN_LOSS * minimum);)
        if (!isnan(metrics[i].test_loss))
            step = metrics[i].step;
    return step;
}
