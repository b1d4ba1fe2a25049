/* Stability files: round trip, refusal of what they cannot be. */
#include "testing.h"

#include "base/fsio.h"
#include "faults.h"
#include "fmt/npz.h"
#include "phasetrace/trace.h"

enum { N_PLAYERS = 2, N_SAMPLES = 3, N_SETS = 4 };

static struct pt_stability *example(void)
{
    struct pt_stability *s;
    assert_int_equal(pt_stability_create(N_PLAYERS, N_SAMPLES, &s, NULL), PT_OK);
    s->step = 1200;
    s->n_draws = 20;
    s->deviation = 0.02;
    for (int i = 0; i < N_SAMPLES * N_SETS; i++) {
        s->mean[i] = -1.5 + i;
        s->variance[i] = 0.25 * i;
    }
    for (int i = 0; i < N_SAMPLES; i++)
        s->sample_index[i] = 50 + i;
    return s;
}

static int read_and_free(void *path, struct pt_error *error)
{
    struct pt_stability *s;
    int status = pt_stability_read(path, &s, error);
    if (!status)
        pt_stability_free(s);
    return status;
}

static void files_read_back(void **state)
{
    (void)state;
    struct pt_stability *written = example(), *read;
    assert_int_equal(pt_stability_write(written, scratch_path("s.npz"), NULL), PT_OK);
    assert_int_equal(pt_stability_read(scratch_path("s.npz"), &read, NULL), PT_OK);
    assert_int_equal(read->step, 1200);
    assert_int_equal(read->n_players, N_PLAYERS);
    assert_int_equal(read->n_samples, N_SAMPLES);
    assert_int_equal(read->n_draws, 20);
    assert_true(read->deviation == 0.02);
    assert_memory_equal(read->mean, written->mean, sizeof(double) * N_SAMPLES * N_SETS);
    assert_memory_equal(read->variance, written->variance, sizeof(double) * N_SAMPLES * N_SETS);
    assert_memory_equal(read->sample_index, written->sample_index, sizeof(int32_t) * N_SAMPLES);
    pt_stability_free(read);
    pt_stability_free(written);
    pt_stability_free(NULL);
    assert_int_equal(mem_live_bytes(), 0);
}

static void impossible_numbers_are_not_stored(void **state)
{
    (void)state;
    char path[600];
    struct pt_error error = {0};
    path_join(path, sizeof path, scratch_directory(), "s.npz", NULL);
    struct pt_stability *s = example();
    s->mean[5] = NAN;
    assert_int_equal(pt_stability_write(s, path, &error), PT_E_DIVERGED);
    assert_string_equal(error.message, "array mean: sample 1, entry 1 is nan");
    s->mean[5] = 0;
    s->variance[11] = -1;
    assert_int_equal(pt_stability_write(s, path, &error), PT_E_DIVERGED);
    assert_string_equal(error.message, "array variance: sample 2, entry 3 is -1");
    s->variance[11] = 0;
    s->deviation = INFINITY;
    assert_int_equal(pt_stability_write(s, path, &error), PT_E_DIVERGED);
    assert_false(file_exists(path));
    pt_stability_free(s);
}

/* What the arrays of a file have by name. */
static const struct array {
    const char *name;
    enum npy_type type;
} arrays[] = {{"mean", NPY_F8},      {"variance", NPY_F8}, {"sample_index", NPY_I4},
              {"n_players", NPY_I8}, {"n_draws", NPY_I8},  {"deviation", NPY_F8},
              {"step", NPY_I8}};

