/* The strongest interactions of a few samples, drawn on them. */
#include "report/html_parts.h"

#include "base/mem.h"
#include "report/html.h"
#include "report/html_image.h"

#include <math.h>
#include <string.h>

/* ---- Players ---- */

static int is_image(const struct shown_examples *examples, const struct shown_sample *sample)
{
    return examples->height > 0 && sample->pixels;
}

/* The first pixel of row or column `cell` of the grid: row r is in cell floor(r grid / size). */
static size_t cell_start(size_t cell, size_t size, size_t grid)
{
    return (cell * size + grid - 1) / grid;
}

static void append_cell(struct text *out, const struct shown_examples *examples,
                        const struct shown_sample *sample, size_t player, int is_on)
{
    size_t cell = (size_t)sample->players[player], grid = examples->grid;
    size_t row = cell / grid, column = cell % grid;
    size_t top = cell_start(row, examples->height, grid);
    size_t bottom = cell_start(row + 1, examples->height, grid);
    size_t left = cell_start(column, examples->width, grid);
    size_t right = cell_start(column + 1, examples->width, grid);
    double inset = 0.015 * (double)examples->width;
    text_printf(out,
                "<rect class=\"player%s\" x=\"%.2f\" y=\"%.2f\" width=\"%.2f\" "
                "height=\"%.2f\"></rect>",
                is_on ? " on" : "", (double)left + inset, (double)top + inset,
                fmax(0, (double)(right - left) - 2 * inset),
                fmax(0, (double)(bottom - top) - 2 * inset));
}

static void append_word(struct text *out, const struct shown_examples *examples,
                        const struct shown_sample *sample, size_t player, int is_on)
{
    size_t column = (size_t)sample->players[player];
    text_printf(out, "<span class=\"player%s\">", is_on ? " on" : "");
    if (column < examples->n_features && sample->cells) {
        html_text(out, examples->features[column]);
        text_printf(out, " = ");
        html_text(out, *sample->cells[column] ? sample->cells[column] : "(none)");
    } else {
        text_printf(out, "player %zu", player);
    }
    text_printf(out, "</span>\n");
}

/* All players of the sample, those of the set on. */
static void append_players(struct text *out, const struct shown_examples *examples,
                           const struct shown_sample *sample, size_t index, uint32_t set)
{
    int has_image = is_image(examples, sample);
    if (has_image)
        text_printf(out,
                    "<svg class=\"on-image\" viewBox=\"0 0 %zu %zu\" aria-hidden=\"true\">"
                    "<use href=\"#picture-%zu\"></use>",
                    examples->width, examples->height, index);
    else
        text_printf(out, "<span class=\"words\">");
    for (size_t player = 0; player < examples->n_players; player++) {
        int is_on = (int)(set >> player & 1);
        if (has_image)
            append_cell(out, examples, sample, player, is_on);
        else
            append_word(out, examples, sample, player, is_on);
    }
    text_printf(out, has_image ? "</svg>\n" : "</span>\n");
}

/* ---- One interaction ---- */

static void append_interaction(struct text *out, const struct shown_examples *examples,
                               const struct shown_sample *sample, size_t index,
                               const struct shown_interaction *interaction, double largest)
{
    static const struct shown_interaction none = {0, 0, 0, -1};
    const struct shown_interaction *i = interaction ? interaction : &none;
    const char *generality[] = {"", "rest", "gen"};
    text_printf(out, "<li class=\"interaction %s %s %s\" style=\"--size:%.3f\"%s>\n",
                i->is_or ? "or" : "and", i->effect < 0 ? "against" : "for",
                generality[i->generalises + 1], largest > 0 ? fabs(i->effect) / largest : 0,
                interaction ? "" : " hidden");
    append_players(out, examples, sample, index, i->set);
    text_printf(out, "<span class=\"effect\"><span class=\"kind\">%s</span> <b>",
                i->is_or ? "OR" : "AND");
    html_effect(out, i->effect);
    text_printf(out,
                "</b></span><span class=\"bar-of-effect\"></span><span class=\"general\">%s"
                "</span></li>\n",
                i->generalises < 0 ? ""
                : i->generalises   ? "generalises"
                                   : "this network only");
}

/* ---- One sample ---- */

static void append_class(struct text *out, const struct shown_examples *examples, long label)
{
    if (label >= 0 && (size_t)label < examples->n_classes)
        html_text(out, examples->classes[label]);
    else
        text_printf(out, "%ld", label);
}

static const char *group_of(const struct shown_sample *sample)
{
    if (sample->is_mislabelled)
        return "mislabelled";
    return strcmp(sample->split, "train") == 0 ? "training" : "held-out";
}

