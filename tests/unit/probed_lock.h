/* Somebody else who looks at the lock of a directory at the wrong moment. */
#ifndef PROBED_LOCK_H
#define PROBED_LOCK_H

#include "base/fsio.h"
#include "base/lock.h"

#include <fcntl.h>
#include <pthread.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

/* Fill in `directory`, `hold_s` and, if a file is to be made before the end, `file`. */
struct prober {
    const char *directory, *file;
    double hold_s;
    int descriptor;
    pthread_t thread;
};

static void *prober_wait(void *user)
{
    struct prober *p = user;
    const struct timespec time = {.tv_sec = (time_t)p->hold_s,
                                  .tv_nsec = (long)(1e9 * (p->hold_s - (double)(time_t)p->hold_s))};
    nanosleep(&time, NULL);
    if (p->file && file_replace(p->file, "made meanwhile\n", 15, NULL) != PT_OK)
        abort();
    close(p->descriptor);
    return NULL;
}

/* From now on the lock's file is there and shared; prober_end() waits until it is not any more. */
static inline void prober_begin(struct prober *p)
{
    char path[700];
    snprintf(path, sizeof path, "%s/%s", p->directory, LOCK_NAME);
    p->descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    assert_true(p->descriptor >= 0);
    assert_int_equal(flock(p->descriptor, LOCK_SH | LOCK_NB), 0);
    assert_int_equal(pthread_create(&p->thread, NULL, prober_wait, p), 0);
}

static inline void prober_end(struct prober *p)
{
    assert_int_equal(pthread_join(p->thread, NULL), 0);
}

#endif
