/* The configuration of a run as its file has it, without what does not change its results. */
#ifndef REPORT_RUN_SETTINGS_H
#define REPORT_RUN_SETTINGS_H

#include "base/mem.h"
#include "phasetrace/status.h"

#include <stddef.h>

struct run_setting {
    const char *section, *key, *value; /* never NULL; a value may be "" */
};

struct run_settings {
    size_t n;
    struct run_setting *settings; /* [n] in the order of the file */
};

/*
 * Reads RUN/config.ini; a directory without it has no settings. run.out and run.threads are left
 * out: the page of a run is the same wherever it ran. PT_E_IO; PT_E_DATA. The arena owns
 * everything.
 */
int run_settings_load(const char *run_directory, struct run_settings *settings, struct arena *arena,
                      struct pt_error *error);

/* The value of a key, or NULL. */
const char *run_settings_find(const struct run_settings *settings, const char *section,
                              const char *key);

#endif
