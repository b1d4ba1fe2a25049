/*
 * How many threads work on a training step: as many as are faster at the moment.
 *
 * The result of a step does not depend on it, so it may be chosen by the clock alone. Known are
 * 1, 2, 4, ... threads up to those allowed. Now and then a few steps are tried with the next
 * smaller or larger number; if that was in vain, fifty times as long as it has cost passes before
 * the next trial, so trials take about 2% of the time. Before a trial with more threads these meet
 * once without work: on a machine with more to do than processors that alone takes long, a step
 * many times as long. When another program takes a processor while several threads work, they wait
 * for the one that is late; as soon as that has cost THREAD_CHOICE_LOSS_S and two steps more than
 * one thread would have taken, one thread goes on, again for fifty times as long.
 */
#ifndef TRAIN_THREAD_CHOICE_H
#define TRAIN_THREAD_CHOICE_H

#include <stddef.h>

#define THREAD_CHOICE_MAX 11 /* 1, 2, 4, ..., 1024 threads */
#define THREAD_CHOICE_LOSS_S 0.005
#define THREAD_CHOICE_MEETING_S 0.001 /* longer is too long */

/* Numbers of threads are known by their place in the row 1, 2, 4, ... */
struct thread_choice {
    int n_allowed;
    size_t n_choices, chosen;
    double step_s[THREAD_CHOICE_MAX]; /* what a step took lately; 0: not known */
    size_t tried;
    int n_left;              /* steps of the trial; 0: none is on */
    int is_meeting;          /* before the first step of the trial */
    double trial_s, first_s; /* time of the trial, of its first step */
    double wait_s;           /* until the next trial */
    double lost_s;           /* against one thread, since there was no loss */
    int downwards;           /* the next trial is with fewer threads */
};

void thread_choice_start(struct thread_choice *choice, int n_allowed);
/* How many threads are to meet before the next step; 0: none. Then how long it took. */
int thread_choice_meeting(const struct thread_choice *choice);
void thread_choice_met(struct thread_choice *choice, double seconds);
/* The number of threads for the next step. */
int thread_choice_next(const struct thread_choice *choice);
/* How long that step took. Steps of less work than usual are not told. */
void thread_choice_add(struct thread_choice *choice, double seconds);

#endif
