/* The ways to keep v in a trace: round trips, sizes of files, what stands in for v, copies. */
#include "testing.h"

#include "base/fsio.h"
#include "faults.h"
#include "fmt/npz.h"
#include "phasetrace/trace.h"
#include "trace/trace_copy.h"

#include <float.h>

#define N_PLAYERS ((size_t)3)
#define N_SAMPLES ((size_t)2)
#define N_MASKS ((size_t)8)

/* Player 1 of the second sample is a dummy; player 2 of the first is none by less than single
 * precision shows. */
static struct pt_trace *example(enum pt_trace_values values, struct pt_error *error)
{
    struct pt_trace *t;
    if (pt_trace_create(N_PLAYERS, N_SAMPLES, 1, &t, error))
        return NULL;
    for (size_t mask = 0; mask < N_MASKS; mask++) {
        t->v[mask] = 1.0 / 3 + (double)(mask & 3) + (mask & 4 ? 1e-12 : 0);
        t->v[N_MASKS + mask] = 0.1 * (double)(mask & 5);
        t->I_and[N_MASKS + mask] = (double)mask;
        t->noise[N_MASKS + mask] = -(double)mask;
    }
    for (size_t i = 0; i < N_SAMPLES; i++) {
        t->sample_index[i] = 30 + (int32_t)i;
        t->objective[i] = 2.5 + (double)i;
    }
    if (pt_trace_keep_values(t, values, error)) {
        pt_trace_free(t);
        return NULL;
    }
    return t;
}

static uint64_t file_bytes(void)
{
    unsigned char *bytes;
    size_t n_bytes;
    assert_int_equal(file_read(scratch_path("t.npz"), (size_t)1 << 24, &bytes, &n_bytes, NULL),
                     PT_OK);
    mem_free(bytes);
    return n_bytes;
}

static void files_read_back(void **state)
{
    (void)state;
    for (int values = PT_VALUES_F8; values <= PT_VALUES_NONE; values++) {
        struct pt_trace *exact = example(PT_VALUES_F8, NULL);
        struct pt_trace *written = example((enum pt_trace_values)values, NULL), *read;
        assert_int_equal(pt_trace_write(written, scratch_path("t.npz"), NULL), PT_OK);
        assert_true(pt_trace_file_bytes(written) == file_bytes());
        assert_int_equal(pt_trace_read(scratch_path("t.npz"), &read, NULL), PT_OK);
        assert_int_equal(read->values, values);
        assert_true(!read->v == (values == PT_VALUES_NONE));
        assert_true(!read->v_empty == (values == PT_VALUES_F8));
        for (size_t i = 0; read->v && i < N_SAMPLES * N_MASKS; i++)
            assert_true(read->v[i] ==
                        (values == PT_VALUES_F4 ? (double)(float)exact->v[i] : exact->v[i]));
        for (size_t s = 0; read->v_empty && s < N_SAMPLES; s++) {
            assert_true(read->v_empty[s] == exact->v[s * N_MASKS]);
            assert_true(read->v_full[s] == exact->v[s * N_MASKS + N_MASKS - 1]);
            assert_int_equal(read->live_players[s], s == 0 ? 7 : 5);
        }
        /* Written once more the bytes are the same. */
        assert_true(pt_trace_file_bytes(read) == pt_trace_file_bytes(written));
        pt_trace_free(read);
        pt_trace_free(written);
        pt_trace_free(exact);
    }
    assert_int_equal(mem_live_bytes(), 0);
}

