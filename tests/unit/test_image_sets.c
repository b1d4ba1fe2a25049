/* Images that are not IDX: CIFAR-10's records, folders of PNG files; sizes of all. */
#include "testing.h"

#include "base/fsio.h"
#include "data/resize.h"
#include "faults.h"
#include "idx_files.h"
#include "loaded_set.h"

#define CIFAR SOURCE_ROOT "/tests/fixtures/cifar10"
#define PNG SOURCE_ROOT "/tests/fixtures/png/"
#define RECORD_BYTES ((size_t)3073)

static void assert_refused(const struct pt_data_options *options, int code, const char *file,
                           const char *fragment)
{
    struct pt_dataset *d;
    struct pt_error error = {0};
    assert_int_equal(pt_dataset_load(options, &d, &error), code);
    assert_contains(error.message, fragment);
    if (!strstr(error.file, file))
        fail_msg("%s is not %s", error.file, file);
    assert_int_equal(mem_live_bytes(), 0);
}

/* The byte that an input was made from. */
static int pixel(const struct pt_dataset *d, const struct pt_split *split, size_t i, size_t k)
{
    size_t n = d->channels * d->height * d->width;
    double raw = (double)split->inputs[i * n + k] * (double)d->deviation[k] + (double)d->mean[k];
    assert_near(raw * 255, round(raw * 255), 2e-3);
    return (int)lround(raw * 255);
}

/* The sample of a split that has this index in its file. */
static size_t find(const struct pt_split *split, uint32_t source_index)
{
    size_t i = 0;
    while (split->source_index[i] != source_index)
        i++;
    return i;
}

/* ---- CIFAR-10 ---- */

/* Values printed by NumPy from the records. */
static void batches_that_are_there_are_read(void **state)
{
    (void)state;
    const struct pt_data_options options = {.set = "cifar10", .path = CIFAR, .seed = 1};
    const double means[3] = {0.42988166, 0.46243336, 0.45764131};
    const double deviations[3] = {0.24353792, 0.23052803, 0.27796811};
    struct pt_dataset *d = load(&options);
    assert_int_equal(d->channels * 10000 + d->height * 100 + d->width, 33232);
    assert_int_equal(d->n_classes, 10);
    assert_string_equal(d->class_names[9], "truck");
    assert_int_equal(d->n_files, 3);
    assert_int_equal(d->splits[PT_TRAIN].n_samples, 10);
    assert_int_equal(d->splits[PT_TEST].n_samples, 4);
    for (size_t c = 0; c < 3; c++) {
        assert_near((double)d->mean[c * 1024], means[c], 1e-7);
        assert_near((double)d->deviation[c * 1024 + 1023], deviations[c], 1e-7);
    }
    const struct pt_split *train = &d->splits[PT_TRAIN];
    for (uint32_t i = 0; i < 10; i++)
        assert_int_equal(train->labels[find(train, i)], i);
    assert_int_equal(pixel(d, train, find(train, 2), 0), 87);
    assert_int_equal(pixel(d, train, find(train, 2), 1), 86);
    assert_int_equal(pixel(d, train, find(train, 2), 1024), 88);
    assert_int_equal(pixel(d, train, find(train, 7), 3071), 163);
    assert_int_equal(d->splits[PT_TEST].labels[find(&d->splits[PT_TEST], 2)], 5);
    pt_dataset_free(d);
    assert_int_equal(mem_live_bytes(), 0);
}

static void write_records(const char *directory, const char *name, size_t n_bytes,
                          unsigned char label)
{
    char path[700];
    unsigned char *bytes = mem_alloc(n_bytes, 1, NULL);
    for (size_t i = 0; i < n_bytes; i += RECORD_BYTES)
        bytes[i] = label;
    assert_int_equal(path_join(path, sizeof path, directory, name, NULL), PT_OK);
    assert_int_equal(file_replace(path, bytes, n_bytes, NULL), PT_OK);
    mem_free(bytes);
}

