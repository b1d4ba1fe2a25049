/* The sentences that say what a run is, for titles and about.json. */
#ifndef STUDY_ABOUT_H
#define STUDY_ABOUT_H

#include "phasetrace/config.h"
#include "phasetrace/dataset.h"

struct about {
    char title[128];        /* "MNIST" */
    char network[256];      /* "MLP 784-256-256-10" */
    char extraction[128];   /* "exact AND/OR" */
    char masking[512];      /* "4x4 grid at the input, baseline channel mean, background kept" */
    size_t n_train, n_test; /* samples of the splits */
};

void about_describe(const struct pt_config *config, const struct pt_dataset *dataset,
                    struct about *about);

/* What an earlier analysis wrote down in RUN/analysis/about.json. */
int about_read(const char *run_directory, struct about *about, struct pt_error *error);

#endif
