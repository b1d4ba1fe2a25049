/* Which samples are traced: balanced, nested, and every group what its name says. */
#include "testing.h"

#include "base/mem.h"
#include "trace/sample_choice.h"

#include <string.h>

#define N_TRAIN 200
#define N_TEST 90
#define N_THIRD 37
#define N_CLASSES 7

static uint8_t labels[PT_N_SPLITS][N_TRAIN], true_labels[PT_N_SPLITS][N_TRAIN];

/* Classes of very different sizes; every ninth training sample has a wrong label. */
static struct pt_dataset make_dataset(void)
{
    static const size_t sizes[PT_N_SPLITS] = {N_TRAIN, N_TEST, N_THIRD};
    struct pt_dataset dataset = {.n_classes = N_CLASSES};
    for (int s = 0; s < PT_N_SPLITS; s++) {
        for (size_t i = 0; i < sizes[s]; i++) {
            size_t k = i % 31;
            uint8_t label = (uint8_t)(k < 20 ? k % 5 : k < 30 ? 5 : 6);
            true_labels[s][i] = label;
            labels[s][i] = s == PT_TRAIN && i % 9 == 0 ? (uint8_t)((label + 1) % 7) : label;
        }
        dataset.splits[s] = (struct pt_split){
            .n_samples = sizes[s], .labels = labels[s], .true_labels = true_labels[s]};
    }
    return dataset;
}

static struct pt_config make_config(long samples, long third, long mislabelled, long final)
{
    static struct pt_config config;
    pt_config_default(&config);
    config.run.seed = 5;
    config.trace.samples = samples;
    config.trace.third_samples = third;
    config.trace.mislabelled_samples = mislabelled;
    config.trace.final_samples = final;
    return config;
}

static int contains(const struct sample_list *list, enum pt_split_id split, uint32_t index)
{
    for (size_t i = 0; i < list->n; i++)
        if (group_split((enum pt_trace_group)list->group[i]) == split && list->index[i] == index)
            return 1;
    return 0;
}

static void check_list(const struct sample_list *list, const struct pt_dataset *dataset)
{
    size_t n = 0;
    for (int g = 0; g < PT_N_GROUPS; g++)
        for (size_t i = 0; i < list->n_of_group[g]; i++, n++) {
            const struct pt_split *split = &dataset->splits[group_split((enum pt_trace_group)g)];
            uint32_t index = list->index[n];
            assert_int_equal(list->group[n], g);
            assert_true(index < split->n_samples);
            assert_true(i == 0 || index > list->index[n - 1]);
            if (g == PT_GROUP_MISLABELLED)
                assert_true(split->labels[index] != split->true_labels[index]);
        }
    assert_int_equal(n, list->n);
}

/* For all sizes: groups are sound, no sample is there twice, checkpoints lie in the larger one. */
static void samples_of_checkpoints_lie_in_the_larger_sample(void **state)
{
    (void)state;
    struct pt_dataset dataset = make_dataset();
    static const long finals[] = {1, 20, 50, 90, 400};
    for (long samples = 1; samples <= N_TEST; samples += 11)
        for (size_t f = 0; f < sizeof finals / sizeof *finals; f++) {
            struct pt_config config = make_config(samples, samples / 3, samples / 4, finals[f]);
            struct sample_list small, large;
            assert_int_equal(
                sample_list_create(&config, &dataset, SAMPLES_OF_CHECKPOINT, &small, NULL), PT_OK);
            assert_int_equal(sample_list_create(&config, &dataset, SAMPLES_OF_FINAL, &large, NULL),
                             PT_OK);
            check_list(&small, &dataset);
            check_list(&large, &dataset);
            for (size_t i = 0; i < small.n; i++)
                assert_true(contains(&large, group_split((enum pt_trace_group)small.group[i]),
                                     small.index[i]));
            for (size_t i = large.n - large.n_of_group[PT_GROUP_MISLABELLED]; i < large.n; i++)
                for (size_t k = 0; k < large.n_of_group[PT_GROUP_TRAIN]; k++)
                    assert_true(large.index[i] != large.index[k]);
            sample_list_free(&small);
            sample_list_free(&large);
        }
    assert_int_equal(mem_live_bytes(), 0);
}

static void numbers_are_as_asked_for(void **state)
{
    (void)state;
    struct pt_dataset dataset = make_dataset();
    struct pt_config config = make_config(10, 5, 4, 60);
    struct sample_list list;
    assert_int_equal(sample_list_create(&config, &dataset, SAMPLES_OF_CHECKPOINT, &list, NULL),
                     PT_OK);
    const size_t small[] = {10, 10, 5, 4};
    assert_memory_equal(list.n_of_group, small, sizeof small);
    sample_list_free(&list);
    assert_int_equal(sample_list_create(&config, &dataset, SAMPLES_OF_FINAL, &list, NULL), PT_OK);
    size_t n_wrong = 0;
    for (size_t i = 0; i < list.n_of_group[PT_GROUP_TRAIN]; i++)
        n_wrong += labels[PT_TRAIN][list.index[i]] != true_labels[PT_TRAIN][list.index[i]];
    /* 23 of 200 are wrong: all of them are there, in one group or the other */
    const size_t large[] = {60, 60, 15, 23 - n_wrong};
    assert_memory_equal(list.n_of_group, large, sizeof large);
    sample_list_free(&list);
    config = make_config(91, 0, 0, 0);
    struct pt_error error = {0};
    assert_int_equal(sample_list_create(&config, &dataset, SAMPLES_OF_CHECKPOINT, &list, &error),
                     PT_E_CONFIG);
    assert_non_null(strstr(error.message, "testing split has 90"));
    sample_list_free(&list);
}

/* Of n samples a class has n / 7 or one more, as long as it has that many. */
static void splits_are_balanced(void **state)
{
    (void)state;
    struct pt_dataset dataset = make_dataset();
    for (long n = 1; n <= 16; n++) {
        struct pt_config config = make_config(n, 0, 0, 0);
        struct sample_list list;
        size_t n_of_class[N_CLASSES] = {0};
        assert_int_equal(sample_list_create(&config, &dataset, SAMPLES_OF_CHECKPOINT, &list, NULL),
                         PT_OK);
        for (long i = 0; i < n; i++)
            n_of_class[true_labels[PT_TRAIN][list.index[i]]]++;
        for (size_t c = 0; c < N_CLASSES; c++)
            assert_in_range(n_of_class[c], (size_t)n / N_CLASSES,
                            ((size_t)n + N_CLASSES - 1) / N_CLASSES);
        sample_list_free(&list);
    }
}

static int create_and_free(void)
{
    struct pt_dataset dataset = make_dataset();
    struct pt_config config = make_config(10, 5, 4, 60);
    struct sample_list list;
    int status = sample_list_create(&config, &dataset, SAMPLES_OF_FINAL, &list, NULL);
    sample_list_free(&list);
    return status;
}

static void no_failing_allocation_leaks(void **state)
{
    (void)state;
    for (long nth = 1;; nth++) {
        mem_fail_at(nth, 0);
        int status = create_and_free();
        mem_fail_at(0, 0);
        assert_int_equal(mem_live_bytes(), 0);
        if (status == PT_OK)
            break;
        assert_int_equal(status, PT_E_MEMORY);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(samples_of_checkpoints_lie_in_the_larger_sample),
        cmocka_unit_test(numbers_are_as_asked_for),
        cmocka_unit_test(splits_are_balanced),
        cmocka_unit_test(no_failing_allocation_leaks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
