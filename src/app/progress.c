/* Showing where a run stands. */
#include "app/progress.h"

#include "app/progress_line.h"
#include "app/signals.h"
#include "app/spectrum_view.h"
#include "app/terminal.h"
#include "base/mem.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define MARGIN 3 /* free columns at the right: an echoed ^C must not begin a new row */

struct progress_view progress_view_make(int quiet, int verbose, int live)
{
    struct progress_view view = {
        .mode = PROGRESS_LINES, .verbose = verbose, .live = live, .spectrum_step = -1};
    if (quiet)
        view.mode = PROGRESS_QUIET;
    else if ((live || !verbose) && terminal_can_replace())
        view.mode = PROGRESS_REPLACED;
    return view;
}

/* One write, so that nothing flickers. */
static void put(struct text *text)
{
    if (text->status == PT_OK && text->n_bytes > 0)
        fwrite(text->data, 1, text->n_bytes, stderr);
    fflush(stderr);
    text_release(text);
}

/* ---- What is replaced ---- */

/* Rows that are too long for a terminal that became narrower have been broken by it. */
static void erase(const struct progress_view *view, size_t n_columns, struct text *to)
{
    size_t n_above = 0;
    if (view->n_rows == 0)
        return;
    for (size_t i = 0; i < view->n_rows; i++) {
        size_t n_parts = (view->row_columns[i] + n_columns - 1) / n_columns;
        n_above += n_parts > 1 ? n_parts : 1;
    }
    text_printf(to, "\r");
    if (n_above > 1)
        text_printf(to, "\033[%zuA", n_above - 1);
    text_printf(to, "\033[J");
}

void progress_end(struct progress_view *view)
{
    struct text text = {0};
    erase(view, (size_t)terminal_look().columns, &text);
    put(&text);
    view->n_rows = 0;
    signals_farewell = NULL;
}

static void replace(struct progress_view *view, const struct pt_run_progress *p)
{
    struct terminal terminal = terminal_look();
    struct text text = {0};
    size_t n_columns = (size_t)terminal.columns, n_lines = (size_t)terminal.rows - 1;
    size_t width = n_columns > 2 * MARGIN ? n_columns - MARGIN : n_columns - 1;
    erase(view, n_columns, &text);
    if (n_lines > PROGRESS_MAX_ROWS - 1)
        n_lines = PROGRESS_MAX_ROWS - 1;
    view->n_rows = 0;
    if (view->live && p->spectrum)
        view->n_rows = spectrum_view_bars(&text, p->spectrum, &terminal, width, n_lines);
    for (size_t i = 0; i < view->n_rows; i++)
        view->row_columns[i] = width;
    view->row_columns[view->n_rows++] = progress_line(&text, view->member, p, width);
    signals_farewell = "\n";
    put(&text);
}

/* ---- What stays ---- */

/* Which run of the series, by the last part of its directory's name. */
void progress_member(void *user, const struct pt_series_progress *progress)
{
    struct progress_view *view = user;
    const char *slash = strrchr(progress->directory, '/');
    snprintf(view->member, sizeof view->member, "[%zu/%zu %.48s]", progress->index + 1,
             progress->n_members, slash ? slash + 1 : progress->directory);
    view->spectrum_step = -1;
    if (view->mode == PROGRESS_QUIET)
        return;
    progress_end(view);
    fprintf(stderr, "run %zu of %zu: %s%s\n", progress->index + 1, progress->n_members,
            progress->directory, progress->kept ? ", finished before" : "");
}

static void print_epoch(const struct progress_view *view, const struct pt_run_progress *p)
{
    char text[32];
    if (view->member[0])
        fprintf(stderr, "%s ", view->member);
    if (view->verbose)
        fprintf(stderr, "step %ld/%ld  ", p->step, p->n_steps);
    fprintf(stderr,
            "epoch %.0f/%ld  loss %.4f  test loss %.4f  accuracy %.1f%%  test accuracy %.1f%%  "
            "%zu/%zu snapshots",
            p->epoch, p->n_epochs, p->train_loss, p->test_loss, 100 * p->train_accuracy,
            100 * p->test_accuracy, p->n_snapshots_done, p->n_snapshots);
    if (isfinite(p->samples_per_s))
        fprintf(stderr, "  %.0f samples/s", p->samples_per_s);
    fprintf(stderr, "  %s", progress_duration(p->elapsed_s, text));
    fprintf(stderr, ", %s left", progress_duration(p->left_s, text));
    fprintf(stderr, "  %.0f MiB\n", ldexp((double)mem_live_bytes(), -20));
}

/* Of a network that was not trained here. */
static void print_snapshot(const struct pt_run_progress *p)
{
    char text[32];
    fprintf(stderr, "snapshot %zu/%zu, step %ld  %s", p->n_snapshots_done, p->n_snapshots, p->step,
            progress_duration(p->elapsed_s, text));
    fprintf(stderr, ", %s left", progress_duration(p->left_s, text));
    fprintf(stderr, "  %.0f MiB\n", ldexp((double)mem_live_bytes(), -20));
}

static void print_lines(struct progress_view *view, const struct pt_run_progress *p)
{
    int is_due = p->moment == PT_MOMENT_EPOCH || (view->verbose && p->moment == PT_MOMENT_SNAPSHOT);
    if (p->part == PT_PART_TRAIN && is_due)
        print_epoch(view, p);
    if (p->part == PT_PART_TRACE && p->moment == PT_MOMENT_SNAPSHOT)
        print_snapshot(p);
    if (!view->live || !p->spectrum || p->spectrum->step == view->spectrum_step)
        return;
    struct text text = {0};
    spectrum_view_table(&text, p->spectrum);
    put(&text);
    view->spectrum_step = p->spectrum->step;
}

void progress_show(void *user, const struct pt_run_progress *p)
{
    struct progress_view *view = user;
    if (view->mode == PROGRESS_LINES)
        print_lines(view, p);
    else if (view->mode == PROGRESS_REPLACED)
        replace(view, p);
}

void progress_log(void *user, enum pt_log_level level, const char *message)
{
    struct progress_view *view = user;
    if (level == PT_LOG_INFO && (!view->verbose || view->mode == PROGRESS_QUIET))
        return;
    progress_end(view);
    fprintf(stderr, "%s%s\n", level == PT_LOG_WARNING ? "train: warning: " : "", message);
}