static void damaged_batches_are_refused(void **state)
{
    (void)state;
    char directory[512];
    snprintf(directory, sizeof directory, "%s", scratch_directory());
    const struct pt_data_options o = {.set = "cifar10", .path = directory, .seed = 1};
    assert_refused(&o, PT_E_IO, directory, "has no data_batch_1.bin; `datasets/fetch cifar10`");
    write_records(directory, "data_batch_3.bin", 2 * RECORD_BYTES, 1);
    assert_refused(&o, PT_E_IO, directory, "has no test_batch.bin");
    write_records(directory, "test_batch.bin", 2 * RECORD_BYTES, 10);
    assert_refused(&o, PT_E_DATA, "test_batch.bin",
                   "byte 0: the label of sample 0 is 10, expected 0 to 9");
    write_records(directory, "test_batch.bin", 0, 0);
    assert_refused(&o, PT_E_DATA, "test_batch.bin", "byte 0: the file is empty");
    write_records(directory, "test_batch.bin", 2 * RECORD_BYTES - 1, 0);
    assert_refused(&o, PT_E_DATA, "test_batch.bin",
                   "byte 3073: the file ends with 3072 bytes, expected a record of 3073");
}

static void labels_of_batches_must_fit(void **state)
{
    (void)state;
    char directory[512];
    snprintf(directory, sizeof directory, "%s", scratch_directory());
    const struct pt_data_options o = {.set = "cifar10", .path = directory, .seed = 1};
    write_records(directory, "data_batch_2.bin", 2 * RECORD_BYTES, 1);
    write_records(directory, "test_batch.bin", 2 * RECORD_BYTES, 1);
    assert_refused(&o, PT_E_DATA, "data_batch_2.bin", "all labels are the same");
    write_records(directory, "data_batch_3.bin", RECORD_BYTES, 2);
    write_records(directory, "test_batch.bin", 2 * RECORD_BYTES, 7);
    assert_refused(&o, PT_E_DATA, "test_batch.bin",
                   "the label of sample 0 is 7, which no training sample has");
    write_records(directory, "test_batch.bin", RECORD_BYTES, 2);
    pt_dataset_free(load(&o));
}

/* ---- Sizes ---- */

static void images_are_resized(void **state)
{
    (void)state;
    struct pt_data_options options = {.set = "cifar10", .path = CIFAR, .seed = 1};
    struct pt_dataset *whole = load(&options);
    options.side = 12;
    struct pt_dataset *small = load(&options);
    assert_int_equal(small->height * 100 + small->width, 1212);
    const struct pt_split *from = &whole->splits[PT_TRAIN], *to = &small->splits[PT_TRAIN];
    unsigned char image[3072], expected[432];
    for (size_t k = 0; k < 3072; k++)
        image[k] = (unsigned char)pixel(whole, from, find(from, 4), k);
    assert_int_equal(resize_image(image, 3, 32, 32, 12, expected, NULL), PT_OK);
    for (size_t k = 0; k < 432; k++)
        assert_int_equal(pixel(small, to, find(to, 4), k), expected[k]);
    pt_dataset_free(whole);
    pt_dataset_free(small);
}

/* Only MNIST's 28 become 32 by a margin. */
static void mnist_is_padded_to_32(void **state)
{
    (void)state;
    struct pt_data_options options = {.set = "mnist",
                                      .path = SOURCE_ROOT "/datasets/mnist-small",
                                      .train_samples = 20,
                                      .test_samples = 10,
                                      .seed = 1};
    struct pt_dataset *d28 = load(&options);
    options.side = 32;
    struct pt_dataset *d32 = load(&options);
    assert_int_equal(d32->height * 100 + d32->width, 3232);
    for (size_t i = 0; i < 10; i++)
        for (size_t y = 0; y < 32; y++)
            for (size_t x = 0; x < 32; x++) {
                int inside = y >= 2 && y < 30 && x >= 2 && x < 30;
                int expected =
                    inside ? pixel(d28, &d28->splits[PT_TEST], i, (y - 2) * 28 + x - 2) : 0;
                assert_int_equal(pixel(d32, &d32->splits[PT_TEST], i, y * 32 + x), expected);
            }
    pt_dataset_free(d28);
    pt_dataset_free(d32);
    options.side = PT_MAX_IMAGE_SIDE + 1;
    assert_refused(&options, PT_E_CONFIG, "", "1025 pixels a side");
}

/* ---- Folders ---- */

