/* Tables: columns, levels, missing cells, splits; refusal with file, line and column. */
#include "testing.h"

#include "base/fsio.h"
#include "faults.h"
#include "loaded_set.h"
#include "phasetrace/log.h"

#define N_ROWS 60

static char directory[512], train_path[700], test_path[700];

static void write_text(const char *path, const char *text)
{
    assert_int_equal(file_replace(path, text, strlen(text), NULL), PT_OK);
}

/* Row i: id i, size (i mod 7) * 10, colour, grade "yes" for a quarter. */
static int make_files(void **state)
{
    (void)state;
    static const char *const colours[] = {"red", "blue", "\"green, dark\""};
    char text[4096] = "id,size,colour,grade\n";
    snprintf(directory, sizeof directory, "%s", scratch_directory());
    snprintf(train_path, sizeof train_path, "%s/train.csv", directory);
    snprintf(test_path, sizeof test_path, "%s/test.csv", directory);
    for (int i = 0; i < N_ROWS; i++)
        snprintf(text + strlen(text), 100, "%d,%d,%s,%s\n", i, i % 7 * 10, colours[i % 3],
                 i % 4 ? "no" : "yes");
    write_text(train_path, text);
    write_text(test_path, "id,size,colour,grade\n0,70,violet,no\n1,0,blue,yes\n2,10,red,yes\n");
    return 0;
}

static struct pt_data_options options_of(const char *path)
{
    return (struct pt_data_options){.set = "csv",
                                    .path = path,
                                    .train_samples = 40,
                                    .test_samples = 12,
                                    .third_samples = 8,
                                    .label = "grade",
                                    .ignore = "id",
                                    .seed = 1};
}

static double raw(const struct pt_dataset *d, const struct pt_split *split, size_t i, size_t input)
{
    return (double)split->inputs[i * d->width + input] * (double)d->deviation[input] +
           (double)d->mean[input];
}

static void features_are_described(void **state)
{
    (void)state;
    const struct pt_data_options options = options_of(train_path);
    struct pt_dataset *d = load(&options);
    assert_int_equal(d->channels * 100 + d->height * 10 + d->width, 114);
    assert_int_equal(d->n_features, 2);
    assert_string_equal(d->features[0].name, "size");
    assert_int_equal(d->features[0].n_levels, 0);
    assert_string_equal(d->features[1].name, "colour");
    const char *const levels[] = {"blue", "green, dark", "red"};
    assert_int_equal(d->features[1].n_levels, 3);
    for (int k = 0; k < 3; k++)
        assert_string_equal(d->features[1].levels[k], levels[k]);
    const uint16_t feature_of[4] = {0, 1, 1, 1};
    assert_memory_equal(d->feature_of, feature_of, sizeof feature_of);
    assert_int_equal(d->n_classes, 2);
    assert_string_equal(d->class_names[0], "no");
    assert_string_equal(d->class_names[1], "yes");
    assert_int_equal(d->n_files, 1);
    pt_dataset_free(d);
    assert_int_equal(mem_live_bytes(), 0);
}

/* One file gives disjoint splits with its class shares, whose inputs are the rows' cells. */
static void splits_of_one_file_are_disjoint(void **state)
{
    (void)state;
    const struct pt_data_options options = options_of(train_path);
    const size_t n_expected[PT_N_SPLITS] = {40, 12, 8}, level_of[3] = {2, 0, 1};
    struct pt_dataset *d = load(&options);
    int seen[N_ROWS] = {0};
    for (int id = 0; id < PT_N_SPLITS; id++) {
        const struct pt_split *split = &d->splits[id];
        size_t n_yes = 0;
        assert_int_equal(split->n_samples, n_expected[id]);
        for (size_t i = 0; i < split->n_samples; i++) {
            size_t row = split->source_index[i];
            assert_int_equal(seen[row]++, 0);
            assert_int_equal(split->labels[i], row % 4 == 0);
            n_yes += split->labels[i];
            assert_near(raw(d, split, i, 0), (double)(row % 7) * 10, 1e-4);
            for (size_t level = 0; level < 3; level++)
                assert_near(raw(d, split, i, 1 + level), level_of[row % 3] == level, 1e-5);
        }
        assert_int_equal(n_yes, n_expected[id] / 4);
    }
    pt_dataset_free(d);
}

