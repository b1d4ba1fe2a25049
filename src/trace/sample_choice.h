/*
 * Which samples are traced, in groups (phasetrace/trace.h, enum pt_trace_group).
 *
 * Every choice is a function of the seed, the data set and the number wanted. The samples of a
 * checkpoint all lie in the larger sample.
 */
#ifndef TRACE_SAMPLE_CHOICE_H
#define TRACE_SAMPLE_CHOICE_H

#include "phasetrace/config.h"
#include "phasetrace/dataset.h"
#include "phasetrace/trace.h"

struct sample_list {
    size_t n, n_of_group[PT_N_GROUPS];
    int32_t *group;  /* [n], ascending */
    uint32_t *index; /* [n], in the group's split, ascending within a group */
};

enum sample_list_size {
    SAMPLES_OF_CHECKPOINT, /* trace.samples and the like */
    SAMPLES_OF_FINAL /* the larger sample of the last checkpoint: trace.final_samples of a split, a
                        quarter of that of the third, up to as many mislabelled training samples */
};

/*
 * The caller frees it with sample_list_free(), after a failure too. PT_E_CONFIG when a split has
 * fewer than trace.samples; of everything else the list has as much as there is.
 */
int sample_list_create(const struct pt_config *config, const struct pt_dataset *dataset,
                       enum sample_list_size size, struct sample_list *list,
                       struct pt_error *error);
void sample_list_free(struct sample_list *list);

/* The split a group's samples are of. */
enum pt_split_id group_split(enum pt_trace_group group);

#endif
