/* The causal test at every checkpoint and on the larger sample, in analysis/causal.csv. */
#include "analysis/causal.h"

#include "analysis/output.h"
#include "analysis/state.h"

#define HEADER                                                                                  \
    "step,epoch,sample,n_train,n_test,train_loss,test_loss,gap,gap_low,gap_high,"               \
    "train_loss_gen,test_loss_gen,gap_gen,gap_gen_low,gap_gen_high,gap_random,gap_random_p5,"   \
    "gap_random_p95,train_loss_random,test_loss_random,part_empty,part_gen,part_non,part_rest," \
    "v_gap"

/* Draws of the control: enough for a curve, and for a verdict. */
#define CURVE_DRAWS 200
#define LAST_DRAWS 1000
#define FINAL_STREAM UINT32_MAX /* no step */

static void write_row(struct table *table, const struct checkpoint *at, const char *sample,
                      const struct causal *c)
{
    const double numbers[] = {
        c->loss[0],
        c->loss[1],
        c->gap,
        c->gap_bounds.low,
        c->gap_bounds.high,
        c->loss_gen[0],
        c->loss_gen[1],
        c->gap_gen,
        c->gap_gen_bounds.low,
        c->gap_gen_bounds.high,
        c->gap_random,
        c->gap_random_p5,
        c->gap_random_p95,
        c->loss_random[0],
        c->loss_random[1],
    };
    table_integer(table, at->step);
    table_number(table, at->epoch);
    table_text(table, sample);
    table_integer(table, (long)c->n[0]);
    table_integer(table, (long)c->n[1]);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        table_number(table, numbers[i]);
    for (size_t part = 0; part < N_CAUSAL_PARTS; part++)
        table_number(table, c->parts[part]);
    table_number(table, c->v_gap);
    table_end_row(table);
}

/* Leaves the last checkpoint's result. */
static int measure_curve(struct pt_analysis *analysis, struct table *table, struct pt_error *error)
{
    for (size_t c = 0; c < analysis->n_checkpoints; c++) {
        const struct checkpoint *at = &analysis->checkpoints[c];
        int is_last = at == last_checkpoint(analysis);
        const struct causal_draws draws = {analysis->options.seed, (uint32_t)at->step,
                                           is_last ? LAST_DRAWS : CURVE_DRAWS};
        int status =
            causal_measure(&at->encoding, analysis->bootstrap, &draws, &analysis->causal, error);
        if (status)
            return status;
        if (analysis->causal.is_known)
            write_row(table, at, "checkpoint", &analysis->causal);
    }
    return PT_OK;
}

static int measure_final(struct pt_analysis *analysis, struct table *table, struct pt_error *error)
{
    const struct causal_draws draws = {analysis->options.seed, FINAL_STREAM, LAST_DRAWS};
    if (analysis->final.n_samples == 0)
        return PT_OK;
    int status = causal_measure(&analysis->final, analysis->final_bootstrap, &draws,
                                &analysis->causal, error);
    if (!status && analysis->causal.is_known)
        write_row(table, last_checkpoint(analysis), "final", &analysis->causal);
    return status;
}

static int causal_finish(struct pt_analysis *analysis, const char *directory,
                         struct pt_error *error)
{
    struct table table;
    analysis->causal = (struct causal){0};
    if (!analysis->checkpoints[0].encoding.general)
        return PT_OK;
    table_start(&table, directory, "causal.csv", HEADER, error);
    int status = table.status;
    if (!status)
        status = measure_curve(analysis, &table, error);
    if (!status)
        status = measure_final(analysis, &table, error);
    if (!table.status)
        table.status = status;
    return table_finish(&table);
}

const struct quantity quantity_causal = {NULL, causal_finish};
