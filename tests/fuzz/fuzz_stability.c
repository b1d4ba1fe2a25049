/* Fuzz target: RUN/trace/stability.npz. */
#include "fuzz.h"

#include "phasetrace/trace.h"

#include <string.h>

static void check_copy(const struct pt_stability *s)
{
    struct pt_stability *copy;
    const char *path = fuzz_path("copy.npz");
    size_t n_bytes = s->n_samples * (sizeof(double) << s->n_players);
    fuzz_assert(pt_stability_write(s, path, NULL) == PT_OK);
    fuzz_assert(pt_stability_read(path, &copy, NULL) == PT_OK);
    fuzz_assert(copy->step == s->step && copy->n_draws == s->n_draws);
    fuzz_assert(copy->n_players == s->n_players && copy->n_samples == s->n_samples);
    fuzz_assert(copy->deviation == s->deviation);
    fuzz_assert(memcmp(copy->mean, s->mean, n_bytes) == 0);
    fuzz_assert(memcmp(copy->variance, s->variance, n_bytes) == 0);
    pt_stability_free(copy);
}

static int read_stability(const char *path, struct pt_error *error)
{
    struct pt_stability *stability;
    int status = pt_stability_read(path, &stability, error);
    if (status)
        return status;
    check_copy(stability);
    pt_stability_free(stability);
    return PT_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *repaired = fuzz_repair_zip(data, size);
    fuzz_read("a.npz", repaired, size, read_stability, REFUSES_DATA);
    fuzz_read("a.npz", repaired, size, fuzz_inspect, REFUSES_DATA);
    return 0;
}
