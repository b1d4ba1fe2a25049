/* Traces: round trip, arrays that NumPy users expect, refusal of what a trace cannot be. */
#include "testing.h"

#include "base/fsio.h"
#include "faults.h"
#include "fmt/npz.h"
#include "phasetrace/trace.h"

#define N_PLAYERS ((size_t)3)
#define N_SAMPLES ((size_t)2)
#define N_MASKS ((size_t)8)

/* Every number differs from every other, so that no two arrays can be exchanged unnoticed. */
static struct pt_trace *example(void)
{
    struct pt_trace *t;
    assert_int_equal(pt_trace_create(N_PLAYERS, N_SAMPLES, 1, &t, NULL), PT_OK);
    t->step = 1200;
    t->epoch = 2.5;
    for (size_t i = 0; i < N_SAMPLES * N_MASKS; i++) {
        t->v[i] = 0.125 + (double)i;
        t->I_and[i] = 100.25 + (double)i;
        t->I_or[i] = -200.5 - (double)i;
        t->noise[i] = 0.001 * (double)(1 + i);
    }
    for (size_t i = 0; i < N_SAMPLES * N_PLAYERS; i++)
        t->players[i] = 300 + (int)i;
    for (size_t i = 0; i < N_SAMPLES; i++) {
        int k = (int)i;
        t->label[i] = 5 + k;
        t->sample_index[i] = 40000 + k;
        t->split[i] = t->group[i] = k;
        t->mislabelled[i] = 1 - k;
        t->objective[i] = 12.5 + k;
        t->dual_bound[i] = 11.5 + k;
        t->iterations[i] = 77 + k;
        t->status[i] = k;
    }
    return t;
}

static int read_and_free(void *path, struct pt_error *error)
{
    struct pt_trace *trace;
    int status = pt_trace_read(path, &trace, error);
    if (!status)
        pt_trace_free(trace);
    return status;
}

static void assert_same(const struct pt_trace *a, const struct pt_trace *b)
{
    assert_int_equal(a->step, b->step);
    assert_true(a->epoch == b->epoch);
    assert_int_equal(a->n_players, b->n_players);
    assert_int_equal(a->n_samples, b->n_samples);
    assert_memory_equal(a->v, b->v, sizeof(double) * N_SAMPLES * N_MASKS);
    assert_memory_equal(a->I_and, b->I_and, sizeof(double) * N_SAMPLES * N_MASKS);
    assert_memory_equal(a->I_or, b->I_or, sizeof(double) * N_SAMPLES * N_MASKS);
    assert_true(!a->noise == !b->noise);
    if (a->noise)
        assert_memory_equal(a->noise, b->noise, sizeof(double) * N_SAMPLES * N_MASKS);
    assert_memory_equal(a->players, b->players, sizeof(int32_t) * N_SAMPLES * N_PLAYERS);
    assert_memory_equal(a->label, b->label, sizeof(int32_t) * N_SAMPLES);
    assert_memory_equal(a->sample_index, b->sample_index, sizeof(int32_t) * N_SAMPLES);
    assert_memory_equal(a->split, b->split, sizeof(int32_t) * N_SAMPLES);
    assert_memory_equal(a->mislabelled, b->mislabelled, sizeof(int32_t) * N_SAMPLES);
    assert_memory_equal(a->objective, b->objective, sizeof(double) * N_SAMPLES);
    assert_memory_equal(a->dual_bound, b->dual_bound, sizeof(double) * N_SAMPLES);
    assert_memory_equal(a->iterations, b->iterations, sizeof(int32_t) * N_SAMPLES);
    assert_memory_equal(a->status, b->status, sizeof(int32_t) * N_SAMPLES);
}

static void traces_read_back(void **state)
{
    (void)state;
    struct pt_trace *written = example(), *read;
    assert_int_equal(pt_trace_write(written, scratch_path("t.npz"), NULL), PT_OK);
    assert_int_equal(pt_trace_read(scratch_path("t.npz"), &read, NULL), PT_OK);
    assert_same(read, written);
    pt_trace_free(read);
    pt_trace_free(written);
    pt_trace_free(NULL);
    assert_int_equal(mem_live_bytes(), 0);
}

