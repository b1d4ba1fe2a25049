/* The claims of the papers, judged one after the other, in analysis/claims.json. */
#include "analysis/claims.h"

#include "analysis/output.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define REPRODUCTION_SAMPLES 50 /* of a split (doc/METHOD.md, "Claims") */

#define CLAIM_POINTER(name) &claim_##name,
static const struct claim_rule *const rules[] = {ANALYSIS_CLAIMS(CLAIM_POINTER)};
#define N_RULES (sizeof rules / sizeof *rules)

static int claims_reduce(struct pt_analysis *analysis, const struct pt_trace *trace,
                         struct checkpoint *checkpoint, struct pt_error *error)
{
    int status = PT_OK;
    for (size_t i = 0; i < N_RULES && !status; i++)
        if (rules[i]->reduce)
            status = rules[i]->reduce(analysis, trace, checkpoint, error);
    return status;
}

/* A claim without samples is about the theory alone. */
static void note_small_sample(struct pt_claim *claim)
{
    if (claim->samples == 0 || claim->samples >= REPRODUCTION_SAMPLES)
        return;
    size_t length = strlen(claim->reason);
    snprintf(claim->reason + length, sizeof claim->reason - length,
             "%s%zu samples (a reproduction asks for %d of each split)", length ? "; " : "",
             claim->samples, REPRODUCTION_SAMPLES);
}

static int judge(const struct pt_analysis *analysis, const struct claim_rule *rule,
                 struct pt_claim *claim, struct pt_error *error)
{
    *claim = (struct pt_claim){
        .id = rule->id,
        .paper = rule->paper,
        .figure = rule->figure,
        .statement = rule->statement,
        .threshold = rule->threshold,
        .value = NAN,
        .reproduced = PT_NOT_MEASURED,
        .samples = split_size(analysis, PT_TEST),
        .seeds = 1,
    };
    if (claim->samples == 0) {
        claim_not_measured(claim, "no testing samples are traced");
        return PT_OK;
    }
    int status = rule->judge(analysis, claim, error);
    note_small_sample(claim);
    return status;
}

static json_t *json_verdict(enum pt_verdict verdict)
{
    return verdict == PT_NOT_MEASURED ? json_null() : json_boolean(verdict == PT_REPRODUCED);
}

static json_t *json_claim(const struct pt_claim *claim)
{
    json_t *details = json_object();
    for (size_t i = 0; i < claim->n_details; i++)
        json_object_set_new(details, claim->details[i].name, json_number(claim->details[i].value));
    return json_pack("{s:s, s:s, s:s, s:s, s:o, s:o, s:o, s:s, s:I, s:I, s:o}", "id", claim->id,
                     "paper", claim->paper, "figure", claim->figure, "statement", claim->statement,
                     "value", json_number(claim->value), "threshold", json_number(claim->threshold),
                     "reproduced", json_verdict(claim->reproduced), "reason", claim->reason,
                     "samples", (json_int_t)claim->samples, "seeds", (json_int_t)claim->seeds,
                     "details", details);
}

static int claims_finish(struct pt_analysis *analysis, const char *directory,
                         struct pt_error *error)
{
    struct pt_claim *claims = arena_alloc(&analysis->results, N_RULES, sizeof *claims, error);
    if (!claims)
        return PT_E_MEMORY;
    for (size_t i = 0; i < N_RULES; i++) {
        int status = judge(analysis, rules[i], &claims[i], error);
        if (status)
            return pt_error_context(error, status, "claim %s", rules[i]->id);
    }
    analysis->claims = claims;
    analysis->n_claims = N_RULES;
    json_t *document = json_array();
    for (size_t i = 0; i < N_RULES; i++)
        if (json_array_append_new(document, json_claim(&claims[i])) != 0) {
            json_decref(document);
            document = NULL;
        }
    return json_write(directory, "claims.json", document, error);
}

const struct quantity quantity_claims = {claims_reduce, claims_finish};
