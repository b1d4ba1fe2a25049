/*
 * Files: whole-file reads with a limit, and writes that are atomic.
 *
 * At any instant a file written here is absent, the old version or the new one: data go to a
 * temporary file in the same directory, every write is checked, then flush, fsync, rename, fsync
 * of the directory. Every write of the program goes through this file, so that tests can make
 * the Nth operation fail.
 */
#ifndef BASE_FSIO_H
#define BASE_FSIO_H

#include "phasetrace/status.h"

#include <stddef.h>
#include <stdint.h>

struct arena;

/* A file being written; it appears under its name at file_commit(). */
struct file_writer;

/* Opens "path.tmp-PID" beside `path`. On success the caller ends with file_commit() or
 * file_abandon(), each of which frees the writer. */
int file_create(const char *path, struct file_writer **writer, struct pt_error *error);
/* Errors are sticky: after one failed write all later ones and the commit fail with it. */
int file_write(struct file_writer *writer, const void *data, size_t n_bytes,
               struct pt_error *error);
int file_printf(struct file_writer *writer, struct pt_error *error, const char *format, ...)
    PT_PRINTF(3, 4);
int file_commit(struct file_writer *writer, struct pt_error *error);
void file_abandon(struct file_writer *writer); /* NULL is allowed */

/* file_create, file_write and file_commit in one call. */
int file_replace(const char *path, const void *data, size_t n_bytes, struct pt_error *error);

/* Appends to a log (metrics.csv): one write() call, so that a reader sees whole lines; when it
 * fails the file is cut back to what it was. */
int file_append(const char *path, const void *data, size_t n_bytes, struct pt_error *error);

/* Makes what was appended to a log durable. */
int file_sync(const char *path, struct pt_error *error);
/* Cuts a log back to its first bytes. */
int file_cut(const char *path, size_t n_bytes, struct pt_error *error);
/* Gives a file another name in its directory; one of that name is replaced. */
int file_rename(const char *path, const char *new_path, struct pt_error *error);
int file_remove(const char *path, struct pt_error *error); /* PT_OK when it is absent */

/*
 * Reads a whole regular file into `*data` (mem_free() it; one zero byte follows the data).
 * PT_E_IO when it cannot be opened or read, or is a pipe, a device or a directory, none of which is
 * waited for; PT_E_DATA when it is longer than `limit_bytes`.
 */
int file_read(const char *path, size_t limit_bytes, unsigned char **data, size_t *n_bytes,
              struct pt_error *error);

int file_exists(const char *path); /* anything of that name, directories too */
int file_is_directory(const char *path);
int directory_create(const char *path, struct pt_error *error); /* with its parents */
/* The last component must not exist yet: `*existed` says whether that was the failure (PT_E_IO). */
int directory_create_new(const char *path, int *existed, struct pt_error *error);
int directory_is_empty(const char *path);                   /* 1 also when it is absent */
int directory_has(const char *path, const char *name); /* anything of that name */
int directory_has_only(const char *path, const char *name); /* nothing else; likewise */
/* The names in a directory, sorted by their bytes, without "." and ".."; the array [n_names] and
 * the names come from the arena. */
int directory_list(const char *path, struct arena *arena, char ***names, size_t *n_names,
                   struct pt_error *error);
/* Removes a directory with all that is in it; a symbolic link goes, what it points to stays. */
int directory_remove(const char *path, struct pt_error *error);
/* Removes what a killed process may have left in a directory and below it: unfinished files of
 * file_create(), and each "NAME.work" beside a NAME that is finished. */
int directory_remove_temporaries(const char *path, struct pt_error *error);
/* Bytes free for an ordinary user on the file system that holds `path`; 0 when unknown. */
uint64_t directory_free_bytes(const char *path);

/*
 * Adds to an error PT_E_IO of writing at `path` what there was to write, "the run needs", its
 * bytes, about, and how many are free: unless these are enough, when it was something else.
 */
void directory_explain_full(const char *path, const char *needs, uint64_t n_needed,
                            struct pt_error *error);

/* "directory/name" in caller's storage; PT_E_IO when it does not fit. */
int path_join(char *path, size_t path_bytes, const char *directory, const char *name,
              struct pt_error *error);

/* Fault injection: the `nth` operation that changes a file (create, write, sync, rename,
 * append, mkdir) from now fails with ENOSPC, with `and_after` every later one too. 0: off. */
void file_fail_at(long nth, int and_after);
/* `crash`, which does not return, is called instead of the `nth` operation from now, of a write
 * after half of it. */
void file_crash_at(long nth, void (*crash)(void));

#endif
