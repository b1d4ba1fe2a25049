/* The table of claims. */
#include "report/html_parts.h"

#include "report/html.h"

#include <ctype.h>
#include <string.h>

static const struct {
    const char *id, *arxiv, *title;
} papers[] = {
    {"P1", "2405.10262", "Two-phase dynamics of interactions (2024)"},
    {"P2", "2407.19198", "Dynamics of a DNN learning symbolic interactions (2024)"},
    {"P3", "2502.10162", "Generalization power in terms of symbolic interactions (2025)"},
    {"P4", "2505.06993", "Three-phase dynamics of generalization power (2025)"},
    {"P5", "2401.16318", "Generalizable interaction primitives (2024)"},
};

static const struct {
    const char *css_class, *sign, *words;
} verdicts[] = {
    [CLAIM_ABSENT] = {"unknown", "&ndash;", "not measurable here"},
    [CLAIM_NOT_MEASURED] = {"unknown", "&ndash;", "not measurable here"},
    [CLAIM_NOT_REPRODUCED] = {"no", "&#10007;", "does not hold"},
    [CLAIM_REPRODUCED] = {"yes", "&#10003;", "holds"},
};

/* "P1, P2" with what is known linked. */
static void append_paper(struct text *out, const char *words)
{
    while (*words) {
        size_t length = 0, known = sizeof papers / sizeof *papers;
        while (isalnum((unsigned char)words[length]))
            length++;
        for (size_t i = 0; i < sizeof papers / sizeof *papers; i++)
            if (length == strlen(papers[i].id) && strncmp(words, papers[i].id, length) == 0)
                known = i;
        if (known < sizeof papers / sizeof *papers) {
            text_printf(out, "<a href=\"https://arxiv.org/abs/%s\" title=\"%s\">%s</a>",
                        papers[known].arxiv, papers[known].title, papers[known].id);
            words += length;
            continue;
        }
        char rest[2] = {*words++, '\0'};
        html_text(out, rest);
    }
}

void html_claim_head(struct text *out, const struct listed_claim *claim, const char *css_class)
{
    text_printf(out, "<tr");
    if (css_class)
        text_printf(out, " class=\"%s\"", css_class);
    text_printf(out, " data-claim=\"");
    html_text(out, claim->id);
    text_printf(out, "\"><th scope=\"row\">");
    html_text(out, claim->id);
    text_printf(out, "</th>");
}

static void append_claim(struct text *out, const struct listed_claim *claim)
{
    html_claim_head(out, claim, verdicts[claim->verdict].css_class);
    text_printf(out, "\n<td class=\"statement\">");
    html_text(out, claim->statement);
    text_printf(out, "<span class=\"reason\">");
    html_text(out, claim->reason);
    text_printf(out, "</span></td>\n<td class=\"number\" data-label=\"value\">");
    html_number(out, claim->value);
    text_printf(out, "</td>\n<td class=\"number\" data-label=\"threshold\">");
    html_number(out, claim->threshold);
    text_printf(out,
                "</td>\n<td class=\"verdict-cell\"><span class=\"sign\" aria-hidden=\"true\">"
                "%s</span> %s</td>\n<td class=\"source\">",
                verdicts[claim->verdict].sign, verdicts[claim->verdict].words);
    append_paper(out, claim->paper);
    text_printf(out, "%s", *claim->figure ? ", " : "");
    html_text(out, claim->figure);
    text_printf(out, "</td></tr>\n");
}

void html_claims(struct text *out, const struct claim_list *claims)
{
    if (claims->n == 0)
        return;
    text_printf(out,
                "<section id=\"claims\" aria-labelledby=\"claims-title\">\n"
                "<h2 id=\"claims-title\">What the papers say, and what this run says</h2>\n"
                "<p>Each statement has a rule and a threshold that were fixed before it was "
                "measured. One that does not hold, on one data set and one network, is a result "
                "too.</p>\n<table class=\"claims\"><thead><tr><th scope=\"col\">Claim</th>"
                "<th scope=\"col\">Statement, and the reason for the verdict</th>"
                "<th scope=\"col\">Value</th><th scope=\"col\">Threshold</th>"
                "<th scope=\"col\">Verdict</th><th scope=\"col\">Paper</th></tr></thead>\n"
                "<tbody>\n");
    for (size_t i = 0; i < claims->n; i++)
        append_claim(out, &claims->claims[i]);
    text_printf(out, "</tbody></table>\n</section>\n");
}
