/* Fuzz target: IDX files, plain and compressed, as the images and as the labels of a data set. */
#include "fuzz.h"

#include "phasetrace/dataset.h"

#include <string.h>

/* Four images of 3 x 5 pixels, and their labels. */
static const uint8_t IMAGES[16 + 60] = {0, 0, 8, 3, 0, 0, 0, 4, 0, 0, 0, 3, 0, 0, 0, 5, 9, 8, 7};
static const uint8_t LABELS[8 + 4] = {0, 0, 8, 1, 0, 0, 0, 4, 0, 1, 2, 1};

static int load(const char *path, struct pt_error *error)
{
    (void)path;
    struct pt_dataset *dataset;
    const struct pt_data_options options = {.set = "idx", .path = fuzz_path("set")};
    int status = pt_dataset_load(&options, &dataset, error);
    if (!status)
        pt_dataset_free(dataset);
    return status;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_make_directory("set");
    fuzz_write("set/train-labels-idx1-ubyte", LABELS, sizeof LABELS);
    fuzz_write("set/t10k-images-idx3-ubyte", IMAGES, sizeof IMAGES);
    fuzz_write("set/t10k-labels-idx1-ubyte", LABELS, sizeof LABELS);
    fuzz_read("set/train-images-idx3-ubyte", data, size, load, REFUSES_DATA | REFUSES_CONFIG);
    fuzz_write("set/train-images-idx3-ubyte", IMAGES, sizeof IMAGES);
    fuzz_read("set/train-labels-idx1-ubyte", data, size, load, REFUSES_DATA | REFUSES_CONFIG);
    fuzz_read("a-ubyte", data, size, fuzz_inspect, REFUSES_DATA);
    return 0;
}
