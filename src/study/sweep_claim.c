/* Claim D15: the spindle of an over-fitted network grows with the label noise (P3). */
#include "study/sweep_results.h"

#include "analysis/output.h"
#include "base/mem.h"
#include "base/text.h"
#include "num/student.h"
#include "study/series_results.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define NOISE_KEY "data.label_noise"
#define THRESHOLD 0.8
#define MIN_LEVELS 3 /* two levels have a rank correlation whatever they are */

struct spindle_sweep {
    size_t n; /* runs whose weight is known */
    uint64_t seed[PT_MAX_SETTINGS * PT_MAX_SEEDS];
    double noise[PT_MAX_SETTINGS * PT_MAX_SEEDS], weight[PT_MAX_SETTINGS * PT_MAX_SEEDS];
    double cosine_non[PT_MAX_SETTINGS * PT_MAX_SEEDS], cosine_gen[PT_MAX_SETTINGS * PT_MAX_SEEDS];
    size_t n_levels;
    double levels[PT_MAX_SETTINGS]; /* distinct noises, in the order of the sweep */
};

static int is_swept(const struct pt_config *config, const char *key)
{
    for (size_t i = 0; i < config->sweep.n; i++)
        if (strcmp(config->sweep.keys[i].key, key) == 0)
            return 1;
    return 0;
}

static void add_level(struct spindle_sweep *sweep, double noise)
{
    for (size_t i = 0; i < sweep->n_levels; i++)
        if (sweep->levels[i] == noise)
            return;
    sweep->levels[sweep->n_levels++] = noise;
}

static int collect(const struct pt_config *config, const struct sweep_runs *runs,
                   struct spindle_sweep *sweep, struct pt_error *error)
{
    struct pt_config setting;
    for (size_t i = 0; i < runs->n; i++) {
        const struct sweep_run *run = &runs->items[i];
        double weight = sweep_detail(run, "D15", "spindle_weight");
        int status = pt_config_setting(config, run->setting, &setting, error);
        if (status)
            return status;
        if (!isfinite(weight))
            continue;
        sweep->seed[sweep->n] = run->seed;
        sweep->noise[sweep->n] = setting.data.label_noise;
        sweep->weight[sweep->n] = weight;
        sweep->cosine_non[sweep->n] = sweep_detail(run, "D15", "cosine_non");
        sweep->cosine_gen[sweep->n++] = sweep_detail(run, "D15", "cosine_gen");
        add_level(sweep, setting.data.label_noise);
    }
    return PT_OK;
}

static double largest(const double *x, size_t n)
{
    double value = 0;
    for (size_t i = 0; i < n; i++)
        value = fmax(value, fabs(x[i]));
    return value;
}

/* Why nothing can be said; NULL when something can. */
static const char *obstacle(const struct spindle_sweep *sweep, size_t n_runs)
{
    if (sweep->n == 0)
        return "no run has a fitted spindle weight";
    if (sweep->n < n_runs)
        return "not all runs have a fitted spindle weight";
    if (sweep->n_levels < MIN_LEVELS)
        return "fewer than 3 levels of noise";
    if (!(largest(sweep->weight, sweep->n) > 0))
        return "the fitted weight of the spindle is 0 in all runs";
    return NULL;
}

/* Of the weight with the noise over the runs of one seed, whose samples are the same; 0 where the
 * weight never changes. */
static double correlation_of_seed(const struct spindle_sweep *sweep, uint64_t seed)
{
    double noise[PT_MAX_SETTINGS], weight[PT_MAX_SETTINGS];
    size_t n = 0;
    for (size_t i = 0; i < sweep->n; i++)
        if (sweep->seed[i] == seed) {
            noise[n] = sweep->noise[i];
            weight[n++] = sweep->weight[i];
        }
    double correlation = spearman_correlation(noise, weight, n);
    return isnan(correlation) ? 0 : correlation;
}

static int is_first_of_seed(const struct spindle_sweep *sweep, size_t run)
{
    for (size_t i = 0; i < run; i++)
        if (sweep->seed[i] == sweep->seed[run])
            return 0;
    return 1;
}

struct correlations {
    double mean, least; /* of the seeds' */
    double pooled;      /* over all runs */
};

static struct correlations correlate(const struct spindle_sweep *sweep)
{
    struct correlations c = {0, INFINITY,
                             spearman_correlation(sweep->noise, sweep->weight, sweep->n)};
    size_t n_seeds = 0;
    for (size_t i = 0; i < sweep->n; i++)
        if (is_first_of_seed(sweep, i)) {
            double correlation = correlation_of_seed(sweep, sweep->seed[i]);
            c.mean += correlation;
            c.least = fmin(c.least, correlation);
            n_seeds++;
        }
    c.mean /= (double)n_seeds;
    return c;
}

