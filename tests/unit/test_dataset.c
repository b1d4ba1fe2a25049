/* Data sets: splits, classes, noise, the files' names; refusal with file and byte. */
#include "testing.h"

#include "faults.h"
#include "idx_files.h"
#include "loaded_set.h"

#define N_TRAIN ((size_t)700)
#define N_TEST ((size_t)300)

static char directory[512];

static int make_files(void **state)
{
    (void)state;
    snprintf(directory, sizeof directory, "%s", scratch_directory());
    write_pair(directory, "train-images-idx3-ubyte", "train-labels-idx1-ubyte", N_TRAIN, 10);
    write_pair(directory, "t10k-images.idx3-ubyte", "t10k-labels-idx1-ubyte", N_TEST, 10);
    return 0;
}

/* The byte that an input was made from. */
static long raw_pixel(const struct pt_dataset *d, const struct pt_split *split, size_t i, size_t k)
{
    double raw = (double)split->inputs[4 * i + k] * (double)d->deviation[0] + (double)d->mean[0];
    assert_near(raw * 255, round(raw * 255), 1e-3);
    return lround(raw * 255);
}

static void assert_split_is_of_file(const struct pt_dataset *d, enum pt_split_id id, size_t n_file)
{
    const struct pt_split *split = &d->splits[id];
    for (size_t i = 0; i < split->n_samples; i++) {
        long index = split->source_index[i];
        assert_true(index < (long)n_file);
        assert_int_equal(raw_pixel(d, split, i, 0), index >> 8);
        assert_int_equal(raw_pixel(d, split, i, 1), index & 255);
        assert_int_equal(raw_pixel(d, split, i, 2), split->true_labels[i]);
        assert_int_equal(raw_pixel(d, split, i, 3), 200);
        assert_int_equal(split->true_labels[i], index % 10);
    }
}

static void whole_files_are_loaded(void **state)
{
    (void)state;
    const struct pt_data_options options = {.set = "mnist", .path = directory, .seed = 1};
    struct pt_dataset *d = load(&options);
    assert_string_equal(d->name, "mnist");
    assert_int_equal(d->n_classes, 10);
    assert_int_equal(d->channels * 100 + d->height * 10 + d->width, 122);
    assert_int_equal(d->splits[PT_TRAIN].n_samples, N_TRAIN);
    assert_int_equal(d->splits[PT_TEST].n_samples, N_TEST);
    assert_int_equal(d->splits[PT_THIRD].n_samples, 0);
    assert_split_is_of_file(d, PT_TRAIN, N_TRAIN);
    assert_split_is_of_file(d, PT_TEST, N_TEST);
    int seen[N_TRAIN] = {0};
    double sum = 0, squares = 0;
    for (size_t i = 0; i < N_TRAIN; i++)
        assert_int_equal(seen[d->splits[PT_TRAIN].source_index[i]]++, 0);
    for (size_t i = 0; i < 4 * N_TRAIN; i++) {
        sum += (double)d->splits[PT_TRAIN].inputs[i];
        squares += pow((double)d->splits[PT_TRAIN].inputs[i], 2);
    }
    assert_near(sum / (4 * N_TRAIN), 0, 1e-6);
    assert_near(squares / (4 * N_TRAIN), 1, 1e-6);
    assert_near(d->mean_image[3] * d->deviation[0] + d->mean[0], 200 / 255.0, 1e-5);
    pt_dataset_free(d);
    pt_dataset_free(NULL);
    assert_int_equal(mem_live_bytes(), 0);
}

static void splits_are_balanced_and_disjoint(void **state)
{
    (void)state;
    const struct pt_data_options options = {.set = "mnist",
                                            .path = directory,
                                            .train_samples = 50,
                                            .test_samples = 40,
                                            .third_samples = 200,
                                            .seed = 1};
    struct pt_dataset *d = load(&options);
    const size_t expected[PT_N_SPLITS] = {50, 40, 200};
    int seen[N_TEST] = {0};
    for (int s = 0; s < PT_N_SPLITS; s++) {
        size_t n_each[10] = {0};
        assert_int_equal(d->splits[s].n_samples, expected[s]);
        for (size_t i = 0; i < expected[s]; i++) {
            n_each[d->splits[s].labels[i]]++;
            if (s != PT_TRAIN)
                assert_int_equal(seen[d->splits[s].source_index[i]]++, 0);
        }
        for (int c = 0; c < 10; c++)
            assert_int_equal(n_each[c], expected[s] / 10);
    }
    assert_split_is_of_file(d, PT_THIRD, N_TEST);
    pt_dataset_free(d);
}