static void arrays_have_the_documented_names(void **state)
{
    (void)state;
    static const char *const one_a_sample[] = {"label",       "sample_index", "split",
                                               "mislabelled", "iterations",   "status"};
    struct pt_trace *trace = example();
    assert_int_equal(pt_trace_write(trace, scratch_path("t.npz"), NULL), PT_OK);
    struct npz_reader *reader;
    struct npy_array array;
    assert_int_equal(npz_open(scratch_path("t.npz"), &reader, NULL), PT_OK);
    for (size_t i = 0; i < 6; i++) {
        assert_int_equal(npz_read(reader, one_a_sample[i], NPY_I4, &array, NULL), PT_OK);
        assert_int_equal(array.rank, 1);
        mem_free(array.values);
    }
    assert_int_equal(npz_read(reader, "I_or", NPY_F8, &array, NULL), PT_OK);
    assert_int_equal(array.rank, 2);
    assert_int_equal(array.shape[1], N_MASKS);
    assert_true(((double *)array.values)[9] == -209.5);
    mem_free(array.values);
    npz_close(reader);
    pt_trace_free(trace);
}

static void numbers_that_are_not_finite_are_not_stored(void **state)
{
    (void)state;
    char path[600];
    path_join(path, sizeof path, scratch_directory(), "t.npz", NULL);
    struct pt_error error = {0};
    struct pt_trace *trace = example();
    trace->I_or[11] = NAN;
    assert_int_equal(pt_trace_write(trace, path, &error), PT_E_DIVERGED);
    assert_string_equal(error.message, "array I_or: sample 1, entry 3 is nan");
    trace->I_or[11] = 0;
    trace->epoch = INFINITY;
    assert_int_equal(pt_trace_write(trace, path, &error), PT_E_DIVERGED);
    assert_false(file_exists(path));
    pt_trace_free(trace);
}

static void negative_steps_are_not_stored(void **state)
{
    (void)state;
    char path[600];
    path_join(path, sizeof path, scratch_directory(), "t.npz", NULL);
    struct pt_error error = {0};
    struct pt_trace *trace = example();
    trace->step = -1;
    assert_int_equal(pt_trace_write(trace, path, &error), PT_E_CONFIG);
    assert_string_equal(error.message, "array step: is -1, expected 0 or more");
    assert_false(file_exists(path));
    trace->step = 0;
    assert_int_equal(pt_trace_write(trace, path, NULL), PT_OK);
    assert_int_equal(read_and_free(path, NULL), PT_OK);
    pt_trace_free(trace);
}

/* The example's file with one array replaced. */
static void assert_refused_with(const char *name, enum npy_type type, size_t rank,
                                const size_t *shape, const void *values, const char *fragment)
{
    struct pt_trace *trace = example();
    assert_int_equal(pt_trace_write(trace, scratch_path("t.npz"), NULL), PT_OK);
    pt_trace_free(trace);
    struct npz_reader *reader;
    struct npz_writer *writer;
    assert_int_equal(npz_open(scratch_path("t.npz"), &reader, NULL), PT_OK);
    assert_int_equal(npz_create(scratch_path("t.npz"), &writer, NULL), PT_OK);
    for (size_t i = 0; i < npz_n_entries(reader); i++) {
        char other[NPZ_NAME_BYTES];
        snprintf(other, sizeof other, "%s", npz_entry_name(reader, i));
        *strchr(other, '.') = '\0';
        if (strcmp(other, name) == 0)
            continue;
        struct npy_array a;
        enum npy_type kind = NPY_I4;
        if (npz_read(reader, other, kind, &a, NULL))
            kind = strcmp(other, "step") == 0 ? NPY_I8 : NPY_F8;
        if (kind != NPY_I4)
            assert_int_equal(npz_read(reader, other, kind, &a, NULL), PT_OK);
        assert_int_equal(npz_add(writer, other, kind, a.rank, a.shape, a.values, NULL), PT_OK);
        mem_free(a.values);
    }
    if (values)
        assert_int_equal(npz_add(writer, name, type, rank, shape, values, NULL), PT_OK);
    assert_int_equal(npz_commit(writer, NULL), PT_OK);
    npz_close(reader);
    struct pt_error error = {0};
    assert_int_equal(read_and_free((void *)scratch_path("t.npz"), &error), PT_E_DATA);
    assert_string_equal(error.file, scratch_path("t.npz"));
    assert_contains(error.message, fragment);
    assert_int_equal(mem_live_bytes(), 0);
}

