/* Writing interactions in the JSON form of shapiq's InteractionValues. */
#include "study/shapiq_export.h"

#include "base/fsio.h"
#include "base/number.h"
#include "phasetrace/config.h"
#include "phasetrace/trace.h"
#include "phasetrace/version.h"

#include <stdio.h>
#include <string.h>

#define HEAD_BYTES 1024
#define ENTRY_BYTES 32 /* without the players */

/* What is in one file. */
struct moebius_values {
    const char *kind; /* "AND" or "OR" */
    size_t n_players, table;
    const double *interactions; /* [2^n_players] */
    double empty_value;
};

static void write_head(struct file_writer *writer, const struct moebius_values *values)
{
    char empty[NUMBER_REAL_BYTES];
    number_format_real(values->empty_value, empty);
    file_printf(writer, NULL,
                "{\n  \"object_name\": \"InteractionValues\",\n"
                "  \"data_type\": \"interaction_values\",\n  \"version\": \"phasetrace %s\",\n"
                "  \"created_from\": null,\n  \"description\": \"%s interactions of table %zu\",\n"
                "  \"parameters\": {},\n  \"metadata\": {\n    \"n_players\": %zu,\n"
                "    \"index\": \"Moebius\",\n    \"max_order\": %zu,\n    \"min_order\": 0,\n"
                "    \"estimated\": false,\n    \"estimation_budget\": null,\n"
                "    \"baseline_value\": %s\n  },\n  \"data\": {\n    \"Empty\": %s",
                pt_version(), values->kind, values->table, values->n_players, values->n_players,
                empty, empty);
}

/* "0,2,5": the players of the set */
static void format_set(size_t set, char text[PT_MAX_PLAYERS * 4])
{
    char *end = text;
    for (unsigned player = 0; set >> player; player++)
        if (set >> player & 1)
            end += sprintf(end, "%s%u", end == text ? "" : ",", player);
}

static int write_file(const struct moebius_values *values, const char *path, struct pt_error *error)
{
    struct file_writer *writer;
    int status = file_create(path, &writer, error);
    if (status)
        return status;
    write_head(writer, values);
    for (size_t set = 1; set >> values->n_players == 0; set++) {
        char players[PT_MAX_PLAYERS * 4], number[NUMBER_REAL_BYTES];
        if (values->interactions[set] == 0)
            continue;
        format_set(set, players);
        number_format_real(values->interactions[set], number);
        file_printf(writer, NULL, ",\n    \"%s\": %s", players, number);
    }
    file_printf(writer, NULL, "\n  }\n}\n");
    return file_commit(writer, error);
}

/* The path without its ".npz", then ".TABLE" when there are several, ".and.json" or ".or.json". */
static int make_path(const char *npz_path, size_t n_tables, size_t table, const char *ending,
                     char path[PT_PATH_BYTES], struct pt_error *error)
{
    size_t length = strlen(npz_path);
    if (length > 4 && strcmp(npz_path + length - 4, ".npz") == 0)
        length -= 4;
    char number[24] = "";
    if (n_tables > 1) {
        int width = snprintf(NULL, 0, "%zu", n_tables - 1);
        snprintf(number, sizeof number, ".%0*zu", width, table);
    }
    int n = snprintf(path, PT_PATH_BYTES, "%.*s%s%s", (int)length, npz_path, number, ending);
    if (n < 0 || n >= PT_PATH_BYTES)
        return pt_error_at(error, PT_E_IO, npz_path, 0, 0, "path too long");
    return PT_OK;
}

/* Of all files, about. */
static uint64_t files_bytes(const struct extraction *x)
{
    size_t n_tables = x->tables->n_tables, n_sets = (size_t)1 << x->tables->n_players;
    uint64_t n_bytes = 2 * n_tables * HEAD_BYTES;
    for (size_t i = 0; i < n_tables * n_sets; i++) {
        uint64_t n_entries = (x->I_and[i] != 0) + (x->I_or[i] != 0);
        n_bytes += n_entries * (ENTRY_BYTES + 2 * (uint64_t)__builtin_popcountll(i % n_sets));
    }
    return n_bytes;
}

int shapiq_export(const struct extraction *x, const char *npz_path, struct pt_error *error)
{
    size_t n_players = x->tables->n_players, n_tables = x->tables->n_tables;
    int status = PT_OK;
    for (size_t i = 0; !status && i < 2 * n_tables; i++) {
        size_t table = i / 2, first = table << n_players;
        int is_or = i % 2 == 1;
        struct moebius_values values = {.kind = is_or ? "OR" : "AND",
                                        .n_players = n_players,
                                        .table = table,
                                        .interactions = (is_or ? x->I_or : x->I_and) + first,
                                        .empty_value = is_or ? 0 : x->tables->v[first]};
        char path[PT_PATH_BYTES];
        status =
            make_path(npz_path, n_tables, table, is_or ? ".or.json" : ".and.json", path, error);
        if (!status)
            status = write_file(&values, path, error);
    }
    if (status)
        directory_explain_full(npz_path, "the files for shapiq need", files_bytes(x), error);
    return status;
}
