/*
 * A lock on a directory: who holds it is the only process that writes there.
 *
 * The operating system gives it back when the process ends, however it ends.
 */
#ifndef BASE_LOCK_H
#define BASE_LOCK_H

#include "phasetrace/status.h"

struct lock;

#define LOCK_NAME "lock" /* of the file in the directory */

/*
 * Takes the lock of an existing directory; the file "lock" in it says who holds it since when.
 * PT_E_BUSY, at once, when somebody does: the message names process, host and time. PT_E_IO. The
 * caller ends with lock_release().
 */
int lock_take(const char *directory, struct lock **lock, struct pt_error *error);
void lock_release(struct lock *lock); /* removes the file; NULL is allowed */

/* PT_E_BUSY when somebody holds it, PT_OK when nobody does or the directory is not there. */
int lock_probe(const char *directory, struct pt_error *error);

#endif