static void add(const char *root, const char *folder, const char *name, const char *fixture)
{
    char from[1024], directory[1024], path[2048];
    unsigned char *bytes;
    size_t n_bytes;
    snprintf(from, sizeof from, PNG "%s", fixture);
    snprintf(directory, sizeof directory, "%s/%s", root, folder);
    snprintf(path, sizeof path, "%s/%s", directory, name);
    assert_int_equal(file_read(from, 1 << 20, &bytes, &n_bytes, NULL), PT_OK);
    assert_int_equal(directory_create(directory, NULL), PT_OK);
    assert_int_equal(file_replace(path, bytes, n_bytes, NULL), PT_OK);
    mem_free(bytes);
}

static void write_file(const char *root, const char *name, const char *text)
{
    char path[1024];
    snprintf(path, sizeof path, "%s/%s", root, name);
    assert_int_equal(file_replace(path, text, strlen(text), NULL), PT_OK);
}

/* train/{bird,cat} with two grey images each, test/cat with one. */
static void make_folders(char root[512])
{
    snprintf(root, 512, "%s", scratch_directory());
    add(root, "train/cat", "a.png", "grey-8.png");
    add(root, "train/cat", "b.png", "grey-16.png");
    add(root, "train/bird", "z.png", "grey-2.png");
    add(root, "train/bird", "y.png", "grey-4.png");
    add(root, "test/cat", "1.png", "grey-1.png");
    write_file(root, "train/cat/.hidden", "no image");
    write_file(root, "train/README", "beside the folders");
}

/* First pixels as pixels.txt has them: grey-4, grey-2, grey-8, grey-16, in the order of folders,
 * then of names. */
static void folders_are_classes(void **state)
{
    (void)state;
    char root[512];
    make_folders(root);
    struct pt_data_options options = {.set = "images", .path = root, .seed = 1};
    struct pt_dataset *d = load(&options);
    assert_int_equal(d->channels * 100 + d->height * 10 + d->width, 165);
    assert_int_equal(d->n_classes, 2);
    assert_string_equal(d->class_names[0], "bird");
    assert_string_equal(d->class_names[1], "cat");
    assert_int_equal(d->n_files, 2);
    assert_non_null(strstr(d->files[1].path, "/test"));
    const struct pt_split *train = &d->splits[PT_TRAIN];
    assert_int_equal(train->n_samples, 4);
    for (uint32_t i = 0; i < 4; i++)
        assert_int_equal(train->labels[find(train, i)], i / 2);
    assert_int_equal(d->splits[PT_TEST].n_samples, 1);
    assert_int_equal(d->splits[PT_TEST].labels[0], 1);
    const int grey_1[5] = {255, 255, 0, 255, 0};
    for (size_t k = 0; k < 5; k++)
        assert_int_equal(pixel(d, &d->splits[PT_TEST], 0, k), grey_1[k]);
    pt_dataset_free(d);
    options.side = 4;
    d = load(&options);
    assert_int_equal(d->height * 10 + d->width, 44);
    pt_dataset_free(d);
    assert_int_equal(mem_live_bytes(), 0);
}

/* One in colour makes all three planes, before and behind it; channels = 1 makes it grey. */
static void grey_and_colour_agree(void **state)
{
    (void)state;
    char root[512];
    make_folders(root);
    struct pt_data_options options = {.set = "images", .path = root, .seed = 1};
    struct pt_dataset *grey = load(&options);
    add(root, "train/cat", "aa.png", "rgb-8.png");
    struct pt_dataset *d = load(&options);
    options.channels = 1;
    struct pt_dataset *one = load(&options);
    assert_int_equal(d->channels, 3);
    assert_int_equal(one->channels, 1);
    const struct pt_split *a = &grey->splits[PT_TRAIN], *b = &d->splits[PT_TRAIN];
    for (uint32_t i = 0; i < 4; i++) {
        uint32_t moved = i < 3 ? i : 4;
        for (size_t k = 0; k < 90; k++)
            assert_int_equal(pixel(d, b, find(b, moved), k), pixel(grey, a, find(a, i), k % 30));
    }
    size_t colour = find(b, 3), same = find(&one->splits[PT_TRAIN], 3);
    for (size_t k = 0; k < 30; k++) {
        double luminance = 0.299 * pixel(d, b, colour, k) + 0.587 * pixel(d, b, colour, 30 + k) +
                           0.114 * pixel(d, b, colour, 60 + k);
        assert_near(pixel(one, &one->splits[PT_TRAIN], same, k), luminance, 0.51);
    }
    pt_dataset_free(grey);
    pt_dataset_free(d);
    pt_dataset_free(one);
}

