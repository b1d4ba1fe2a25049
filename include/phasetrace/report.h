/* Figures and pages, made from files: those of a run, or those that `train extract` wrote. */
#ifndef PHASETRACE_REPORT_H
#define PHASETRACE_REPORT_H

#include "phasetrace/status.h"

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* 1 when this build can draw (Cairo was found), 0 when the functions for figures always fail. */
PT_API int pt_report_available(void);

/*
 * Reads RUN/metrics.csv, RUN/analysis/{orders.csv,mean_order.csv,phases.json,about.json} and those
 * other tables of RUN/analysis that are there, and writes RUN/figures/NAME.png (1920 x 1080 pixels,
 * the run's settings in its text chunks), NAME.svg and NAME.pdf for each figure they suffice for;
 * doc/FORMATS.md lists them. Of a finished sweep, which has RUN/analysis/sweep.csv, it draws
 * RUN/figures/sweep alone, from that table, RUN/analysis/claims.json and the about.json of each
 * setting as far as they are there. The same input gives the same bytes.
 *
 * Nothing is written unless all input is sound. PT_E_IO: a file cannot be read or written;
 * PT_E_DATA: an input file is not what it should be, with file and line; PT_E_CONFIG: this build
 * has no Cairo.
 */
PT_API int pt_report_figures(const char *run_directory, struct pt_error *error);

/*
 * Compares 2 to 4 files that `train extract` made of the same value tables, by different solvers or
 * options: each order's share of the strength, and how far each objective is above the largest
 * lower bound that one of the files proves. Writes one figure as FIRST.comparison.png, .svg and
 * .pdf, FIRST being paths[0] without its ".npz"; the path of the .png goes into `written`.
 *
 * Nothing is written unless all files are sound. PT_E_CONFIG: fewer or more files, or no Cairo;
 * PT_E_IO: a file cannot be read or written; PT_E_DATA, with the file: it is not one of `train
 * extract`, or has other values v than the first.
 */
PT_API int pt_report_extractions(const char *const *paths, size_t n_paths, char *written,
                                 size_t written_bytes, struct pt_error *error);

/*
 * Writes RUN/report.html: one file without references to others, from the same input as the figures
 * and, as far as they are there, RUN/analysis/{claims,examples}.json, RUN/trace/inputs.json and
 * RUN/config.ini. Of a finished sweep it shows RUN/analysis/sweep.csv and, where it has been drawn,
 * the figure. The same input gives the same bytes. Needs no Cairo. PT_E_IO, PT_E_DATA, as above.
 */
PT_API int pt_report_page(const char *run_directory, struct pt_error *error);

#define PT_MAX_COMPARED 12

/*
 * Writes one page that compares 2 to PT_MAX_COMPARED runs to the file `path`. PT_E_CONFIG: fewer or
 * more, or one is a sweep; PT_E_IO, PT_E_DATA.
 */
PT_API int pt_report_comparison(const char *const *run_directories, size_t n_runs,
                                const char *path, struct pt_error *error);

#ifdef __cplusplus
}
#endif

#endif
