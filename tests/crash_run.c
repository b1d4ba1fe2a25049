/*
 * A run that is killed at its Nth change of a file, for tests of going on.
 *
 *   crash_run N CONFIG OUT [section.key=value]...   without figures; goes on with what is in OUT
 */
#include "base/fsio.h"
#include "phasetrace/run.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

static void crash(void)
{
    raise(SIGKILL);
}

int main(int argc, char **argv)
{
    static struct pt_config config;
    static struct pt_run_outcome outcome;
    struct pt_error error = {0};
    const struct pt_run_options options = {.config_path = argv[2], .trace = 1, .resume = 1};
    if (argc < 4)
        return 2;
    int status = pt_config_read(argv[2], (const char *const *)argv + 4, (size_t)argc - 4, &config,
                                NULL, &error);
    if (!status) {
        snprintf(config.run.out, sizeof config.run.out, "%s", argv[3]);
        file_crash_at(strtol(argv[1], NULL, 10), crash);
        status = pt_run(&config, &options, &outcome, &error);
    }
    if (status)
        fprintf(stderr, "%s\n", error.message);
    return -status;
}