static void append_picture(struct text *out, const struct shown_examples *examples,
                           const struct shown_sample *sample, size_t index)
{
    if (!is_image(examples, sample))
        return;
    text_printf(out, "<svg class=\"picture\" viewBox=\"0 0 %zu %zu\" role=\"img\" aria-label=\"",
                examples->width, examples->height);
    text_printf(out, "Sample of class ");
    append_class(out, examples, sample->true_label);
    text_printf(out,
                " with its %zu players outlined\"><image id=\"picture-%zu\" width=\"%zu\" "
                "height=\"%zu\" href=\"",
                examples->n_players, index, examples->width, examples->height);
    html_image_uri(out, examples, sample);
    text_printf(out, "\"></image>");
    for (size_t player = 0; player < examples->n_players; player++)
        append_cell(out, examples, sample, player, 1);
    text_printf(out, "</svg>\n");
}

static void append_table(struct text *out, const struct shown_examples *examples,
                         const struct shown_sample *sample)
{
    if (is_image(examples, sample) || !sample->cells)
        return;
    text_printf(out, "<dl class=\"cells\">\n");
    for (size_t i = 0; i < examples->n_features; i++) {
        text_printf(out, "<div><dt>");
        html_text(out, examples->features[i]);
        text_printf(out, "</dt><dd>");
        html_text(out, sample->cells[i]);
        text_printf(out, "</dd></div>\n");
    }
    text_printf(out, "</dl>\n");
}

/* What the network says about the sample: v is the log-odds of its label. */
static void append_answer(struct text *out, const struct shown_checkpoint *last)
{
    text_printf(out, "<p class=\"reading\">the network gives this label a probability of "
                     "<b class=\"probability\">");
    html_percent(out, 1 / (1 + exp(-last->v_full)));
    text_printf(out, "</b></p>\n");
}

static void append_sample(struct text *out, const struct shown_examples *examples, size_t index)
{
    const struct shown_sample *sample = &examples->samples[index];
    const struct shown_checkpoint *last = &sample->checkpoints[sample->n_checkpoints - 1];
    text_printf(out, "<article class=\"sample\" id=\"sample-%zu\">\n<div class=\"about\">\n<h3>",
                index);
    text_printf(out, "Label ");
    append_class(out, examples, sample->label);
    text_printf(out, " <span class=\"group\">%s</span></h3>\n", group_of(sample));
    append_picture(out, examples, sample, index);
    append_table(out, examples, sample);
    if (sample->is_mislabelled && sample->true_label >= 0) {
        text_printf(out, "<p>The network was told a wrong label; it is really ");
        append_class(out, examples, sample->true_label);
        text_printf(out, ".</p>\n");
    }
    append_answer(out, last);
    text_printf(out, "</div>\n<ol class=\"interactions %s\">\n",
                is_image(examples, sample) ? "drawn" : "worded");
    double largest = last->n > 0 ? fabs(last->interactions[0].effect) : 0;
    for (size_t i = 0; i < EXAMPLES_MAX_SHOWN; i++)
        append_interaction(out, examples, sample, index,
                           i < last->n ? &last->interactions[i] : NULL, largest);
    text_printf(out, "</ol>\n</article>\n");
}

static void append_chooser(struct text *out, const struct shown_examples *examples)
{
    text_printf(out, "<fieldset class=\"chooser js-only\" hidden><legend>Sample</legend>\n");
    for (size_t i = 0; i < examples->n; i++) {
        const struct shown_sample *sample = &examples->samples[i];
        text_printf(out, "<label><input type=\"radio\" name=\"sample\" value=\"%zu\"%s>", i,
                    i == 0 ? " checked" : "");
        if (is_image(examples, sample))
            text_printf(out,
                        "<svg viewBox=\"0 0 %zu %zu\" aria-hidden=\"true\"><image width=\"%zu\" "
                        "height=\"%zu\" data-picture=\"%zu\"></image></svg>",
                        examples->width, examples->height, examples->width, examples->height, i);
        text_printf(out, "<span>");
        append_class(out, examples, sample->label);
        text_printf(out, "<small>%s</small></span></label>\n", group_of(sample));
    }
    text_printf(out, "</fieldset>\n");
}

void html_samples(struct text *out, const struct run_page *page)
{
    const struct shown_examples *examples = &page->examples;
    if (examples->n == 0)
        return;
    text_printf(out,
                "<section id=\"samples\" aria-labelledby=\"samples-title\">\n"
                "<h2 id=\"samples-title\">Single samples at this checkpoint</h2>\n"
                "<p>The strongest interactions of a sample%s. An <b class=\"kind\">AND</b> "
                "interaction acts only when all its parts are there; an <b class=\"kind\">OR</b> "
                "interaction (dashed) as soon as one of them is. Its effect is in log-odds of the "
                "label: <span class=\"for\">+ for it</span>, <span class=\"against\">&minus; "
                "against it</span>.</p>\n",
                examples->height > 0 ? ", drawn on it" : "");
    append_chooser(out, examples);
    for (size_t i = 0; i < examples->n; i++)
        append_sample(out, examples, i);
    text_printf(out, "<p class=\"caption\"><strong>What to look at.</strong> Follow one sample "
                     "from the first checkpoint to the last: how many parts do its strongest "
                     "interactions have? Then compare a training sample with a mislabelled one, "
                     "whose label can only be learnt by heart: which of its interactions does only "
                     "this network have?</p>\n</section>\n");
}