/* The example's file with one array replaced, or left out when `values` is NULL. */
static void assert_refused_with(const char *name, size_t rank, const size_t *shape,
                                const void *values, const char *fragment)
{
    struct pt_stability *s = example();
    struct npz_reader *reader;
    struct npz_writer *writer;
    assert_int_equal(pt_stability_write(s, scratch_path("s.npz"), NULL), PT_OK);
    pt_stability_free(s);
    assert_int_equal(npz_open(scratch_path("s.npz"), &reader, NULL), PT_OK);
    assert_int_equal(npz_n_entries(reader), sizeof arrays / sizeof *arrays);
    assert_int_equal(npz_create(scratch_path("s.npz"), &writer, NULL), PT_OK);
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++) {
        struct npy_array a;
        int is_other = strcmp(arrays[i].name, name) != 0;
        assert_int_equal(npz_read(reader, arrays[i].name, arrays[i].type, &a, NULL), PT_OK);
        if (is_other)
            assert_int_equal(
                npz_add(writer, arrays[i].name, arrays[i].type, a.rank, a.shape, a.values, NULL),
                PT_OK);
        else if (values)
            assert_int_equal(npz_add(writer, name, arrays[i].type, rank, shape, values, NULL),
                             PT_OK);
        mem_free(a.values);
    }
    assert_int_equal(npz_commit(writer, NULL), PT_OK);
    npz_close(reader);
    struct pt_error error = {0};
    assert_int_equal(read_and_free((void *)scratch_path("s.npz"), &error), PT_E_DATA);
    assert_string_equal(error.file, scratch_path("s.npz"));
    assert_contains(error.message, fragment);
    assert_int_equal(mem_live_bytes(), 0);
}

static void other_files_are_refused(void **state)
{
    (void)state;
    static const double zeros[64];
    double bad[12] = {0};
    const int64_t none = 0, three = 3, many = 21, far_more = 8195, one = 1, negative = -1;
    const int32_t indices[3] = {4, -5, 6};
    assert_refused_with("mean", 0, NULL, NULL, "has no array mean");
    assert_refused_with("mean", 2, (size_t[]){3, 3}, zeros, "array mean: rank 2 with 9");
    assert_refused_with("mean", 1, (size_t[]){12}, zeros, "array mean: rank 1");
    assert_refused_with("variance", 2, (size_t[]){4, 4}, zeros, "array variance: rank 2 with 16");
    bad[7] = -0.5;
    assert_refused_with("variance", 2, (size_t[]){3, 4}, bad, "sample 1, entry 3 is -0.5");
    bad[7] = NAN;
    assert_refused_with("mean", 2, (size_t[]){3, 4}, bad, "array mean: sample 1");
    assert_refused_with("sample_index", 1, (size_t[]){0}, indices, "array sample_index: rank 1");
    assert_refused_with("sample_index", 1, (size_t[]){3}, indices, "sample 1 is -5");
    assert_refused_with("n_players", 0, NULL, &none, "array n_players: is 0, expected 1 to 20");
    assert_refused_with("n_players", 0, NULL, &many, "array n_players: is 21");
    assert_refused_with("n_players", 0, NULL, &far_more, "array n_players: is 8195");
    assert_refused_with("n_players", 0, NULL, &three, "array mean: rank 2 with 12");
    assert_refused_with("n_players", 1, (size_t[]){2}, zeros, "array n_players: 2 numbers");
    assert_refused_with("n_draws", 0, NULL, &one, "array n_draws: is 1");
    assert_refused_with("step", 0, NULL, &negative, "array step: is -1");
    assert_refused_with("deviation", 0, NULL, &bad[7], "array deviation: is nan");
}

static void impossible_sizes_are_not_created(void **state)
{
    (void)state;
    struct pt_stability *s;
    static const size_t sizes[4][2] = {{0, 1}, {21, 1}, {SIZE_MAX, 1}, {3, SIZE_MAX}};
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(pt_stability_create(sizes[i][0], sizes[i][1], &s, NULL), PT_E_CONFIG);
}

static int write_example(void *stability, struct pt_error *error)
{
    return pt_stability_write(stability, scratch_path("s.npz"), error);
}

static int create_and_free(void *unused, struct pt_error *error)
{
    (void)unused;
    struct pt_stability *s;
    int status = pt_stability_create(N_PLAYERS, N_SAMPLES, &s, error);
    if (!status)
        pt_stability_free(s);
    return status;
}

static void faults_leave_nothing(void **state)
{
    (void)state;
    struct pt_stability *s = example();
    assert_survives_memory_faults(create_and_free, NULL);
    assert_survives_memory_faults(write_example, s);
    assert_survives_file_faults(write_example, s);
    assert_survives_memory_faults(read_and_free, (void *)scratch_path("s.npz"));
    pt_stability_free(s);
    assert_int_equal(mem_live_bytes(), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_read_back),
        cmocka_unit_test(impossible_numbers_are_not_stored),
        cmocka_unit_test(other_files_are_refused),
        cmocka_unit_test(impossible_sizes_are_not_created),
        cmocka_unit_test(faults_leave_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
