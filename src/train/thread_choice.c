/* The number of threads of a training step, chosen by the clock. */
#include "train/thread_choice.h"

#define TRIAL_STEPS 5   /* the first one finds cold caches and sleeping threads: not counted */
#define WORTHWHILE 0.95 /* of the time taken so far */
#define HOPELESS 3      /* times what the whole trial should take: it ends there */
#define PRICE 50        /* seconds until the next trial for each that one has cost ... */
#define MIN_WAIT 100    /* ... and at least so many steps */
#define MEMORY 16       /* steps over which times are averaged */

static void begin_trial(struct thread_choice *c, size_t tried)
{
    c->tried = tried;
    c->n_left = TRIAL_STEPS;
    c->trial_s = 0;
    c->is_meeting = tried > c->chosen;
}

/* With one thread; how long it takes has to be known first. */
void thread_choice_start(struct thread_choice *c, int n_allowed)
{
    *c = (struct thread_choice){.n_allowed = n_allowed, .n_choices = 1};
    while (c->n_choices < THREAD_CHOICE_MAX && 1 << (c->n_choices - 1) < n_allowed)
        c->n_choices++;
    begin_trial(c, 0);
}

int thread_choice_next(const struct thread_choice *c)
{
    int n_threads = 1 << (c->n_left > 0 ? c->tried : c->chosen);
    return n_threads < c->n_allowed ? n_threads : c->n_allowed;
}

int thread_choice_meeting(const struct thread_choice *c)
{
    return c->is_meeting ? thread_choice_next(c) : 0;
}

static void wait_for(struct thread_choice *c, double cost_s)
{
    double least_s = MIN_WAIT * c->step_s[c->chosen];
    c->wait_s = PRICE * cost_s > least_s ? PRICE * cost_s : least_s;
}

void thread_choice_met(struct thread_choice *c, double seconds)
{
    c->is_meeting = 0;
    if (seconds <= THREAD_CHOICE_MEETING_S)
        return;
    c->n_left = 0;
    c->downwards = 1;
    wait_for(c, seconds);
}

static void end_trial(struct thread_choice *c)
{
    int n_done = TRIAL_STEPS - c->n_left;
    double usual_s = c->step_s[c->chosen];
    double tried_s = n_done > 1 ? (c->trial_s - c->first_s) / (n_done - 1) : c->trial_s;
    c->n_left = 0;
    c->step_s[c->tried] = tried_s;
    if (c->tried == c->chosen) /* the start */
        return;
    if (tried_s < WORTHWHILE * usual_s) {
        c->downwards = c->tried < c->chosen;
        c->chosen = c->tried;
        c->lost_s = 0;
        wait_for(c, 0);
    } else {
        c->downwards = !c->downwards;
        wait_for(c, c->trial_s - n_done * usual_s);
    }
}

static void add_to_trial(struct thread_choice *c, double seconds)
{
    if (c->n_left == TRIAL_STEPS)
        c->first_s = seconds;
    c->trial_s += seconds;
    c->n_left--;
    int is_hopeless =
        c->tried != c->chosen && c->trial_s > HOPELESS * TRIAL_STEPS * c->step_s[c->chosen];
    if (c->n_left == 0 || is_hopeless)
        end_trial(c);
}

static void try_another(struct thread_choice *c)
{
    int is_lowest = c->chosen == 0, is_highest = c->chosen + 1 == c->n_choices;
    int downwards = is_highest || (c->downwards && !is_lowest);
    begin_trial(c, downwards ? c->chosen - 1 : c->chosen + 1);
}

/* Whether several threads have become too dear. */
static int retreat(struct thread_choice *c, double seconds)
{
    c->lost_s += seconds - c->step_s[0];
    if (c->lost_s < 0)
        c->lost_s = 0;
    if (c->lost_s <= THREAD_CHOICE_LOSS_S + 2 * c->step_s[0])
        return 0;
    c->chosen = 0;
    wait_for(c, c->lost_s);
    c->lost_s = 0;
    return 1;
}

void thread_choice_add(struct thread_choice *c, double seconds)
{
    if (c->n_choices == 1)
        return;
    if (c->n_left > 0) {
        add_to_trial(c, seconds);
        return;
    }
    c->step_s[c->chosen] += (seconds - c->step_s[c->chosen]) / MEMORY;
    c->wait_s -= seconds;
    if (c->chosen > 0 && retreat(c, seconds))
        return;
    if (c->wait_s <= 0)
        try_another(c);
}
