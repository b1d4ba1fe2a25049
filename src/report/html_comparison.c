/* The page that compares runs. */
#include "report/comparison_page.h"

#include "base/mem.h"
#include "phasetrace/report.h"
#include "phasetrace/version.h"
#include "report/describe.h"
#include "report/html.h"
#include "report/html_plot.h"
#include "report/html_shell.h"
#include "report/spectrum_bars.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- Names ---- */

/* The last part of a path, without slashes behind it. */
static void append_base_name(struct text *out, const char *path)
{
    char name[256];
    size_t end = strlen(path);
    while (end > 1 && path[end - 1] == '/')
        end--;
    size_t start = end;
    while (start > 0 && path[start - 1] != '/')
        start--;
    snprintf(name, sizeof name, "%.*s", (int)(end - start), path + start);
    html_text(out, name);
}

/* The run's own name, and that of its directory. */
static void append_name(struct text *out, const struct run_page *page)
{
    html_text(out, page->name);
    text_printf(out, " <small>");
    append_base_name(out, page->directory);
    text_printf(out, "</small>");
}

static void append_run_heads(struct text *out, const struct run_page *pages, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        text_printf(out, "<th scope=\"col\"><span class=\"stroke run-%zu\"></span>", i + 1);
        append_name(out, &pages[i]);
        text_printf(out, "</th>");
    }
}

static void append_head(struct text *out, const struct run_page *pages, size_t n)
{
    char words[DESCRIBE_BYTES];
    text_printf(out, "<header>\n<h1>%zu runs compared</h1>\n<ul class=\"runs\">\n", n);
    for (size_t i = 0; i < n; i++) {
        text_printf(out, "<li><span class=\"stroke run-%zu\"></span>", i + 1);
        append_name(out, &pages[i]);
        describe_runs(&pages[i].results.about, 1, words, sizeof words);
        text_printf(out, "<p class=\"trained\">");
        html_text(out, words);
        text_printf(out, "</p>\n");
        html_verdict(out, &pages[i]);
        text_printf(out, "</li>\n");
    }
    text_printf(out, "</ul>\n</header>\n");
}

/* ---- What was asked for ---- */

static const char *value_in(const struct run_page *page, const struct run_setting *setting)
{
    const char *value = run_settings_find(&page->settings, setting->section, setting->key);
    return value ? value : "";
}

static int differs(const struct run_page *pages, size_t n, const struct run_setting *setting)
{
    for (size_t i = 1; i < n; i++)
        if (strcmp(value_in(&pages[0], setting), value_in(&pages[i], setting)) != 0)
            return 1;
    return 0;
}

static void append_differences(struct text *out, const struct run_page *pages, size_t n)
{
    const struct run_settings *settings = &pages[0].settings;
    size_t n_rows = 0;
    text_printf(out, "<section id=\"differences\" aria-labelledby=\"differences-title\">\n"
                     "<h2 id=\"differences-title\">How they differ</h2>\n"
                     "<div class=\"wide\"><table><thead><tr><th scope=\"col\">Key</th>");
    append_run_heads(out, pages, n);
    text_printf(out, "</tr></thead><tbody>\n");
    for (size_t s = 0; s < settings->n; s++) {
        const struct run_setting *setting = &settings->settings[s];
        if (!differs(pages, n, setting))
            continue;
        n_rows++;
        text_printf(out, "<tr><th scope=\"row\">");
        html_text(out, setting->section);
        text_printf(out, ".");
        html_text(out, setting->key);
        text_printf(out, "</th>");
        for (size_t i = 0; i < n; i++) {
            text_printf(out, "<td>");
            html_text(out, value_in(&pages[i], setting));
            text_printf(out, "</td>");
        }
        text_printf(out, "</tr>\n");
    }
    text_printf(out, "</tbody></table></div>\n%s</section>\n",
                n_rows == 0 ? "<p>Their configurations are the same.</p>\n" : "");
}

/* ---- Claims ---- */

static void append_verdict(struct text *out, const struct listed_claim *claim)
{
    static const char *const cells[] = {
        [CLAIM_ABSENT] = "<td>&ndash;",
        [CLAIM_NOT_MEASURED] = "<td class=\"unknown\">not measurable",
        [CLAIM_NOT_REPRODUCED] = "<td class=\"no\"><span class=\"verdict-cell\">&#10007; ",
        [CLAIM_REPRODUCED] = "<td class=\"yes\"><span class=\"verdict-cell\">&#10003; "};
    enum claim_verdict verdict = claim ? claim->verdict : CLAIM_ABSENT;
    text_printf(out, "%s", cells[verdict]);
    if (verdict >= CLAIM_NOT_REPRODUCED) {
        html_number(out, claim->value);
        text_printf(out, "</span>");
    }
    text_printf(out, "</td>");
}

