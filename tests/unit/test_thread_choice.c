/* The choice of threads against a clock that is made up: free, busy and changing processors. */
#include "testing.h"

#include "base/random.h"
#include "train/thread_choice.h"

/* Seconds of a step with this many threads, at this time. */
typedef double clock_of(int n_threads, double now_s, struct random_stream *stream);

enum { N_STEPS = 20000 };

static clock_of overloaded_clock;

static double meeting_s(clock_of *clock, int n_threads)
{
    assert_true(n_threads > 1);
    return clock == overloaded_clock ? 0.016 : 0.0001;
}

/* The time of all steps, relative to one thread; `shares` says how often 1, 2, 4, 8 were used. */
static double time_against_one_thread(clock_of *clock, int n_allowed, double shares[4])
{
    struct random_stream stream = random_stream(1, RANDOM_TEST, 0, 0);
    struct thread_choice choice;
    thread_choice_start(&choice, n_allowed);
    double now_s = 0, one_s = 0;
    memset(shares, 0, 4 * sizeof *shares);
    for (int step = 0; step < N_STEPS; step++) {
        int n_meeting = thread_choice_meeting(&choice);
        if (n_meeting > 0) {
            double seconds = meeting_s(clock, n_meeting);
            thread_choice_met(&choice, seconds);
            now_s += seconds;
        }
        int n_threads = thread_choice_next(&choice);
        assert_true(n_threads >= 1 && n_threads <= n_allowed);
        one_s += clock(1, now_s, &stream);
        double seconds = clock(n_threads, now_s, &stream) * (step == 0 ? 10 : 1);
        thread_choice_add(&choice, seconds);
        now_s += seconds;
        for (int i = 0; i < 4; i++)
            shares[i] += n_threads == 1 << i ? 1.0 / N_STEPS : 0;
    }
    return now_s / one_s;
}

/* A tenth of a step is done by one thread alone; times vary by a tenth. */
static double free_clock(int n_threads, double now_s, struct random_stream *stream)
{
    (void)now_s;
    return 0.001 * (0.1 + 0.9 / n_threads) * (0.95 + 0.1 * random_uniform(stream));
}

/* The processor that another program uses comes late by its time slice, every third time. */
static double busy_clock(int n_threads, double now_s, struct random_stream *stream)
{
    int is_late = n_threads > 1 && random_below(stream, 3) == 0;
    return free_clock(n_threads, now_s, stream) + (is_late ? 0.004 : 0);
}

/* Every step with several threads waits; or they are simply no faster. */
static double blocked_clock(int n_threads, double now_s, struct random_stream *stream)
{
    return free_clock(1, now_s, stream) * (n_threads > 1 ? 12 : 1);
}
/* The same for every region of a step: threads can hardly ever run at once. */
static double overloaded_clock(int n_threads, double now_s, struct random_stream *stream)
{
    return free_clock(1, now_s, stream) + (n_threads > 1 ? 0.3 : 0);
}

static double useless_clock(int n_threads, double now_s, struct random_stream *stream)
{
    (void)n_threads;
    return free_clock(1, now_s, stream);
}

static double two_processors_clock(int n_threads, double now_s, struct random_stream *stream)
{
    double seconds = free_clock(n_threads < 2 ? 1 : 2, now_s, stream);
    return n_threads > 2 ? 5 * seconds : seconds;
}

static double later_free_clock(int n_threads, double now_s, struct random_stream *stream)
{
    return (now_s < 5 ? busy_clock : free_clock)(n_threads, now_s, stream);
}
static double later_busy_clock(int n_threads, double now_s, struct random_stream *stream)
{
    return (now_s < 5 ? free_clock : busy_clock)(n_threads, now_s, stream);
}

/* What is measured at first is nothing like what follows. */
static double slow_start_clock(int n_threads, double now_s, struct random_stream *stream)
{
    return now_s < 0.2 ? 0.02 : useless_clock(1, now_s, stream) * (n_threads > 1 ? 1.5 : 1);
}

static double large_step_clock(int n_threads, double now_s, struct random_stream *stream)
{
    return 200 * busy_clock(n_threads, now_s, stream);
}

static void one_thread_is_left_alone(void **state)
{
    (void)state;
    double shares[4];
    assert_near(time_against_one_thread(free_clock, 1, shares), 1, 1e-2);
    assert_true(shares[0] > 0.999999);
}

static void free_processors_are_used(void **state)
{
    (void)state;
    double shares[4];
    assert_near(time_against_one_thread(free_clock, 2, shares), 0.55, 0.02);
    assert_true(shares[1] > 0.9);
    assert_near(time_against_one_thread(free_clock, 8, shares), 0.2125, 0.03);
    assert_true(shares[3] > 0.8);
    assert_near(time_against_one_thread(two_processors_clock, 8, shares), 0.55, 0.03);
    assert_true(shares[1] > 0.9);
}

static void numbers_that_are_no_power_are_reached(void **state)
{
    (void)state;
    double shares[4];
    assert_near(time_against_one_thread(free_clock, 3, shares), 0.4, 0.03);
}

static void what_is_busy_costs_little(void **state)
{
    (void)state;
    static clock_of *const clocks[] = {busy_clock, blocked_clock, useless_clock, slow_start_clock,
                                       large_step_clock};
    for (size_t i = 0; i < sizeof clocks / sizeof *clocks; i++)
        for (int n_allowed = 2; n_allowed <= 8; n_allowed += 3) {
            double shares[4];
            assert_in_range(100 * time_against_one_thread(clocks[i], n_allowed, shares), 97, 105);
            assert_true(shares[0] > 0.9);
        }
}

/* Then not a single step is taken to find out. */
static void threads_that_do_not_meet_are_not_tried(void **state)
{
    (void)state;
    double shares[4];
    assert_in_range(1000 * time_against_one_thread(overloaded_clock, 4, shares), 990, 1025);
    assert_true(shares[0] > 0.999999);
}

/* Half of the time one way, half the other: both are noticed soon. */
static void changes_are_followed(void **state)
{
    (void)state;
    double shares[4];
    assert_near(time_against_one_thread(later_free_clock, 2, shares), 0.25 + 0.75 * 0.55, 0.04);
    assert_true(shares[1] > 0.7);
    assert_near(time_against_one_thread(later_busy_clock, 2, shares), 0.45 * 0.55 + 0.55, 0.04);
    assert_true(shares[1] > 0.4 && shares[1] < 0.5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_thread_is_left_alone),
        cmocka_unit_test(free_processors_are_used),
        cmocka_unit_test(numbers_that_are_no_power_are_reached),
        cmocka_unit_test(what_is_busy_costs_little),
        cmocka_unit_test(threads_that_do_not_meet_are_not_tried),
        cmocka_unit_test(changes_are_followed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