static void other_shapes_are_refused(void **state)
{
    (void)state;
    static const double zeros[64];
    assert_refused_with("v", NPY_F8, 2, NULL, NULL, "has no array v");
    assert_refused_with("v", NPY_F8, 2, (size_t[]){2, 7}, zeros, "array v: rank 2 with 14");
    assert_refused_with("v", NPY_F8, 2, (size_t[]){3, 8}, zeros, "array v: rank 2 with 24");
    assert_refused_with("I_and", NPY_F8, 1, (size_t[]){16}, zeros, "array I_and: rank 1");
    assert_refused_with("v", NPY_I8, 2, (size_t[]){2, 8}, zeros, "elements are <i8");
    assert_refused_with("label", NPY_I4, 1, (size_t[]){3}, zeros, "array label: rank 1 with 3");
    assert_refused_with("label", NPY_I4, 0, NULL, zeros, "array label: rank 0");
    assert_refused_with("players", NPY_I4, 2, (size_t[]){2, 21}, zeros, "shape [2, 21]");
    assert_refused_with("players", NPY_I4, 2, (size_t[]){0, 3}, zeros, "shape [0, 3]");
    assert_refused_with("players", NPY_I4, 1, (size_t[]){6}, zeros, "rank 1, expected 2");
    assert_refused_with("step", NPY_I8, 1, (size_t[]){2}, zeros, "array step: 2 numbers");
}

static void other_values_are_refused(void **state)
{
    (void)state;
    const double bad[2] = {1, NAN};
    const int32_t two[2] = {0, 2}, three[2] = {3, 0}, negative[2] = {0, -1};
    const size_t shape[1] = {2};
    const int64_t before = -1200;
    assert_refused_with("objective", NPY_F8, 1, shape, bad, "array objective: sample 1");
    assert_refused_with("mislabelled", NPY_I4, 1, shape, two, "sample 1, entry 0 is 2");
    assert_refused_with("split", NPY_I4, 1, shape, three, "array split: sample 0");
    assert_refused_with("sample_index", NPY_I4, 1, shape, negative, "is -1");
    assert_refused_with("epoch", NPY_F8, 0, NULL, &bad[1], "array epoch");
    assert_refused_with("step", NPY_I8, 0, NULL, &before, "array step: is -1200, expected 0");
}

static void impossible_sizes_are_not_created(void **state)
{
    (void)state;
    struct pt_trace *trace;
    struct pt_error error = {0};
    assert_int_equal(pt_trace_create(0, 1, 0, &trace, &error), PT_E_CONFIG);
    assert_int_equal(pt_trace_create(21, 1, 0, &trace, &error), PT_E_CONFIG);
    assert_int_equal(pt_trace_create(3, 0, 0, &trace, &error), PT_E_CONFIG);
    assert_int_equal(pt_trace_create(3, SIZE_MAX, 0, &trace, &error), PT_E_CONFIG);
}

static int write_example(void *trace, struct pt_error *error)
{
    return pt_trace_write(trace, scratch_path("t.npz"), error);
}

static int create_and_free(void *unused, struct pt_error *error)
{
    (void)unused;
    struct pt_trace *trace;
    int status = pt_trace_create(N_PLAYERS, N_SAMPLES, 1, &trace, error);
    if (!status)
        pt_trace_free(trace);
    return status;
}

static void faults_leave_nothing(void **state)
{
    (void)state;
    assert_survives_memory_faults(create_and_free, NULL);
    struct pt_trace *trace = example();
    assert_survives_memory_faults(write_example, trace);
    assert_survives_file_faults(write_example, trace);
    assert_survives_memory_faults(read_and_free, (void *)scratch_path("t.npz"));
    pt_trace_free(trace);
    assert_int_equal(mem_live_bytes(), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(traces_read_back),
        cmocka_unit_test(arrays_have_the_documented_names),
        cmocka_unit_test(numbers_that_are_not_finite_are_not_stored),
        cmocka_unit_test(negative_steps_are_not_stored),
        cmocka_unit_test(other_shapes_are_refused),
        cmocka_unit_test(other_values_are_refused),
        cmocka_unit_test(impossible_sizes_are_not_created),
        cmocka_unit_test(faults_leave_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
