/* Numbers of an array summed up for the documents of inspect.h. */
#ifndef STUDY_INSPECT_NUMBERS_H
#define STUDY_INSPECT_NUMBERS_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

struct number_summary {
    size_t n, n_not_finite; /* the rest is about finite ones */
    double least, most, sum, sum_of_squares;
};

void number_summary_add(struct number_summary *summary, double value);
/* Sets min, max, mean and deviation in `object` (null without numbers), and not_finite if any. */
void number_summary_describe(const struct number_summary *summary, json_t *object);

/* "[10, 4]" */
json_t *inspect_shape(const size_t *shape, size_t rank);
/* How often each label occurs: [{label, samples}]. */
json_t *inspect_label_counts(const size_t *counts, size_t n_labels);

#endif
