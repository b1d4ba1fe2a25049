/* The file of a trace in work: what comes back, and what does not after damage. */
#include "testing.h"

#include "base/fsio.h"
#include "base/mem.h"
#include "faults.h"
#include "trace/trace_work.h"

enum { PLAYERS = 3, SETS = 8, SAMPLES = 5, CRC = 17 };

static char path[600];

static struct pt_trace *make_trace(int is_filled)
{
    struct pt_trace *t;
    assert_int_equal(pt_trace_create(PLAYERS, SAMPLES, 1, &t, NULL), PT_OK);
    for (size_t i = 0; i < SAMPLES; i++)
        t->sample_index[i] = (int32_t)(10 * i);
    for (size_t k = 0; is_filled && k < SAMPLES * SETS; k++) {
        t->v[k] = 1 + (double)k;
        t->I_and[k] = 2 + (double)k;
        t->I_or[k] = 3 + (double)k;
        t->noise[k] = 4 + (double)k;
    }
    for (size_t i = 0; is_filled && i < SAMPLES; i++) {
        t->objective[i] = 5 + (double)i;
        t->dual_bound[i] = 6 + (double)i;
        t->iterations[i] = 7 + (int32_t)i;
        t->status[i] = (int32_t)i % 2;
    }
    return t;
}

/* Adds samples 3, 0 and 4. */
static void write_three(void)
{
    static const size_t order[] = {3, 0, 4};
    char done[SAMPLES] = {0};
    struct trace_work *work;
    struct pt_trace *t = make_trace(1);
    snprintf(path, sizeof path, "%s/t.work", scratch_directory());
    assert_int_equal(trace_work_open(path, CRC, t, done, &work, NULL), PT_OK);
    for (size_t k = 0; k < 3; k++)
        assert_int_equal(trace_work_add(work, order[k], NULL), PT_OK);
    trace_work_close(work);
    for (size_t i = 0; i < SAMPLES; i++)
        assert_int_equal(done[i], 0);
    pt_trace_free(t);
}

/* `expected` has a digit for each sample that is to come back. */
static void assert_come_back(uint32_t crc, const char *expected)
{
    char done[SAMPLES] = {0};
    struct trace_work *work;
    struct pt_trace *t = make_trace(0), *whole = make_trace(1);
    assert_int_equal(trace_work_open(path, crc, t, done, &work, NULL), PT_OK);
    for (size_t i = 0; i < SAMPLES; i++) {
        int is_expected = strchr(expected, '0' + (int)i) != NULL;
        assert_int_equal(done[i], is_expected);
        if (!is_expected)
            continue;
        assert_memory_equal(t->v + i * SETS, whole->v + i * SETS, SETS * sizeof(double));
        assert_memory_equal(t->I_and + i * SETS, whole->I_and + i * SETS, SETS * sizeof(double));
        assert_memory_equal(t->I_or + i * SETS, whole->I_or + i * SETS, SETS * sizeof(double));
        assert_memory_equal(t->noise + i * SETS, whole->noise + i * SETS, SETS * sizeof(double));
        assert_true(t->objective[i] == whole->objective[i]);
        assert_true(t->dual_bound[i] == whole->dual_bound[i]);
        assert_int_equal(t->iterations[i], whole->iterations[i]);
        assert_int_equal(t->status[i], whole->status[i]);
    }
    trace_work_close(work);
    pt_trace_free(t);
    pt_trace_free(whole);
    assert_int_equal(mem_live_bytes(), 0);
}

static void finished_samples_come_back(void **state)
{
    (void)state;
    write_three();
    assert_come_back(CRC, "034");
    assert_come_back(CRC, "034");
}

static void change_byte(size_t from_end)
{
    unsigned char *bytes;
    size_t n;
    assert_int_equal(file_read(path, 1 << 20, &bytes, &n, NULL), PT_OK);
    bytes[n - from_end] ^= 1;
    assert_int_equal(file_replace(path, bytes, n, NULL), PT_OK);
    mem_free(bytes);
}

static void what_follows_damage_is_cut_off(void **state)
{
    (void)state;
    const size_t record = 8 + 4 * SETS * sizeof(double) + 2 * sizeof(double) + 2 * sizeof(int32_t);
    unsigned char *bytes;
    size_t n;
    for (size_t cut = 1; cut < record; cut += 50) {
        write_three();
        assert_int_equal(file_read(path, 1 << 20, &bytes, &n, NULL), PT_OK);
        mem_free(bytes);
        assert_int_equal(file_cut(path, n - cut, NULL), PT_OK);
        assert_come_back(CRC, "03");
    }
    write_three();
    change_byte(2 * record - 100); /* in the middle of the second of them */
    assert_come_back(CRC, "3");
    write_three();
    change_byte(record - 4); /* the last one's number */
    assert_come_back(CRC, "03");
}

static void another_trace_does_not_count(void **state)
{
    (void)state;
    write_three();
    assert_come_back(CRC + 1, "");
    assert_come_back(CRC, ""); /* it was begun anew */
    write_three();
    change_byte(1);
    assert_int_equal(file_replace(path, "", 0, NULL), PT_OK);
    assert_come_back(CRC, "");
}

static int open_and_add(void *user, struct pt_error *error)
{
    char done[SAMPLES] = {0};
    struct trace_work *work;
    remove(path);
    int status = trace_work_open(path, CRC, user, done, &work, error);
    if (status)
        return status;
    status = trace_work_add(work, 1, error);
    trace_work_close(work);
    return status;
}

static void faults(void **state)
{
    (void)state;
    write_three();
    struct pt_trace *t = make_trace(1);
    assert_survives_memory_faults(open_and_add, t);
    assert_survives_file_faults(open_and_add, t);
    pt_trace_free(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finished_samples_come_back),
        cmocka_unit_test(what_follows_damage_is_cut_off),
        cmocka_unit_test(another_trace_does_not_count),
        cmocka_unit_test(faults),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
