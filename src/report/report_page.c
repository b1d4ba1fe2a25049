/* Pages by what lies in a directory. */
#include "phasetrace/report.h"

#include "report/comparison_page.h"
#include "report/run_page.h"
#include "report/sweep_page.h"

int pt_report_page(const char *run_directory, struct pt_error *error)
{
    return sweep_page_is_wanted(run_directory) ? sweep_page_write(run_directory, error)
                                               : run_page_write(run_directory, error);
}

int pt_report_comparison(const char *const *run_directories, size_t n_runs, const char *path,
                         struct pt_error *error)
{
    if (n_runs < 2 || n_runs > PT_MAX_COMPARED)
        return pt_error_set(error, PT_E_CONFIG, "%zu runs: a page compares 2 to %d", n_runs,
                            PT_MAX_COMPARED);
    for (size_t i = 0; i < n_runs; i++)
        if (sweep_page_is_wanted(run_directories[i]))
            return pt_error_set(error, PT_E_CONFIG, "%s is a sweep: compare the runs within it",
                                run_directories[i]);
    return comparison_page_write(run_directories, n_runs, path, error);
}
