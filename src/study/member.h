/* What is left of a run: whether it can be kept. */
#ifndef STUDY_MEMBER_H
#define STUDY_MEMBER_H

#include "phasetrace/config.h"
#include "phasetrace/status.h"

enum member_state {
    MEMBER_ABSENT,     /* no directory, or an empty one */
    MEMBER_UNFINISHED, /* a run that did not end, or one without the trace that is asked for */
    MEMBER_FINISHED
};

/*
 * Looks at the directory of a run that is to have the configuration `config` (threads and
 * directory do not count). PT_E_CONFIG when it holds something else: no run, or a finished one of
 * another configuration. PT_E_IO, PT_E_DATA: its files cannot be read.
 */
int member_examine(const struct pt_config *config, int with_trace, const char *directory,
                   enum member_state *state, struct pt_error *error);

#endif
