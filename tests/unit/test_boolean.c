/* The set "boolean": inputs and labels against their distributions, splits, noise, refusals. */
#include "testing.h"

#include "faults.h"
#include "loaded_set.h"

static const struct pt_term terms[] = {
    {PT_TERM_AND, 1, 2}, {PT_TERM_AND, 2, -2}, {PT_TERM_AND, 3, 3}, {PT_TERM_OR, 2, -1.5}};

static struct pt_data_options options_of(size_t n_train, size_t n_test)
{
    return (struct pt_data_options){.set = "boolean",
                                    .train_samples = n_train,
                                    .test_samples = n_test,
                                    .seed = 4,
                                    .n_inputs = 7,
                                    .n_relevant = 5,
                                    .density = 0.6,
                                    .terms = terms,
                                    .n_terms = 4};
}

/* The raw inputs of a sample as a mask; each is 0 or 1. */
static unsigned raw_inputs(const struct pt_dataset *d, const struct pt_split *split, size_t i)
{
    unsigned x = 0;
    for (size_t k = 0; k < d->width; k++) {
        double input = (double)split->inputs[i * d->width + k];
        double raw = input * (double)d->deviation[0] + (double)d->mean[0];
        assert_near(raw, round(raw), 1e-5);
        assert_true(round(raw) == 0 || round(raw) == 1);
        x |= (unsigned)lround(raw) << k;
    }
    return x;
}

static double planted_log_odds(const struct pt_plant *plant, unsigned x)
{
    double f = plant->offset;
    for (size_t i = 0; i < plant->n_terms; i++) {
        unsigned set = (unsigned)plant->terms[i].inputs;
        int holds = plant->terms[i].kind == PT_TERM_OR ? (x & set) != 0 : (x & set) == set;
        f += holds ? plant->terms[i].strength : 0;
    }
    return f;
}

static void the_set_is_described(void **state)
{
    (void)state;
    struct pt_data_options options = options_of(300, 200);
    options.third_samples = 100;
    struct pt_dataset *d = load(&options);
    assert_string_equal(d->name, "boolean");
    assert_int_equal(d->n_classes, 2);
    assert_int_equal(d->channels * 1000 + d->height * 100 + d->width, 1107);
    assert_int_equal(d->n_files, 0);
    assert_int_equal(d->plant->n_terms, 4);
    const size_t expected[PT_N_SPLITS] = {300, 200, 100};
    for (int s = 0; s < PT_N_SPLITS; s++) {
        assert_int_equal(d->splits[s].n_samples, expected[s]);
        for (size_t i = 0; i < expected[s]; i++)
            assert_int_equal(d->splits[s].source_index[i], i);
    }
    pt_dataset_free(d);
    assert_int_equal(mem_live_bytes(), 0);
}

static void inputs_are_standardised(void **state)
{
    (void)state;
    enum { N = 500 };
    struct pt_data_options options = options_of(N, 10);
    struct pt_dataset *d = load(&options);
    double sum = 0, squares = 0, raw_sum = 0;
    for (size_t k = 0; k < 7; k++) {
        double of_column = 0;
        for (size_t i = 0; i < N; i++)
            of_column += (double)d->splits[PT_TRAIN].inputs[7 * i + k];
        assert_near(d->mean_image[k], of_column / N, 1e-6);
        sum += of_column;
    }
    for (size_t i = 0; i < 7 * N; i++)
        squares += pow((double)d->splits[PT_TRAIN].inputs[i], 2);
    for (size_t i = 0; i < N; i++)
        raw_sum += __builtin_popcount(raw_inputs(d, &d->splits[PT_TRAIN], i));
    assert_near(sum / (7 * N), 0, 1e-6);
    assert_near(squares / (7 * N), 1, 1e-6);
    assert_near(d->mean[0], raw_sum / (7 * N), 1e-6);
    pt_dataset_free(d);
}

/* Every one of the 128 inputs as often as its probability says; within 5 deviations. */
static void inputs_are_independent(void **state)
{
    (void)state;
    enum { N = 100000 };
    struct pt_data_options options = options_of(N, N);
    struct pt_dataset *d = load(&options);
    for (int s = PT_TRAIN; s <= PT_TEST; s++) {
        size_t n_each[128] = {0};
        for (size_t i = 0; i < N; i++)
            n_each[raw_inputs(d, &d->splits[s], i)]++;
        for (unsigned x = 0; x < 128; x++) {
            int n_ones = __builtin_popcount(x);
            double p = pow(0.6, n_ones) * pow(0.4, 7 - n_ones);
            assert_near((double)n_each[x], N * p, 5 * sqrt(N * p * (1 - p)));
        }
    }
    pt_dataset_free(d);
}

