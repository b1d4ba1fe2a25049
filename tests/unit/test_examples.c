/* The interactions that are kept of a few samples: which samples, which interactions, read back. */
#include "analysis_fixture.h"

#include "faults.h"
#include "report/examples.h"

static char directory[600];

/* Ten interactions of order 1 and 2 and some more, the strongest at the highest sets. */
static struct pt_trace *graded_trace(long step, size_t n_train, size_t n_test)
{
    struct pt_trace *trace = make_trace(step, 4, n_train, n_test);
    for (size_t i = 0; i < trace->n_samples; i++) {
        for (size_t set = 1; set < 16; set++)
            trace->I_and[16 * i + set] = (set % 2 ? -1.0 : 1.0) * (double)set;
        trace->I_or[16 * i + 3] = 12.5;
        for (size_t p = 0; p < 4; p++)
            trace->players[4 * i + p] = (int32_t)(10 * i + p);
    }
    fill_values(trace, 0.5);
    return trace;
}

static void finish(struct pt_analysis *analysis)
{
    struct pt_error error = {0};
    snprintf(directory, sizeof directory, "%s", scratch_directory());
    if (pt_analysis_finish(analysis, NULL, 0, directory, &error) != PT_OK)
        fail_msg("%s", error.message);
}

static void make_file(void)
{
    struct pt_analysis *analysis = make_analysis(10);
    add_trace(analysis, graded_trace(0, 8, 3));
    add_trace(analysis, graded_trace(16, 8, 3));
    finish(analysis);
    pt_analysis_free(analysis);
}

static void write_file(const char *name, const char *text)
{
    char path[700];
    assert_int_equal(path_join(path, sizeof path, directory, name, NULL), PT_OK);
    assert_int_equal(file_replace(path, text, strlen(text), NULL), PT_OK);
}

/* Four of eight training samples, evenly; all three testing samples. */
static void samples_are_spread_over_their_groups(void **state)
{
    static const long expected[] = {101, 103, 105, 107, 108, 109, 110};
    struct shown_examples examples;
    struct arena arena = {0};
    (void)state;
    make_file();
    assert_int_equal(examples_load(directory, &examples, &arena, NULL), PT_OK);
    assert_int_equal(examples.n, 7);
    assert_int_equal(examples.n_players, 4);
    for (size_t i = 0; i < examples.n; i++) {
        const struct shown_sample *sample = &examples.samples[i];
        assert_int_equal(sample->index, expected[i]);
        assert_string_equal(sample->split, i < 4 ? "train" : "test");
        assert_int_equal(sample->players[3], 10 * (expected[i] - 100) + 3);
        assert_int_equal(sample->n_checkpoints, 2);
        assert_int_equal(sample->true_label, -1);
    }
    arena_release(&arena);
}

/* 15, 14, 13, then OR 12.5 between AND 13 and AND 12. */
static void the_strongest_come_first(void **state)
{
    static const uint32_t sets[] = {15, 14, 13, 3, 12, 11, 10, 9, 8, 7};
    struct shown_examples examples;
    struct arena arena = {0};
    (void)state;
    make_file();
    assert_int_equal(examples_load(directory, &examples, &arena, NULL), PT_OK);
    const struct shown_checkpoint *last = &examples.samples[2].checkpoints[1];
    assert_near(last->step, 16, 0);
    assert_int_equal(last->n, 10);
    for (size_t i = 0; i < 10; i++) {
        assert_int_equal(last->interactions[i].set, sets[i]);
        assert_int_equal(last->interactions[i].is_or, i == 3);
        assert_int_equal(last->interactions[i].generalises, -1);
        assert_near(last->interactions[i].effect,
                    i == 3 ? 12.5 : (sets[i] % 2 ? -1.0 : 1.0) * sets[i], 1e-12);
    }
    assert_near(last->v_full, 0.5 + 12.5 - 8, 1e-9); /* -1 + 2 - 3 ... + 14 - 15 = -8 */
    arena_release(&arena);
}

static int load(void *user, struct pt_error *error)
{
    struct shown_examples examples;
    struct arena arena = {0};
    (void)user;
    int status = examples_load(directory, &examples, &arena, error);
    arena_release(&arena);
    return status;
}

static void fails(const char *words)
{
    struct pt_error error = {0};
    assert_int_equal(load(NULL, &error), PT_E_DATA);
    if (!strstr(error.message, words))
        fail_msg("\"%s\" lacks \"%s\"", error.message, words);
}

#define SAMPLE_START                                                               \
    "{\"n_players\": 2, \"samples\": [{\"split\": \"test\", \"sample_index\": 7, " \
    "\"label\": 1, \"mislabelled\": false, \"players\": [0, 3], \"checkpoints\": [{\"step\": "
