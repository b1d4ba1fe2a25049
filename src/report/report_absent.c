/* What stands in for the figures in a build without Cairo. */
#include "phasetrace/report.h"

int pt_report_available(void)
{
    return 0;
}

int pt_report_figures(const char *run_directory, struct pt_error *error)
{
    (void)run_directory;
    return pt_error_set(error, PT_E_CONFIG,
                        "this build draws no figures: Cairo was not found, or it was configured "
                        "with -Dfigures=disabled");
}
