/* Tables that have rows for each group of the checkpoints' samples. */
#ifndef ANALYSIS_GROUP_TABLE_H
#define ANALYSIS_GROUP_TABLE_H

#include "analysis/output.h"
#include "analysis/state.h"

/*
 * Lets `finish_group` add the rows of every group that has samples. Its first failure becomes the
 * table's: table_finish() then returns it and writes nothing.
 */
static inline void table_add_groups(struct table *table, struct pt_analysis *analysis,
                                    int (*finish_group)(struct pt_analysis *analysis,
                                                        struct table *table, size_t group,
                                                        struct pt_error *error),
                                    struct pt_error *error)
{
    int status = PT_OK;
    for (size_t group = 0; group < PT_N_GROUPS && !status; group++)
        if (split_size(analysis, group) > 0)
            status = finish_group(analysis, table, group, error);
    if (status)
        table->status = status;
}

#endif
