/* Writing of the analysis files: tables cell by cell, JSON documents whole, each atomically. */
#include "analysis/output.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void number_text(double value, char text[NUMBER_TEXT_BYTES])
{
    text[0] = '\0';
    if (!isfinite(value))
        return;
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, NUMBER_TEXT_BYTES, "%.*g", digits, value);
        if (strtod(text, NULL) == value)
            return;
    }
}

void table_start(struct table *table, const char *directory, const char *name, const char *header,
                 struct pt_error *error)
{
    char path[PATH_MAX];
    *table = (struct table){.error = error};
    table->status = path_join(path, sizeof path, directory, name, error);
    if (!table->status)
        table->status = file_create(path, &table->writer, error);
    if (!table->status)
        table->status = file_printf(table->writer, error, "%s\n", header);
}

void table_text(struct table *table, const char *cell)
{
    if (!table->status)
        table->status =
            file_printf(table->writer, table->error, "%s%s", table->in_row ? "," : "", cell);
    table->in_row = 1;
}

void table_integer(struct table *table, long cell)
{
    char text[NUMBER_TEXT_BYTES];
    snprintf(text, sizeof text, "%ld", cell);
    table_text(table, text);
}

void table_number(struct table *table, double cell)
{
    char text[NUMBER_TEXT_BYTES];
    number_text(cell, text);
    table_text(table, text);
}

void table_end_row(struct table *table)
{
    if (!table->status)
        table->status = file_write(table->writer, "\n", 1, table->error);
    table->in_row = 0;
}

int table_finish(struct table *table)
{
    if (!table->status)
        return file_commit(table->writer, table->error);
    file_abandon(table->writer);
    return table->status;
}

json_t *json_number(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

int json_write(const char *directory, const char *name, json_t *document, struct pt_error *error)
{
    char path[PATH_MAX];
    struct file_writer *writer = NULL;
    char *text = json_dumps(document, JSON_INDENT(2) | JSON_REAL_PRECISION(17));
    int status = text ? path_join(path, sizeof path, directory, name, error)
                      : pt_error_set(error, PT_E_MEMORY, "%s: out of memory", name);
    if (!status)
        status = file_create(path, &writer, error);
    if (!status) {
        file_write(writer, text, strlen(text), error);
        file_write(writer, "\n", 1, error);
        status = file_commit(writer, error); /* or what failed before it */
    }
    free(text);
    json_decref(document);
    return status;
}
