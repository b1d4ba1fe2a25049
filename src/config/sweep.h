/*
 * Sweeps: [sweep] names keys of other sections, each with the values that it takes in turn.
 *
 * Any key that holds a single value can be swept, except those of [run].
 */
#ifndef CONFIG_SWEEP_H
#define CONFIG_SWEEP_H

#include "config/check.h"
#include "config/value.h"

#define SWEEP_SECTION "sweep"
#define SWEEP_ENTRY "section.key" /* what its keys are called in help */

extern const char sweep_expected[]; /* what stands for a value, as schema_describe() says it */
extern const char sweep_help[];

/* Whether keys of this kind can be swept: 1, or 0 with what is in the way in `why`. */
int sweep_allows(const struct schema_key *key, const char **why);

/* Index in the schema of a swept key, "data.label_noise"; SCHEMA_NONE when there is no such. */
size_t sweep_find(const char *name);

/* Checks the list of values, each by the type of its key: 1, or 0 with the problem set. */
int sweep_check_values(const struct schema_key *key, const char *values,
                       struct value_problem *problem);

size_t sweep_n_values(const struct pt_swept *swept);

/* One key of one setting. */
struct sweep_choice {
    size_t key;             /* index in the schema */
    struct value_item item; /* of the key's `values` */
};

/*
 * Fills `setting` with `config` as setting `index` has it, and `choices` [sweep.n] with what was
 * filled in. 0, with the problem set, when a value is none.
 */
int sweep_apply(const struct pt_config *config, size_t index, struct pt_config *setting,
                struct sweep_choice choices[PT_MAX_SWEPT], struct value_problem *problem);

/* An entry of [sweep] in a file or on the command line. */
struct swept_entry {
    const char *name, *values;
    struct place name_place;
    struct written written; /* the values */
};

/*
 * Stores an entry in `sweep`, where it is written at the same index of `states`; what is wrong with
 * it goes to the diagnostics. An entry without values, as --set can add, ends the sweep of the key.
 */
void sweep_read(const struct swept_entry *entry, struct pt_sweep *sweep,
                struct key_state states[PT_MAX_SWEPT], struct diagnostics *diagnostics);

/* config_check() for each setting of the sweep, until one has problems. */
void sweep_check(const struct pt_config *config, const struct key_state *states,
                 const struct key_state swept[PT_MAX_SWEPT], const char *path,
                 struct diagnostics *diagnostics);

#endif
