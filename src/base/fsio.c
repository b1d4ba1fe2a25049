/* Atomic file writing, checked reading, and the fault hooks that tests use to break both. */
#include "base/fsio.h"

#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define WRITE_BUFFER_BYTES ((size_t)64 * 1024)

struct file_writer {
    int descriptor;
    int failed; /* errno of the first failure; it stays */
    size_t n_buffered;
    char path[PATH_MAX];
    char temporary[PATH_MAX];
    unsigned char buffer[WRITE_BUFFER_BYTES];
};

/* Set once by tests, read by the single thread that writes: no atomics needed. */
static long fail_countdown;
static int fail_and_after;
static long crash_countdown;
static void (*crash_handler)(void);

void file_fail_at(long nth, int and_after)
{
    fail_countdown = nth;
    fail_and_after = and_after;
}

void file_crash_at(long nth, void (*crash)(void))
{
    crash_countdown = nth;
    crash_handler = crash;
}

static int is_last_operation(void)
{
    return crash_countdown > 0 && --crash_countdown == 0;
}

/* 1, with errno set, when this operation is to fail. */
static int is_to_fail(void)
{
    if (fail_countdown == 0 || --fail_countdown > 0)
        return 0;
    fail_countdown = fail_and_after ? 1 : 0;
    errno = ENOSPC;
    return 1;
}

static int injected_failure(void)
{
    if (is_last_operation())
        crash_handler();
    return is_to_fail();
}

static int io_error(struct pt_error *error, const char *path, const char *action)
{
    return pt_error_at(error, PT_E_IO, path, 0, 0, "%s: %s", action, strerror(errno));
}

int path_join(char *path, size_t path_bytes, const char *directory, const char *name,
              struct pt_error *error)
{
    size_t length = strlen(directory);
    const char *slash = length > 0 && directory[length - 1] == '/' ? "" : "/";
    int n = snprintf(path, path_bytes, "%s%s%s", length ? directory : ".", slash, name);
    if (n < 0 || (size_t)n >= path_bytes)
        return pt_error_set(error, PT_E_IO, "path too long: %s/%s", directory, name);
    return PT_OK;
}

int file_create(const char *path, struct file_writer **writer, struct pt_error *error)
{
    struct file_writer *w = mem_alloc(1, sizeof *w, error);
    if (!w)
        return PT_E_MEMORY;
    int path_length = snprintf(w->path, sizeof w->path, "%s", path);
    int length = snprintf(w->temporary, sizeof w->temporary, "%s.tmp-%ld", path, (long)getpid());
    if (path_length < 0 || length < 0 || (size_t)length >= sizeof w->temporary) {
        mem_free(w);
        return pt_error_at(error, PT_E_IO, path, 0, 0, "path too long");
    }
    w->descriptor = injected_failure()
                        ? -1
                        : open(w->temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (w->descriptor < 0) {
        int status = io_error(error, path, "cannot create");
        mem_free(w);
        return status;
    }
    *writer = w;
    return PT_OK;
}

static int write_all(int descriptor, const unsigned char *data, size_t n_bytes)
{
    if (is_last_operation()) {
        (void)!write(descriptor, data, n_bytes / 2);
        crash_handler();
    }
    if (is_to_fail())
        return -1;
    while (n_bytes > 0) {
        ssize_t n = write(descriptor, data, n_bytes);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -1;
        data += n;
        n_bytes -= (size_t)n;
    }
    return 0;
}

static int flush(struct file_writer *w, struct pt_error *error)
{
    if (!w->failed && w->n_buffered > 0 && write_all(w->descriptor, w->buffer, w->n_buffered) != 0)
        w->failed = errno;
    w->n_buffered = 0;
    errno = w->failed;
    return w->failed ? io_error(error, w->path, "cannot write") : PT_OK;
}

int file_write(struct file_writer *w, const void *data, size_t n_bytes, struct pt_error *error)
{
    const unsigned char *bytes = data;
    while (n_bytes > 0) {
        if (w->n_buffered == WRITE_BUFFER_BYTES) {
            int status = flush(w, error);
            if (status)
                return status;
        }
        size_t room = WRITE_BUFFER_BYTES - w->n_buffered;
        size_t piece = n_bytes < room ? n_bytes : room;
        memcpy(w->buffer + w->n_buffered, bytes, piece);
        w->n_buffered += piece;
        bytes += piece;
        n_bytes -= piece;
    }
    errno = w->failed;
    return w->failed ? io_error(error, w->path, "cannot write") : PT_OK;
}

int file_printf(struct file_writer *w, struct pt_error *error, const char *format, ...)
{
    char text[4096];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (length < 0 || (size_t)length >= sizeof text)
        return pt_error_at(error, PT_E_INTERNAL, w->path, 0, 0, "a formatted piece is too long");
    return file_write(w, text, (size_t)length, error);
}

/* Makes a rename durable. File systems that cannot sync a directory say EINVAL: not a failure. */
static int sync_parent(const char *path)
{
    char parent[PATH_MAX];
    snprintf(parent, sizeof parent, "%s", path);
    char *slash = strrchr(parent, '/');
    if (slash == parent)
        slash[1] = '\0';
    else if (slash)
        *slash = '\0';
    else
        snprintf(parent, sizeof parent, ".");
    if (injected_failure())
        return -1;
    int descriptor = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0)
        return -1;
    int failed = fsync(descriptor) != 0 && errno != EINVAL;
    close(descriptor);
    return failed ? -1 : 0;
}

