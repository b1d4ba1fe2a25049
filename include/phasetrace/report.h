/* Figures of a finished or running run, drawn from its analysis files alone. */
#ifndef PHASETRACE_REPORT_H
#define PHASETRACE_REPORT_H

#include "phasetrace/status.h"

/* 1 when this build can draw (Cairo was found), 0 when pt_report_figures() always fails. */
PT_API int pt_report_available(void);

/*
 * Reads RUN/metrics.csv and RUN/analysis/{orders.csv,mean_order.csv,phases.json,about.json} and
 * writes RUN/figures/NAME.png (1920 x 1080 pixels, the run's settings in its text chunks),
 * NAME.svg and NAME.pdf for each figure: two_phases (P1 figure 3), order_shares, losses. The
 * same input gives the same bytes.
 *
 * Nothing is written unless all input is sound. PT_E_IO: a file cannot be read or written;
 * PT_E_DATA: an input file is not what it should be, with file and line; PT_E_CONFIG: this build
 * has no Cairo.
 */
PT_API int pt_report_figures(const char *run_directory, struct pt_error *error);

#endif