static void zero_is_what_is_left(void **state)
{
    (void)state;
    struct pt_data_options options = options_of(train_path);
    options.train_samples = 0;
    struct pt_dataset *a = load(&options);
    assert_int_equal(a->splits[PT_TRAIN].n_samples, 40);
    options.train_samples = 20;
    options.test_samples = 0;
    struct pt_dataset *b = load(&options);
    assert_int_equal(b->splits[PT_TEST].n_samples, 32);
    assert_memory_equal(a->splits[PT_THIRD].source_index, b->splits[PT_THIRD].source_index, 32);
    options.train_samples = 0;
    struct pt_error error = {0};
    struct pt_dataset *d;
    assert_int_equal(pt_dataset_load(&options, &d, &error), PT_E_CONFIG);
    assert_non_null(strstr(error.message, "only one of them can be 0"));
    pt_dataset_free(a);
    pt_dataset_free(b);
}

/* A level that the training file does not have is none of its levels. */
static void a_second_file_is_the_testing_file(void **state)
{
    (void)state;
    struct pt_data_options options = options_of(train_path);
    options.train_samples = options.test_samples = options.third_samples = 0;
    options.test_path = test_path;
    struct pt_dataset *d = load(&options);
    const struct pt_split *test = &d->splits[PT_TEST];
    assert_int_equal(d->n_files, 2);
    assert_int_equal(d->splits[PT_TRAIN].n_samples, N_ROWS);
    assert_int_equal(test->n_samples, 3);
    for (size_t i = 0; i < 3; i++) {
        const double expected[3][4] = {{70, 0, 0, 0}, {0, 1, 0, 0}, {10, 0, 0, 1}};
        uint32_t row = test->source_index[i];
        assert_int_equal(test->labels[i], row != 0);
        for (size_t k = 0; k < 4; k++)
            assert_near(raw(d, test, i, k), expected[row][k], 1e-4);
    }
    pt_dataset_free(d);
}

struct warnings {
    size_t n;
    char last[PT_ERROR_MESSAGE_BYTES];
};

static void take_warning(void *user, enum pt_log_level level, const char *message)
{
    struct warnings *warnings = user;
    assert_int_equal(level, PT_LOG_WARNING);
    warnings->n++;
    snprintf(warnings->last, sizeof warnings->last, "%s", message);
}

static void levels_that_training_lacks_are_told(void **state)
{
    (void)state;
    char path[700], expected[900];
    struct warnings warnings = {0};
    const struct pt_log log = {take_warning, &warnings};
    snprintf(path, sizeof path, "%s/unseen.csv", directory);
    write_text(path, "id,size,colour,grade\n0,70,red,no\n1,0,violet,yes\n\n2,10,black,yes\n"
                     "3,0,,no\n3,0,violet,no\n");
    struct pt_data_options options = options_of(train_path);
    options.train_samples = options.test_samples = options.third_samples = 0;
    options.test_path = path;
    options.missing = PT_MISSING_MEAN;
    options.log = &log;
    struct pt_dataset *d = load(&options);
    pt_dataset_free(d);
    snprintf(expected, sizeof expected,
             "%s:3: column colour: \"violet\" is no value of the training file's; 3 rows have such "
             "values, which count as none of its names",
             path);
    assert_int_equal(warnings.n, 1);
    assert_string_equal(warnings.last, expected);
    options.ignore = "id, colour";
    d = load(&options);
    pt_dataset_free(d);
    assert_int_equal(warnings.n, 1);
}

/* Classes by value; a kept subset of them, renumbered; a column that is said to be categorical. */
static void labels_and_levels_may_be_numbers(void **state)
{
    (void)state;
    char path[700];
    const long classes[] = {2, 0};
    snprintf(path, sizeof path, "%s/numbers.csv", directory);
    write_text(path, "a,y\n7,10\n12,9\n7,10.0\n5,-3\n12,9\n7,-3\n");
    struct pt_data_options options = {.set = "csv",
                                      .path = path,
                                      .train_samples = 3,
                                      .label = "y",
                                      .categorical = " a",
                                      .seed = 1};
    struct pt_dataset *d = load(&options);
    assert_int_equal(d->n_classes, 3);
    assert_string_equal(d->class_names[0], "-3");
    assert_string_equal(d->class_names[2], "10");
    assert_int_equal(d->width, 3);
    assert_string_equal(d->features[0].levels[0], "5");
    assert_string_equal(d->features[0].levels[2], "12");
    pt_dataset_free(d);
    options.classes = classes;
    options.n_classes = 2;
    d = load(&options);
    assert_int_equal(d->n_classes, 2);
    assert_string_equal(d->class_names[0], "10");
    assert_string_equal(d->class_names[1], "-3");
    assert_int_equal(d->splits[PT_TRAIN].n_samples + d->splits[PT_TEST].n_samples, 4);
    pt_dataset_free(d);
}

