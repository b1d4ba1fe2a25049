/* An invented run directory for the tests of the report, and ways to spoil it. */
#ifndef REPORT_RUN_H
#define REPORT_RUN_H

#include "testing.h"

#include "base/fsio.h"
#include "base/mem.h"

#include <unistd.h>

/* What every run has, then what only some have. */
static const char *const run_inputs[] = {"metrics.csv",
                                         "analysis/orders.csv",
                                         "analysis/mean_order.csv",
                                         "analysis/phases.json",
                                         "analysis/about.json",
                                         "analysis/generalization.csv",
                                         "analysis/similarity.csv",
                                         "analysis/labels.csv",
                                         "analysis/theory.csv",
                                         "analysis/theory_rows.csv",
                                         "analysis/decay_spindle.csv",
                                         "analysis/causal.csv",
                                         "analysis/stability.csv",
                                         "analysis/convergence.csv",
                                         "analysis/common.csv",
                                         "analysis/ground_truth.csv"};
#define N_RUN_INPUTS (sizeof run_inputs / sizeof *run_inputs)
#define N_NEEDED_INPUTS 5

static char run_path[512]; /* of the run; made anew by make_run() */

static inline const char *run_file(const char *name)
{
    static char path[1024];
    assert_int_equal(path_join(path, sizeof path, run_path, name, NULL), PT_OK);
    return path;
}

#define RUN_FILE_BYTES ((size_t)1 << 20) /* more than any input has */

/* The caller frees with mem_free(). */
static inline char *read_run_file(const char *name)
{
    char *text = mem_alloc(RUN_FILE_BYTES, 1, NULL);
    FILE *file = fopen(run_file(name), "rb");
    assert_true(text && file);
    assert_true(fread(text, 1, RUN_FILE_BYTES, file) < RUN_FILE_BYTES);
    fclose(file);
    return text;
}

static inline void write_run_file(const char *name, const char *text)
{
    FILE *file = fopen(run_file(name), "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
    assert_int_equal(fclose(file), 0);
}

/* Skips the test when there is no Python to invent runs; asks once, since that may be slow. */
static inline void need_python(void)
{
    static int is_known, is_there;
    if (!is_known)
        is_there = system("python3 -c '' 2>/dev/null") == 0;
    is_known = 1;
    if (!is_there)
        skip();
}

/* Writes an invented run of so many orders. */
static inline void invent_run(int n_orders)
{
    char command[2048];
    need_python();
    snprintf(command, sizeof command, "python3 '%s/tests/report/make_run.py' '%s' %d", SOURCE_ROOT,
             run_path, n_orders);
    assert_int_equal(system(command), 0);
}

static inline void keep_inputs(char *contents[N_RUN_INPUTS])
{
    for (size_t i = 0; i < N_RUN_INPUTS; i++) {
        char *text = read_run_file(run_inputs[i]);
        contents[i] = strdup(text); /* not mem_string(): tests count what that has left */
        mem_free(text);
    }
}

static inline void remove_run(void)
{
    char command[600];
    snprintf(command, sizeof command, "rm -rf '%s'", run_path);
    if (*run_path)
        assert_int_equal(system(command), 0);
}

static inline void start_run(void)
{
    remove_run();
    snprintf(run_path, sizeof run_path, "%s", scratch_directory());
}

/* A fresh run directory with ten orders; the one before goes. */
static inline void make_run(void)
{
    static char *contents[N_RUN_INPUTS];
    start_run();
    if (!contents[0]) {
        invent_run(10);
        keep_inputs(contents);
    }
    assert_int_equal(directory_create(run_file("analysis"), NULL), PT_OK);
    for (size_t i = 0; i < N_RUN_INPUTS; i++)
        write_run_file(run_inputs[i], contents[i]);
}

/* Leaves what every run has. */
static inline void remove_optional_inputs(void)
{
    for (size_t i = N_NEEDED_INPUTS; i < N_RUN_INPUTS; i++)
        assert_int_equal(unlink(run_file(run_inputs[i])), 0);
}

/* Replaces the first `from`, which must be there. */
static inline void edit_run_file(const char *name, const char *from, const char *to)
{
    char *text = read_run_file(name);
    char *at = strstr(text, from);
    assert_non_null(at);
    size_t n_bytes = strlen(text) + strlen(to) + 1;
    char *edited = mem_alloc(n_bytes, 1, NULL);
    assert_non_null(edited);
    snprintf(edited, n_bytes, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
    write_run_file(name, edited);
    mem_free(edited);
    mem_free(text);
}

/* Cuts the file before byte `n_kept`. */
static inline void cut_run_file(const char *name, size_t n_kept)
{
    char *text = read_run_file(name);
    assert_true(n_kept <= strlen(text));
    text[n_kept] = '\0';
    write_run_file(name, text);
    mem_free(text);
}

#endif
