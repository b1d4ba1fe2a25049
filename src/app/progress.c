/* Showing where a run stands. */
#include "app/progress.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct progress_view progress_view_make(int quiet, int verbose)
{
    struct progress_view view = {.mode = PROGRESS_LINES, .verbose = verbose};
    if (quiet)
        view.mode = PROGRESS_QUIET;
    else if (!verbose && isatty(STDERR_FILENO))
        view.mode = PROGRESS_LIVE;
    return view;
}

void progress_end(struct progress_view *view)
{
    if (view->line_open)
        fputs("\r\033[K", stderr);
    view->line_open = 0;
}

/* Which run of the series, by the last part of its directory's name. */
void progress_member(void *user, const struct pt_series_progress *progress)
{
    struct progress_view *view = user;
    const char *slash = strrchr(progress->directory, '/');
    snprintf(view->member, sizeof view->member, "[%zu/%zu %.48s] ", progress->index + 1,
             progress->n_members, slash ? slash + 1 : progress->directory);
    if (view->mode == PROGRESS_QUIET)
        return;
    progress_end(view);
    fprintf(stderr, "run %zu of %zu: %s%s\n", progress->index + 1, progress->n_members,
            progress->directory, progress->kept ? ", finished before" : "");
}

static void print_epoch(const struct pt_run_progress *p)
{
    fprintf(stderr,
            "epoch %.0f/%ld  loss %.4f  test loss %.4f  accuracy %.1f%%  test accuracy %.1f%%  "
            "%zu/%zu snapshots  %.0f s",
            p->epoch, p->n_epochs, p->train_loss, p->test_loss, 100 * p->train_accuracy,
            100 * p->test_accuracy, p->n_snapshots_done, p->n_snapshots, p->elapsed_s);
}

void progress_show(void *user, const struct pt_run_progress *p)
{
    struct progress_view *view = user;
    if (view->mode == PROGRESS_QUIET)
        return;
    if (view->mode == PROGRESS_LINES) {
        if (p->part == PT_PART_TRAIN && (p->epoch_ended || view->verbose)) {
            fputs(view->member, stderr);
            if (view->verbose)
                fprintf(stderr, "step %ld/%ld  ", p->step, p->n_steps);
            print_epoch(p);
            fputc('\n', stderr);
        }
        return;
    }
    progress_end(view);
    fputs(view->member, stderr);
    if (p->part == PT_PART_BASELINES)
        fprintf(stderr, "baseline networks: epoch %.0f/%ld  %.0f s", p->epoch, p->n_epochs,
                p->elapsed_s);
    else if (p->part == PT_PART_ANALYSE)
        fputs("analysing", stderr);
    else if (p->part == PT_PART_DRAW)
        fputs("drawing", stderr);
    else {
        print_epoch(p);
        fprintf(stderr, ", %.0f s left", p->left_s);
    }
    fflush(stderr);
    view->line_open = 1;
}

void progress_log(void *user, enum pt_log_level level, const char *message)
{
    struct progress_view *view = user;
    if (level == PT_LOG_INFO && (!view->verbose || view->mode == PROGRESS_QUIET))
        return;
    progress_end(view);
    fprintf(stderr, "%s%s\n", level == PT_LOG_WARNING ? "train: warning: " : "", message);
}