static void missing_cells_follow_the_policy(void **state)
{
    (void)state;
    char path[700];
    snprintf(path, sizeof path, "%s/missing.csv", directory);
    write_text(path, "n,c,skip,y\n1,a,,p\n?,a,1,q\n3,NA,1,p\n5,b,1,q\n\"\",b,1,p\n6,b,1,q\n");
    struct pt_data_options options = {.set = "csv",
                                      .path = path,
                                      .train_samples = 0,
                                      .test_samples = 1,
                                      .label = "y",
                                      .ignore = "skip",
                                      .missing = PT_MISSING_DROP,
                                      .seed = 1};
    struct pt_dataset *d = load(&options);
    assert_int_equal(d->splits[PT_TRAIN].n_samples, 2);
    pt_dataset_free(d);
    options.missing = PT_MISSING_MEAN;
    d = load(&options);
    const struct pt_split *train = &d->splits[PT_TRAIN];
    assert_int_equal(train->n_samples, 5);
    for (size_t i = 0; i < 5; i++) {
        uint32_t row = train->source_index[i];
        int no_number = row == 1 || row == 4, no_level = row == 2;
        assert_int_equal(train->inputs[3 * i] == 0.0f, no_number);
        assert_int_equal(train->inputs[3 * i + 1] == 0.0f, no_level);
        assert_int_equal(train->inputs[3 * i + 2] == 0.0f, no_level);
    }
    for (int k = 0; k < 3; k++)
        assert_near((double)d->mean_image[k], 0, 1e-6);
    pt_dataset_free(d);
}

static void the_census_knows_its_label(void **state)
{
    (void)state;
    char path[700];
    snprintf(path, sizeof path, "%s/adult.csv", directory);
    write_text(path, "age,income\n20,<=50K\n30,>50K\n40,<=50K\n50,>50K\n");
    struct pt_data_options options = {
        .set = "census", .path = directory, .train_samples = 2, .seed = 1};
    struct pt_dataset *d = load(&options);
    assert_string_equal(d->class_names[1], ">50K");
    pt_dataset_free(d);
    options.path = path;
    d = load(&options);
    assert_int_equal(d->n_features, 1);
    pt_dataset_free(d);
    options.path = "/nonexistent";
    assert_int_equal(pt_dataset_load(&options, &d, NULL), PT_E_IO);
}

static void load_text(const char *text, const char *categorical, size_t n_expected[3])
{
    char path[700];
    snprintf(path, sizeof path, "%s/kinds.csv", directory);
    write_text(path, text);
    const struct pt_data_options options = {.set = "csv",
                                            .path = path,
                                            .test_samples = 1,
                                            .label = "y",
                                            .categorical = categorical,
                                            .missing = PT_MISSING_MEAN,
                                            .seed = 1};
    struct pt_dataset *d = load(&options);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(d->features[i].n_levels, n_expected[i]);
    pt_dataset_free(d);
}

/* Columns that are not named are what all of their cells are, whether others are named or not. */
static void cells_decide_what_a_column_is(void **state)
{
    (void)state;
    const char *text = "n,t,c,y\n1,a,1,p\n 2 ,b,2,q\n?,,3,p\n-1e3,c,4,q\n";
    load_text(text, "", (size_t[]){0, 3, 0});
    load_text(text, "c", (size_t[]){0, 3, 4});
    load_text(text, "t,c,n", (size_t[]){3, 3, 4});
}

/* As pandas and others write it; other spellings are texts. */
static void missing_has_many_names(void **state)
{
    (void)state;
    static const char *const names[] = {"NaN", "nan", "NULL", "null", "None",  "N/A",
                                        "n/a", "NA",  "?",    "",     " NA\t", "\" NaN \""};
    char text[512] = "n,t,c,y\n1,a,a,p\n2,b,b,q\n3,a,nil,q\n3,a,none,q\n";
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        snprintf(text + strlen(text), 64, "%s,a,a,%c\n", names[i], "pq"[i % 2]);
    load_text(text, "", (size_t[]){0, 2, 4});
}

