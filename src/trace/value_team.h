/*
 * Value tables by several threads: each evaluates samples of its own and, when there are no more,
 * blocks of masks of the others' samples, so that few samples of many players keep all threads
 * busy. Nobody waits for anybody but the owner of a sample for the blocks that others still have.
 * The bytes of a table do not depend on who evaluates which block.
 *
 * In one parallel region, whose threads are members 0..n-1:
 *
 *     value_team_begin(team, n_samples);            one thread, before the region
 *     value_team_evaluate(team, member, ...);       for each sample, by any member; or
 *     value_team_skip(team, 1);                     when a sample needs no evaluation after all
 *     value_team_help(team, member);                by each member at the end
 */
#ifndef TRACE_VALUE_TEAM_H
#define TRACE_VALUE_TEAM_H

#include "trace/values.h"

struct value_team;

/* The plan is borrowed. Nothing is allocated later. The caller frees with value_team_free(). */
int value_team_create(const struct value_plan *plan, int n_members, struct value_team **team,
                      struct pt_error *error);
void value_team_free(struct value_team *team); /* NULL is allowed */

/* How many calls of value_team_evaluate(), or samples skipped, there will be. The network's
 * parameters may have changed since the samples before. */
void value_team_begin(struct value_team *team, size_t n_samples);

/* As value_evaluate(). The seconds that members spend here and in helping are added up. */
int value_team_evaluate(struct value_team *team, int member, const float *map, const int32_t *owner,
                        int32_t label, double *v, struct pt_error *error);
void value_team_skip(struct value_team *team, size_t n_samples);

/* Evaluates blocks of others' samples until no sample is left to evaluate. */
void value_team_help(struct value_team *team, int member);

/*
 * About the seconds that one thread would take for this sample, from some of its blocks; v [2^n]
 * gets the values of these, and any others that are finite.
 */
int value_team_estimate(struct value_team *team, const float *map, const int32_t *owner,
                        int32_t label, double *v, double *seconds, struct pt_error *error);

/* Seconds of work on values, summed over members and calls. */
double value_team_seconds(const struct value_team *team);

#endif
