/* What stands in for the figures in a build without Cairo. */
#include "phasetrace/report.h"

int pt_report_available(void)
{
    return 0;
}

static int refuse(struct pt_error *error)
{
    return pt_error_set(error, PT_E_CONFIG,
                        "this build draws no figures: Cairo was not found, or it was configured "
                        "with -Dfigures=disabled");
}

int pt_report_figures(const char *run_directory, struct pt_error *error)
{
    (void)run_directory;
    return refuse(error);
}

int pt_report_extractions(const char *const *paths, size_t n_paths, char *written,
                          size_t written_bytes, struct pt_error *error)
{
    (void)paths;
    (void)n_paths;
    (void)written;
    (void)written_bytes;
    return refuse(error);
}
