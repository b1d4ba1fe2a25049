/* Crews: every turn once, whoever takes it, and nobody is waited for in vain. */
#include "testing.h"

#include "base/clock.h"
#include "base/crew.h"
#include "base/mem.h"

#include <stdatomic.h>
#include <time.h>

enum { MOST_THREADS = 8, MOST_ITEMS = 3000 };

struct counts {
    atomic_int of_item[MOST_ITEMS];
    long of_member[MOST_THREADS]; /* each written by one thread: wrong if two had one number */
};

static void count(void *context, size_t item, int member)
{
    struct counts *counts = context;
    atomic_fetch_add(&counts->of_item[item], 1);
    counts->of_member[member]++;
}

static void assert_all_once(struct pt_crew *crew, size_t n_items)
{
    static struct counts counts;
    long n_done = 0;
    memset(&counts, 0, sizeof counts);
    crew_share(crew, n_items, count, &counts);
    for (size_t i = 0; i < MOST_ITEMS; i++)
        assert_int_equal(counts.of_item[i], i < n_items);
    for (int i = 0; i < MOST_THREADS; i++) {
        assert_true(i < crew_size(crew) || counts.of_member[i] == 0);
        n_done += counts.of_member[i];
    }
    assert_int_equal(n_done, n_items);
}

static void sleep_ms(long ms)
{
    nanosleep(&(struct timespec){.tv_nsec = ms * 1000000}, NULL);
}

static void every_item_is_done_once(void **state)
{
    (void)state;
    static const size_t sizes[] = {0, 1, 2, 3, 7, 64, 1000, MOST_ITEMS};
    for (int n_threads = 1; n_threads <= MOST_THREADS; n_threads++) {
        struct pt_crew *crew;
        assert_int_equal(pt_crew_create(n_threads, &crew, NULL), PT_OK);
        assert_int_equal(crew_size(crew), n_threads);
        for (int round = 0; round < 40; round++)
            assert_all_once(crew, sizes[round % 8]);
        pt_crew_free(crew);
    }
}

static void no_crew_is_the_caller_alone(void **state)
{
    (void)state;
    assert_int_equal(crew_size(NULL), 1);
    assert_all_once(NULL, 100);
}

static void a_crew_that_has_gone_to_sleep_wakes(void **state)
{
    (void)state;
    struct pt_crew *crew;
    assert_int_equal(pt_crew_create(3, &crew, NULL), PT_OK);
    for (int i = 0; i < 20; i++) {
        sleep_ms(2);
        assert_all_once(crew, 50);
    }
    pt_crew_free(crew);
}

/* The work of a helper that loses its processor for a while; the caller does what is left. */
struct slow_work {
    long helper_ms;
    atomic_int n_helped;
};

static void work_slowly(void *context, size_t item, int member)
{
    struct slow_work *work = context;
    (void)item;
    if (member == 0)
        return;
    atomic_fetch_add(&work->n_helped, 1);
    sleep_ms(work->helper_ms);
}

static void share_until_helped(struct pt_crew *crew, struct slow_work *work)
{
    double start_s = clock_seconds();
    while (work->n_helped == 0 && clock_seconds() - start_s < 20)
        crew_share(crew, 100, work_slowly, work);
    assert_true(work->n_helped > 0);
}

static void a_helper_that_was_late_rests(void **state)
{
    (void)state;
    struct pt_crew *crew;
    struct slow_work slow = {.helper_ms = 200}, quick = {0};
    assert_int_equal(pt_crew_create(2, &crew, NULL), PT_OK);
    share_until_helped(crew, &slow);
    double start_s = clock_seconds();
    crew_share(crew, 100, work_slowly, &quick);
    if (clock_seconds() - start_s < 0.1) /* else this thread was late itself */
        assert_int_equal(quick.n_helped, 0);
    share_until_helped(crew, &quick);
    pt_crew_free(crew);
}

static void a_crew_ends_while_helpers_rest(void **state)
{
    (void)state;
    struct pt_crew *crew;
    struct slow_work slow = {.helper_ms = 900};
    assert_int_equal(pt_crew_create(2, &crew, NULL), PT_OK);
    share_until_helped(crew, &slow);
    double start_s = clock_seconds();
    pt_crew_free(crew);
    assert_true(clock_seconds() - start_s < 0.8);
}

static void sharing_allocates_nothing_and_failures_leak_nothing(void **state)
{
    (void)state;
    size_t live = mem_live_bytes();
    struct pt_crew *crew = NULL;
    int status = PT_E_MEMORY;
    for (int nth = 1; status == PT_E_MEMORY; nth++) {
        assert_null(crew);
        mem_fail_at(nth, 0);
        status = pt_crew_create(4, &crew, NULL);
        mem_fail_at(0, 0);
    }
    assert_int_equal(status, PT_OK);
    size_t n_before = mem_allocation_count();
    assert_all_once(crew, 100);
    assert_int_equal(mem_allocation_count(), n_before);
    pt_crew_free(crew);
    assert_int_equal(mem_live_bytes(), live);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_item_is_done_once),
        cmocka_unit_test(no_crew_is_the_caller_alone),
        cmocka_unit_test(a_crew_that_has_gone_to_sleep_wakes),
        cmocka_unit_test(a_helper_that_was_late_rests),
        cmocka_unit_test(a_crew_ends_while_helpers_rest),
        cmocka_unit_test(sharing_allocates_nothing_and_failures_leak_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
