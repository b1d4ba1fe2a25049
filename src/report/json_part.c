/* Checked reading of JSON, with messages that say which file and which member. */
#include "report/json_part.h"

#include "base/fsio.h"
#include "base/mem.h"

#include <math.h>
#include <string.h>

int json_document_load(const char *path, json_type type, json_t **root, struct pt_error *error)
{
    unsigned char *data;
    size_t n_bytes;
    int status = file_read(path, JSON_DOCUMENT_BYTES, &data, &n_bytes, error);
    if (status)
        return status;
    json_error_t place;
    *root = json_loadb((const char *)data, n_bytes, JSON_REJECT_DUPLICATES, &place);
    mem_free(data);
    if (!*root)
        return pt_error_at(error, PT_E_DATA, path, place.line, place.column, "not valid JSON: %s",
                           place.text);
    if (json_typeof(*root) != type) {
        json_decref(*root);
        return pt_error_at(error, PT_E_DATA, path, 1, 0, "expected a JSON %s",
                           type == JSON_ARRAY ? "array" : "object");
    }
    return PT_OK;
}

int json_wrong_member(const struct json_part *part, const char *key, const char *expected)
{
    return pt_error_at(part->error, PT_E_DATA, part->path, 0, 0, "%s%s\"%s\" must be %s",
                       part->name, *part->name ? ": " : "", key, expected);
}

int json_read_text(const struct json_part *part, const char *key, size_t max_bytes,
                   struct arena *arena, const char **text)
{
    const char *value = json_string_value(json_object_get(part->json, key));
    if (!value)
        return json_wrong_member(part, key, "a string");
    if (strlen(value) > max_bytes)
        return json_wrong_member(part, key, "a shorter string");
    char *copy = arena_string(arena, value, part->error);
    if (!copy)
        return PT_E_MEMORY;
    for (char *p = copy; *p; p++)
        if ((unsigned char)*p < ' ' || *p == 127)
            *p = ' ';
    *text = copy;
    return PT_OK;
}

int json_read_count(const struct json_part *part, const char *key, long *count)
{
    json_t *value = json_object_get(part->json, key);
    if (!json_is_integer(value) || json_integer_value(value) < 0)
        return json_wrong_member(part, key, "a whole number, at least 0");
    *count = (long)json_integer_value(value);
    return PT_OK;
}

/* null stands for NaN. */
int json_read_number(const struct json_part *part, const char *key, double *number)
{
    json_t *value = json_object_get(part->json, key);
    if (!json_is_number(value) && !json_is_null(value))
        return json_wrong_member(part, key, "a number or null");
    *number = json_is_null(value) ? NAN : json_number_value(value);
    return PT_OK;
}
