/* Fuzz target: RUN/metrics.csv. */
#include "fuzz.h"

#include "phasetrace/metrics.h"

#include <stdio.h>
#include <string.h>

static int is_same(double a, double b)
{
    return a == b || (a != a && b != b);
}

/* What is written of the rows reads as the same; of numbers the digits that a file has. */
static void check_copy(const struct pt_metrics_row *rows, size_t n_rows)
{
    char line[PT_METRICS_LINE_BYTES], line_again[PT_METRICS_LINE_BYTES];
    struct pt_metrics_row *copy;
    size_t n_copy;
    FILE *file = fopen(fuzz_path("copy.csv"), "w");
    fuzz_assert(file);
    pt_metrics_header(line);
    fputs(line, file);
    for (size_t i = 0; i < n_rows; i++) {
        pt_metrics_format(&rows[i], line);
        fputs(line, file);
    }
    fuzz_assert(fclose(file) == 0);
    fuzz_assert(pt_metrics_read(fuzz_path("copy.csv"), &copy, &n_copy, NULL) == PT_OK);
    fuzz_assert(n_copy == n_rows);
    for (size_t i = 0; i < n_rows; i++) {
        fuzz_assert(copy[i].step == rows[i].step && is_same(copy[i].epoch, rows[i].epoch));
        pt_metrics_format(&rows[i], line);
        pt_metrics_format(&copy[i], line_again);
        fuzz_assert(strcmp(line, line_again) == 0);
    }
    pt_metrics_free(copy);
}

static int read_metrics(const char *path, struct pt_error *error)
{
    struct pt_metrics_row *rows;
    size_t n_rows;
    int status = pt_metrics_read(path, &rows, &n_rows, error);
    if (status)
        return status;
    check_copy(rows, n_rows);
    pt_metrics_free(rows);
    return PT_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_read("metrics.csv", data, size, read_metrics, REFUSES_DATA);
    fuzz_read("metrics.csv", data, size, fuzz_inspect, REFUSES_DATA);
    return 0;
}