/* "mean weights 0.1 at noise 0, 0.2 at noise 0.05" */
static void describe_levels(const struct spindle_sweep *sweep, struct text *text)
{
    for (size_t i = 0; i < sweep->n_levels; i++) {
        double weights[PT_MAX_SETTINGS * PT_MAX_SEEDS];
        size_t n = 0;
        for (size_t k = 0; k < sweep->n; k++)
            if (sweep->noise[k] == sweep->levels[i])
                weights[n++] = sweep->weight[k];
        text_printf(text, "%s%.3g at noise %.3g", i ? ", " : "mean weights ",
                    finite_mean(weights, n), sweep->levels[i]);
    }
}

static json_t *explain(const struct spindle_sweep *sweep, const char *why_not, size_t n_seeds,
                       double within_seeds)
{
    struct text text = {0};
    char *words;
    if (why_not)
        text_printf(&text, "%s", why_not);
    if (why_not && sweep->n > 0)
        text_printf(&text, "; ");
    if (sweep->n > 0) {
        text_printf(&text, "%zu levels of noise, %zu seed%s; ", sweep->n_levels, n_seeds,
                    n_seeds == 1 ? "" : "s");
        describe_levels(sweep, &text);
        text_printf(&text, "; mean cosines %.3g (rest, spindle) and %.3g (generalisable, decay)",
                    finite_mean(sweep->cosine_non, sweep->n),
                    finite_mean(sweep->cosine_gen, sweep->n));
    }
    if (isfinite(within_seeds))
        text_printf(&text, "; mean correlation within a seed %.3g", within_seeds);
    if (text_take(&text, &words, NULL) != PT_OK)
        return NULL;
    json_t *reason = json_string(words);
    mem_free(words);
    return reason;
}

/* Traced testing samples, as the runs say it of the claim. */
static json_int_t samples_of(const struct sweep_runs *runs)
{
    size_t i;
    json_t *claim;
    json_array_foreach(runs->items[0].claims, i, claim)
    {
        const char *id = json_string_value(json_object_get(claim, "id"));
        if (id && strcmp(id, "D15") == 0)
            return json_integer_value(json_object_get(claim, "samples"));
    }
    return 0;
}

static json_t *judge(const struct spindle_sweep *sweep, const struct sweep_runs *runs,
                     size_t n_seeds)
{
    const char *why_not = obstacle(sweep, runs->n);
    struct correlations c = {NAN, NAN, NAN};
    if (!why_not)
        c = correlate(sweep);
    double value = c.pooled;
    json_t *reason = explain(sweep, why_not, n_seeds, c.mean);
    json_t *details = json_pack(
        "{s:o, s:o, s:o, s:o, s:I, s:I}", "within_seeds", json_number(c.mean), "least_of_a_seed",
        json_number(c.least), "cosine_non", json_number(finite_mean(sweep->cosine_non, sweep->n)),
        "cosine_gen", json_number(finite_mean(sweep->cosine_gen, sweep->n)), "n_levels",
        (json_int_t)sweep->n_levels, "n_runs", (json_int_t)sweep->n);
    return json_pack(
        "{s:s, s:s, s:s, s:s, s:o, s:f, s:o, s:o, s:I, s:I, s:o}", "id", "D15", "paper", "P3",
        "figure", "section 3", "statement",
        "over runs with more and more wrong labels the weight of the fitted spindle "
        "grows: its rank correlation with the label noise over all runs is at least the threshold",
        "value", json_number(value), "threshold", THRESHOLD, "reproduced",
        isfinite(value) ? json_boolean(value >= THRESHOLD) : json_null(), "reason", reason,
        "samples", samples_of(runs), "seeds", (json_int_t)n_seeds, "details", details);
}

int sweep_judge(const struct pt_config *config, const struct sweep_runs *runs, json_t **claims,
                struct pt_error *error)
{
    *claims = json_array();
    if (!is_swept(config, NOISE_KEY))
        return PT_OK;
    struct spindle_sweep *sweep = mem_alloc(1, sizeof *sweep, error);
    if (!sweep)
        return PT_E_MEMORY;
    int status = collect(config, runs, sweep, error);
    if (!status && json_array_append_new(*claims, judge(sweep, runs, series_n_seeds(config))) != 0)
        status = pt_error_set(error, PT_E_MEMORY, "claims: out of memory");
    mem_free(sweep);
    return status;
}
