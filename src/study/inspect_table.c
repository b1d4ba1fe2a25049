/* Describing tables in CSV, column by column. */
#include "base/mem.h"
#include "base/number.h"
#include "data/data_file.h"
#include "fmt/gzip.h"
#include "fmt/rfc4180.h"
#include "study/inspect.h"
#include "study/inspect_numbers.h"

#include <string.h>

struct column {
    size_t n_empty, n_texts;
    struct number_summary numbers;
};

static void look_at(const char *cell, struct column *column)
{
    double value;
    if (!*cell)
        column->n_empty++;
    else if (number_parse_real(cell, strlen(cell), &value) == NUMBER_OK)
        number_summary_add(&column->numbers, value);
    else
        column->n_texts++;
}

static json_t *describe(const char *name, const struct column *column)
{
    json_t *object =
        json_pack("{s:s, s:I, s:I, s:I}", "name", name, "numbers", (json_int_t)column->numbers.n,
                  "texts", (json_int_t)column->n_texts, "empty", (json_int_t)column->n_empty);
    number_summary_describe(&column->numbers, object);
    return object;
}

static int describe_table(const struct rfc4180_table *table, json_t **document,
                          struct pt_error *error)
{
    struct column *columns = mem_alloc(table->n_columns, sizeof *columns, error);
    if (!columns)
        return PT_E_MEMORY;
    const char *cell = table->cells;
    for (size_t row = 0; row < table->n_rows; row++)
        for (size_t i = 0; i < table->n_columns; i++, cell = rfc4180_next(cell))
            look_at(cell, &columns[i]);
    json_t *list = json_array();
    for (size_t i = 0; i < table->n_columns; i++)
        json_array_append_new(list, describe(table->names[i], &columns[i]));
    *document = json_pack("{s:s, s:I, s:o}", "kind", "CSV table", "rows", (json_int_t)table->n_rows,
                          "columns", list);
    mem_free(columns);
    return PT_OK;
}

int inspect_table(const char *path, json_t **document, struct pt_error *error)
{
    unsigned char *bytes;
    size_t n_bytes;
    struct rfc4180_table table = {0};
    int status = gzip_read(path, DATA_FILE_LIMIT_BYTES, &bytes, &n_bytes, error);
    if (status)
        return status;
    status = rfc4180_parse(path, (char *)bytes, n_bytes, &table, error);
    if (!status)
        status = describe_table(&table, document, error);
    rfc4180_release(&table);
    mem_free(bytes);
    return status;
}