#define INTERACTION(set, kind)                                                    \
    "4, \"v_full\": 1, \"interactions\": [{\"kind\": \"" kind "\", \"set\": " set \
    ", \"effect\": 1, \"generalisable\": null}]"
#define SAMPLE_END "}]}]}"

static void start_directory(const char *examples)
{
    char path[700];
    snprintf(directory, sizeof directory, "%s", scratch_directory());
    assert_int_equal(path_join(path, sizeof path, directory, "analysis", NULL), PT_OK);
    assert_int_equal(directory_create(path, NULL), PT_OK);
    assert_int_equal(path_join(path, sizeof path, directory, "trace", NULL), PT_OK);
    assert_int_equal(directory_create(path, NULL), PT_OK);
    write_file("analysis/examples.json", examples);
}

static void wrong_files_are_refused(void **state)
{
    (void)state;
    start_directory(SAMPLE_START INTERACTION("3", "or") SAMPLE_END);
    assert_int_equal(load(NULL, NULL), PT_OK);
    write_file("analysis/examples.json", SAMPLE_START INTERACTION("4", "or") SAMPLE_END);
    fails("\"set\" must be a set of players");
    write_file("analysis/examples.json", SAMPLE_START INTERACTION("0", "or") SAMPLE_END);
    fails("\"set\" must be a set of players");
    write_file("analysis/examples.json", SAMPLE_START INTERACTION("3", "xor") SAMPLE_END);
    fails("\"kind\" must be");
    write_file("analysis/examples.json", SAMPLE_START "-1" SAMPLE_END);
    fails("\"v_full\" must be");
    write_file("analysis/examples.json", "{\"n_players\": 21, \"samples\": []}");
    fails("\"n_players\" must be");
    write_file("analysis/examples.json", "[]");
    fails("expected a JSON object");
}

#define IMAGE_START                                                                          \
    "{\"kind\": \"image\", \"classes\": [\"a\", \"b\"], \"grid\": 2, \"channels\": 1, "      \
    "\"height\": 2, \"width\": 2, \"samples\": [{\"split\": \"test\", \"sample_index\": 7, " \
    "\"true_label\": 0, \"pixels\": \""

static void pictures_are_read(void **state)
{
    static const unsigned char expected[] = {0x00, 0x7f, 0xa0, 0xff};
    struct shown_examples examples;
    struct arena arena = {0};
    (void)state;
    start_directory(SAMPLE_START INTERACTION("3", "or") SAMPLE_END);
    write_file("trace/inputs.json", IMAGE_START "007fa0ff\"}]}");
    assert_int_equal(examples_load(directory, &examples, &arena, NULL), PT_OK);
    assert_memory_equal(examples.samples[0].pixels, expected, 4);
    assert_int_equal(examples.samples[0].true_label, 0);
    assert_string_equal(examples.classes[1], "b");
    arena_release(&arena);
    write_file("trace/inputs.json", IMAGE_START "007fa0f\"}]}");
    fails("\"pixels\" must be two digits");
    write_file("trace/inputs.json", IMAGE_START "007fa0fg\"}]}");
    fails("\"pixels\" must be hexadecimal");
    write_file("trace/inputs.json", "{\"kind\": \"sound\", \"classes\": []}");
    fails("\"kind\" must be");
    write_file("trace/inputs.json", "{\"kind\": \"table\", \"classes\": [], \"features\": [\"x\"], "
                                    "\"samples\": [{\"split\": \"test\", \"sample_index\": 7, "
                                    "\"true_label\": 0, \"cells\": []}]}");
    fails("\"cells\" must be a cell for each feature");
}

static void faults_leave_nothing(void **state)
{
    (void)state;
    start_directory(SAMPLE_START INTERACTION("3", "or") SAMPLE_END);
    write_file("trace/inputs.json", IMAGE_START "007fa0ff\"}]}");
    assert_survives_memory_faults(load, NULL);
}

static void a_run_may_have_none(void **state)
{
    struct shown_examples examples;
    struct arena arena = {0};
    (void)state;
    snprintf(directory, sizeof directory, "%s", scratch_directory());
    assert_int_equal(examples_load(directory, &examples, &arena, NULL), PT_OK);
    assert_int_equal(examples.n, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(samples_are_spread_over_their_groups),
        cmocka_unit_test(the_strongest_come_first),
        cmocka_unit_test(wrong_files_are_refused),
        cmocka_unit_test(pictures_are_read),
        cmocka_unit_test(faults_leave_nothing),
        cmocka_unit_test(a_run_may_have_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
