/* The page of a sweep: its figure, claims, and a row for each run. */
#include "report/sweep_page.h"

#include "base/fsio.h"
#include "base/mem.h"
#include "fmt/csv.h"
#include "phasetrace/version.h"
#include "report/html.h"
#include "report/html_parts.h"
#include "report/html_shell.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_FIGURE_BYTES ((size_t)4 << 20)

struct sweep_view {
    const char *directory;
    struct arena arena;
    struct csv_table *table;
    struct claim_list claims;
    struct run_settings settings;
    unsigned char *figure; /* NULL: there is none */
    size_t n_figure_bytes;
    char **names; /* [n_names] in the directory */
    size_t n_names;
};

int sweep_page_is_wanted(const char *directory)
{
    char path[PATH_MAX];
    return path_join(path, sizeof path, directory, "analysis/sweep.csv", NULL) == PT_OK &&
           file_exists(path);
}

static int load_figure(struct sweep_view *view, struct pt_error *error)
{
    char path[PATH_MAX];
    int status = path_join(path, sizeof path, view->directory, "figures/sweep.svg", error);
    if (status || !file_exists(path))
        return status;
    return file_read(path, MAX_FIGURE_BYTES, &view->figure, &view->n_figure_bytes, error);
}

static int load(const char *directory, struct sweep_view *view, struct pt_error *error)
{
    char path[PATH_MAX];
    *view = (struct sweep_view){.directory = directory};
    int status = path_join(path, sizeof path, directory, "analysis/sweep.csv", error);
    if (!status)
        status = csv_read(path, &view->table, error);
    if (!status)
        status = claim_list_load(directory, &view->claims, &view->arena, error);
    if (!status)
        status = run_settings_load(directory, &view->settings, &view->arena, error);
    if (!status)
        status = load_figure(view, error);
    return status ? status
                  : directory_list(directory, &view->arena, &view->names, &view->n_names, error);
}

static void release(struct sweep_view *view)
{
    csv_free(view->table);
    mem_free(view->figure);
    arena_release(&view->arena);
}

static const char *name_of(const struct sweep_view *view)
{
    const char *name = run_settings_find(&view->settings, "run", "name");
    return name && *name ? name : "Sweep";
}

static void append_links(struct text *out, const struct sweep_view *view)
{
    text_printf(out, "<section id=\"runs\" aria-labelledby=\"runs-title\">\n"
                     "<h2 id=\"runs-title\">The settings</h2>\n<p>Each has a page of its own, in "
                     "the same directory:</p>\n<ul class=\"links\">\n");
    for (size_t i = 0; i < view->n_names; i++) {
        if (strncmp(view->names[i], "sweep_", 6) != 0)
            continue;
        text_printf(out, "<li><a href=\"");
        html_text(out, view->names[i]);
        text_printf(out, "/report.html\">");
        html_text(out, view->names[i] + 6);
        text_printf(out, "</a></li>\n");
    }
    text_printf(out, "</ul>\n</section>\n");
}

/* Numbers short, everything else as it is. */
static void append_cell(struct text *out, const char *cell)
{
    char *end;
    double value = strtod(cell, &end);
    text_printf(out, "<td>");
    if (*cell && !*end)
        html_number(out, value);
    else
        html_text(out, cell);
    text_printf(out, "</td>");
}

static void append_table(struct text *out, const struct csv_table *table)
{
    text_printf(out, "<section id=\"table\" aria-labelledby=\"table-title\">\n"
                     "<h2 id=\"table-title\">Every run</h2>\n"
                     "<div class=\"wide\" tabindex=\"0\" role=\"group\" aria-label=\"Table of all "
                     "runs\"><table class=\"dense\"><thead><tr>");
    for (size_t c = 0; c < table->n_columns; c++) {
        text_printf(out, "<th scope=\"col\">");
        html_text(out, table->names[c]);
        text_printf(out, "</th>");
    }
    text_printf(out, "</tr></thead><tbody>\n");
    for (size_t r = 0; r < table->n_rows; r++) {
        text_printf(out, "<tr>");
        for (size_t c = 0; c < table->n_columns; c++)
            append_cell(out, csv_text(table, r, c));
        text_printf(out, "</tr>\n");
    }
    text_printf(out, "</tbody></table></div>\n</section>\n");
}

static void append_figure(struct text *out, const struct sweep_view *view)
{
    if (!view->figure)
        return;
    text_printf(out, "<figure><img class=\"drawing\" alt=\"Quantities of the runs over the swept "
                     "key; the numbers are in the table of all runs below\" src=\"");
    html_data_uri(out, "image/svg+xml", view->figure, view->n_figure_bytes);
    text_printf(out, "\"></figure>\n");
}

static void append_page(struct text *out, const struct sweep_view *view)
{
    char version[64];
    html_shell_open(out, name_of(view), 0);
    text_printf(out, "<header>\n<h1>");
    html_text(out, name_of(view));
    text_printf(out,
                "</h1>\n<p class=\"verdict\">A sweep of %zu runs: the same experiment with "
                "other settings.</p>\n</header>\n",
                view->table->n_rows);
    append_figure(out, view);
    append_links(out, view);
    html_claims(out, &view->claims);
    append_table(out, view->table);
    html_settings(out, &view->settings);
    snprintf(version, sizeof version, "phasetrace %s", pt_version());
    html_shell_close(out, version, 0);
}

int sweep_page_write(const char *directory, struct pt_error *error)
{
    char path[PATH_MAX];
    struct sweep_view view;
    struct text out = {0};
    int status = load(directory, &view, error);
    if (!status)
        status = path_join(path, sizeof path, directory, "report.html", error);
    if (!status) {
        append_page(&out, &view);
        status = html_shell_write(&out, path, error);
    }
    release(&view);
    return status ? pt_error_context(error, status, "page of %s", directory) : PT_OK;
}
