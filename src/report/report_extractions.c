/* The files of the figure that compares extractions. */
#include "phasetrace/report.h"

#include "base/fsio.h"
#include "phasetrace/version.h"
#include "report/comparison.h"
#include "report/page.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#define DOT " \xc2\xb7 "
#define TITLE "Interactions of the same value tables, extracted in different ways"
#define PAGE_TEXT_BYTES 1024
#define FIGURE_BYTES ((uint64_t)1 << 19) /* in all formats, without the dots */
#define DOT_BYTES 512                    /* of one table of one file */

struct page_texts {
    char subtitle[PAGE_TEXT_BYTES], footer[PAGE_TEXT_BYTES];
};

static const char *name_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static void describe(const struct comparison *c, struct page_texts *texts)
{
    snprintf(texts->subtitle, sizeof texts->subtitle,
             "%zu value table%s" DOT "%zu player%s" DOT "left: mean over the tables, whiskers from "
             "the %.0fth to the %.0fth percentile" DOT
             "right: a dot is a table, the line their median",
             c->n_tables, c->n_tables == 1 ? "" : "s", c->n_players, c->n_players == 1 ? "" : "s",
             100 * COMPARISON_LOW, 100 * COMPARISON_HIGH);
    size_t length = (size_t)snprintf(
        texts->footer, sizeof texts->footer,
        "all interactions count, not only salient ones" DOT "phasetrace %s" DOT, pt_version());
    for (size_t i = 0; i < c->n_files && length < sizeof texts->footer; i++)
        length += (size_t)snprintf(texts->footer + length, sizeof texts->footer - length, "%s%s",
                                   i > 0 ? ", " : "", name_of(c->files[i].path));
}

/* "DIR/exact.npz" becomes "DIR/exact.comparison.png". */
static int make_path(const char *first, enum canvas_format format, char *path, size_t path_bytes,
                     struct pt_error *error)
{
    static const char suffix[] = ".npz";
    size_t length = strlen(first), n_suffix = sizeof suffix - 1;
    if (length > n_suffix && strcmp(first + length - n_suffix, suffix) == 0)
        length -= n_suffix;
    int n_bytes = length < path_bytes ? snprintf(path, path_bytes, "%.*s.comparison.%s",
                                                 (int)length, first, canvas_extension(format))
                                      : -1;
    if (n_bytes < 0 || (size_t)n_bytes >= path_bytes)
        return pt_error_set(error, PT_E_IO, "the path of the figure is too long: %s", first);
    return PT_OK;
}

static int write_page(const struct comparison *c, const struct page_texts *texts,
                      enum canvas_format format, const char *path, struct pt_error *error)
{
    const struct png_label labels[] = {{"Title", TITLE},
                                       {"Description", texts->subtitle},
                                       {"Software", "phasetrace"},
                                       {"version", pt_version()}};
    struct canvas canvas;
    int status = canvas_open(&canvas, format, TITLE, error);
    if (!status) {
        page_draw_texts(&canvas, TITLE, texts->subtitle, texts->footer);
        fig_comparison(&canvas, c);
        status = canvas_save(&canvas, path, labels, sizeof labels / sizeof *labels);
    }
    canvas_close(&canvas);
    return status ? pt_error_context(error, status, "figure %s", path) : PT_OK;
}

int pt_report_extractions(const char *const *paths, size_t n_paths, char *written,
                          size_t written_bytes, struct pt_error *error)
{
    struct comparison c;
    struct page_texts texts;
    char path[PATH_MAX];
    int status = comparison_load(paths, n_paths, &c, error);
    if (!status)
        status = make_path(paths[0], CANVAS_PNG, written, written_bytes, error);
    if (!status)
        describe(&c, &texts);
    for (int format = 0; !status && format < CANVAS_N_FORMATS; format++) {
        status = make_path(paths[0], (enum canvas_format)format, path, sizeof path, error);
        if (!status)
            status = write_page(&c, &texts, (enum canvas_format)format, path, error);
    }
    if (status)
        directory_explain_full(paths[0], "the figure needs",
                               FIGURE_BYTES + c.n_files * c.n_tables * DOT_BYTES, error);
    comparison_release(&c);
    return status;
}
