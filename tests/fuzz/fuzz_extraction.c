/* Fuzz target: the archives of `train extract`, which `train report` compares. */
#include "fuzz.h"

#include "report/comparison.h"

static int read_twice(const char *path, struct pt_error *error)
{
    static struct comparison comparison;
    const char *const paths[] = {path, path};
    comparison = (struct comparison){0};
    int status = comparison_load(paths, 2, &comparison, error);
    comparison_release(&comparison);
    return status;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *repaired = fuzz_repair_zip(data, size);
    fuzz_read("a.npz", repaired, size, read_twice, REFUSES_DATA);
    fuzz_read("a.npz", repaired, size, fuzz_inspect, REFUSES_DATA);
    return 0;
}