/* The third split neither depends on the test split nor on the training split. */
static void seeds_decide_the_splits(void **state)
{
    (void)state;
    struct pt_data_options options = {
        .set = "mnist", .path = directory, .third_samples = 100, .seed = 5};
    struct pt_dataset *a = load(&options);
    options.test_samples = 20;
    options.train_samples = 30;
    struct pt_dataset *b = load(&options);
    options.seed = 6;
    struct pt_dataset *c = load(&options);
    assert_memory_equal(a->splits[PT_THIRD].source_index, b->splits[PT_THIRD].source_index, 400);
    assert_memory_not_equal(b->splits[PT_THIRD].source_index, c->splits[PT_THIRD].source_index,
                            400);
    assert_memory_not_equal(b->splits[PT_TRAIN].source_index, c->splits[PT_TRAIN].source_index,
                            120);
    pt_dataset_free(a);
    pt_dataset_free(b);
    pt_dataset_free(c);
}

static void classes_are_kept_and_renumbered(void **state)
{
    (void)state;
    const long classes[] = {7, 2, 9};
    const struct pt_data_options options = {
        .set = "mnist", .path = directory, .classes = classes, .n_classes = 3, .seed = 1};
    struct pt_dataset *d = load(&options);
    assert_int_equal(d->n_classes, 3);
    assert_int_equal(d->splits[PT_TRAIN].n_samples, 210);
    for (size_t i = 0; i < 210; i++) {
        const struct pt_split *split = &d->splits[PT_TRAIN];
        assert_int_equal(classes[split->labels[i]], split->source_index[i] % 10);
    }
    pt_dataset_free(d);
}

static void noise_changes_training_labels_only(void **state)
{
    (void)state;
    const struct pt_data_options options = {
        .set = "mnist", .path = directory, .third_samples = 10, .label_noise = 0.1, .seed = 1};
    struct pt_dataset *d = load(&options);
    for (int s = 0; s < PT_N_SPLITS; s++) {
        size_t n_wrong = 0;
        for (size_t i = 0; i < d->splits[s].n_samples; i++)
            n_wrong += d->splits[s].labels[i] != d->splits[s].true_labels[i];
        assert_int_equal(n_wrong, s == PT_TRAIN ? 70 : 0);
    }
    assert_split_is_of_file(d, PT_TRAIN, N_TRAIN);
    pt_dataset_free(d);
}

static void files_are_recorded(void **state)
{
    (void)state;
    const struct pt_data_options options = {.set = "mnist", .path = directory, .seed = 1};
    struct pt_dataset *d = load(&options);
    assert_int_equal(d->n_files, 4);
    assert_non_null(strstr(d->files[2].path, "/t10k-images.idx3-ubyte"));
    assert_int_equal(d->files[2].n_bytes, 16 + 4 * N_TEST);
    /* hashlib.sha256(bytes([0, 0, 8, 1, 0, 0, 1, 44]) + bytes(range(10)) * 30) */
    assert_string_equal(d->files[3].sha256,
                        "eb1220cd230f7ec8f979ebc81ba2ba485eccfa12c8b459a0d3651986e3efad8d");
    pt_dataset_free(d);
}

static void labels_of_any_files_are_counted(void **state)
{
    (void)state;
    char other[512];
    snprintf(other, sizeof other, "%s", scratch_directory());
    write_pair(other, "train-images-idx3-ubyte", "train-labels-idx1-ubyte", 60, 12);
    write_pair(other, "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte", 60, 3);
    struct pt_data_options options = {.set = "idx", .path = other, .seed = 1};
    struct pt_dataset *d = load(&options);
    assert_int_equal(d->n_classes, 12);
    pt_dataset_free(d);
    struct pt_error error = {0};
    options.set = "mnist";
    assert_int_equal(pt_dataset_load(&options, &d, &error), PT_E_DATA);
    assert_non_null(strstr(error.file, "train-labels-idx1-ubyte"));
    assert_string_equal(error.message, "byte 18: the label of sample 10 is 10, expected 0 to 9");
}

static void assert_refused(const struct pt_data_options *options, int code, const char *fragment)
{
    struct pt_dataset *d;
    struct pt_error error = {0};
    assert_int_equal(pt_dataset_load(options, &d, &error), code);
    assert_int_equal(error.code, code);
    assert_contains(error.message, fragment);
    assert_int_equal(mem_live_bytes(), 0);
}

