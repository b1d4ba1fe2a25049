/* A data set on its way from files to splits. */
#ifndef DATA_LOADING_H
#define DATA_LOADING_H

#include "data/sample_set.h"
#include "phasetrace/dataset.h"

/* What is needed while loading, no longer. */
struct loading {
    const struct pt_data_options *options;
    struct pt_dataset *dataset;
    size_t n_labels;                /* labels are below; 0: as many as the files turn out to use */
    const char *const *label_names; /* [n_labels], in dataset->texts; NULL: only numbers */
    struct sample_set train, test;
    size_t train_labels_file; /* of dataset->files: which has the training labels */
    int is_one_file;          /* `test` is empty: its samples are drawn from `train` */
};

/*
 * Readers: each fills train and test or sets is_one_file, checks every label against n_labels or
 * sets n_labels and label_names, appends to dataset->files; that of tables also sets the features.
 * Errors are those of pt_dataset_load(), whose caller frees what there is, after a failure too.
 */
int idx_load(struct loading *loading, struct pt_error *error);
int cifar_load(struct loading *loading, struct pt_error *error);
int image_folder_load(struct loading *loading, struct pt_error *error);
int csv_table_load(struct loading *loading, struct pt_error *error);

#endif
