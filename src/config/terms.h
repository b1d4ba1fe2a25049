/* Terms of the set "boolean" as text: "and1 2, or3 -1.5". */
#ifndef CONFIG_TERMS_H
#define CONFIG_TERMS_H

#include "config/value.h"

/* Stores the list and returns 1, or returns 0 with `problem` set and `list` unchanged. */
int terms_parse(const struct schema_key *key, const char *text, struct pt_term_list *list,
                struct value_problem *problem);

void terms_print(const struct pt_term_list *list, struct text *text);

#endif
