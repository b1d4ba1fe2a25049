/* Fuzz target: RUN/analysis/examples.json, the samples that a page shows. */
#include "fuzz.h"

#include "report/examples.h"

static int read_examples(const char *path, struct pt_error *error)
{
    (void)path;
    struct arena arena = {0};
    struct shown_examples examples = {0};
    int status = examples_load(fuzz_path("run"), &examples, &arena, error);
    if (!status)
        fuzz_assert(examples.n <= EXAMPLES_MAX_SAMPLES);
    arena_release(&arena);
    return status;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_make_directory("run/analysis");
    fuzz_read("run/analysis/examples.json", data, size, read_examples, REFUSES_DATA);
    return 0;
}