static void assert_refused_with(const struct pt_data_options *options, int code, long line,
                                const char *fragment)
{
    struct pt_dataset *d;
    struct pt_error error = {0};
    assert_int_equal(pt_dataset_load(options, &d, &error), code);
    assert_contains(error.message, fragment);
    assert_int_equal(error.line, line);
    assert_int_equal(mem_live_bytes(), 0);
}

static void assert_refused(const char *text, long line, const char *fragment)
{
    char path[700];
    snprintf(path, sizeof path, "%s/bad.csv", directory);
    write_text(path, text);
    const struct pt_data_options options = {.set = "csv",
                                            .path = path,
                                            .train_samples = 2,
                                            .label = "y",
                                            .categorical = "c",
                                            .seed = 1};
    assert_refused_with(&options, PT_E_DATA, line, fragment);
}

static void bad_tables_are_refused(void **state)
{
    (void)state;
    assert_refused("", 1, "empty");
    assert_refused("n,c,y\n", 0, "no rows");
    assert_refused("n,c,y\n1,a,p\n2,b\n", 3, "2 cells");
    assert_refused("n,c,y\n1,a,p\n2x,b,q\n", 3,
                   "column n: \"2x\" is no number, unlike the column's other cells; name it in "
                   "data.categorical or data.ignore, or leave the cell empty (data.missing says "
                   "what is done then)");
    assert_refused("n,c,y\n1,a,p\n1e31,b,q\n", 3, "\"1e31\" is no number from -1e30 to 1e30");
    assert_refused("n,c,y\n1,a,p\n,b,q\n", 3, "column n: the value is missing");
    assert_refused("n,c,y\n1,a,p\n1,b,?\n", 3, "column y: the value is missing");
    assert_refused("n,c,y\n1,a,p\n1,b,p\n", 0, "nothing to tell apart");
    assert_refused("n,c,y\n1,a,p\n1,\"b,p\n", 3, "never closed");
    char many[8192] = "n,c,y\n";
    for (int i = 0; i < 257; i++)
        snprintf(many + strlen(many), 30, "1,a,%d\n", i);
    assert_refused(many, 258, "column y: \"256\" is one more than 256 different texts");
}

/* The first cell of the rarer kind is named. */
static void mixed_columns_are_refused(void **state)
{
    (void)state;
    char text[2048] = "x,c,y\n";
    for (int i = 0; i < 40; i++)
        snprintf(text + strlen(text), 30, i == 20 ? "abc,a,p\n" : "%d,a,%c\n", i, "pq"[i % 2]);
    assert_refused(text, 22, "column x: \"abc\" is no number, unlike the column's other cells");
    assert_refused("x,c,y\nabc,a,p\n2,b,q\n3,b,q\n", 2, "\"abc\" is no number");
    assert_refused("x,c,y\nA1,a,p\n17,b,q\nB2,b,q\nC3,b,q\n9,b,q\n", 3,
                   "column x: \"17\" is a number, unlike the column's other cells; name it in");
}

static void columns_without_a_value_have_no_mean(void **state)
{
    (void)state;
    char path[700];
    snprintf(path, sizeof path, "%s/hollow.csv", directory);
    struct pt_data_options o = options_of(path);
    o.ignore = "";
    o.missing = PT_MISSING_MEAN;
    o.train_samples = 2;
    o.test_samples = 1;
    o.third_samples = 0;
    write_text(path, "a,hollow,grade\n1,,p\n2,NA,q\n3,,p\n");
    assert_refused_with(&o, PT_E_DATA, 0, "column hollow has no value in any row");
    write_text(path, "a,hollow,grade\n1,,p\n2,5,?\n3,,p\n4,,q\n"); /* but in one left out */
    o.missing = PT_MISSING_DROP;
    assert_refused_with(&o, PT_E_DATA, 0, "every row has a missing value");
}

