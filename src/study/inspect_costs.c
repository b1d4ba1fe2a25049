/* Describing what the value tables of a configuration cost. */
#include "base/mem.h"
#include "phasetrace/series.h"
#include "study/cost_table.h"
#include "study/inspect.h"
#include "study/run_state.h"

static json_t *describe_layer(const struct value_layer_cost *cost)
{
    return json_pack("{s:s, s:s, s:f, s:f, s:f, s:f, s:I}", "layer", cost->name, "kind", cost->kind,
                     "rows", cost->rows, "of_rows", cost->all_rows, "flops", cost->flops,
                     "flops_without", cost->plain_flops, "bytes", (json_int_t)cost->bytes);
}

static void describe_costs(const struct value_costs *costs, const struct pt_config *config,
                           json_t *document)
{
    json_t *layers = json_array();
    json_object_set_new(document, "value_tables",
                        json_pack("{s:I, s:I, s:I, s:I, s:f, s:f, s:f, s:I}", "players",
                                  (json_int_t)config->trace.players, "masks",
                                  (json_int_t)1 << config->trace.players, "layers",
                                  (json_int_t)costs->n_layers, "layers_on_tables",
                                  (json_int_t)costs->n_on_tables, "flops", costs->flops,
                                  "flops_without", costs->plain_flops, "factor",
                                  costs->flops > 0 ? costs->plain_flops / costs->flops : 1, "bytes",
                                  (json_int_t)costs->bytes));
    for (size_t i = 0; i < costs->n_on_tables; i++)
        json_array_append_new(layers, describe_layer(&costs->layers[i]));
    if (costs->n_on_tables < costs->n_layers) {
        const struct value_layer_cost rest = cost_of_rest(costs);
        json_array_append_new(layers, describe_layer(&rest));
    }
    json_object_set_new(document, "value_layers", layers);
}

/* Without data the size of inputs is not known, and a configuration may ask for what cannot be
 * traced: neither is a fault of what is looked at. */
static int excuse(int status, const struct pt_error *reason, json_t *document,
                  struct pt_error *error)
{
    if (status == PT_E_MEMORY) {
        if (error)
            *error = *reason;
        return status;
    }
    json_object_set_new(document, "value_tables", json_pack("{s:s}", "unknown", reason->message));
    return PT_OK;
}

int inspect_costs(const struct pt_config *config, const char *config_path,
                  const struct manifest_record *record, json_t *document, struct pt_error *error)
{
    const struct pt_run_options options = {.config_path = config_path, .trace = 1};
    struct pt_error reason = {0};
    struct value_costs costs;
    struct pt_config *member = mem_alloc(1, sizeof *member, error);
    if (!member)
        return PT_E_MEMORY;
    struct run run = {.config = member, .options = &options, .with_trace = 1};
    if (record)
        run.member.record = *record;
    int status = pt_series_member(config, 0, member, &reason);
    member->trace.samples = 1; /* one sample costs what each of them does */
    member->trace.final_samples = 0;
    if (!status)
        status = run_prepare(&run, &reason);
    if (!status)
        status = tracer_value_costs(run.tracer, &costs, &reason);
    if (!status) {
        describe_costs(&costs, member, document);
        value_costs_free(&costs);
    }
    run_release(&run);
    mem_free(member);
    return status ? excuse(status, &reason, document, error) : PT_OK;
}
