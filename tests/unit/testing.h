/* What every unit test includes: cmocka, in the order it needs, and a scratch directory. */
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

/* Makes a new directory under $TMPDIR and returns its path, valid until the next call. */
static inline const char *scratch_directory(void)
{
    static char path[512];
    const char *root = getenv("TMPDIR");
    snprintf(path, sizeof path, "%s/phasetrace-test-XXXXXX", root ? root : "/tmp");
    assert_non_null(mkdtemp(path));
    return path;
}

static inline void assert_near(double actual, double expected, double tolerance)
{
    if (!(fabs(actual - expected) <= tolerance))
        fail_msg("%.17g is not within %g of %.17g", actual, tolerance, expected);
}

#endif
