/* The list of figures, drawn one by one into every format. */
#include "phasetrace/report.h"

#include "base/fsio.h"
#include "report/canvas.h"
#include "report/figures.h"
#include "report/page.h"
#include "report/results.h"

#include <limits.h>
#include <stdio.h>

struct figure {
    const char *name; /* of its files */
    const char *title;
    void (*draw)(struct canvas *canvas, const struct results *results);
};

static const struct figure figures[] = {
    {"two_phases", "Two phases: which interactions the network encodes, and its loss gap",
     fig_two_phases},
    {"order_shares", "Share of each interaction order in the network's output during training",
     fig_order_shares},
    {"losses", "Loss, accuracy and loss gap during training", fig_losses},
};

static int write_figure(const struct figure *figure, enum canvas_format format,
                        const char *directory, const struct results *results,
                        struct pt_error *error)
{
    const struct result_about *about = &results->about;
    char name[64], path[PATH_MAX], run[PAGE_RUN_BYTES], seed[32];
    snprintf(name, sizeof name, "%s.%s", figure->name, canvas_extension(format));
    int status = path_join(path, sizeof path, directory, name, error);
    if (status)
        return status;
    page_describe_run(about, run, sizeof run);
    snprintf(seed, sizeof seed, "%ld", about->seed);
    const struct png_label labels[] = {
        {"Title", figure->title},          {"Description", run},        {"Software", "phasetrace"},
        {"version", about->version},       {"data set", about->title},  {"network", about->network},
        {"extraction", about->extraction}, {"masking", about->masking}, {"seed", seed},
    };
    struct canvas canvas;
    status = canvas_open(&canvas, format, figure->title, error);
    if (!status) {
        page_draw_frame(&canvas, about, figure->title);
        figure->draw(&canvas, results);
        status = canvas_save(&canvas, path, labels, sizeof labels / sizeof *labels);
    }
    canvas_close(&canvas);
    return status ? pt_error_context(error, status, "figure %s", name) : PT_OK;
}

static int write_all(const char *run_directory, const struct results *results,
                     struct pt_error *error)
{
    char directory[PATH_MAX];
    int status = path_join(directory, sizeof directory, run_directory, "figures", error);
    if (!status)
        status = directory_create(directory, error);
    for (size_t i = 0; i < sizeof figures / sizeof *figures; i++)
        for (int format = 0; format < CANVAS_N_FORMATS && !status; format++)
            status =
                write_figure(&figures[i], (enum canvas_format)format, directory, results, error);
    return status;
}

int pt_report_available(void)
{
    return 1;
}

int pt_report_figures(const char *run_directory, struct pt_error *error)
{
    struct results results;
    int status = results_load(run_directory, &results, error);
    if (!status)
        status = write_all(run_directory, &results, error);
    results_release(&results);
    return status;
}