static void bad_columns_are_refused(void **state)
{
    (void)state;
    struct pt_data_options o = options_of(train_path);
    o.label = "mark";
    assert_refused_with(&o, PT_E_CONFIG, 1, "data.label: no column is called \"mark\"");
    o = options_of(train_path);
    o.ignore = "id , sizes";
    assert_refused_with(&o, PT_E_CONFIG, 1, "data.ignore: no column is called \"sizes\"");
    o.ignore = "grade";
    assert_refused_with(&o, PT_E_CONFIG, 1, "data.ignore: \"grade\" is the label");
    o.ignore = "id, size, colour";
    assert_refused_with(&o, PT_E_DATA, 1, "0 columns are inputs");
    o = options_of(train_path);
    o.train_samples = 41;
    assert_refused_with(&o, PT_E_CONFIG, 0, "41 samples wanted, the files have 40 left");
}

static void mistyped_columns_are_guessed(void **state)
{
    (void)state;
    char path[700];
    struct pt_data_options o = options_of(train_path);
    o.label = "garde";
    assert_refused_with(&o, PT_E_CONFIG, 1,
                        "no column is called \"garde\"; did you mean \"grade\"?");
    o = options_of(train_path);
    o.categorical = "id, color";
    assert_refused_with(&o, PT_E_CONFIG, 1, "\"color\"; did you mean \"colour\"?");
    o.categorical = "size, id";
    assert_refused_with(&o, PT_E_CONFIG, 1, "data.ignore: \"id\" is in data.categorical too");
    snprintf(path, sizeof path, "%s/semicolons.csv", directory);
    o = options_of(path);
    write_text(path, "a;y\n1;p\n2;q\n");
    assert_refused_with(&o, PT_E_CONFIG, 1,
                        "\"grade\"; cells are separated by commas, the header has one cell");
    write_text(path, "a\ty\n1\tp\n2\tq\n");
    assert_refused_with(&o, PT_E_CONFIG, 1, "cells are separated by commas");
    write_text(path, "a;y\n1,5;p\n");
    assert_refused_with(&o, PT_E_DATA, 2,
                        "2 cells, the header has 1; cells are separated by commas");
}

static void files_must_agree(void **state)
{
    (void)state;
    char path[700];
    snprintf(path, sizeof path, "%s/other.csv", directory);
    struct pt_data_options o = options_of(train_path);
    o.test_path = path;
    o.test_samples = 1;
    write_text(path, "id,size,colour\n1,2,red\n");
    assert_refused_with(&o, PT_E_DATA, 1, "3 columns, ");
    write_text(path, "id,colour,size,grade\n1,red,2,no\n");
    assert_refused_with(&o, PT_E_DATA, 1, "column 2 is \"colour\", in ");
    write_text(path, "id,size,colour,grade\n1,2,red,no\n1,2,red,perhaps\n");
    assert_refused_with(&o, PT_E_DATA, 3, "\"perhaps\" is no label of the training file");
    write_text(path, "id,size,colour,grade\n1,x,red,no\n");
    assert_refused_with(&o, PT_E_DATA, 2, "column size: \"x\" is no number");
    o.test_path = directory;
    assert_refused_with(&o, PT_E_IO, 0, "not a regular file");
}

static void failed_allocations_leave_nothing(void **state)
{
    (void)state;
    struct pt_data_options options = options_of(train_path);
    options.third_samples = options.test_samples = 1;
    options.test_path = test_path;
    assert_survives_memory_faults(load_and_free, &options);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(features_are_described),
        cmocka_unit_test(splits_of_one_file_are_disjoint),
        cmocka_unit_test(zero_is_what_is_left),
        cmocka_unit_test(a_second_file_is_the_testing_file),
        cmocka_unit_test(levels_that_training_lacks_are_told),
        cmocka_unit_test(labels_and_levels_may_be_numbers),
        cmocka_unit_test(missing_cells_follow_the_policy),
        cmocka_unit_test(cells_decide_what_a_column_is),
        cmocka_unit_test(missing_has_many_names),
        cmocka_unit_test(the_census_knows_its_label),
        cmocka_unit_test(bad_tables_are_refused),
        cmocka_unit_test(mixed_columns_are_refused),
        cmocka_unit_test(columns_without_a_value_have_no_mean),
        cmocka_unit_test(bad_columns_are_refused),
        cmocka_unit_test(mistyped_columns_are_guessed),
        cmocka_unit_test(files_must_agree),
        cmocka_unit_test(failed_allocations_leave_nothing),
    };
    return cmocka_run_group_tests(tests, make_files, NULL);
}
