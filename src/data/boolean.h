/* The set "boolean": samples of binary inputs, labels drawn from a planted function of them. */
#ifndef DATA_BOOLEAN_H
#define DATA_BOOLEAN_H

#include "phasetrace/dataset.h"

/* Fills everything of an empty data set but its name; labels are without label noise. Errors are
 * those of pt_dataset_load(), whose caller frees what there is, after a failure too. */
int boolean_generate(const struct pt_data_options *options, struct pt_dataset *dataset,
                     struct pt_error *error);

#endif
