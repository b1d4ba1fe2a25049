/* Writing of the analysis files: tables cell by cell, JSON documents whole, each atomically. */
#ifndef ANALYSIS_OUTPUT_H
#define ANALYSIS_OUTPUT_H

#include "base/fsio.h"

#include <jansson.h>

#define NUMBER_TEXT_BYTES 32

/* A decimal that reads back as the same double, short where that is exact; "" if not finite. */
void number_text(double value, char text[NUMBER_TEXT_BYTES]);

/* A CSV file being written. The first failure stays in `status`, so that cells need no check. */
struct table {
    struct file_writer *writer;
    struct pt_error *error;
    int status;
    int in_row; /* 1 when the next cell needs a comma before it */
};

/* Starts directory/name with `header`, a line without its newline. End with table_finish(). */
void table_start(struct table *table, const char *directory, const char *name, const char *header,
                 struct pt_error *error);
void table_text(struct table *table, const char *cell);
void table_integer(struct table *table, long cell);
void table_number(struct table *table, double cell); /* empty when not finite */
void table_end_row(struct table *table);
int table_finish(struct table *table); /* the file appears, or the first failure is returned */

/* null when not finite. */
json_t *json_number(double value);

/* Writes directory/name and releases `document`; a NULL document is out of memory. */
int json_write(const char *directory, const char *name, json_t *document, struct pt_error *error);

#endif
