/* The lines of metrics.csv: one table of fields drives writing and reading. */
#include "analysis/output.h"
#include "base/mem.h"
#include "fmt/csv.h"
#include "phasetrace/analysis.h"

#include <math.h>
#include <string.h>

#define MAX_STEP 1e15

#define AT(member) offsetof(struct pt_metrics_row, member)

/* In the order of the file, after the step. */
static const struct {
    const char *name;
    size_t offset;
} fields[] = {
    {"epoch", AT(epoch)},
    {"train_loss", AT(train_loss)},
    {"test_loss", AT(test_loss)},
    {"loss_gap", AT(loss_gap)},
    {"train_accuracy", AT(train_accuracy)},
    {"test_accuracy", AT(test_accuracy)},
    {"learning_rate", AT(learning_rate)},
    {"train_clean_loss", AT(train_clean_loss)},
    {"train_loss_low", AT(train_loss_bounds.low)},
    {"train_loss_high", AT(train_loss_bounds.high)},
    {"test_loss_low", AT(test_loss_bounds.low)},
    {"test_loss_high", AT(test_loss_bounds.high)},
    {"loss_gap_low", AT(loss_gap_bounds.low)},
    {"loss_gap_high", AT(loss_gap_bounds.high)},
    {"train_accuracy_low", AT(train_accuracy_bounds.low)},
    {"train_accuracy_high", AT(train_accuracy_bounds.high)},
    {"test_accuracy_low", AT(test_accuracy_bounds.low)},
    {"test_accuracy_high", AT(test_accuracy_bounds.high)},
};
#define N_FIELDS (sizeof fields / sizeof *fields)

_Static_assert((N_FIELDS + 1) * NUMBER_TEXT_BYTES < PT_METRICS_LINE_BYTES, "a row must fit");

static double get_field(const struct pt_metrics_row *row, size_t field)
{
    double value;
    memcpy(&value, (const char *)row + fields[field].offset, sizeof value);
    return value;
}

static void set_field(struct pt_metrics_row *row, size_t field, double value)
{
    memcpy((char *)row + fields[field].offset, &value, sizeof value);
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
        number_text(get_field(row, f), text);
        length += snprintf(line + length, PT_METRICS_LINE_BYTES - (size_t)length, ",%s", text);
    }
    snprintf(line + length, PT_METRICS_LINE_BYTES - (size_t)length, "\n");
}

static int read_steps(const struct csv_table *table, struct pt_metrics_row *rows,
                      struct pt_error *error)
{
    size_t column;
    int status = csv_column(table, "step", CSV_NUMBERS, &column, error);
    for (size_t i = 0; i < table->n_rows && !status; i++) {
        double step = csv_number(table, i, column);
        if (!(step >= 0 && step <= MAX_STEP && step == floor(step)))
            return pt_error_at(error, PT_E_DATA, table->path, (long)i + 2, 0,
                               "step \"%s\" is no whole number from 0 to %.0f",
                               csv_text(table, i, column), MAX_STEP);
        rows[i].step = (long)step;
    }
    return status;
}

static int read_rows(const struct csv_table *table, struct pt_metrics_row *rows,
                     struct pt_error *error)
{
    int status = read_steps(table, rows, error);
    for (size_t f = 0; f < N_FIELDS && !status; f++) {
        size_t column;
        status = csv_column(table, fields[f].name, CSV_NUMBERS, &column, error);
        for (size_t i = 0; i < table->n_rows && !status; i++)
            set_field(&rows[i], f, csv_number(table, i, column));
    }
    return status;
}

int pt_metrics_read(const char *path, struct pt_metrics_row **rows, size_t *n_rows,
                    struct pt_error *error)
{
    struct csv_table *table;
    int status = csv_read(path, &table, error);
    if (status)
        return status;
    struct pt_metrics_row *read = mem_alloc(table->n_rows, sizeof *read, error);
    status = read ? read_rows(table, read, error) : PT_E_MEMORY;
    if (status) {
        mem_free(read);
    } else {
        *rows = read;
        *n_rows = table->n_rows;
    }
    csv_free(table);
    return status;
}

void pt_metrics_free(struct pt_metrics_row *rows)
{
    mem_free(rows);
}