static void impossible_options_are_refused(void **state)
{
    (void)state;
    const struct pt_data_options good = {.set = "mnist", .path = directory, .seed = 1};
    const long classes[] = {3, 10}, twice[] = {3, 3};
    struct pt_data_options o = good;
    o.set = "mnits";
    assert_refused(&o, PT_E_CONFIG, "\"mnits\"");
    o = good;
    o.train_samples = 701;
    assert_refused(&o, PT_E_CONFIG, "training split: 701 samples wanted, the files have 700");
    o = good;
    o.third_samples = 250;
    o.test_samples = 51;
    assert_refused(&o, PT_E_CONFIG, "test split: 51 samples wanted, the files have 50");
    o.third_samples = 300;
    o.test_samples = 0;
    assert_refused(&o, PT_E_CONFIG, "test split: 0 samples");
    o = good;
    o.classes = classes;
    o.n_classes = 2;
    assert_refused(&o, PT_E_CONFIG, "class 10: the labels are 0 to 9");
    o.classes = twice;
    assert_refused(&o, PT_E_CONFIG, "class 3 is named twice");
    o.n_classes = 1;
    o.label_noise = 0.5;
    assert_refused(&o, PT_E_CONFIG, "two classes");
    o.label_noise = NAN;
    assert_refused(&o, PT_E_CONFIG, "label noise nan");
}

static void missing_files_are_named(void **state)
{
    (void)state;
    struct pt_data_options o = {.set = "fashion-mnist", .path = "/nonexistent"};
    assert_refused(&o, PT_E_IO, "train-images-idx3-ubyte[.gz] nor train-images.idx3-ubyte[.gz]");
    assert_refused(&o, PT_E_IO, "datasets/fetch fashion-mnist");
    struct pt_error error = {0};
    struct pt_dataset *d;
    o.set = "idx";
    assert_int_equal(pt_dataset_load(&o, &d, &error), PT_E_IO);
    assert_string_equal(error.file, "/nonexistent");
    assert_null(strstr(error.message, "fetch"));
}

static void pairs_must_agree(void **state)
{
    (void)state;
    char other[512];
    snprintf(other, sizeof other, "%s", scratch_directory());
    write_pair(other, "train-images-idx3-ubyte", "train-labels-idx1-ubyte", 60, 3);
    write_pair(other, "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte", 30, 3);
    const struct pt_data_options o = {.set = "mnist", .path = other, .seed = 1};
    const unsigned char zeros[100] = {0};
    write_idx(other, "t10k-labels-idx1-ubyte", 1, (size_t[]){29}, zeros, 29);
    assert_refused(&o, PT_E_DATA, "byte 4: 29 labels");
    write_idx(other, "t10k-labels-idx1-ubyte", 1, (size_t[]){10}, zeros, 10);
    write_idx(other, "t10k-images-idx3-ubyte", 3, (size_t[]){10, 3, 3}, zeros, 90);
    assert_refused(&o, PT_E_DATA, "byte 8: images of 3 x 3 pixels");
    write_idx(other, "t10k-images-idx3-ubyte", 3, (size_t[]){10, 3, 3}, zeros, 89);
    assert_refused(&o, PT_E_DATA, "byte 16: 89 bytes");
}

static void write_labels(const char *folder, const char *name, const unsigned char *labels,
                         size_t n)
{
    char file[64];
    unsigned char zeros[4 * 64] = {0};
    snprintf(file, sizeof file, "%s-images-idx3-ubyte", name);
    write_idx(folder, file, 3, (size_t[]){n, 2, 2}, zeros, 4 * n);
    snprintf(file, sizeof file, "%s-labels-idx1-ubyte", name);
    write_idx(folder, file, 1, &n, labels, n);
}

static void assert_refused_in(const struct pt_data_options *options, const char *file,
                              const char *fragment)
{
    struct pt_dataset *d;
    struct pt_error error = {0};
    assert_int_equal(pt_dataset_load(options, &d, &error), PT_E_DATA);
    assert_contains(error.file, file);
    assert_contains(error.message, fragment);
    assert_int_equal(mem_live_bytes(), 0);
}

