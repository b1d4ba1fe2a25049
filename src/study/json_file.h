/* JSON documents that a run writes, or has written. */
#ifndef STUDY_JSON_FILE_H
#define STUDY_JSON_FILE_H

#include "phasetrace/status.h"

#include <jansson.h>

/* Reads directory/name; the caller ends with json_decref(). PT_E_IO; PT_E_DATA with the place when
 * it is no JSON. */
int json_file_read(const char *directory, const char *name, json_t **document,
                   struct pt_error *error);

/* A string; of bytes that are no UTF-8, which JSON cannot hold, what is ASCII stays, '?' stands for
 * the others. NULL: out of memory. */
json_t *json_text(const char *text);

/* A member that is a number; NaN when it is absent or anything else. */
double json_member_number(const json_t *object, const char *key);

#endif
