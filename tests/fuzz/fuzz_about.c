/* Fuzz target: RUN/analysis/about.json, as pages and averages over seeds read it. */
#include "fuzz_seeds.h"

#include "report/results.h"
#include "study/about.h"

#include <string.h>

static int read_results(const char *path, struct pt_error *error)
{
    struct arena arena = {0};
    struct result_about about = {0};
    int status = results_load_about(path, &about, &arena, error);
    if (!status)
        fuzz_assert(about.title && about.network && about.version && about.n_players >= 0);
    arena_release(&arena);
    return status;
}

static int read_sentences(const char *path, struct pt_error *error)
{
    (void)path;
    struct about about;
    int status = about_read(fuzz_path("run"), &about, error);
    if (!status)
        fuzz_assert(memchr(about.title, '\0', sizeof about.title));
    return status;
}

static int aggregate(const char *path, struct pt_error *error)
{
    (void)path;
    return aggregate_about(fuzz_seeds(1), fuzz_path("seeds"), error);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_make_directory("run/analysis");
    fuzz_make_directory("seeds/analysis");
    fuzz_read("run/analysis/about.json", data, size, read_results, REFUSES_DATA);
    fuzz_read("run/analysis/about.json", data, size, read_sentences, REFUSES_DATA);
    fuzz_read("run/analysis/about.json", data, size, aggregate, REFUSES_DATA);
    return 0;
}
