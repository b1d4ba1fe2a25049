/* Reading of what a run says about itself in JSON. */
#include "report/results.h"

#include "report/json_part.h"

#include <math.h>
#include <string.h>

static int read_step(const struct json_part *object, const char *key, double *step)
{
    int status = json_read_number(object, key, step);
    if (!status && !isnan(*step) && !(*step >= 0 && *step <= RESULTS_MAX_STEP))
        return json_wrong_member(object, key, "a step number or null");
    return status;
}

static int read_about_texts(const struct json_part *object, struct result_about *about,
                            struct arena *arena)
{
    const struct {
        const char *key, **text;
    } texts[] = {
        {"title", &about->title},           {"network", &about->network},
        {"extraction", &about->extraction}, {"masking", &about->masking},
        {"version", &about->version},
    };
    int status = PT_OK;
    for (size_t i = 0; i < sizeof texts / sizeof *texts && !status; i++)
        status = json_read_text(object, texts[i].key, RESULTS_MAX_TEXT_BYTES, arena, texts[i].text);
    return status;
}

static int read_about_counts(const struct json_part *object, struct result_about *about)
{
    const struct {
        const char *key;
        long *count;
    } counts[] = {
        {"n_players", &about->n_players},
        {"n_train_traced", &about->n_traced[PT_TRAIN]},
        {"n_test_traced", &about->n_traced[PT_TEST]},
        {"n_train", &about->n_samples[PT_TRAIN]},
        {"n_test", &about->n_samples[PT_TEST]},
        {"seed", &about->seed},
        {"n_seeds", &about->n_seeds},
    };
    int status = PT_OK;
    for (size_t i = 0; i < sizeof counts / sizeof *counts && !status; i++)
        status = json_read_count(object, counts[i].key, counts[i].count);
    return status;
}

int results_load_about(const char *path, struct result_about *about, struct arena *arena,
                       struct pt_error *error)
{
    json_t *root;
    int status = json_document_load(path, JSON_OBJECT, &root, error);
    if (status)
        return status;
    struct json_part object = {path, "", root, error};
    status = read_about_texts(&object, about, arena);
    if (!status)
        status = read_about_counts(&object, about);
    if (!status)
        status = json_read_number(&object, "label_noise", &about->label_noise);
    json_decref(root);
    return status;
}

static int read_split_phases(const struct json_part *object, struct result_phases *phases)
{
    int status = read_step(object, "t_star", &phases->t_star);
    if (!status)
        status = read_step(object, "t_rise", &phases->t_rise);
    if (!status)
        status = json_read_number(object, "mean_order_start", &phases->mean_order_start);
    if (!status)
        status = json_read_number(object, "mean_order_star", &phases->mean_order_star);
    if (!status)
        status = json_read_number(object, "mean_order_end", &phases->mean_order_end);
    return status;
}

static int read_three_phases(const struct json_part *whole, struct result_three_phases *phases)
{
    const char *name = "generalization";
    struct json_part part = {whole->path, name, json_object_get(whole->json, name), whole->error};
    if (!part.json)
        return PT_OK;
    if (!json_is_object(part.json))
        return json_wrong_member(whole, name, "an object");
    int status = read_step(&part, "t1", &phases->t1);
    if (!status)
        status = read_step(&part, "t2", &phases->t2);
    if (!status)
        status = read_step(&part, "t_loss", &phases->t_loss);
    phases->is_known = !status;
    return status;
}

int results_load_phases(const char *path, struct results *results, struct pt_error *error)
{
    static const char *const names[RESULTS_N_SPLITS] = {"train", "test"};
    json_t *root;
    int status = json_document_load(path, JSON_OBJECT, &root, error);
    if (status)
        return status;
    struct json_part whole = {path, "", root, error};
    for (size_t split = 0; split < RESULTS_N_SPLITS && !status; split++) {
        struct json_part part = {path, names[split], json_object_get(root, names[split]), error};
        if (!json_is_object(part.json))
            status = json_wrong_member(&whole, names[split], "an object");
        else
            status = read_split_phases(&part, &results->phases[split]);
    }
    if (!status)
        status = read_three_phases(&whole, &results->three_phases);
    json_decref(root);
    return status;
}

static json_t *find_claim(const json_t *claims, const char *id)
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

int results_read_verdict(const struct json_part *object, enum claim_verdict *verdict)
{
    const json_t *reproduced = json_object_get(object->json, "reproduced");
    if (!json_is_boolean(reproduced) && !json_is_null(reproduced))
        return json_wrong_member(object, "reproduced", "true, false or null");
    *verdict = json_is_null(reproduced)   ? CLAIM_NOT_MEASURED
               : json_is_true(reproduced) ? CLAIM_REPRODUCED
                                          : CLAIM_NOT_REPRODUCED;
    return PT_OK;
}

static double detail_within_seeds(const json_t *claim)
{
    const json_t *value = json_object_get(json_object_get(claim, "details"), "within_seeds");
    return json_is_number(value) ? json_number_value(value) : NAN;
}

int results_load_claim(const char *path, const char *id, struct result_claim *claim,
                       struct arena *arena, struct pt_error *error)
{
    json_t *root;
    memset(claim, 0, sizeof *claim);
    int status = json_document_load(path, JSON_ARRAY, &root, error);
    if (status)
        return status;
    struct json_part object = {path, id, find_claim(root, id), error};
    if (object.json) {
        claim->within_seeds = detail_within_seeds(object.json);
        status = results_read_verdict(&object, &claim->verdict);
        if (!status)
            status = json_read_number(&object, "value", &claim->value);
        if (!status)
            status = json_read_number(&object, "threshold", &claim->threshold);
        if (!status)
            status = json_read_text(&object, "reason", JSON_DOCUMENT_BYTES, arena, &claim->reason);
    }
    json_decref(root);
    return status;
}
