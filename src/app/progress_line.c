/* What the line of progress says, in the room there is. */
#include "app/progress_line.h"

#include "app/terminal.h"
#include "base/mem.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define FIELD_BYTES 80
#define GAP 2 /* columns between fields */

/* In the order of the line. */
enum field { MEMBER, PLACE, LOSS, ACCURACY, SPEED, LEFT, MEMORY, SNAPSHOTS, N_FIELDS };

/* What is left out last comes first. */
static const enum field by_weight[N_FIELDS] = {PLACE, LOSS,   ACCURACY, LEFT,
                                               SPEED, MEMBER, MEMORY,   SNAPSHOTS};

const char *progress_duration(double seconds, char text[32])
{
    long s = lround(fmin(fmax(seconds, 0), 3.6e8));
    if (s < 60)
        snprintf(text, 32, "%ld s", s);
    else if (s < 3600)
        snprintf(text, 32, "%ldm%02lds", s / 60, s % 60);
    else
        snprintf(text, 32, "%ldh%02ldm", s / 3600, s / 60 % 60);
    return text;
}

static void describe_place(const struct pt_run_progress *p, char *place)
{
    if (p->part == PT_PART_ANALYSE)
        snprintf(place, FIELD_BYTES, "analysing");
    else if (p->part == PT_PART_DRAW)
        snprintf(place, FIELD_BYTES, "drawing");
    else if (p->part == PT_PART_BASELINES && p->n_to_trace > 0)
        snprintf(place, FIELD_BYTES, "baseline networks: tracing %zu/%zu", p->n_traced,
                 p->n_to_trace);
    else if (p->part == PT_PART_BASELINES)
        snprintf(place, FIELD_BYTES, "baseline networks: epoch %.0f/%ld", p->epoch, p->n_epochs);
    else if (p->part == PT_PART_TRACE && p->n_to_trace > 0)
        snprintf(place, FIELD_BYTES, "epoch %.1f/%ld, tracing %zu/%zu", p->epoch, p->n_epochs,
                 p->n_traced, p->n_to_trace);
    else
        snprintf(place, FIELD_BYTES, "epoch %.1f/%ld%s", p->epoch, p->n_epochs,
                 p->part == PT_PART_TRACE ? ", tracing" : "");
}

static void describe_training(const struct pt_run_progress *p, char fields[N_FIELDS][FIELD_BYTES])
{
    char left[32];
    if (isfinite(p->train_loss))
        snprintf(fields[LOSS], FIELD_BYTES, "loss %.3f test %.3f", p->train_loss, p->test_loss);
    if (isfinite(p->train_accuracy))
        snprintf(fields[ACCURACY], FIELD_BYTES, "accuracy %.1f%% test %.1f%%",
                 100 * p->train_accuracy, 100 * p->test_accuracy);
    if (isfinite(p->samples_per_s))
        snprintf(fields[SPEED], FIELD_BYTES, "%.0f samples/s", p->samples_per_s);
    if (p->left_s > 0)
        snprintf(fields[LEFT], FIELD_BYTES, "%s left", progress_duration(p->left_s, left));
    snprintf(fields[SNAPSHOTS], FIELD_BYTES, "%zu/%zu snapshots", p->n_snapshots_done,
             p->n_snapshots);
}

/* Empties the fields for which there is no room. */
static void choose(char fields[N_FIELDS][FIELD_BYTES], size_t width)
{
    size_t taken = 0;
    for (size_t i = 0; i < N_FIELDS; i++) {
        char *field = fields[by_weight[i]];
        size_t needed = field[0] ? terminal_width(field) + (i > 0) * GAP : 0;
        if (i > 0 && taken + needed > width)
            field[0] = '\0';
        else
            taken += needed;
    }
}

size_t progress_line(struct text *to, const char *member, const struct pt_run_progress *p,
                     size_t width)
{
    char fields[N_FIELDS][FIELD_BYTES] = {{0}};
    size_t taken = 0;
    snprintf(fields[MEMBER], FIELD_BYTES, "%s", member);
    describe_place(p, fields[PLACE]);
    if (p->part == PT_PART_TRAIN || p->part == PT_PART_TRACE)
        describe_training(p, fields);
    snprintf(fields[MEMORY], FIELD_BYTES, "%.0f MiB", ldexp((double)mem_live_bytes(), -20));
    choose(fields, width);
    for (size_t i = 0; i < N_FIELDS; i++) {
        if (!fields[i][0])
            continue;
        if (taken > 0)
            taken += terminal_append(to, "  ", width - taken);
        taken += terminal_append(to, fields[i], width - taken);
    }
    return taken;
}
