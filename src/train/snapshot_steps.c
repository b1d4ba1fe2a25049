/* The schedule of snapshots. */
#include "train/snapshot_steps.h"

#include <math.h>

/* Appends `step` when it lies beyond the last one. */
static size_t append(long *steps, size_t n, size_t count, long step, long n_steps)
{
    if (step > n_steps || n == count || (n > 0 && step <= steps[n - 1]))
        return n;
    steps[n] = step;
    return n + 1;
}

/* `n_more` steps from `from` (excluded) to n_steps (included), equal factors apart; where rounding
 * would repeat a step the next free one is taken. */
static size_t append_log(long *steps, size_t n, size_t count, size_t n_more, long from,
                         long n_steps, long multiple)
{
    double low = from > 0 ? (double)from : 1.0;
    for (size_t i = 1; i <= n_more && n < count; i++) {
        double exact = low * pow((double)n_steps / low, (double)i / (double)n_more);
        long step = lround(exact / (double)multiple) * multiple;
        if (n > 0 && step <= steps[n - 1])
            step = steps[n - 1] + multiple;
        n = append(steps, n, count, i == n_more ? n_steps : step, n_steps);
    }
    return n;
}

static size_t dense_early(size_t count, long steps_per_epoch, long n_steps, long *steps)
{
    long first_epoch = steps_per_epoch < n_steps ? steps_per_epoch : n_steps;
    size_t n_early = 1; /* step 0 */
    for (long step = 1; step <= first_epoch; step *= 2)
        n_early++;
    /* At least a third of the snapshots belong to what comes after the first epoch. */
    size_t n_allowed = count - (count + 2) / 3;
    size_t n = append(steps, 0, count, 0, n_steps);
    if (n_early > n_allowed) {
        n = append_log(steps, n, count, n_allowed > 1 ? n_allowed - 1 : 0, 1, first_epoch, 1);
    } else {
        for (long step = 1; step <= first_epoch; step *= 2)
            n = append(steps, n, count, step, n_steps);
    }
    return append_log(steps, n, count, count - n, steps[n - 1], n_steps, steps_per_epoch);
}

static size_t every_epochs(size_t count, long steps_per_epoch, long n_steps, long *steps)
{
    size_t n = append(steps, 0, count, 0, n_steps);
    size_t n_more = count - 1;
    for (size_t i = 1; i <= n_more; i++) {
        double exact = (double)n_steps * (double)i / (double)n_more;
        long step = lround(exact / (double)steps_per_epoch) * steps_per_epoch;
        n = append(steps, n, count, i == n_more ? n_steps : step, n_steps);
    }
    return n;
}

size_t snapshot_steps(enum pt_snapshot_schedule schedule, size_t count, long steps_per_epoch,
                      long n_steps, long *steps)
{
    if (schedule == PT_SNAPSHOTS_DENSE_EARLY)
        return dense_early(count, steps_per_epoch, n_steps, steps);
    if (schedule == PT_SNAPSHOTS_EPOCHS)
        return every_epochs(count, steps_per_epoch, n_steps, steps);
    size_t n = append(steps, 0, count, 0, n_steps);
    return append_log(steps, n, count, count - 1, 0, n_steps, 1);
}
