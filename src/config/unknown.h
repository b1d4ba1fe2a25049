/* Complaints about names that are no section or key, with what was probably meant. */
#ifndef CONFIG_UNKNOWN_H
#define CONFIG_UNKNOWN_H

#include "config/diagnostics.h"

void report_unknown_section(struct diagnostics *diagnostics, const char *name,
                            const struct place *place);
void report_unknown_key(struct diagnostics *diagnostics, const char *section, const char *key,
                        const struct place *place);

#endif
