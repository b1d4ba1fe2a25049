/* Locking a directory by flock() on a file in it. */
#include "base/lock.h"

#include "base/clock.h"
#include "base/fsio.h"
#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define HOLDER_BYTES 512
#define MOST_NAPS 1000 /* some 100 ms */

struct lock {
    int descriptor;
    char path[PATH_MAX];
};

static int busy(int descriptor, const char *directory, struct pt_error *error)
{
    char holder[HOLDER_BYTES];
    ssize_t n = pread(descriptor, holder, sizeof holder - 1, 0);
    holder[n > 0 ? n : 0] = '\0';
    holder[strcspn(holder, "\n")] = '\0';
    return pt_error_set(error, PT_E_BUSY, "%s is in use: %s writes there", directory,
                        holder[0] ? holder : "another process");
}

/* What others are told. That it cannot be written (a full disk) does not matter: it is held. */
static void sign(int descriptor)
{
    char host[128] = "", since[32], text[HOLDER_BYTES];
    time_t now = time(NULL);
    struct tm parts;
    gmtime_r(&now, &parts);
    strftime(since, sizeof since, "%Y-%m-%dT%H:%M:%SZ", &parts);
    gethostname(host, sizeof host - 1);
    int n =
        snprintf(text, sizeof text, "process %ld on %s, since %s,\n", (long)getpid(), host, since);
    if (ftruncate(descriptor, 0) == 0 && pwrite(descriptor, text, (size_t)n, 0) != n)
        (void)!ftruncate(descriptor, 0);
}

/* Whether `path` still names the open file: its last holder may have removed it just now. */
static int is_current(int descriptor, const char *path)
{
    struct stat opened, named;
    return fstat(descriptor, &opened) == 0 && stat(path, &named) == 0 &&
           opened.st_ino == named.st_ino && opened.st_dev == named.st_dev;
}

/* 0, or why not as errno has it. Who probes holds a shared lock for a moment, which is no reason.
 */
static int try_lock(int descriptor)
{
    for (int n_naps = 0; flock(descriptor, LOCK_EX | LOCK_NB) != 0; n_naps++) {
        if (errno != EWOULDBLOCK || n_naps == MOST_NAPS ||
            flock(descriptor, LOCK_SH | LOCK_NB) != 0)
            return errno;
        flock(descriptor, LOCK_UN);
        clock_nap();
    }
    return 0;
}

static int open_locked(const char *path, const char *directory, int *descriptor,
                       struct pt_error *error)
{
    for (;;) {
        *descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
        if (*descriptor < 0)
            return pt_error_at(error, PT_E_IO, path, 0, 0, "cannot open: %s", strerror(errno));
        int reason = try_lock(*descriptor);
        if (reason) {
            int status = reason == EWOULDBLOCK ? busy(*descriptor, directory, error)
                                               : pt_error_at(error, PT_E_IO, path, 0, 0,
                                                             "cannot lock: %s", strerror(reason));
            close(*descriptor);
            return status;
        }
        if (is_current(*descriptor, path))
            return PT_OK;
        close(*descriptor);
    }
}

int lock_take(const char *directory, struct lock **lock, struct pt_error *error)
{
    struct lock *taken = mem_alloc(1, sizeof *taken, error);
    if (!taken)
        return PT_E_MEMORY;
    int status = path_join(taken->path, sizeof taken->path, directory, LOCK_NAME, error);
    if (!status)
        status = open_locked(taken->path, directory, &taken->descriptor, error);
    if (status) {
        mem_free(taken);
        return status;
    }
    sign(taken->descriptor);
    *lock = taken;
    return PT_OK;
}

void lock_release(struct lock *lock)
{
    if (!lock)
        return;
    unlink(lock->path);
    close(lock->descriptor);
    mem_free(lock);
}

int lock_probe(const char *directory, struct pt_error *error)
{
    char path[PATH_MAX];
    int status = path_join(path, sizeof path, directory, LOCK_NAME, error);
    int descriptor = status ? -1 : open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        return status;
    if (flock(descriptor, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK)
        status = busy(descriptor, directory, error);
    close(descriptor);
    return status;
}
