/* Fuzz target: PNG images, alone and in a folder of images. */
#include "fuzz.h"

#include "phasetrace/dataset.h"

/* Grey, 1 x 1. */
static const uint8_t SOUND[] = {0x89, 'P', 'N', 'G',  '\r', '\n', 0x1a, '\n', 0,    0, 0, 13,
                                'I',  'H', 'D', 'R',  0,    0,    0,    1,    0,    0, 0, 1,
                                8,    0,   0,   0,    0,    0x3a, 0x7e, 0x9b, 0x55, 0, 0, 0,
                                10,   'I', 'D', 'A',  'T',  0x78, 0x9c, 0x63, 0x60, 0, 0, 0,
                                2,    0,   1,   0x48, 0xaf, 0xa4, 0x71, 0,    0,    0, 0, 'I',
                                'E',  'N', 'D', 0xae, 0x42, 0x60, 0x82};

static int load(const char *path, struct pt_error *error)
{
    (void)path;
    struct pt_dataset *dataset;
    const struct pt_data_options options = {.set = "images",
                                            .path = fuzz_path("set"),
                                            .train_samples = 1,
                                            .test_samples = 1,
                                            .side = 2};
    int status = pt_dataset_load(&options, &dataset, error);
    if (!status)
        pt_dataset_free(dataset);
    return status;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_make_directory("set/a");
    fuzz_make_directory("set/b");
    fuzz_write("set/b/sound.png", SOUND, sizeof SOUND);
    fuzz_read("a.png", data, size, fuzz_inspect, REFUSES_DATA);
    const uint8_t *repaired = fuzz_repair_png(data, size);
    fuzz_read("a.png", repaired, size, fuzz_inspect, REFUSES_DATA);
    fuzz_read("set/a/a.png", repaired, size, load, REFUSES_DATA | REFUSES_CONFIG);
    return 0;
}
