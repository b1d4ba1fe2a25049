/* The files of the figure of a sweep. */
#include "report/sweep.h"

#include "base/fsio.h"
#include "base/mem.h"
#include "phasetrace/version.h"
#include "report/describe.h"
#include "report/page.h"

#include <limits.h>
#include <stdio.h>

#define DOT " \xc2\xb7 "

struct page_texts {
    char title[3 * RESULTS_MAX_TEXT_BYTES];
    char subtitle[DESCRIBE_BYTES + 128], footer[DESCRIBE_BYTES + 256];
};

static void describe(const struct sweep *sweep, struct page_texts *texts)
{
    char runs[DESCRIBE_BYTES], method[DESCRIBE_BYTES];
    snprintf(texts->title, sizeof texts->title, "What changes with %s%s%s", sweep->keys[0].name,
             sweep->n_keys > 1 ? " and " : "", sweep->n_keys > 1 ? sweep->keys[1].name : "");
    describe_runs(sweep->abouts, sweep->n_abouts, runs, sizeof runs);
    snprintf(texts->subtitle, sizeof texts->subtitle, "%s%s%zu run%s of %zu setting%s", runs,
             *runs ? DOT : "", sweep->n_points, sweep->n_points == 1 ? "" : "s", sweep->n_settings,
             sweep->n_settings == 1 ? "" : "s");
    describe_method(sweep->abouts, sweep->n_abouts, method, sizeof method);
    snprintf(texts->footer, sizeof texts->footer, "%s%s%s",
             sweep->n_points > sweep->n_settings ? "small dots: runs" DOT
                                                   "whiskers: 95% t-interval over seeds"
                                                 : "dots: runs",
             *method ? DOT : "", method);
}

static int write_page(const struct sweep *sweep, const struct page_texts *texts,
                      enum canvas_format format, const char *directory, struct pt_error *error)
{
    const struct png_label labels[] = {{"Title", texts->title},
                                       {"Description", texts->subtitle},
                                       {"Comment", texts->footer},
                                       {"Software", "phasetrace"},
                                       {"version", pt_version()}};
    char name[32], path[PATH_MAX];
    struct canvas canvas;
    snprintf(name, sizeof name, "sweep.%s", canvas_extension(format));
    int status = path_join(path, sizeof path, directory, name, error);
    if (status)
        return status;
    status = canvas_open(&canvas, format, texts->title, error);
    if (!status) {
        page_draw_texts(&canvas, texts->title, texts->subtitle, texts->footer);
        fig_sweep(&canvas, sweep);
        status = canvas_save(&canvas, path, labels, sizeof labels / sizeof *labels);
    }
    canvas_close(&canvas);
    return status ? pt_error_context(error, status, "figure %s", name) : PT_OK;
}

static int write_pages(const struct sweep *sweep, const char *directory, struct pt_error *error)
{
    char figures[PATH_MAX];
    struct page_texts texts;
    describe(sweep, &texts);
    int status = path_join(figures, sizeof figures, directory, "figures", error);
    if (!status)
        status = directory_create(figures, error);
    for (int format = 0; format < CANVAS_N_FORMATS && !status; format++)
        status = write_page(sweep, &texts, (enum canvas_format)format, figures, error);
    return status;
}

int sweep_report(const char *directory, struct pt_error *error)
{
    struct sweep *sweep = mem_alloc(1, sizeof *sweep, error);
    if (!sweep)
        return PT_E_MEMORY;
    int status = sweep_load(directory, sweep, error);
    if (!status)
        status = write_pages(sweep, directory, error);
    sweep_release(sweep);
    mem_free(sweep);
    return status;
}
