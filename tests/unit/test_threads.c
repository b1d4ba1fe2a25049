/* Thread policy: the processors one may use, what is asked for, numbers inside a region. */
#define _GNU_SOURCE
#include "testing.h"

#include "base/threads.h"

#include <sched.h>

static void requests_are_followed(void **state)
{
    (void)state;
    assert_int_equal(threads_resolve(3), 3);
    assert_int_equal(threads_resolve(0), threads_available());
    assert_true(threads_available() >= 1);
}

/* A container or taskset that allows one processor gives one thread. */
static void affinity_is_respected(void **state)
{
    (void)state;
    cpu_set_t allowed, one;
    assert_int_equal(sched_getaffinity(0, sizeof allowed, &allowed), 0);
    CPU_ZERO(&one);
    for (int cpu = 0; cpu < CPU_SETSIZE; cpu++)
        if (CPU_ISSET(cpu, &allowed) && CPU_COUNT(&one) == 0)
            CPU_SET(cpu, &one);
    assert_int_equal(sched_setaffinity(0, sizeof one, &one), 0);
    assert_int_equal(threads_available(), 1);
    assert_int_equal(threads_resolve(0), 1);
    assert_int_equal(sched_setaffinity(0, sizeof allowed, &allowed), 0);
}

static void threads_are_numbered(void **state)
{
    (void)state;
    int seen[4] = {0};
#pragma omp parallel num_threads(4)
    seen[thread_index()]++;
    for (int i = 0; i < 4; i++)
        assert_int_equal(seen[i], 1);
    assert_int_equal(thread_index(), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(requests_are_followed),
        cmocka_unit_test(affinity_is_respected),
        cmocka_unit_test(threads_are_numbered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
