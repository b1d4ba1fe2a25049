/* The list of figures, drawn one by one into every format. */
#include "phasetrace/report.h"

#include "base/fsio.h"
#include "report/canvas.h"
#include "report/describe.h"
#include "report/figures.h"
#include "report/page.h"
#include "report/results.h"
#include "report/sweep.h"

#include <limits.h>
#include <stdio.h>

struct figure {
    const char *name; /* of its files */
    const char *title;
    enum result_table_id needs; /* drawn only when this table is there */
    void (*draw)(struct canvas *canvas, const struct results *results);
};

static const struct figure figures[] = {
    {"three_phases", "Three phases: what a network learns, and what of it generalises",
     TABLE_GENERALIZATION, fig_three_phases},
    {"p1_fig3_two_phases", "Two phases: which interactions the network encodes, and its loss gap",
     TABLE_ORDERS, fig_p1_two_phases},
    {"p1_fig5_similarity", "Similarity of training and held-out interactions, order by order",
     TABLE_SIMILARITY, fig_p1_similarity},
    {"p1_fig6_mislabelled", "Correctly labelled and mislabelled samples: interactions by order",
     TABLE_LABELS, fig_p1_mislabelled},
    {"p2_fig2_order_shares",
     "Share of each interaction order in the network's output during training", TABLE_ORDERS,
     fig_p2_order_shares},
    {"p2_fig3_row_norms", "Noise makes a network prefer simple interactions: the theory",
     TABLE_THEORY_ROWS, fig_p2_row_norms},
    {"p2_fig4_theory", "Phase 2: orders measured, and predicted from the final network",
     TABLE_THEORY, fig_p2_theory},
    {"p2_fig7_losses", "Loss, accuracy and loss gap during training", TABLE_METRICS, fig_p2_losses},
    {"p2_fig9_theory_and", "Phase 2: orders of AND interactions, measured and predicted",
     TABLE_THEORY, fig_p2_theory_and},
    {"p3_decay_spindle", "A decay and a spindle: do they tell what generalises?",
     TABLE_DECAY_SPINDLE, fig_p3_decay_spindle},
    {"p4_generalisation", "What part of the interactions generalises, and the loss gap",
     TABLE_GENERALIZATION, fig_p4_generalisation},
    {"p4_strength", "Interactions that generalise, and those that do not, by order",
     TABLE_GENERALIZATION, fig_p4_strength},
    {"p4_new_removed", "What is newly learnt, and what is removed", TABLE_GENERALIZATION,
     fig_p4_new_removed},
    {"p4_causal", "The loss gap without the interactions that do not generalise", TABLE_CAUSAL,
     fig_p4_causal},
    {"p4_scatter", "The loss gap against what does not generalise", TABLE_GENERALIZATION,
     fig_p4_scatter},
    {"p5_fig4_common", "Interactions that two networks have in common", TABLE_COMMON,
     fig_p5_common},
    {"p7_stability", "Which orders are stable under noise, and which are learnt first",
     TABLE_STABILITY, fig_p7_stability},
    {"ground_truth", "Planted interactions: how much of them is found", TABLE_GROUND_TRUTH,
     fig_ground_truth},
};

/* A table that every run has may be empty; one that few have is then as good as absent. */
static int is_drawn(const struct figure *figure, const struct results *results)
{
    return !result_layouts[figure->needs].is_optional || results->tables[figure->needs].n_along > 0;
}

static int write_figure(const struct figure *figure, enum canvas_format format,
                        const char *directory, const struct results *results,
                        struct pt_error *error)
{
    const struct result_about *about = &results->about;
    char name[64], path[PATH_MAX], run[DESCRIBE_BYTES], seed[32];
    snprintf(name, sizeof name, "%s.%s", figure->name, canvas_extension(format));
    int status = path_join(path, sizeof path, directory, name, error);
    if (status)
        return status;
    describe_runs(about, 1, run, sizeof run);
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
    for (size_t i = 0; i < sizeof figures / sizeof *figures && !status; i++)
        for (int format = 0; is_drawn(&figures[i], results) && format < CANVAS_N_FORMATS && !status;
             format++)
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
    if (sweep_is_at(run_directory))
        return sweep_report(run_directory, error);
    struct results results;
    int status = results_load(run_directory, &results, error);
    if (!status)
        status = write_all(run_directory, &results, error);
    results_release(&results);
    return status;
}