/* For each of the 32 relevant inputs, label 1 as often as the planted log-odds say. */
static void labels_follow_the_planted_log_odds(void **state)
{
    (void)state;
    enum { N = 100000 };
    struct pt_data_options options = options_of(10, N);
    struct pt_dataset *d = load(&options);
    const struct pt_split *split = &d->splits[PT_TEST];
    double n_each[32] = {0}, n_ones[32] = {0}, mean = 0, least = 1, most = 0;
    for (size_t i = 0; i < N; i++) {
        unsigned x = raw_inputs(d, split, i);
        n_each[x & 31]++;
        n_ones[x & 31] += split->labels[i];
        mean += planted_log_odds(d->plant, x) / N;
    }
    for (unsigned x = 0; x < 32; x++) {
        double p = 1 / (1 + exp(-planted_log_odds(d->plant, x)));
        assert_near(n_ones[x], n_each[x] * p, 5 * sqrt(n_each[x] * p * (1 - p)));
        least = fmin(least, p);
        most = fmax(most, p);
    }
    assert_true(most - least > 0.5);
    assert_near(mean, 0, 0.05);
    pt_dataset_free(d);
}

/* A larger split begins with the smaller one; splits are different samples. */
static void samples_depend_on_seed_and_split(void **state)
{
    (void)state;
    struct pt_data_options options = options_of(100, 100);
    struct pt_dataset *small = load(&options);
    options.train_samples = 200;
    struct pt_dataset *large = load(&options);
    options.seed = 5;
    struct pt_dataset *other = load(&options);
    int n_split = 0, n_seed = 0;
    for (size_t i = 0; i < 100; i++) {
        unsigned x = raw_inputs(small, &small->splits[PT_TRAIN], i);
        assert_int_equal(x, raw_inputs(large, &large->splits[PT_TRAIN], i));
        n_split += x != raw_inputs(small, &small->splits[PT_TEST], i);
        n_seed += x != raw_inputs(other, &other->splits[PT_TRAIN], i);
    }
    assert_memory_equal(small->splits[PT_TRAIN].labels, large->splits[PT_TRAIN].labels, 100);
    assert_memory_equal(small->splits[PT_TEST].labels, large->splits[PT_TEST].labels, 100);
    assert_true(n_split > 80 && n_seed > 80);
    pt_dataset_free(small);
    pt_dataset_free(large);
    pt_dataset_free(other);
}

static void noise_flips_training_labels_only(void **state)
{
    (void)state;
    struct pt_data_options options = options_of(300, 200);
    struct pt_dataset *clean = load(&options);
    options.label_noise = 0.1;
    struct pt_dataset *noisy = load(&options);
    for (int s = 0; s < 2; s++) {
        const struct pt_split *split = &noisy->splits[s];
        size_t n_wrong = 0;
        for (size_t i = 0; i < split->n_samples; i++) {
            n_wrong += split->labels[i] != split->true_labels[i];
            assert_true(split->labels[i] <= 1);
        }
        assert_int_equal(n_wrong, s == PT_TRAIN ? 30 : 0);
        assert_memory_equal(split->true_labels, clean->splits[s].labels, split->n_samples);
    }
    pt_dataset_free(clean);
    pt_dataset_free(noisy);
}

static void assert_refused(const struct pt_data_options *options, const char *message)
{
    struct pt_dataset *d;
    struct pt_error error = {0};
    assert_int_equal(pt_dataset_load(options, &d, &error), PT_E_CONFIG);
    assert_string_equal(error.message, message);
    assert_int_equal(mem_live_bytes(), 0);
}

static void impossible_options_are_refused(void **state)
{
    (void)state;
    const struct pt_data_options good = options_of(10, 10);
    static const char zero[] = "data.train_samples, data.test_samples: 0 means all of a file, a "
                               "generated set needs a number";
    struct pt_data_options o = good;
    o.train_samples = 0;
    assert_refused(&o, zero);
    o = good;
    o.test_samples = 0;
    assert_refused(&o, zero);
    o = good;
    o.n_classes = 2;
    assert_refused(&o, "data.classes: a generated set has its two classes, none to choose");
    o = good;
    o.n_inputs = 65;
    assert_refused(&o, "data.inputs = 65: expected 2 to 64");
    o.n_inputs = 4;
    assert_refused(&o, "data.relevant = 5: expected 1 to data.inputs = 4");
    o = good;
    o.density = NAN;
    assert_refused(&o, "data.density = nan: expected above 0, below 1");
    o.density = 1;
    assert_refused(&o, "data.density = 1: expected above 0, below 1");
    o = good;
    o.n_terms = 0;
    assert_refused(&o, "data.terms: 0 terms, expected 1 to 64");
    o = good;
    o.n_relevant = 2;
    assert_refused(&o, "data.terms: term 3 has order 3, expected 1 to data.relevant = 2");
}

static void failed_allocations_leave_nothing(void **state)
{
    (void)state;
    struct pt_data_options options = options_of(30, 20);
    options.third_samples = 10;
    options.label_noise = 0.1;
    assert_survives_memory_faults(load_and_free, &options);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_set_is_described),
        cmocka_unit_test(inputs_are_standardised),
        cmocka_unit_test(inputs_are_independent),
        cmocka_unit_test(labels_follow_the_planted_log_odds),
        cmocka_unit_test(samples_depend_on_seed_and_split),
        cmocka_unit_test(noise_flips_training_labels_only),
        cmocka_unit_test(impossible_options_are_refused),
        cmocka_unit_test(failed_allocations_leave_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
