/* The figure of P4's three phases: the generalisable share and the loss gap over training. */
#include "report/figures.h"

#include "report/timeline_stack.h"

void fig_p4_generalisation(struct canvas *canvas, const struct results *results)
{
    const struct result_table *table = &results->tables[TABLE_GENERALIZATION];
    const size_t *train = KEYS(PT_GROUP_TRAIN, 0), *test = KEYS(PT_GROUP_TEST, 0);
    struct timeline panels[] = {
        {.heading = "Generalisable share of the strength, training samples",
         .unit = "share",
         .has_zero = 1},
        {.heading = "The share in excess of chance", .unit = "excess", .has_zero = 1},
        {.heading = "Loss gap: held-out minus training", .unit = "gap (nats)", .has_zero = 1},
    };
    timeline_add(&panels[0], result_curve(table, "gamma", train), "generalisable",
                 colour_generalisable, 0);
    timeline_add(&panels[0], result_curve(table, "chance", train), "by chance", colour_muted, 1);
    timeline_add(&panels[1], result_curve(table, "excess", train), "training", colour_generalisable,
                 0);
    timeline_add(&panels[1], result_curve(table, "excess", test), "held-out", colour_vermillion, 1);
    timeline_add(&panels[2], results->metrics.gap, "loss gap", colour_ink, 0);
    timeline_stack_draw(canvas, results, panels, 3, 1890, 240);
}
