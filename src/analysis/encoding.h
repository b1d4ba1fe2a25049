/*
 * Encodings: the salient interactions of one network on a list of samples, sparse.
 *
 * A trace has 2^(n+1) numbers a sample, most of them tiny; what the analysis asks about is the
 * hundred or so that are salient. All quantities are computed from these lists: of the run's
 * checkpoints, of the larger sample at its last one, of baseline networks, of a planted truth.
 */
#ifndef ANALYSIS_ENCODING_H
#define ANALYSIS_ENCODING_H

#include "base/mem.h"
#include "phasetrace/trace.h"

struct interaction {
    double value;   /* I(S), log-odds */
    uint32_t set;   /* S, not empty */
    uint32_t is_or; /* 0 or 1 */
};

struct encoding {
    size_t n_players, n_samples;
    int same_players; /* 1 when all samples have the same players, so that sets can be compared */
    size_t first[PT_N_GROUPS + 1]; /* group g is samples first[g] .. first[g + 1] - 1 */
    /* [n_samples], as in the trace */
    int32_t *sample_index, *split, *label, *mislabelled;
    double *v_empty, *v_full;         /* [n_samples] v of no player, of all */
    uint32_t *live;                   /* [n_samples] mask of the players v depends on */
    double tau;                       /* the least |I(S)| that is salient */
    size_t *start;                    /* [n_samples + 1] where each sample's interactions begin */
    struct interaction *interactions; /* [start[n_samples]]; of a sample: AND before OR, each in
                                         ascending order of sets */
    /* NULL before quantity "generality" has run, or when there are no baseline networks: */
    unsigned char *general; /* parallel to `interactions`: 1 when a baseline network has it too */
    double *chance; /* [n_samples, 2, n_players] AND, OR by order (from 1): the probability that a
                       random set of live players passes as generalisable */
};

/* All of an encoding but the interactions themselves, `start` and `interactions` being empty: see
 * encoding_reduce(). */
int encoding_measure(const struct pt_trace *trace, double salience, struct arena *arena,
                     struct encoding *encoding, struct pt_error *error);

/*
 * tau is `salience` (0.03 in the papers) times the mean of |v(N) - v(0)| over the training and
 * testing groups, or over all samples when there are none of these; further samples do not move
 * it. Memory comes from `arena`. PT_E_DATA: groups out of order or at odds with their splits.
 */
int encoding_reduce(const struct pt_trace *trace, double salience, struct arena *arena,
                    struct encoding *encoding, struct pt_error *error);

static inline size_t encoding_group_size(const struct encoding *encoding, size_t group)
{
    return encoding->first[group + 1] - encoding->first[group];
}

static inline size_t interaction_order(const struct interaction *interaction)
{
    return (size_t)__builtin_popcount(interaction->set);
}

/* The place of a sample, or SIZE_MAX when it is not among the encoding's. */
size_t encoding_find_sample(const struct encoding *encoding, int32_t split, int32_t sample_index);

/* The salient interaction of this set and type on a sample, or NULL. O(log). */
const struct interaction *encoding_find(const struct encoding *encoding, size_t sample,
                                        uint32_t set, uint32_t is_or);

#endif
