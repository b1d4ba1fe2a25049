/* The clock that durations are measured with. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

/* Seconds since some fixed moment; never goes backwards. */
double clock_seconds(void);

/* Gives the processor away for some tens of microseconds. */
void clock_nap(void);

#endif
