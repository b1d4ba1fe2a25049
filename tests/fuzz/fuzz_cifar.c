/* Fuzz target: batches of CIFAR-10. */
#include "fuzz.h"

#include "phasetrace/dataset.h"

static int load(const char *path, struct pt_error *error)
{
    (void)path;
    struct pt_dataset *dataset;
    const struct pt_data_options options = {.set = "cifar10", .path = fuzz_path("set")};
    int status = pt_dataset_load(&options, &dataset, error);
    if (!status)
        pt_dataset_free(dataset);
    return status;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint8_t sound[2 * 3073] = {3};
    fuzz_make_directory("set");
    fuzz_write("set/test_batch.bin", sound, sizeof sound);
    fuzz_read("set/data_batch_1.bin", data, size, load, REFUSES_DATA | REFUSES_CONFIG);
    fuzz_read("a.bin", data, size, fuzz_inspect, REFUSES_DATA);
    return 0;
}
