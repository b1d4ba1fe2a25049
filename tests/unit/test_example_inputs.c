/* Samples in raw units again: pixels and cells as they were before standardisation. */
#include "testing.h"

#include "base/fsio.h"
#include "study/example_inputs.h"
#include "study/json_file.h"

static char directory[600];
static struct pt_config config;

static void start_directory(long index)
{
    char text[200], path[700];
    snprintf(directory, sizeof directory, "%s", scratch_directory());
    for (int i = 0; i < 2; i++) {
        assert_int_equal(
            path_join(path, sizeof path, directory, i == 0 ? "analysis" : "trace", NULL), PT_OK);
        assert_int_equal(directory_create(path, NULL), PT_OK);
    }
    snprintf(text, sizeof text, "{\"samples\": [{\"split\": \"test\", \"sample_index\": %ld}]}",
             index);
    assert_int_equal(path_join(path, sizeof path, directory, "analysis/examples.json", NULL),
                     PT_OK);
    assert_int_equal(file_replace(path, text, strlen(text), NULL), PT_OK);
}

static json_t *write_and_read(const struct pt_dataset *dataset)
{
    struct pt_error error = {0};
    json_t *document = NULL;
    if (example_inputs_write(directory, &config, dataset, &error) != PT_OK)
        fail_msg("%s", error.message);
    assert_int_equal(json_file_read(directory, "trace/inputs.json", &document, NULL), PT_OK);
    return document;
}

static const char *text_at(json_t *sample, const char *key, size_t i)
{
    return json_string_value(json_array_get(json_object_get(sample, key), i));
}

/* Two testing images of 1 x 2 x 2; the second is asked for. */
static struct pt_dataset *make_images(void)
{
    static float mean[] = {0.5f, 0.5f, 0.5f, 0.5f}, deviation[] = {0.25f, 0.25f, 0.25f, 0.25f};
    static float inputs[] = {9, 9, 9, 9, -2, 0, 2, 40};
    static uint8_t labels[] = {1, 0}, true_labels[] = {1, 1};
    static uint32_t source_index[] = {3, 8};
    static struct pt_dataset dataset;
    dataset = (struct pt_dataset){.n_classes = 2,
                                  .channels = 1,
                                  .height = 2,
                                  .width = 2,
                                  .mean = mean,
                                  .deviation = deviation};
    dataset.splits[PT_TEST] = (struct pt_split){2, inputs, labels, true_labels, source_index};
    return &dataset;
}

static void pixels_are_bytes_again(void **state)
{
    (void)state;
    start_directory(8);
    config.trace.grid = 2;
    json_t *document = write_and_read(make_images());
    json_t *sample = json_array_get(json_object_get(document, "samples"), 0);
    assert_string_equal(json_string_value(json_object_get(document, "kind")), "image");
    assert_int_equal(json_integer_value(json_object_get(document, "grid")), 2);
    assert_string_equal(json_string_value(json_object_get(sample, "pixels")), "0080ffff");
    assert_int_equal(json_integer_value(json_object_get(sample, "true_label")), 1);
    json_decref(document);
}

/* A column of numbers and one of three levels: "b", then none. */
static void cells_are_as_in_the_file(void **state)
{
    static const char *const levels[] = {"a", "b", "c"};
    static struct pt_feature features[] = {{"age", 0, NULL}, {"kind", 3, levels}};
    static uint16_t feature_of[] = {0, 1, 1, 1};
    static float mean[] = {40, 0.2f, 0.5f, 0.3f}, deviation[] = {10, 0.4f, 0.5f, 0.45f};
    static float inputs[] = {-1.5f, -0.5f, 1, -0.6667f, 0, -0.5f, -1, -0.6667f};
    (void)state;
    struct pt_dataset *dataset = make_images();
    dataset->height = 1;
    dataset->width = 4;
    dataset->n_features = 2;
    dataset->features = features;
    dataset->feature_of = feature_of;
    dataset->mean = mean;
    dataset->deviation = deviation;
    dataset->splits[PT_TEST].inputs = inputs;
    static const char *const expected[][2] = {{"25", "b"}, {"40", ""}};
    for (size_t i = 0; i < 2; i++) {
        start_directory(i == 0 ? 3 : 8);
        json_t *document = write_and_read(dataset);
        json_t *sample = json_array_get(json_object_get(document, "samples"), 0);
        assert_string_equal(text_at(document, "features", 1), "kind");
        assert_string_equal(text_at(sample, "cells", 0), expected[i][0]);
        assert_string_equal(text_at(sample, "cells", 1), expected[i][1]);
        json_decref(document);
    }
}

static void an_unknown_sample_is_refused(void **state)
{
    struct pt_error error = {0};
    (void)state;
    start_directory(5);
    assert_int_equal(example_inputs_write(directory, &config, make_images(), &error), PT_E_DATA);
    assert_non_null(strstr(error.message, "sample 5 of test is not in the data set"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pixels_are_bytes_again),
        cmocka_unit_test(cells_are_as_in_the_file),
        cmocka_unit_test(an_unknown_sample_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