static void one_tree_gives_all_splits(void **state)
{
    (void)state;
    char root[512], tree[600];
    make_folders(root);
    snprintf(tree, sizeof tree, "%s/train", root);
    const struct pt_data_options options = {
        .set = "images", .path = tree, .train_samples = 2, .test_samples = 2, .seed = 1};
    struct pt_dataset *d = load(&options);
    int seen[4] = {0};
    for (int id = 0; id < 2; id++) {
        const struct pt_split *split = &d->splits[id];
        assert_int_equal(split->labels[0] + split->labels[1], 1); /* balanced */
        for (size_t i = 0; i < 2; i++)
            assert_int_equal(seen[split->source_index[i]]++, 0);
    }
    pt_dataset_free(d);
}

static void bad_folders_are_refused(void **state)
{
    (void)state;
    char root[512];
    make_folders(root);
    struct pt_data_options o = {.set = "images", .path = root, .seed = 1};
    write_file(root, "train/cat/notes.txt", "no image");
    assert_refused(&o, PT_E_DATA, "train/cat/notes.txt", "byte 0: no PNG file");
    write_file(root, "train/cat/notes.txt", "");
    assert_refused(&o, PT_E_DATA, "train/cat/notes.txt", "byte 0: the file is empty");
    make_folders(root);
    add(root, "train/cat/deeper", "a.png", "grey-8.png");
    assert_refused(&o, PT_E_DATA, "train/cat/deeper", "a folder within class cat");
    make_folders(root);
    add(root, "test/dog", "a.png", "grey-8.png");
    assert_refused(&o, PT_E_DATA, "test", "has a folder dog: there is none in");
    make_folders(root);
    char empty[600];
    snprintf(empty, sizeof empty, "%s/train/ant", root);
    assert_int_equal(directory_create(empty, NULL), PT_OK);
    assert_refused(&o, PT_E_DATA, "train/ant", "is empty");
    o.path = empty;
    assert_refused(&o, PT_E_DATA, "train/ant", "has no folders");
    snprintf(empty, sizeof empty, "%s/test", root);
    assert_refused(&o, PT_E_DATA, "test", "has 1 folders, one a class: expected 2 to 256");
    o.path = "/nonexistent";
    assert_refused(&o, PT_E_IO, "/nonexistent", "cannot read the directory");
    o.channels = 2;
    assert_refused(&o, PT_E_CONFIG, "", "2 channels");
}

/* Every fixture has 6 x 5 pixels but one. */
static void mixed_sizes_are_refused(void **state)
{
    (void)state;
    char root[512];
    make_folders(root);
    add(root, "train/cat", "a.png", "dot.png");
    struct pt_data_options o = {.set = "images", .path = root, .seed = 1};
    assert_refused(&o, PT_E_DATA, "train/cat/a.png", "1 x 1 pixels");
    assert_refused(&o, PT_E_DATA, "train/cat/a.png", "train/bird/y.png has 6 x 5");
    o.side = 8;
    struct pt_dataset *d = load(&o);
    pt_dataset_free(d);
}

static void failed_allocations_leave_nothing(void **state)
{
    (void)state;
    char root[512];
    make_folders(root);
    add(root, "train/cat", "aa.png", "rgba-16-interlaced.png");
    struct pt_data_options options = {.set = "images", .path = root, .seed = 1};
    assert_survives_memory_faults(load_and_free, &options);
    options.side = 3;
    assert_survives_memory_faults(load_and_free, &options);
    options.set = "cifar10";
    options.path = CIFAR;
    assert_survives_memory_faults(load_and_free, &options);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(batches_that_are_there_are_read),
        cmocka_unit_test(damaged_batches_are_refused),
        cmocka_unit_test(labels_of_batches_must_fit),
        cmocka_unit_test(images_are_resized),
        cmocka_unit_test(mnist_is_padded_to_32),
        cmocka_unit_test(folders_are_classes),
        cmocka_unit_test(grey_and_colour_agree),
        cmocka_unit_test(one_tree_gives_all_splits),
        cmocka_unit_test(bad_folders_are_refused),
        cmocka_unit_test(mixed_sizes_are_refused),
        cmocka_unit_test(failed_allocations_leave_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