static void training_needs_two_classes(void **state)
{
    (void)state;
    char other[512];
    const long classes[] = {1, 4};
    snprintf(other, sizeof other, "%s", scratch_directory());
    struct pt_data_options o = {.set = "mnist", .path = other, .seed = 1};
    write_labels(other, "train", (unsigned char[]){4, 4, 4}, 3);
    write_labels(other, "t10k", (unsigned char[]){4, 4}, 2);
    assert_refused_in(&o, "train-labels-idx1-ubyte", "all labels are the same");
    o.set = "idx";
    assert_refused_in(&o, "train-labels-idx1-ubyte", "nothing to tell apart");
    write_labels(other, "train", (unsigned char[]){4, 2, 4}, 3);
    pt_dataset_free(load(&o));
    o.classes = classes;
    o.n_classes = 2;
    assert_refused_in(&o, "train-labels-idx1-ubyte", "all labels that data.classes keeps");
    o.n_classes = 0;
    o.train_samples = 1;
    assert_refused_in(&o, "train-labels-idx1-ubyte", "drawn (1) are all of one class");
}

/* Labels may have gaps; what training has is said by its file, whatever is drawn from it. */
static void testing_labels_are_those_of_training(void **state)
{
    (void)state;
    char other[512];
    const long classes[] = {1, 3};
    snprintf(other, sizeof other, "%s", scratch_directory());
    struct pt_data_options o = {.set = "idx", .path = other, .train_samples = 2, .seed = 1};
    write_labels(other, "train", (unsigned char[]){1, 3, 5, 1, 3}, 5);
    write_labels(other, "t10k", (unsigned char[]){5, 3, 1}, 3);
    struct pt_dataset *d = load(&o);
    assert_int_equal(d->n_classes, 6);
    pt_dataset_free(d);
    write_labels(other, "t10k", (unsigned char[]){5, 3, 2, 1, 7}, 5);
    assert_refused_in(&o, "t10k-labels-idx1-ubyte",
                      "the label of sample 2 is 2, which no training sample has");
    o.set = "mnist";
    assert_refused_in(&o, "t10k-labels-idx1-ubyte", "sample 2 is 2");
    o.classes = classes;
    o.n_classes = 2;
    d = load(&o);
    assert_int_equal(d->splits[PT_TEST].n_samples, 2);
    pt_dataset_free(d);
}

/* The set that the repository carries. */
static void the_small_mnist_is_balanced(void **state)
{
    (void)state;
    const struct pt_data_options options = {.set = "mnist",
                                            .path = SOURCE_ROOT "/datasets/mnist-small",
                                            .third_samples = 1000,
                                            .seed = 1};
    struct pt_dataset *d = load(&options);
    const size_t expected[PT_N_SPLITS] = {600, 300, 100};
    for (int s = 0; s < PT_N_SPLITS; s++) {
        size_t n_each[10] = {0};
        for (size_t i = 0; i < d->splits[s].n_samples; i++)
            n_each[d->splits[s].labels[i]]++;
        for (int c = 0; c < 10; c++)
            assert_int_equal(n_each[c], expected[s]);
    }
    assert_int_equal(d->height * 100 + d->width, 2828);
    assert_near(d->mean[0], 0.1307, 0.002); /* of the full set, as its users know them */
    assert_near(d->deviation[0], 0.3081, 0.002);
    pt_dataset_free(d);
}

static void failed_allocations_leave_nothing(void **state)
{
    (void)state;
    struct pt_data_options options = {
        .set = "mnist", .path = directory, .third_samples = 5, .label_noise = 0.1, .seed = 1};
    assert_survives_memory_faults(load_and_free, &options);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_files_are_loaded),
        cmocka_unit_test(splits_are_balanced_and_disjoint),
        cmocka_unit_test(seeds_decide_the_splits),
        cmocka_unit_test(classes_are_kept_and_renumbered),
        cmocka_unit_test(noise_changes_training_labels_only),
        cmocka_unit_test(files_are_recorded),
        cmocka_unit_test(labels_of_any_files_are_counted),
        cmocka_unit_test(impossible_options_are_refused),
        cmocka_unit_test(missing_files_are_named),
        cmocka_unit_test(pairs_must_agree),
        cmocka_unit_test(training_needs_two_classes),
        cmocka_unit_test(testing_labels_are_those_of_training),
        cmocka_unit_test(the_small_mnist_is_balanced),
        cmocka_unit_test(failed_allocations_leave_nothing),
    };
    return cmocka_run_group_tests(tests, make_files, NULL);
}
