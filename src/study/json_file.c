/* Parts of JSON documents that more than one file reads or writes. */
#include "study/json_file.h"

#include "base/fsio.h"
#include "base/mem.h"
#include "base/text.h"

#include <limits.h>
#include <math.h>

#define MAX_BYTES ((size_t)8 << 20)

int json_file_read(const char *directory, const char *name, json_t **document,
                   struct pt_error *error)
{
    char path[PATH_MAX];
    unsigned char *data = NULL;
    size_t n_bytes;
    json_error_t place;
    int status = path_join(path, sizeof path, directory, name, error);
    if (!status)
        status = file_read(path, MAX_BYTES, &data, &n_bytes, error);
    if (status)
        return status;
    *document = json_loadb((const char *)data, n_bytes, JSON_REJECT_DUPLICATES, &place);
    mem_free(data);
    if (!*document)
        return pt_error_at(error, PT_E_DATA, path, place.line, place.column, "not valid JSON: %s",
                           place.text);
    return PT_OK;
}

json_t *json_text(const char *text)
{
    json_t *string = json_string(text);
    if (string)
        return string;
    struct text ascii = {0};
    for (; *text; text++)
        text_append(&ascii, (unsigned char)*text < 0x80 ? text : "?", 1);
    string = ascii.data && !ascii.status ? json_string(ascii.data) : NULL;
    text_release(&ascii);
    return string;
}

double json_member_number(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    return json_is_number(value) ? json_number_value(value) : NAN;
}
