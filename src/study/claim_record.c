/* Claims as structures, from the JSON they are stored in. */
#include "study/claim_record.h"

#include "study/json_file.h"

#include <stdio.h>

static const char *text_of(const json_t *claim, const char *key, struct arena *arena,
                           struct pt_error *error)
{
    const char *text = json_string_value(json_object_get(claim, key));
    return arena_string(arena, text ? text : "", error);
}

static size_t count_of(const json_t *claim, const char *key)
{
    json_int_t count = json_integer_value(json_object_get(claim, key));
    return count > 0 ? (size_t)count : 0;
}

static enum pt_verdict verdict_of(const json_t *claim)
{
    const json_t *verdict = json_object_get(claim, "reproduced");
    if (!json_is_boolean(verdict))
        return PT_NOT_MEASURED;
    return json_is_true(verdict) ? PT_REPRODUCED : PT_NOT_REPRODUCED;
}

static int read_details(json_t *details, struct arena *arena, struct pt_claim *record,
                        struct pt_error *error)
{
    const char *name;
    json_t *value;
    json_object_foreach(details, name, value)
    {
        if (record->n_details == PT_MAX_CLAIM_DETAILS)
            break;
        const char *copy = arena_string(arena, name, error);
        if (!copy)
            return PT_E_MEMORY;
        record->details[record->n_details].name = copy;
        record->details[record->n_details++].value = json_member_number(details, name);
    }
    return PT_OK;
}

static int read_record(const json_t *claim, struct arena *arena, struct pt_claim *record,
                       struct pt_error *error)
{
    const char *reason = json_string_value(json_object_get(claim, "reason"));
    if (!(record->id = text_of(claim, "id", arena, error)) ||
        !(record->paper = text_of(claim, "paper", arena, error)) ||
        !(record->figure = text_of(claim, "figure", arena, error)) ||
        !(record->statement = text_of(claim, "statement", arena, error)))
        return PT_E_MEMORY;
    snprintf(record->reason, sizeof record->reason, "%s", reason ? reason : "");
    record->value = json_member_number(claim, "value");
    record->threshold = json_member_number(claim, "threshold");
    record->reproduced = verdict_of(claim);
    record->samples = count_of(claim, "samples");
    record->seeds = count_of(claim, "seeds");
    return read_details(json_object_get(claim, "details"), arena, record, error);
}

int claim_records(const json_t *claims, struct arena *arena, struct pt_claim **records,
                  size_t *n_records, struct pt_error *error)
{
    size_t n = json_array_size(claims);
    struct pt_claim *read = arena_alloc(arena, n, sizeof *read, error);
    int status = read ? PT_OK : PT_E_MEMORY;
    for (size_t i = 0; i < n && !status; i++)
        status = read_record(json_array_get(claims, i), arena, &read[i], error);
    *records = read;
    *n_records = status ? 0 : n;
    return status;
}
