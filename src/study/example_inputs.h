/* What the samples look like whose interactions are shown, for readers who have no data set. */
#ifndef STUDY_EXAMPLE_INPUTS_H
#define STUDY_EXAMPLE_INPUTS_H

#include "phasetrace/config.h"
#include "phasetrace/dataset.h"

#define EXAMPLE_INPUTS_MAX_SIDE 96 /* pixels; larger images are averaged down */

/*
 * Writes RUN/trace/inputs.json: pixels or cells of the samples that RUN/analysis/examples.json
 * names, with the names of classes and columns (doc/FORMATS.md). PT_E_DATA when that file names a
 * sample that is not in the data set.
 */
int example_inputs_write(const char *run_directory, const struct pt_config *config,
                         const struct pt_dataset *dataset, struct pt_error *error);

#endif
