/* Fuzz target: RUN/manifest.json. */
#include "fuzz.h"

#include "study/manifest.h"

#include <string.h>

static int read_record(const char *path, struct pt_error *error)
{
    (void)path;
    struct manifest_record record;
    int status = manifest_read(fuzz_path("run"), &record, error);
    if (status)
        return status;
    fuzz_assert(memchr(record.started, '\0', sizeof record.started));
    for (size_t i = 0; i < PT_N_PARTS; i++)
        fuzz_assert(record.seconds[i] >= 0);
    return PT_OK;
}

static int compare(const char *path, struct pt_error *error)
{
    (void)path;
    static const struct pt_dataset dataset = {.n_files = 0};
    static const struct pt_data_file weights;
    const struct manifest manifest = {.dataset = &dataset, .weights = &weights};
    return manifest_compare(fuzz_path("run"), &manifest, NULL, error);
}

static int inspect_run(const char *path, struct pt_error *error)
{
    (void)path;
    return fuzz_inspect(fuzz_path("run"), error);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char config[] = "[data]\nset = boolean\n[trace]\nbaseline = black\n";
    fuzz_make_directory("run");
    fuzz_write("run/config.ini", config, sizeof config - 1);
    fuzz_read("run/manifest.json", data, size, read_record, REFUSES_DATA);
    fuzz_read("run/manifest.json", data, size, compare, REFUSES_DATA);
    fuzz_read("run/manifest.json", data, size, inspect_run, REFUSES_DATA);
    return 0;
}
