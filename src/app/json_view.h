/* A JSON document shown to people: members as lines, objects indented, arrays of objects as tables.
 */
#ifndef APP_JSON_VIEW_H
#define APP_JSON_VIEW_H

#include <jansson.h>
#include <stdio.h>

void json_view_print(FILE *stream, const json_t *document);

#endif
