/* Fuzz target: the end of RUN/events.jsonl, which a killed process leaves, is cut off. */
#include "fuzz.h"

#include "base/fsio.h"
#include "base/mem.h"
#include "study/events.h"

#include <stdio.h>
#include <string.h>

static int repair(const char *path, struct pt_error *error)
{
    (void)path;
    static struct pt_run_outcome outcome;
    const struct run run = {.outcome = &outcome};
    snprintf(outcome.directory, sizeof outcome.directory, "%s", fuzz_path("run"));
    return events_repair(&run, error);
}

/* What is left is the beginning, and ends with a line. */
static void check_rest(const uint8_t *data, size_t size)
{
    unsigned char *bytes;
    size_t n_bytes;
    fuzz_assert(file_read(fuzz_path("run/events.jsonl"), size, &bytes, &n_bytes, NULL) == PT_OK);
    fuzz_assert(memcmp(bytes, data, n_bytes) == 0);
    fuzz_assert(n_bytes == 0 || bytes[n_bytes - 1] == '\n');
    fuzz_assert(!memchr(data + n_bytes, '\n', size - n_bytes));
    mem_free(bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_make_directory("run");
    fuzz_read("run/events.jsonl", data, size, repair, 0);
    check_rest(data, size);
    return 0;
}
