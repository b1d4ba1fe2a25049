/* Fuzz target: settings on the command line, --set SECTION.KEY=VALUE. */
#include "fuzz.h"

#include "phasetrace/config.h"

#include <stdio.h>

static char text[4096];

static int read_set(const char *path, struct pt_error *error)
{
    (void)path;
    static struct pt_config config;
    const char *const sets[] = {text};
    return pt_config_read(NULL, sets, 1, &config, NULL, error);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    snprintf(text, sizeof text, "%.*s", (int)size, (const char *)data);
    fuzz_read("set", data, size, read_set, REFUSES_CONFIG);
    return 0;
}
