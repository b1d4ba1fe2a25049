/* Sharing blocks of masks among threads. */
#include "trace/value_team.h"

#include "base/clock.h"
#include "base/mem.h"

#include <stdatomic.h>

#define N_TIMED 16 /* blocks of an estimate */

struct member {
    struct value_evaluator *values;
    double seconds;
    /* Of its present sample, all set before blocks are handed out. */
    int32_t label;
    uint32_t n_blocks;
    atomic_long n_left;          /* blocks that nobody has taken; may fall below 0 */
    atomic_uint_fast32_t n_done; /* blocks that are evaluated, or have failed */
    uint32_t failed_block;       /* the first; n_blocks when none has */
    struct pt_error failure;
};

struct value_team {
    int n_members;
    struct member *members;
    atomic_size_t n_samples; /* that are not evaluated yet */
};

void value_team_free(struct value_team *team)
{
    if (!team)
        return;
    for (int i = 0; team->members && i < team->n_members; i++)
        value_evaluator_free(team->members[i].values);
    mem_free(team->members);
    mem_free(team);
}

int value_team_create(const struct value_plan *plan, int n_members, struct value_team **team,
                      struct pt_error *error)
{
    struct value_team *t = mem_alloc(1, sizeof *t, error);
    if (!t)
        return PT_E_MEMORY;
    t->n_members = n_members;
    t->members = mem_alloc((size_t)n_members, sizeof *t->members, error);
    int status = t->members ? PT_OK : PT_E_MEMORY;
    for (int i = 0; i < n_members && !status; i++)
        status = value_evaluator_create(plan, &t->members[i].values, error);
    if (status)
        value_team_free(t);
    else
        *team = t;
    return status;
}

void value_team_begin(struct value_team *team, size_t n_samples)
{
    atomic_store(&team->n_samples, n_samples);
    for (int i = 0; i < team->n_members; i++)
        value_renew(team->members[i].values);
}

void value_team_skip(struct value_team *team, size_t n_samples)
{
    atomic_fetch_sub(&team->n_samples, n_samples);
}

/* Blocks are taken in ascending order: when one fails, all before it are taken, so that the first
 * of those that fail does not depend on the threads. */
static void note_failure(struct member *owner, uint32_t block, const struct pt_error *failure)
{
#pragma omp critical(value_team_failure)
    if (block < owner->failed_block) {
        owner->failed_block = block;
        owner->failure = *failure;
    }
}

/* Evaluates one of the owner's blocks, if there is one left. Having taken a block proves that it is
 * of the present sample, however late this thread looks: the owner waits for it. */
static int take_block(struct member *owner, struct member *worker)
{
    if (atomic_load(&owner->n_left) <= 0)
        return 0;
    long n_left = atomic_fetch_sub(&owner->n_left, 1);
    if (n_left <= 0)
        return 0;
    uint32_t block = owner->n_blocks - (uint32_t)n_left;
    struct pt_error failure = {0};
    if (value_evaluate_block(owner->values, worker->values, block, owner->label, &failure))
        note_failure(owner, block, &failure);
    atomic_fetch_add(&owner->n_done, 1);
    return 1;
}

static void share_blocks(struct member *owner, int32_t label)
{
    owner->label = label;
    owner->n_blocks = owner->failed_block = value_n_blocks(owner->values);
    atomic_store(&owner->n_done, 0);
    atomic_store(&owner->n_left, (long)owner->n_blocks);
    while (take_block(owner, owner)) {
    }
    while (atomic_load(&owner->n_done) < owner->n_blocks)
        clock_nap();
}

int value_team_evaluate(struct value_team *team, int member, const float *map, const int32_t *owner,
                        int32_t label, double *v, struct pt_error *error)
{
    struct member *own = &team->members[member];
    double start = clock_seconds();
    value_prepare(own->values, map, owner);
    share_blocks(own, label);
    value_team_skip(team, 1);
    int status = PT_OK;
    if (own->failed_block < own->n_blocks) {
        status = own->failure.code;
        if (error)
            *error = own->failure;
    } else {
        status = value_collect(own->values, v, error);
    }
    own->seconds += clock_seconds() - start;
    return status;
}

void value_team_help(struct value_team *team, int member)
{
    struct member *own = &team->members[member];
    while (atomic_load(&team->n_samples) > 0) {
        int n_taken = 0;
        double start = clock_seconds();
        for (int i = 0; i < team->n_members; i++)
            while (i != member && take_block(&team->members[i], own))
                n_taken++;
        if (n_taken > 0)
            own->seconds += clock_seconds() - start;
        else
            clock_nap();
    }
}

int value_team_estimate(struct value_team *team, const float *map, const int32_t *owner,
                        int32_t label, double *v, double *seconds, struct pt_error *error)
{
    struct value_evaluator *values = team->members[0].values;
    double start = clock_seconds();
    value_renew(values);
    value_prepare(values, map, owner);
    double middle = clock_seconds();
    uint32_t n_blocks = value_n_blocks(values), n = n_blocks < N_TIMED ? n_blocks : N_TIMED;
    for (uint32_t block = 0; block < n; block++) {
        int status = value_evaluate_block(values, values, block, label, error);
        if (status)
            return status;
    }
    *seconds = middle - start + (clock_seconds() - middle) * n_blocks / n;
    return value_collect(values, v, error);
}

double value_team_seconds(const struct value_team *team)
{
    double sum = 0;
    for (int i = 0; i < team->n_members; i++)
        sum += team->members[i].seconds;
    return sum;
}