static void single_precision_is_stored_as_such(void **state)
{
    (void)state;
    struct pt_trace *trace = example(PT_VALUES_F4, NULL);
    assert_int_equal(pt_trace_write(trace, scratch_path("t.npz"), NULL), PT_OK);
    struct npz_reader *reader;
    struct npy_array array;
    assert_int_equal(npz_open(scratch_path("t.npz"), &reader, NULL), PT_OK);
    assert_int_equal(npz_read(reader, "v", NPY_F4, &array, NULL), PT_OK);
    assert_int_equal(array.rank, 2);
    assert_int_equal(array.shape[1], N_MASKS);
    assert_true(((float *)array.values)[1] == (float)(1.0 / 3 + 1));
    mem_free(array.values);
    npz_close(reader);
    trace->v[3] = 1e39; /* is finite, but not as a float */
    assert_int_equal(pt_trace_write(trace, scratch_path("t.npz"), NULL), PT_E_DIVERGED);
    pt_trace_free(trace);
}

/* A file without v needs what stands in for it, with masks of players that there are. */
static void incomplete_files_are_refused(void **state)
{
    (void)state;
    struct pt_error error = {0};
    struct pt_trace *trace = example(PT_VALUES_NONE, NULL), *read;
    trace->live_players[1] = 8;
    assert_int_equal(pt_trace_write(trace, scratch_path("t.npz"), NULL), PT_OK);
    assert_int_equal(pt_trace_read(scratch_path("t.npz"), &read, &error), PT_E_DATA);
    assert_non_null(strstr(error.message, "array live_players: sample 1, entry 0 is 8, expected "
                                          "0 to 7"));
    mem_free(trace->v_empty);
    trace->v_empty = NULL;
    assert_int_equal(pt_trace_write(trace, scratch_path("t.npz"), NULL), PT_OK);
    assert_int_equal(pt_trace_read(scratch_path("t.npz"), &read, &error), PT_E_DATA);
    assert_non_null(strstr(error.message, "has no array v"));
    pt_trace_free(trace);
}

static void known_samples_are_copied_when_kept_alike(void **state)
{
    (void)state;
    for (int values = PT_VALUES_F8; values <= PT_VALUES_NONE; values++)
        for (int others = PT_VALUES_F8; others <= PT_VALUES_NONE; others++) {
            struct pt_trace *from = example((enum pt_trace_values)values, NULL), *to;
            assert_int_equal(pt_trace_create(N_PLAYERS, 1, 1, &to, NULL), PT_OK);
            assert_int_equal(pt_trace_keep_values(to, (enum pt_trace_values)others, NULL), PT_OK);
            to->sample_index[0] = 31;
            assert_int_equal(trace_copy_sample(from, to, 0), values == others);
            if (values == others) {
                assert_memory_equal(to->noise, from->noise + N_MASKS, N_MASKS * sizeof(double));
                assert_true(to->objective[0] == 3.5);
                assert_true(!to->v || to->v[1] == 0.1);
                assert_true(!to->v_full || (to->v_full[0] == 0.5 && to->live_players[0] == 5));
            }
            to->sample_index[0] = 29;
            assert_int_equal(trace_copy_sample(from, to, 0), 0);
            pt_trace_free(from);
            pt_trace_free(to);
        }
}

static int write_and_read(void *values, struct pt_error *error)
{
    struct pt_trace *written = example(*(enum pt_trace_values *)values, error), *read;
    if (!written)
        return PT_E_MEMORY;
    int status = pt_trace_write(written, scratch_path("t.npz"), error);
    pt_trace_free(written);
    if (!status)
        status = pt_trace_read(scratch_path("t.npz"), &read, error);
    if (!status)
        pt_trace_free(read);
    return status;
}

static void faults_leave_nothing(void **state)
{
    (void)state;
    enum pt_trace_values values = PT_VALUES_F4;
    assert_survives_memory_faults(write_and_read, &values);
    assert_survives_file_faults(write_and_read, &values);
    values = PT_VALUES_NONE;
    assert_survives_memory_faults(write_and_read, &values);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_read_back),
        cmocka_unit_test(single_precision_is_stored_as_such),
        cmocka_unit_test(incomplete_files_are_refused),
        cmocka_unit_test(known_samples_are_copied_when_kept_alike),
        cmocka_unit_test(faults_leave_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
