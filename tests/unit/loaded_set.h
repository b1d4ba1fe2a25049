/* Data sets for tests, loaded as the program does. */
#ifndef TESTS_LOADED_SET_H
#define TESTS_LOADED_SET_H

#include "phasetrace/dataset.h"

static inline struct pt_dataset *load(const struct pt_data_options *options)
{
    struct pt_dataset *dataset = NULL;
    struct pt_error error = {0};
    if (pt_dataset_load(options, &dataset, &error))
        fail_msg("%s:%ld: %s", error.file, error.line, error.message);
    return dataset;
}

/* For faults.h. */
static inline int load_and_free(void *options, struct pt_error *error)
{
    struct pt_dataset *dataset;
    int status = pt_dataset_load(options, &dataset, error);
    if (!status)
        pt_dataset_free(dataset);
    return status;
}

#endif
