/* Countdown fault injection: one operation, made to fail at its 1st, 2nd, 3rd ... allocation. */
#ifndef FAULTS_H
#define FAULTS_H

#include "base/fsio.h"
#include "base/mem.h"

/*
 * Runs `operation`, which cleans up after itself and returns a status, with the nth allocation
 * (and, in a second pass, all after it) failing, for nth = 1, 2, ... until it succeeds. Each
 * failure must be PT_E_MEMORY and leave nothing allocated.
 */
static inline void assert_survives_memory_faults(int (*operation)(void *user, struct pt_error *),
                                                 void *user)
{
    size_t live_before = mem_live_bytes();
    for (int and_after = 0; and_after < 2; and_after++) {
        for (long nth = 1;; nth++) {
            struct pt_error error = {0};
            mem_fail_at(nth, and_after);
            int status = operation(user, &error);
            mem_fail_at(0, 0);
            assert_int_equal(mem_live_bytes(), live_before);
            if (status == PT_OK) {
                assert_true(nth > 1);
                break;
            }
            assert_int_equal(status, PT_E_MEMORY);
            assert_int_equal(error.code, PT_E_MEMORY);
            assert_true(error.message[0] != '\0');
        }
    }
}

/* The same for the operations that change files; each failure must be PT_E_IO. */
static inline void assert_survives_file_faults(int (*operation)(void *user, struct pt_error *),
                                               void *user)
{
    size_t live_before = mem_live_bytes();
    for (int and_after = 0; and_after < 2; and_after++) {
        for (long nth = 1;; nth++) {
            struct pt_error error = {0};
            file_fail_at(nth, and_after);
            int status = operation(user, &error);
            file_fail_at(0, 0);
            assert_int_equal(mem_live_bytes(), live_before);
            if (status == PT_OK) {
                assert_true(nth > 1);
                break;
            }
            assert_int_equal(status, PT_E_IO);
            assert_true(error.message[0] != '\0');
        }
    }
}

#endif
