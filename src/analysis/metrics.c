/* The lines of metrics.csv: one table of fields drives the header and the rows. */
#include "analysis/output.h"
#include "phasetrace/analysis.h"

#include <string.h>

/* In the order of the file, after the step. */
static const struct {
    const char *name;
    size_t offset;
} fields[] = {
#define FIELD(name)                                  \
    {                                                \
#name, offsetof(struct pt_metrics_row, name) \
    }
#define BOUNDS(name)                                                       \
    {#name "_low", offsetof(struct pt_metrics_row, name##_bounds.low)},    \
    {                                                                      \
#name "_high", offsetof(struct pt_metrics_row, name##_bounds.high) \
    }
    FIELD(epoch),          FIELD(train_loss),    FIELD(test_loss),     FIELD(loss_gap),
    FIELD(train_accuracy), FIELD(test_accuracy), FIELD(learning_rate), FIELD(train_clean_loss),
    BOUNDS(train_loss),    BOUNDS(test_loss),    BOUNDS(loss_gap),     BOUNDS(train_accuracy),
    BOUNDS(test_accuracy),
#undef FIELD
#undef BOUNDS
};
#define N_FIELDS (sizeof fields / sizeof *fields)

_Static_assert((N_FIELDS + 1) * NUMBER_TEXT_BYTES < PT_METRICS_LINE_BYTES, "a row must fit");

static double field_value(const struct pt_metrics_row *row, size_t field)
{
    double value;
    memcpy(&value, (const char *)row + fields[field].offset, sizeof value);
    return value;
}

void pt_metrics_header(char line[PT_METRICS_LINE_BYTES])
{
    int length = snprintf(line, PT_METRICS_LINE_BYTES, "step");
    for (size_t f = 0; f < N_FIELDS; f++)
        length +=
            snprintf(line + length, PT_METRICS_LINE_BYTES - (size_t)length, ",%s", fields[f].name);
    snprintf(line + length, PT_METRICS_LINE_BYTES - (size_t)length, "\n");
}

void pt_metrics_format(const struct pt_metrics_row *row, char line[PT_METRICS_LINE_BYTES])
{
    int length = snprintf(line, PT_METRICS_LINE_BYTES, "%ld", row->step);
    for (size_t f = 0; f < N_FIELDS; f++) {
        char text[NUMBER_TEXT_BYTES];
        number_text(field_value(row, f), text);
        length += snprintf(line + length, PT_METRICS_LINE_BYTES - (size_t)length, ",%s", text);
    }
    snprintf(line + length, PT_METRICS_LINE_BYTES - (size_t)length, "\n");
}
