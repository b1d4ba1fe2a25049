/* Fuzz target: RUN/analysis/phases.json, as figures and averages over seeds read it. */
#include "fuzz_seeds.h"

#include "report/results.h"

static int read_results(const char *path, struct pt_error *error)
{
    static struct results results;
    results = (struct results){0};
    int status = results_load_phases(path, &results, error);
    results_release(&results);
    return status;
}

static int aggregate(const char *path, struct pt_error *error)
{
    (void)path;
    return aggregate_phases(fuzz_seeds(2), fuzz_path("seeds"), error);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_make_directory("run/analysis");
    fuzz_make_directory("seeds/analysis");
    fuzz_read("run/analysis/phases.json", data, size, read_results, REFUSES_DATA);
    fuzz_read("run/analysis/phases.json", data, size, aggregate, REFUSES_DATA);
    return 0;
}
