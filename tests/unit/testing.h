/* What every unit test includes: cmocka, in the order it needs, and scratch directories. */
#ifndef TESTING_H
#define TESTING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Where this process has its scratch directories; "" before the first. */
static inline char *scratch_root(void)
{
    static char root[256];
    return root;
}

static inline void scratch_remove(void)
{
    char command[300];
    snprintf(command, sizeof command, "rm -rf '%s'", scratch_root());
    if (system(command) != 0)
        fprintf(stderr, "%s stays\n", scratch_root());
}

/* Makes a new directory under $TMPDIR and returns its path, valid until the next call. All of them
 * are removed when the test ends. */
static inline const char *scratch_directory(void)
{
    static char path[300];
    const char *place = getenv("TMPDIR");
    if (!*scratch_root()) {
        snprintf(scratch_root(), 256, "%s/phasetrace-test-XXXXXX", place ? place : "/tmp");
        assert_non_null(mkdtemp(scratch_root()));
        assert_int_equal(atexit(scratch_remove), 0);
    }
    snprintf(path, sizeof path, "%s/XXXXXX", scratch_root());
    assert_non_null(mkdtemp(path));
    return path;
}

/* The path of a file in one scratch directory of the test, valid until the next call. */
static inline const char *scratch_path(const char *name)
{
    static char directory[512], path[600];
    if (!directory[0])
        snprintf(directory, sizeof directory, "%s", scratch_directory());
    snprintf(path, sizeof path, "%s/%s", directory, name);
    return path;
}

static inline void assert_contains(const char *text, const char *fragment)
{
    if (!strstr(text, fragment))
        fail_msg("\"%s\" does not contain \"%s\"", text, fragment);
}

static inline void assert_near(double actual, double expected, double tolerance)
{
    if (!(fabs(actual - expected) <= tolerance))
        fail_msg("%.17g is not within %g of %.17g", actual, tolerance, expected);
}

#endif
