/* The page of a run. */
#include "report/run_page.h"

#include "base/fsio.h"
#include "report/describe.h"
#include "report/html.h"
#include "report/html_shell.h"
#include "report/spectrum_bars.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

int run_page_has_generality(const struct run_page *page)
{
    return checkpoint_has_generality(&page->results);
}

/* Directories seed_N with a page of their own. */
static int find_seeds(struct run_page *page, struct pt_error *error)
{
    char **names;
    size_t n_names;
    int status = directory_list(page->directory, &page->arena, &names, &n_names, error);
    if (status)
        return status;
    page->seeds = arena_alloc(&page->arena, n_names, sizeof *page->seeds, error);
    if (!page->seeds)
        return PT_E_MEMORY;
    for (size_t i = 0; i < n_names && !status; i++) {
        char folder[PATH_MAX], path[PATH_MAX];
        if (strncmp(names[i], "seed_", 5) != 0)
            continue;
        status = path_join(folder, sizeof folder, page->directory, names[i], error);
        if (!status)
            status = path_join(path, sizeof path, folder, "report.html", error);
        if (!status && file_exists(path))
            page->seeds[page->n_seeds++] = names[i];
    }
    return status;
}

int run_page_load(const char *run_directory, struct run_page *page, struct pt_error *error)
{
    memset(page, 0, sizeof *page);
    page->directory = run_directory;
    int status = results_load(run_directory, &page->results, error);
    if (!status)
        status = claim_list_load(run_directory, &page->claims, &page->arena, error);
    if (!status)
        status = examples_load(run_directory, &page->examples, &page->arena, error);
    if (!status)
        status = run_settings_load(run_directory, &page->settings, &page->arena, error);
    if (!status)
        status = find_seeds(page, error);
    const char *name = run_settings_find(&page->settings, "run", "name");
    page->name = name && *name ? name : page->results.about.title;
    return status;
}

void run_page_release(struct run_page *page)
{
    results_release(&page->results);
    arena_release(&page->arena);
}

static void append_head(struct text *out, const struct run_page *page)
{
    char words[DESCRIBE_BYTES];
    describe_runs(&page->results.about, 1, words, sizeof words);
    text_printf(out, "<header>\n<h1>");
    html_text(out, page->name);
    text_printf(out, "</h1>\n<p class=\"trained\">");
    html_text(out, words);
    text_printf(out, "</p>\n");
    html_verdict(out, page);
    text_printf(out, "</header>\n");
}

static void append_seeds(struct text *out, const struct run_page *page)
{
    if (page->n_seeds == 0)
        return;
    text_printf(out, "<section id=\"seeds\" aria-labelledby=\"seeds-title\">\n"
                     "<h2 id=\"seeds-title\">The single runs</h2>\n<p>This page shows means over "
                     "seeds, with 95%% intervals. Single samples are on the pages of the runs, in "
                     "the same directory:</p>\n<ul class=\"links\">\n");
    for (size_t i = 0; i < page->n_seeds; i++) {
        text_printf(out, "<li><a href=\"");
        html_text(out, page->seeds[i]);
        text_printf(out, "/report.html\">");
        html_text(out, page->seeds[i]);
        text_printf(out, "</a></li>\n");
    }
    text_printf(out, "</ul>\n</section>\n");
}

/* What the words mean that the page uses. */
static void append_words(struct text *out)
{
    static const struct {
        const char *word, *meaning;
    } words[] = {
        {"Player", "a part of the input, such as a cell of an image or a column of a table, that "
                   "can be there or be masked."},
        {"Interaction", "what a set of players together adds to the network's output, beyond what "
                        "its smaller sets add. AND: when all of them are there; OR: when any is."},
        {"Order", "the number of players in the set: how complex the interaction is."},
        {"Strength", "the sum of the sizes of all interactions that matter (at least 3% of the "
                     "output's range, unless configured otherwise), in log-odds of the label."},
        {"Generalises", "networks trained on other samples have the same interaction, with the "
                        "same sign, on the same sample."},
        {"Held-out samples", "samples that the network was not trained on."},
    };
    text_printf(out, "<section id=\"words\" aria-labelledby=\"words-title\">\n"
                     "<h2 id=\"words-title\">Words</h2>\n<dl class=\"words-list\">\n");
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        text_printf(out, "<div><dt>");
        html_text(out, words[i].word);
        text_printf(out, "</dt><dd>");
        html_text(out, words[i].meaning);
        text_printf(out, "</dd></div>\n");
    }
    text_printf(out, "</dl>\n</section>\n");
}

/* All that the slider moves, if there is more than one checkpoint. */
static void append_checkpoints(struct text *out, const struct run_page *page)
{
    size_t n = checkpoint_count(&page->results);
    if (n == 0)
        return;
    text_printf(out,
                "<section id=\"checkpoints\" aria-labelledby=\"checkpoints-title\">\n"
                "<h2 id=\"checkpoints-title\">%s</h2>\n"
                "<p>How strongly the network&rsquo;s output depends on interactions of each "
                "order: up, what speaks for the label; down, what speaks against it. %s</p>\n",
                n > 1 ? "Checkpoint by checkpoint" : "What the output depends on",
                n > 1 ? "<span class=\"js-only\" hidden>Move the slider, with the mouse or the "
                        "arrow keys.</span><span class=\"no-js\">Shown is the last "
                        "checkpoint.</span>"
                      : "");
    html_slider(out, page);
    html_spectra(out, page);
    html_samples(out, page);
    text_printf(out, "</section>\n");
}

static void append_page(struct text *out, const struct run_page *page)
{
    char method[DESCRIBE_BYTES];
    html_shell_open(out, page->name, page->results.orders.n_orders);
    append_head(out, page);
    html_overview(out, page);
    append_checkpoints(out, page);
    append_seeds(out, page);
    html_claims(out, &page->claims);
    append_words(out);
    html_settings(out, &page->settings);
    html_data(out, page);
    describe_method(&page->results.about, 1, method, sizeof method);
    html_shell_close(out, method, 1);
}

int run_page_write(const char *run_directory, struct pt_error *error)
{
    char path[PATH_MAX];
    struct run_page page;
    struct text out = {0};
    int status = run_page_load(run_directory, &page, error);
    if (!status)
        status = path_join(path, sizeof path, run_directory, "report.html", error);
    if (!status) {
        append_page(&out, &page);
        status = html_shell_write(&out, path, error);
    }
    run_page_release(&page);
    return status ? pt_error_context(error, status, "page of %s", run_directory) : PT_OK;
}