static void append_claims(struct text *out, const struct run_page *pages, size_t n)
{
    const struct claim_list *list = &pages[0].claims;
    text_printf(out, "<section id=\"claims\" aria-labelledby=\"claims-title\">\n"
                     "<h2 id=\"claims-title\">Claims</h2>\n<div class=\"wide\"><table>"
                     "<thead><tr><th scope=\"col\">Claim</th><th scope=\"col\">Statement</th>"
                     "<th scope=\"col\">Threshold</th>");
    append_run_heads(out, pages, n);
    text_printf(out, "</tr></thead><tbody>\n");
    for (size_t c = 0; c < list->n; c++) {
        const struct listed_claim *claim = &list->claims[c];
        html_claim_head(out, claim, NULL);
        text_printf(out, "<td class=\"statement\">");
        html_text(out, claim->statement);
        text_printf(out, "</td><td>");
        html_number(out, claim->threshold);
        text_printf(out, "</td>");
        for (size_t i = 0; i < n; i++)
            append_verdict(out, claim_list_find(&pages[i].claims, claim->id));
        text_printf(out, "</tr>\n");
    }
    text_printf(out, "</tbody></table></div>\n</section>\n");
}

/* ---- The page ---- */

/* Runs without baseline networks have bars of one colour. */
static void append_spectra_key(struct text *out, const struct run_page *pages, size_t n)
{
    size_t n_known = 0, known = 0;
    for (size_t i = 0; i < n; i++)
        if (run_page_has_generality(&pages[i])) {
            n_known++;
            known = i;
        }
    html_spectra_key(out, &pages[known]);
    if (n_known > 0 && n_known < n)
        text_printf(out, "<p class=\"key\"><span class=\"swatch train\"></span>what generalises is "
                         "not known: the run has no baseline networks</p>\n");
}

static void append_spectra(struct text *out, const struct run_page *pages, size_t n)
{
    struct range range = range_empty();
    for (size_t i = 0; i < n; i++)
        spectrum_range_add(&range, &pages[i].results, checkpoint_count(&pages[i].results) - 1);
    text_printf(out, "<section id=\"spectra\" aria-labelledby=\"spectra-title\">\n"
                     "<h2 id=\"spectra-title\">Strength by order at the last checkpoint</h2>\n"
                     "<p>Training samples, all on the same scale.</p>\n");
    append_spectra_key(out, pages, n);
    text_printf(out, "<div class=\"panels\">\n");
    for (size_t i = 0; i < n; i++) {
        text_printf(out, "<div class=\"panel\">\n<h3 class=\"run-%zu\">", i + 1);
        append_name(out, &pages[i]);
        text_printf(out, "</h3>\n");
        html_spectrum(out, &pages[i], PT_TRAIN, checkpoint_count(&pages[i].results) - 1, range);
        text_printf(out, "</div>\n");
    }
    text_printf(out, "</div>\n</section>\n");
}

static void append_page(struct text *out, const struct run_page *pages, size_t n)
{
    size_t n_orders = 0;
    for (size_t i = 0; i < n; i++)
        n_orders = pages[i].results.orders.n_orders > n_orders ? pages[i].results.orders.n_orders
                                                               : n_orders;
    html_shell_open(out, "Runs compared", n_orders);
    append_head(out, pages, n);
    html_compared_curves(out, pages, n);
    append_spectra(out, pages, n);
    append_differences(out, pages, n);
    append_claims(out, pages, n);
    char version[64];
    snprintf(version, sizeof version, "phasetrace %s", pt_version());
    html_shell_close(out, version, 0);
}

/* Runs without a traced checkpoint have nothing to compare. */
static int load_all(const char *const *directories, size_t n, struct run_page *pages,
                    struct pt_error *error)
{
    int status = PT_OK;
    for (size_t i = 0; i < n && !status; i++) {
        status = run_page_load(directories[i], &pages[i], error);
        if (!status && checkpoint_count(&pages[i].results) == 0)
            status = pt_error_set(error, PT_E_DATA, "%s: no checkpoint was traced", directories[i]);
    }
    return status;
}

int comparison_page_write(const char *const *directories, size_t n, const char *path,
                          struct pt_error *error)
{
    struct text out = {0};
    struct run_page *pages = mem_alloc(n, sizeof *pages, error);
    int status = pages ? load_all(directories, n, pages, error) : PT_E_MEMORY;
    if (!status) {
        append_page(&out, pages, n);
        status = html_shell_write(&out, path, error);
    }
    for (size_t i = 0; pages && i < n; i++)
        run_page_release(&pages[i]);
    mem_free(pages);
    return status;
}
