/* The clock that durations are measured with. */
#include "base/clock.h"

#include <time.h>

double clock_seconds(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

void clock_nap(void)
{
    const struct timespec time = {.tv_nsec = 20000};
    nanosleep(&time, NULL);
}
