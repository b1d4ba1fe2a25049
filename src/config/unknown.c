/* Complaints about names that are no section or key, with what was probably meant. */
#include "config/unknown.h"

#include "config/schema.h"
#include "base/suggest.h"
#include "config/sweep.h"

#include <string.h>

void report_unknown_section(struct diagnostics *diagnostics, const char *name,
                            const struct place *place)
{
    struct suggestion suggestion = {.word = name};
    for (size_t i = 0; i < schema_n_keys; i++)
        suggestion_offer(&suggestion, schema[i].section);
    suggestion_offer(&suggestion, SWEEP_SECTION);
    if (suggestion.best)
        diagnostics_add(diagnostics, place, "unknown section [%s]; did you mean [%s]?", name,
                        suggestion.best);
    else
        diagnostics_add(diagnostics, place, "unknown section [%s]", name);
}

void report_unknown_key(struct diagnostics *diagnostics, const char *section, const char *key,
                        const struct place *place)
{
    size_t elsewhere = schema_find(NULL, key);
    struct suggestion suggestion = {.word = key};
    for (size_t i = 0; i < schema_n_keys; i++)
        if (strcmp(schema[i].section, section) == 0)
            suggestion_offer(&suggestion, schema[i].key);
    if (elsewhere != SCHEMA_NONE)
        diagnostics_add(diagnostics, place, "unknown key '%s' in [%s]; it belongs in [%s]", key,
                        section, schema[elsewhere].section);
    else if (suggestion.best)
        diagnostics_add(diagnostics, place, "unknown key '%s' in [%s]; did you mean '%s'?", key,
                        section, suggestion.best);
    else
        diagnostics_add(diagnostics, place, "unknown key '%s' in [%s]", key, section);
}
