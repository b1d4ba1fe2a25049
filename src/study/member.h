/* What is left of a run: whether it can be kept. */
#ifndef STUDY_MEMBER_H
#define STUDY_MEMBER_H

#include "phasetrace/config.h"
#include "phasetrace/status.h"
#include "study/manifest.h"

enum member_state {
    MEMBER_ABSENT,     /* no directory, or an empty one */
    MEMBER_UNFINISHED, /* a run that did not end, or one without the trace that is asked for */
    MEMBER_FINISHED
};

struct member {
    enum member_state state;
    int has_manifest;
    struct manifest_record record; /* zeros without a manifest */
};

/*
 * Looks at the directory of a run that is to have the configuration `config` and trace the networks
 * of `source`, or train if that is NULL. PT_E_CONFIG when it holds something else: no run, one that
 * has its networks from elsewhere, or one of another configuration; the message lists all keys that
 * differ. Threads, directory, checkpoint_s and where data and weights lie do not count (what is in
 * those is compared by manifest_compare()). PT_E_IO, PT_E_DATA: its files cannot be read, or are of
 * a newer version.
 */
int member_examine(const struct pt_config *config, int with_trace, const char *source,
                   const char *directory, struct member *member, struct pt_error *error);

/* Whether a directory without a manifest has only what a run, or a series, that was killed in its
 * first moments leaves: PT_E_CONFIG names what else there is. */
int member_check_beginning(const char *directory, struct pt_error *error);

#endif