int file_commit(struct file_writer *w, struct pt_error *error)
{
    int status = flush(w, error);
    if (!status && (injected_failure() || fsync(w->descriptor) != 0))
        status = io_error(error, w->path, "cannot write to disk");
    if (close(w->descriptor) != 0 && !status)
        status = io_error(error, w->path, "cannot close");
    if (!status && (injected_failure() || rename(w->temporary, w->path) != 0))
        status = io_error(error, w->path, "cannot rename into place");
    if (status)
        unlink(w->temporary);
    else if (sync_parent(w->path) != 0)
        status = io_error(error, w->path, "cannot sync its directory");
    mem_free(w);
    return status;
}

void file_abandon(struct file_writer *w)
{
    if (!w)
        return;
    close(w->descriptor);
    unlink(w->temporary);
    mem_free(w);
}

int file_replace(const char *path, const void *data, size_t n_bytes, struct pt_error *error)
{
    struct file_writer *writer;
    int status = file_create(path, &writer, error);
    if (status)
        return status;
    status = file_write(writer, data, n_bytes, error);
    if (status) {
        file_abandon(writer);
        return status;
    }
    return file_commit(writer, error);
}

int file_append(const char *path, const void *data, size_t n_bytes, struct pt_error *error)
{
    int descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (descriptor < 0)
        return io_error(error, path, "cannot open for appending");
    off_t old_end = lseek(descriptor, 0, SEEK_END);
    int failed = write_all(descriptor, data, n_bytes) != 0;
    int reason = errno;
    /* A disk that fills up takes a part of the data. */
    int part_stays = failed && old_end >= 0 && ftruncate(descriptor, old_end) != 0;
    if (close(descriptor) != 0 && !failed) {
        failed = 1;
        reason = errno;
    }
    errno = reason;
    if (failed)
        return io_error(error, path, part_stays ? "a part was appended, no more" : "cannot append");
    return PT_OK;
}

int file_sync(const char *path, struct pt_error *error)
{
    int descriptor = injected_failure() ? -1 : open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        return io_error(error, path, "cannot open");
    int status = fsync(descriptor) == 0 ? PT_OK : io_error(error, path, "cannot write to disk");
    close(descriptor);
    return status;
}

int file_cut(const char *path, size_t n_bytes, struct pt_error *error)
{
    if (injected_failure() || truncate(path, (off_t)n_bytes) != 0)
        return io_error(error, path, "cannot cut");
    return PT_OK;
}

int file_rename(const char *path, const char *new_path, struct pt_error *error)
{
    if (injected_failure() || rename(path, new_path) != 0)
        return io_error(error, path, "cannot rename");
    return sync_parent(new_path) == 0 ? PT_OK : io_error(error, path, "cannot sync its directory");
}

int file_remove(const char *path, struct pt_error *error)
{
    if (injected_failure())
        return io_error(error, path, "cannot remove");
    if (unlink(path) == 0 || errno == ENOENT)
        return PT_OK;
    return io_error(error, path, "cannot remove");
}

/* The size of an open regular file, checked against the limit. */
static int checked_size(int descriptor, const char *path, size_t limit_bytes, size_t *n_bytes,
                        struct pt_error *error)
{
    struct stat info;
    if (fstat(descriptor, &info) != 0)
        return io_error(error, path, "cannot read");
    if (!S_ISREG(info.st_mode))
        return pt_error_at(error, PT_E_IO, path, 0, 0, "is not a regular file");
    if ((uintmax_t)info.st_size > limit_bytes)
        return pt_error_at(error, PT_E_DATA, path, 0, 0,
                           "has %jd bytes, more than the limit of %zu", (intmax_t)info.st_size,
                           limit_bytes);
    *n_bytes = (size_t)info.st_size;
    return PT_OK;
}

static int read_all(int descriptor, const char *path, unsigned char *data, size_t n_bytes,
                    struct pt_error *error)
{
    size_t n_read = 0;
    while (n_read < n_bytes) {
        ssize_t n = read(descriptor, data + n_read, n_bytes - n_read);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return io_error(error, path, "cannot read");
        if (n == 0)
            return pt_error_at(error, PT_E_DATA, path, 0, 0, "ends at byte %zu, %zu were announced",
                               n_read, n_bytes);
        n_read += (size_t)n;
    }
    return PT_OK;
}

int file_read(const char *path, size_t limit_bytes, unsigned char **data, size_t *n_bytes,
              struct pt_error *error)
{
    /* Opening a pipe or a terminal line may wait for ever: that it is none is only known then. */
    int descriptor = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (descriptor < 0)
        return io_error(error, path, "cannot open");
    unsigned char *buffer = NULL;
    int status = checked_size(descriptor, path, limit_bytes, n_bytes, error);
    if (!status && !(buffer = mem_alloc(*n_bytes + 1, 1, error)))
        status = pt_error_context(error, PT_E_MEMORY, "%s", path);
    if (!status)
        status = read_all(descriptor, path, buffer, *n_bytes, error);
    close(descriptor);
    if (status)
        mem_free(buffer);
    else
        *data = buffer;
    return status;
}
