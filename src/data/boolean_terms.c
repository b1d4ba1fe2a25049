/* The terms of the set "boolean": drawing their inputs, evaluating their sum. */
#include "data/boolean_terms.h"

#include "base/random.h"

#include <math.h>

static double binomial(size_t n, size_t k)
{
    double count = 1;
    for (size_t i = 0; i < k; i++)
        count = count * (double)(n - i) / (double)(i + 1);
    return count;
}

/* Whether term `index` can be drawn after those before it. */
static int check_term(const struct pt_data_options *o, size_t index, struct pt_error *error)
{
    const struct pt_term *term = &o->terms[index];
    size_t n_alike = 1;
    for (size_t i = 0; i < index; i++)
        n_alike += o->terms[i].order == term->order;
    if (term->order < 1 || (size_t)term->order > o->n_relevant)
        return pt_error_set(error, PT_E_CONFIG,
                            "data.terms: term %zu has order %d, expected 1 to data.relevant = %zu",
                            index + 1, term->order, o->n_relevant);
    if (term->kind == PT_TERM_OR && term->order == 1)
        return pt_error_set(error, PT_E_CONFIG,
                            "data.terms: term %zu is an OR of one input, which is an AND of it",
                            index + 1);
    if (!(fabs(term->strength) <= PT_MAX_STRENGTH) || term->strength == 0)
        return pt_error_set(error, PT_E_CONFIG,
                            "data.terms: term %zu has strength %g, expected -%d to %d but not 0",
                            index + 1, term->strength, PT_MAX_STRENGTH, PT_MAX_STRENGTH);
    double n_sets = binomial(o->n_relevant, (size_t)term->order);
    if ((double)n_alike > n_sets)
        return pt_error_set(error, PT_E_CONFIG,
                            "data.terms: term %zu is number %zu of order %d, data.relevant = %zu "
                            "inputs have only %.0f sets of that size",
                            index + 1, n_alike, term->order, o->n_relevant, n_sets);
    return PT_OK;
}

static uint64_t draw_set(struct random_stream *stream, size_t n_inputs, int order)
{
    uint32_t inputs[PT_MAX_INPUTS];
    for (size_t i = 0; i < n_inputs; i++)
        inputs[i] = (uint32_t)i;
    random_shuffle(stream, inputs, n_inputs);
    uint64_t set = 0;
    for (int i = 0; i < order; i++)
        set |= (uint64_t)1 << inputs[i];
    return set;
}

static int is_taken(const struct pt_plant *plant, uint64_t set)
{
    for (size_t i = 0; i < plant->n_terms; i++)
        if (plant->terms[i].inputs == set)
            return 1;
    return 0;
}

/* The probability that a term holds. */
static double expectation(const struct pt_term *term, double density)
{
    if (term->kind == PT_TERM_AND)
        return pow(density, term->order);
    return 1 - pow(1 - density, term->order);
}

int boolean_terms_draw(const struct pt_data_options *o, struct pt_plant *plant,
                       struct pt_error *error)
{
    struct random_stream stream = random_stream(o->seed, RANDOM_TERMS, 0, 0);
    *plant = (struct pt_plant){0};
    for (size_t i = 0; i < o->n_terms; i++) {
        const struct pt_term *term = &o->terms[i];
        int status = check_term(o, i, error);
        if (status)
            return status;
        uint64_t set;
        do
            set = draw_set(&stream, o->n_relevant, term->order);
        while (is_taken(plant, set));
        plant->terms[plant->n_terms++] = (struct pt_planted_term){term->kind, set, term->strength};
        plant->offset -= term->strength * expectation(term, o->density);
    }
    return PT_OK;
}

double boolean_log_odds(const struct pt_plant *plant, uint64_t x)
{
    double sum = plant->offset;
    for (size_t i = 0; i < plant->n_terms; i++) {
        const struct pt_planted_term *term = &plant->terms[i];
        uint64_t present = term->inputs & x;
        if (term->kind == PT_TERM_AND ? present == term->inputs : present != 0)
            sum += term->strength;
    }
    return sum;
}
