/* Fuzz target: RUN/trace/inputs.json, what the samples of a page look like. */
#include "fuzz.h"

#include "report/examples.h"

static int read_inputs(const char *path, struct pt_error *error)
{
    struct arena arena = {0};
    struct shown_sample samples[] = {{.split = "train", .true_label = -1},
                                     {.split = "test", .index = 3, .true_label = -1}};
    struct shown_examples examples = {.n_players = 3, .n = 2, .samples = samples};
    int status = examples_load_inputs(path, &examples, &arena, error);
    if (!status && samples[0].pixels)
        fuzz_assert(examples.height > 0 && examples.height <= EXAMPLES_MAX_SIDE);
    arena_release(&arena);
    return status;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_read("inputs.json", data, size, read_inputs, REFUSES_DATA);
    return 0;
}
