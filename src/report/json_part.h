/* JSON documents, checked member by member. */
#ifndef REPORT_JSON_PART_H
#define REPORT_JSON_PART_H

#include "phasetrace/status.h"

#include <jansson.h>
#include <stddef.h>

#define JSON_DOCUMENT_BYTES ((size_t)16 << 20) /* of a file */

struct arena;

/* One JSON object of a file being read, for messages that say where. */
struct json_part {
    const char *path;
    const char *name; /* of the member the object is, "" for the whole file */
    json_t *json;
    struct pt_error *error;
};

/* Reads a document whose root is of this type; the caller ends with json_decref(). PT_E_IO;
 * PT_E_DATA with the place. */
int json_document_load(const char *path, json_type type, json_t **root, struct pt_error *error);

/* PT_E_DATA: "FILE: PART: "key" must be EXPECTED". */
int json_wrong_member(const struct json_part *part, const char *key, const char *expected);

/* A member that must be there. PT_E_DATA when it is of another kind. */
int json_read_text(const struct json_part *part, const char *key, size_t max_bytes,
                   struct arena *arena, const char **text); /* control characters become blanks */
int json_read_count(const struct json_part *part, const char *key, long *count);     /* >= 0 */
int json_read_number(const struct json_part *part, const char *key, double *number); /* null: NaN */

#endif
