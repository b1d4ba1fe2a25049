/* Fuzz target: CSV tables of other programs, as data sets. */
#include "fuzz.h"

#include "phasetrace/dataset.h"

static int load(const struct pt_data_options *options, struct pt_error *error)
{
    struct pt_dataset *dataset;
    int status = pt_dataset_load(options, &dataset, error);
    if (!status)
        pt_dataset_free(dataset);
    return status;
}

static int load_whole(const char *path, struct pt_error *error)
{
    const struct pt_data_options options = {.set = "csv",
                                            .path = path,
                                            .train_samples = 2,
                                            .test_samples = 1,
                                            .label = "y",
                                            .missing = PT_MISSING_MEAN};
    return load(&options, error);
}

/* As the testing file beside a sound one, which has the columns size, colour, y. */
static int load_beside(const char *path, struct pt_error *error)
{
    const struct pt_data_options options = {.set = "csv",
                                            .path = fuzz_path("sound.csv"),
                                            .test_path = path,
                                            .label = "y",
                                            .categorical = "colour",
                                            .missing = PT_MISSING_DROP};
    return load(&options, error);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char sound[] = "size,colour,y\n1,red,p\n2,blue,q\n";
    fuzz_write("sound.csv", sound, sizeof sound - 1);
    fuzz_read("a.csv", data, size, load_whole, REFUSES_DATA | REFUSES_CONFIG);
    fuzz_read("a.csv", data, size, load_beside, REFUSES_DATA | REFUSES_CONFIG);
    fuzz_read("a.csv", data, size, fuzz_inspect, REFUSES_DATA);
    return 0;
}
