/* The figure of P4's turnover: interactions gained and lost between checkpoints. */
#include "report/figures.h"

#include "report/timeline_stack.h"

void fig_p4_new_removed(struct canvas *canvas, const struct results *results)
{
    static const struct {
        const char *heading, *unit, *gained, *lost;
    } texts[] = {
        {"Strength gained and lost since the checkpoint before", "log-odds", "new_strength",
         "removed_strength"},
        {"Generalisable share of it", "share", "new_gamma", "removed_gamma"},
        {"Its mean order", "order", "new_mean_order", "removed_mean_order"},
    };
    const size_t n = sizeof texts / sizeof *texts;
    const struct result_table *table = &results->tables[TABLE_GENERALIZATION];
    const size_t *train = KEYS(PT_GROUP_TRAIN, 0);
    struct timeline panels[3] = {0};
    for (size_t i = 0; i < n; i++) {
        panels[i].heading = texts[i].heading;
        panels[i].unit = texts[i].unit;
        panels[i].has_zero = i < 2;
        timeline_add(&panels[i], result_curve(table, texts[i].gained, train), "newly learnt",
                     colour_blue, 0);
        timeline_add(&panels[i], result_curve(table, texts[i].lost, train), "removed",
                     colour_vermillion, 1);
    }
    timeline_stack_draw(canvas, results, panels, n, 1890, 240);
}
