/* What the page of a run is put together from. */
#ifndef REPORT_HTML_PARTS_H
#define REPORT_HTML_PARTS_H

#include "base/text.h"
#include "report/claim_list.h"
#include "report/examples.h"
#include "report/run_settings.h"
#include "report/scales.h"

/* All that the page shows, as read from the run's files. */
struct run_page {
    const char *directory;
    const char *name; /* of the run */
    struct arena arena;
    struct results results;
    struct claim_list claims;
    struct shown_examples examples;
    struct run_settings settings;
    size_t n_seeds;     /* runs of single seeds in the directory */
    const char **seeds; /* [n_seeds] names of their directories */
};

/* 1 when baseline networks say what generalises. */
int run_page_has_generality(const struct run_page *page);

/* What happened in a sentence or two, and how many claims hold. */
void html_verdict(struct text *out, const struct run_page *page);

/* Shares of the orders, what generalises and the losses, over training, with the phases. */
void html_overview(struct text *out, const struct run_page *page);

/* What chooses a checkpoint for all that follows. There is one at least. */
void html_slider(struct text *out, const struct run_page *page);

/* Strength by order at the checkpoint that the slider chooses, training and held-out side by side,
 * above the losses. */
void html_spectra(struct text *out, const struct run_page *page);

/* The bars of one split at checkpoint `at`, on the scale that `range` asks for, and their key. */
void html_spectrum(struct text *out, const struct run_page *page, size_t split, size_t at,
                   struct range range);
void html_spectra_key(struct text *out, const struct run_page *page);

/* The strongest interactions of a few samples at that checkpoint. */
void html_samples(struct text *out, const struct run_page *page);

void html_claims(struct text *out, const struct claim_list *claims);

/* The beginning of a claim's row in any table: its id as the row's head. `css_class`: of the row;
 * may be NULL. */
void html_claim_head(struct text *out, const struct listed_claim *claim, const char *css_class);

void html_settings(struct text *out, const struct run_settings *settings);

/* The numbers that the slider chooses from, as a script element that holds JSON. */
void html_data(struct text *out, const struct run_page *page);

#endif
