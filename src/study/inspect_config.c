/* Describing configurations: what they ask for that is no default. */
#include "base/mem.h"
#include "base/text.h"
#include "config/value.h"
#include "phasetrace/series.h"
#include "study/inspect.h"

#include <stdio.h>
#include <string.h>

/* The value as it is printed; empty when that failed. */
static json_t *print_value(const struct schema_key *key, const struct pt_config *config)
{
    struct text text = {0};
    value_print(key, config, &text);
    json_t *value = json_string(text.data && !text.status ? text.data : "");
    text_release(&text);
    return value;
}

static void describe_changes(const struct pt_config *config, const struct pt_config *standard,
                             json_t *changes)
{
    for (size_t i = 0; i < schema_n_keys; i++) {
        const struct schema_key *key = &schema[i];
        char name[PT_TEXT_BYTES];
        json_t *value = print_value(key, config), *usual = print_value(key, standard);
        snprintf(name, sizeof name, "%s.%s", key->section, key->key);
        if (!json_equal(value, usual))
            json_object_set(changes, name, value);
        json_decref(value);
        json_decref(usual);
    }
    for (size_t i = 0; i < config->sweep.n; i++) {
        char name[PT_TEXT_BYTES + 8];
        snprintf(name, sizeof name, "sweep.%s", config->sweep.keys[i].key);
        json_object_set_new(changes, name, json_string(config->sweep.keys[i].values));
    }
}

static int read_config(const char *path, struct pt_config *config, struct pt_error *error)
{
    char *report = NULL;
    int status = pt_config_read(path, NULL, 0, config, &report, error);
    pt_config_free_text(report);
    return status;
}

int inspect_config(const char *path, json_t **document, struct pt_error *error)
{
    struct pt_config *configs = mem_alloc(2, sizeof *configs, error);
    int status = configs ? read_config(path, &configs[0], error) : PT_E_MEMORY;
    if (!status) {
        json_t *changes = json_object();
        pt_config_default(&configs[1]);
        describe_changes(&configs[0], &configs[1], changes);
        *document =
            json_pack("{s:s, s:s, s:I, s:o}", "kind", "configuration", "name", configs[0].run.name,
                      "runs", (json_int_t)pt_series_n_members(&configs[0]), "settings", changes);
        status = inspect_costs(&configs[0], path, NULL, *document, error);
        if (status)
            json_decref(*document);
    }
    mem_free(configs);
    return status;
}
