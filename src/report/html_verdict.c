/* The sentences at the head of a page. */
#include "report/html_parts.h"

#include "report/html.h"
#include "report/phase_list.h"
#include "report/spectrum_bars.h"

#include <math.h>

static void append_step(struct text *out, double step)
{
    text_printf(out, "step ");
    html_count(out, step);
}

static int forgets(const struct result_phases *phases)
{
    return phases->mean_order_star < phases->mean_order_start;
}

static void append_three(struct text *out, const struct result_phases *orders,
                         const struct phase *phases, size_t n)
{
    text_printf(out, forgets(orders) ? "The network first drops complex interactions and learns "
                                       "what generalises, until "
                                     : "The network first learns what generalises, until ");
    append_step(out, phases[0].end);
    text_printf(out, "; then what it adds generalises less and less");
    if (n > 2) {
        text_printf(out, "; from ");
        append_step(out, phases[1].end);
        text_printf(out, " on it adds mostly what does not generalise. ");
    } else {
        text_printf(out, ", without ever becoming the greater part: there is no third phase. ");
    }
}

static void append_two(struct text *out, const struct result_phases *phases)
{
    int rises = !isnan(phases->t_rise);
    text_printf(out, forgets(phases) ? "The network first forgets complex interactions, until "
                                     : "The network&rsquo;s interactions are simplest at ");
    append_step(out, phases->t_star);
    text_printf(out, rises ? "; from " : "; after that their order does not rise for good. ");
    if (rises) {
        append_step(out, phases->t_rise);
        text_printf(out, " on it learns ever more complex ones. ");
    }
}

static void append_moment(struct text *out, double step)
{
    text_printf(out, "The network as it is at ");
    append_step(out, step);
    text_printf(out, ": one moment, and no course of training. ");
}

static void append_phases(struct text *out, const struct results *results)
{
    struct phase phases[PHASES_MAX];
    size_t n = phases_list(results, PHASES_THREE, phases);
    if (checkpoint_count(results) == 1)
        append_moment(out, checkpoint_step(results, 0));
    else if (n == 0)
        text_printf(out, "No phases can be told apart in this run. ");
    else if (results->three_phases.is_known)
        append_three(out, &results->phases[PT_TEST], phases, n);
    else
        append_two(out, &results->phases[PT_TEST]);
}

static void append_claims(struct text *out, const struct claim_list *claims)
{
    if (claims->n == 0)
        return;
    text_printf(out,
                "Of %zu statements <strong>%zu hold</strong> here, %zu do not, %zu "
                "cannot be measured with this run.",
                claims->n, claim_list_count(claims, CLAIM_REPRODUCED),
                claim_list_count(claims, CLAIM_NOT_REPRODUCED),
                claim_list_count(claims, CLAIM_NOT_MEASURED));
}

void html_verdict(struct text *out, const struct run_page *page)
{
    text_printf(out, "<p class=\"verdict\">");
    append_phases(out, &page->results);
    append_claims(out, &page->claims);
    text_printf(out, "</p>\n");
}
