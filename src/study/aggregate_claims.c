/* The claims of several runs, summed up in one verdict each. */
#include "study/aggregate.h"

#include "analysis/output.h"
#include "base/mem.h"
#include "base/text.h"
#include "num/student.h"
#include "study/json_file.h"

#include <math.h>
#include <string.h>

/* What the runs say about one claim. */
struct votes {
    size_t n_runs, n_measured, n_reproduced;
    const json_t *claims[PT_MAX_SEEDS]; /* NULL where a run does not know the claim */
    double values[PT_MAX_SEEDS];        /* NaN where it is not measured */
};

static const json_t *find_claim(const json_t *claims, const char *id)
{
    size_t i;
    json_t *claim;
    json_array_foreach(claims, i, claim)
    {
        const char *other = json_string_value(json_object_get(claim, "id"));
        if (other && strcmp(other, id) == 0)
            return claim;
    }
    return NULL;
}

static struct votes count_votes(json_t *const *runs, size_t n_runs, const char *id)
{
    struct votes votes = {.n_runs = n_runs};
    for (size_t i = 0; i < n_runs; i++) {
        const json_t *claim = find_claim(runs[i], id);
        const json_t *verdict = json_object_get(claim, "reproduced");
        votes.claims[i] = claim;
        votes.values[i] =
            json_is_boolean(verdict) ? json_member_number(claim, "value") : (double)NAN;
        votes.n_measured += json_is_boolean(verdict);
        votes.n_reproduced += json_is_true(verdict);
    }
    return votes;
}

/* Each detail's mean over the runs that have it, measured or not: some claims are judged over more
 * than one run, from details like these. The interval over samples gives way to that over seeds. */
static json_t *merge_details(const struct votes *votes)
{
    json_t *merged = json_object(), *ignored;
    const char *name;
    for (size_t first = 0; first < votes->n_runs; first++) {
        json_t *details = json_object_get(votes->claims[first], "details");
        json_object_foreach(details, name, ignored)
        {
            double values[PT_MAX_SEEDS];
            if (json_object_get(merged, name) || strcmp(name, "low") == 0 ||
                strcmp(name, "high") == 0)
                continue;
            for (size_t i = 0; i < votes->n_runs; i++)
                values[i] = json_member_number(json_object_get(votes->claims[i], "details"), name);
            json_object_set_new(merged, name, json_number(finite_mean(values, votes->n_runs)));
        }
    }
    struct interval interval = mean_interval(votes->values, votes->n_runs);
    json_object_set_new(merged, "low", json_number(interval.low));
    json_object_set_new(merged, "high", json_number(interval.high));
    json_object_set_new(merged, "n_reproduced", json_integer((json_int_t)votes->n_reproduced));
    json_object_set_new(merged, "n_measured", json_integer((json_int_t)votes->n_measured));
    return merged;
}

/* Why the first run that did not measure the claim did not. */
static const char *reason_against(const struct votes *votes)
{
    for (size_t i = 0; i < votes->n_runs; i++)
        if (!json_is_boolean(json_object_get(votes->claims[i], "reproduced"))) {
            const char *reason = json_string_value(json_object_get(votes->claims[i], "reason"));
            return reason ? reason : "unknown there";
        }
    return "";
}

static json_t *explain(const struct votes *votes)
{
    struct text text = {0};
    size_t n_missing = votes->n_runs - votes->n_measured;
    char *words;
    if (votes->n_measured > 0)
        text_printf(&text, "reproduced by %zu of %zu seeds:", votes->n_reproduced, votes->n_runs);
    for (size_t i = 0; i < votes->n_runs && votes->n_measured > 0; i++) {
        text_printf(&text, i ? ", " : " ");
        if (isfinite(votes->values[i]))
            text_printf(&text, "%.3g", votes->values[i]);
        else
            text_printf(&text, "-");
    }
    if (n_missing > 0)
        text_printf(&text, "%snot measured by %zu of %zu seeds: %s",
                    votes->n_measured > 0 ? "; " : "", n_missing, votes->n_runs,
                    reason_against(votes));
    if (text_take(&text, &words, NULL) != PT_OK)
        return NULL;
    json_t *reason = json_string(words);
    mem_free(words);
    return reason;
}

static json_t *merge_claim(const json_t *first, const struct votes *votes)
{
    json_t *merged = json_copy((json_t *)first); /* keeps the order of the members */
    json_t *reason = explain(votes);
    int reproduced = votes->n_reproduced == votes->n_measured;
    if (!merged || !reason) {
        json_decref(merged);
        json_decref(reason);
        return NULL;
    }
    json_object_set_new(merged, "value", json_number(finite_mean(votes->values, votes->n_runs)));
    json_object_set_new(merged, "reproduced",
                        votes->n_measured > 0 ? json_boolean(reproduced) : json_null());
    json_object_set_new(merged, "reason", reason);
    json_object_set_new(merged, "seeds", json_integer((json_int_t)votes->n_runs));
    json_object_set_new(merged, "details", merge_details(votes));
    return merged;
}

static int merge_all(json_t *const *runs, size_t n_runs, json_t **claims, struct pt_error *error)
{
    json_t *merged = json_array(), *claim;
    size_t k;
    for (size_t i = 0; i < n_runs; i++)
        json_array_foreach(runs[i], k, claim)
        {
            const char *id = json_string_value(json_object_get(claim, "id"));
            if (!id || find_claim(merged, id))
                continue;
            struct votes votes = count_votes(runs, n_runs, id);
            if (json_array_append_new(merged, merge_claim(claim, &votes)) != 0) {
                json_decref(merged);
                return pt_error_set(error, PT_E_MEMORY, "claims: out of memory");
            }
        }
    *claims = merged;
    return PT_OK;
}

int aggregate_claims(const struct seed_set *set, json_t **claims, struct pt_error *error)
{
    json_t *runs[PT_MAX_SEEDS];
    size_t n = 0;
    int status = PT_OK;
    while (n < set->n && !status) {
        status = json_file_read(set->directories[n], "analysis/claims.json", &runs[n], error);
        n += !status;
    }
    if (!status)
        status = merge_all(runs, n, claims, error);
    for (size_t i = 0; i < n; i++)
        json_decref(runs[i]);
    return status;
}
