/* The tables of a sweep: a row for each run, a row for each setting and claim. */
#include "study/sweep_results.h"

#include "analysis/output.h"
#include "base/mem.h"
#include "base/text.h"
#include "study/json_file.h"
#include "study/series_results.h"
#include "study/setting_name.h"

#include <inttypes.h>
#include <math.h>

/* ---- sweep.csv ---- */

#define METRIC(member)                                   \
    {                                                    \
#member, offsetof(struct pt_metrics_row, member) \
    }

static const struct {
    const char *name;
    size_t offset;
} metrics[] = {METRIC(train_loss),     METRIC(test_loss),     METRIC(loss_gap),
               METRIC(train_accuracy), METRIC(test_accuracy), METRIC(train_clean_loss)};

static const struct {
    const char *part, *name;
} phases[] = {
    {"test", "t_star"},
    {"test", "t_rise"},
    {"test", "mean_order_start"},
    {"test", "mean_order_star"},
    {"test", "mean_order_end"},
    {"generalization", "t1"},
    {"generalization", "t2"},
    {"generalization", "t_loss"},
    {"generalization", "excess_max"},
    {"generalization", "gamma_end"},
    {"generalization", "excess_end"},
};

static const char *const spindle_details[] = {"spindle_weight", "spindle_share", "cosine_non",
                                              "cosine_gen"};

#define COUNT(array) (sizeof(array) / sizeof *(array))

static void append_swept(const struct pt_config *config, struct text *header)
{
    for (size_t i = 0; i < config->sweep.n; i++)
        text_printf(header, "%s,", config->sweep.keys[i].key);
    text_printf(header, "setting");
}

static const char *claim_id(const json_t *claims, size_t index)
{
    return json_string_value(json_object_get(json_array_get(claims, index), "id"));
}

static int make_header(const struct pt_config *config, const struct sweep_runs *runs, char **line,
                       struct pt_error *error)
{
    struct text header = {0};
    append_swept(config, &header);
    text_printf(&header, ",seed");
    for (size_t i = 0; i < COUNT(metrics); i++)
        text_printf(&header, ",%s", metrics[i].name);
    for (size_t i = 0; i < COUNT(phases); i++)
        text_printf(&header, ",%s", phases[i].name);
    for (size_t i = 0; i < COUNT(spindle_details); i++)
        text_printf(&header, ",%s", spindle_details[i]);
    for (size_t i = 0; i < json_array_size(runs->items[0].claims); i++)
        text_printf(&header, ",%s", claim_id(runs->items[0].claims, i));
    return text_take(&header, line, error);
}

/* The swept values, then the setting's name. */
static int write_setting(const struct pt_config *config, size_t setting, struct table *table,
                         struct pt_error *error)
{
    char name[PT_TEXT_BYTES];
    for (size_t i = 0; i < config->sweep.n; i++) {
        char *value = NULL;
        int status = setting_value(config, setting, i, &value, error);
        if (status)
            return status;
        table_text(table, value);
        mem_free(value);
    }
    int status = setting_name(config, setting, name, error);
    table_text(table, status ? "" : name);
    return status;
}

static int write_run(const struct pt_config *config, const struct sweep_run *run,
                     const json_t *claims, struct table *table, struct pt_error *error)
{
    char seed[24];
    int status = write_setting(config, run->setting, table, error);
    snprintf(seed, sizeof seed, "%" PRIu64, run->seed);
    table_text(table, seed);
    for (size_t i = 0; i < COUNT(metrics); i++)
        table_number(table, *(const double *)((const char *)&run->last + metrics[i].offset));
    for (size_t i = 0; i < COUNT(phases); i++)
        table_number(table, json_member_number(json_object_get(run->phases, phases[i].part),
                                               phases[i].name));
    for (size_t i = 0; i < COUNT(spindle_details); i++)
        table_number(table, sweep_detail(run, "D15", spindle_details[i]));
    for (size_t i = 0; i < json_array_size(claims); i++)
        table_number(table, sweep_value(run, claim_id(claims, i)));
    table_end_row(table);
    return status;
}

/* A failure between the rows: the table is given up with it. */
static int finish(struct table *table, int status)
{
    if (status && !table->status)
        table->status = status;
    return table_finish(table);
}

int sweep_table_write(const struct pt_config *config, const struct sweep_runs *runs,
                      struct pt_error *error)
{
    char *header;
    struct table table;
    int status = make_header(config, runs, &header, error);
    if (status)
        return status;
    table_start(&table, config->run.out, "analysis/sweep.csv", header, error);
    mem_free(header);
    for (size_t i = 0; i < runs->n && !status && !table.status; i++)
        status = write_run(config, &runs->items[i], runs->items[0].claims, &table, error);
    return finish(&table, status);
}

/* ---- claims_by_setting.csv ---- */

static const char *verdict_word(const json_t *claim)
{
    const json_t *verdict = json_object_get(claim, "reproduced");
    return json_is_true(verdict) ? "true" : json_is_false(verdict) ? "false" : "";
}

static int write_claim(const struct pt_config *config, size_t setting, const json_t *claim,
                       struct table *table, struct pt_error *error)
{
    static const char *const details[] = {"low", "high", "n_reproduced", "n_measured"};
    const char *id = json_string_value(json_object_get(claim, "id"));
    int status = write_setting(config, setting, table, error);
    table_text(table, id ? id : "");
    table_number(table, json_member_number(claim, "value"));
    table_number(table, json_member_number(claim, "threshold"));
    table_text(table, verdict_word(claim));
    for (size_t i = 0; i < COUNT(details); i++)
        table_number(table, json_member_number(json_object_get(claim, "details"), details[i]));
    table_integer(table, (long)json_integer_value(json_object_get(claim, "seeds")));
    table_end_row(table);
    return status;
}

int sweep_claims_write(const struct pt_config *config, json_t *const *claims,
                       struct pt_error *error)
{
    struct text text = {0};
    char *header;
    struct table table;
    append_swept(config, &text);
    text_printf(&text, ",id,value,threshold,reproduced,low,high,n_reproduced,n_measured,seeds");
    int status = text_take(&text, &header, error);
    if (status)
        return status;
    table_start(&table, config->run.out, "analysis/claims_by_setting.csv", header, error);
    mem_free(header);
    for (size_t s = 0; s < pt_config_n_settings(config); s++)
        for (size_t i = 0; i < json_array_size(claims[s]) && !status && !table.status; i++)
            status = write_claim(config, s, json_array_get(claims[s], i), &table, error);
    return finish(&table, status);
}
