/* Tables for the terminal. */
#include "app/results.h"

#include "base/mem.h"
#include "base/text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const struct {
    const char *text, *colour;
} verdicts[] = {
    [PT_NOT_REPRODUCED] = {"not reproduced", "\033[33m"},
    [PT_REPRODUCED] = {"reproduced", "\033[32m"},
    [PT_NOT_MEASURED] = {"not measurable here", "\033[90m"},
};

#define WIDTH 96
#define LONG_S 3600 /* tracing that is worth a warning */

static void number_or_dash(double value, char text[32])
{
    if (isfinite(value))
        snprintf(text, 32, "%.3g", value);
    else
        snprintf(text, 32, "-");
}

/* A paragraph, indented below its claim. */
static void print_wrapped(const char *words)
{
    struct text text = {0};
    text_wrap(&text, "     ", "     ", WIDTH, words);
    fputs(text.status == PT_OK ? text.data : words, stdout);
    text_release(&text);
}

static void print_claim(const struct pt_claim *claim, int coloured)
{
    char value[32], threshold[32];
    number_or_dash(claim->value, value);
    number_or_dash(claim->threshold, threshold);
    printf("%-4s %s%-19s%s  %s, threshold %s  (%s: %s)\n", claim->id,
           coloured ? verdicts[claim->reproduced].colour : "", verdicts[claim->reproduced].text,
           coloured ? "\033[0m" : "", value, threshold, claim->paper, claim->figure);
    print_wrapped(claim->statement);
    if (claim->reason[0])
        print_wrapped(claim->reason);
}

void results_print_claims(const struct pt_claim *claims, size_t n_claims)
{
    const char *no_color = getenv("NO_COLOR");
    int coloured = isatty(STDOUT_FILENO) && !(no_color && *no_color);
    for (size_t i = 0; i < n_claims; i++)
        print_claim(&claims[i], coloured);
}

/* "reproduced: D1 D4", for those with this verdict */
static void print_ids(const struct pt_series_setting *setting, enum pt_verdict verdict)
{
    static const char *const indented[] = {"  not reproduced     ", "  reproduced         ",
                                           "  not measurable here"};
    size_t n = 0;
    for (size_t i = 0; i < setting->n_claims; i++)
        if (setting->claims[i].reproduced == verdict)
            printf("%s %s", n++ ? "" : indented[verdict], setting->claims[i].id);
    if (n > 0)
        printf("\n");
}

void results_print_series(const struct pt_series_outcome *outcome)
{
    for (size_t i = 0; i < outcome->n_settings; i++) {
        const struct pt_series_setting *setting = &outcome->settings[i];
        if (!setting->name[0]) {
            results_print_claims(setting->claims, setting->n_claims);
            continue;
        }
        printf("%s\n", setting->name);
        print_ids(setting, PT_REPRODUCED);
        print_ids(setting, PT_NOT_REPRODUCED);
        print_ids(setting, PT_NOT_MEASURED);
    }
    results_print_claims(outcome->claims, outcome->n_claims);
}

static double mebibytes(double bytes)
{
    return bytes / (1024.0 * 1024.0);
}

void results_print_times(const double seconds[PT_N_PARTS], const struct pt_trace_work *traces,
                         const struct pt_trace_work *baselines)
{
    fprintf(stderr,
            "time: data %.1f s, training %.1f s, evaluation %.1f s, tracing %.1f s (values %.1f, "
            "extraction %.1f thread-seconds), baselines %.1f s (values %.1f, extraction %.1f "
            "thread-seconds), analysis %.1f s, figures %.1f s; memory at most %.1f MiB\n",
            seconds[PT_PART_PREPARE], seconds[PT_PART_TRAIN], seconds[PT_PART_EVALUATE],
            seconds[PT_PART_TRACE], traces->values_s, traces->extraction_s,
            seconds[PT_PART_BASELINES], baselines->values_s, baselines->extraction_s,
            seconds[PT_PART_ANALYSE], seconds[PT_PART_DRAW], mebibytes((double)mem_peak_bytes()));
}

/* "12.3 KiB" */
static const char *amount(uint64_t bytes, char text[32])
{
    static const char *const units[] = {"bytes", "KiB", "MiB", "GiB", "TiB"};
    double number = (double)bytes;
    size_t unit = 0;
    for (; number >= 1024 && unit < 4; unit++)
        number /= 1024;
    snprintf(text, 32, unit ? "%.4g %s" : "%.0f %s", number, units[unit]);
    return text;
}

/* What the traces of a run weigh, in time and on disk. */
static void print_tracing(const struct pt_run_plan *plan)
{
    char text[32];
    const struct {
        const char *what;
        uint64_t bytes;
    } parts[] = {{"a snapshot", plan->snapshot_bytes},
                 {"the larger sample", plan->final_bytes},
                 {"baseline networks", plan->baselines_bytes},
                 {"stability", plan->stability_bytes},
                 {"the planted truth", plan->plant_bytes}};
    if (plan->n_traced == 0)
        return;
    printf(
        "a traced sample: about %.3g s of one thread (values %.3g, extraction %.3g), %s on disk\n",
        plan->sample_values_s + plan->sample_extraction_s, plan->sample_values_s,
        plan->sample_extraction_s, amount(plan->sample_bytes, text));
    printf("traces: %s", amount(plan->trace_bytes, text));
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (parts[i].bytes > 0)
            printf("%s%s %s", i ? ", " : " (", parts[i].what, amount(parts[i].bytes, text));
    printf(")\n");
}

void results_print_layers(const struct pt_run_plan *plan, const char *layers)
{
    printf("network: %zu parameters\n%s", plan->n_parameters, layers);
}

void results_print_plan(const struct pt_run_plan *plan)
{
    printf("data: %zu training samples, %zu testing samples\n", plan->n_train, plan->n_test);
    if (plan->columns[0])
        printf("columns: %s\n", plan->columns);
    printf("training: %ld steps, %ld an epoch\n", plan->n_steps, plan->steps_per_epoch);
    printf("snapshots: %zu", plan->n_snapshots);
    if (plan->n_traced > 0)
        printf(", %zu samples traced at each", plan->n_traced);
    if (plan->n_final > plan->n_traced)
        printf(", %zu at the end", plan->n_final);
    if (plan->n_baselines > 0)
        printf("\nbaseline networks: %zu, traced on %zu samples", plan->n_baselines, plan->n_final);
    printf("\ntime: about %.0f s on %d threads (training %.0f, evaluation %.0f, tracing %.0f, "
           "baselines %.0f)\n",
           plan->train_s + plan->evaluate_s + plan->trace_s + plan->baselines_s, plan->n_threads,
           plan->train_s, plan->evaluate_s, plan->trace_s, plan->baselines_s);
    print_tracing(plan);
    printf(
        "memory: at most %.0f MiB (allocated; what is never touched takes none of the machine's)\n",
        mebibytes((double)plan->memory_bytes));
    printf("disk: %.0f MiB", mebibytes((double)plan->disk_bytes));
    if (plan->free_bytes > 0)
        printf(" of %.0f MiB free", mebibytes((double)plan->free_bytes));
    printf("\n");
    if (plan->trace_s + plan->baselines_s > LONG_S)
        printf(
            "warning: tracing will take about %.1f hours: fewer players, samples or snapshots, or "
            "trace.solver = and, take less\n",
            (plan->trace_s + plan->baselines_s) / 3600);
    if (plan->free_bytes > 0 && plan->disk_bytes > plan->free_bytes)
        printf("warning: the run does not fit on the disk\n");
}
