/* Columns that vary: found, cut, copied and put back, in every instruction set. */
#include "testing.h"

#include "base/random.h"
#include "num/column_runs.h"
#include "num/kernels.h"

enum { MOST_COLUMNS = 300, ROWS = 37 };

static struct random_stream stream;
static float matrix[ROWS * MOST_COLUMNS + 1];

static size_t pick(size_t below)
{
    return random_below(&stream, (uint32_t)below);
}

static float random_value(void)
{
    return (float)random_uniform(&stream) * 2 - 1;
}

/* Columns of one value each; in some of them it is another in one row. */
static void fill(size_t n_columns, size_t longest_run)
{
    int varies = 0;
    for (size_t j = 0, left = 0; j < n_columns; j++, left--) {
        if (left == 0) {
            left = 1 + pick(longest_run);
            varies = !varies;
        }
        float value = (float[]){0, -0.0F, -0.4F, NAN}[pick(4)];
        for (size_t i = 0; i < ROWS; i++)
            matrix[i * n_columns + j] = value;
        if (varies)
            matrix[pick(ROWS) * n_columns + j] = value == 0 ? -value : 0;
    }
    matrix[ROWS * n_columns] = 1; /* beyond the end */
}

static int varies(size_t n_columns, size_t j)
{
    for (size_t i = 1; i < ROWS; i++)
        if (memcmp(&matrix[i * n_columns + j], &matrix[j], sizeof *matrix) != 0)
            return 1;
    return 0;
}

static void varying_columns_are_seen(void **state)
{
    (void)state;
    const struct kernels *sets[3];
    stream = random_stream(1, RANDOM_TEST, 0, 0);
    for (size_t set = 0, n_sets = kernels_all(sets); set < n_sets; set++)
        for (size_t n = 1; n <= 64; n++) {
            fill(n, 1 + n % 9);
            uint64_t seen = sets[set]->varying_columns(matrix, n, ROWS, n);
            for (size_t j = 0; j < 64; j++)
                assert_int_equal(seen >> j & 1, j < n && varies(n, j));
            assert_int_equal(sets[set]->varying_columns(matrix, n, 1, n), 0);
        }
}

/* Runs hold every column that varies, and of the others only those alone between two. */
static void check_runs(const struct column_runs *runs, size_t n_columns)
{
    size_t at = 0, n_kept = 0;
    for (size_t i = 0; i < runs->n_runs; i++) {
        const struct column_run *run = &runs->run[i];
        assert_true(run->n > 0 && run->first >= at + (i > 0 ? 2 : 0));
        for (; at < run->first; at++)
            assert_false(varies(n_columns, at));
        for (; at < run->first + run->n; at++)
            assert_true(varies(n_columns, at) || (at > run->first && varies(n_columns, at - 1) &&
                                                  varies(n_columns, at + 1)));
        n_kept += run->n;
    }
    for (; at < n_columns; at++)
        assert_false(varies(n_columns, at));
    assert_int_equal(runs->n_kept, n_kept);
}

/* Every part of what is kept, against a list of all its columns. */
static void check_cuts(const struct column_runs *runs)
{
    size_t columns[MOST_COLUMNS], n = 0;
    for (size_t i = 0; i < runs->n_runs; i++)
        for (size_t j = 0; j < runs->run[i].n; j++)
            columns[n++] = runs->run[i].first + j;
    for (size_t turn = 0; turn < 20; turn++) {
        size_t first = pick(n), n_wanted = 1 + pick(n - first), at = first;
        struct column_run cut[COLUMN_RUNS_MOST];
        size_t n_cut = column_runs_cut(runs, first, n_wanted, cut);
        for (size_t i = 0; i < n_cut; i++)
            for (size_t j = 0; j < cut[i].n; j++)
                assert_int_equal(columns[at++], cut[i].first + j);
        assert_int_equal(at, first + n_wanted);
    }
}

static void check_copies(const struct kernels *kernels, const struct column_runs *runs)
{
    size_t n = runs->n_columns, at = 0;
    float kept[ROWS * MOST_COLUMNS + 1], restored[ROWS * MOST_COLUMNS + 1];
    float factors[ROWS], others[MOST_COLUMNS];
    for (size_t i = 0; i < ROWS * n; i++)
        matrix[i] = random_value();
    for (size_t i = 0; i < ROWS; i++)
        factors[i] = random_value();
    for (size_t j = 0; j < n; j++)
        others[j] = random_value();
    kept[ROWS * runs->n_kept] = restored[ROWS * n] = 2;
    kernels->keep_columns(runs, ROWS, matrix, kept);
    kernels->restore_columns(runs, ROWS, kept, factors, others, restored);
    for (size_t i = 0; i < ROWS; i++) {
        float expected[MOST_COLUMNS];
        for (size_t j = 0; j < n; j++)
            expected[j] = factors[i] * others[j];
        for (size_t r = 0; r < runs->n_runs; r++)
            for (size_t j = runs->run[r].first; j < runs->run[r].first + runs->run[r].n; j++) {
                expected[j] = matrix[i * n + j];
                assert_true(kept[at++] == expected[j]);
            }
        assert_memory_equal(restored + i * n, expected, n * sizeof *expected);
    }
    assert_true(kept[ROWS * runs->n_kept] == 2 && restored[ROWS * n] == 2);
}

static void columns_are_found_copied_and_restored(void **state)
{
    (void)state;
    const struct kernels *sets[3];
    size_t n_partly = 0;
    stream = random_stream(2, RANDOM_TEST, 0, 0);
    for (size_t set = 0, n_sets = kernels_all(sets); set < n_sets; set++)
        for (size_t n = 1; n <= MOST_COLUMNS; n += 1 + pick(9)) {
            struct column_runs runs;
            fill(n, 1 + pick(60));
            column_runs_find(sets[set], matrix, ROWS, n, &runs);
            assert_int_equal(runs.n_columns, n);
            if (runs.n_kept < n)
                check_runs(&runs, n);
            n_partly += runs.n_kept < n;
            check_cuts(&runs);
            check_copies(sets[set], &runs);
        }
    assert_true(n_partly > 30);
}

static void products_are_added(void **state)
{
    (void)state;
    const struct kernels *sets[3];
    float vector[MOST_COLUMNS], sums[ROWS];
    stream = random_stream(3, RANDOM_TEST, 0, 0);
    for (size_t set = 0, n_sets = kernels_all(sets); set < n_sets; set++)
        for (size_t n = 1; n <= MOST_COLUMNS; n += 1 + pick(5)) {
            for (size_t i = 0; i < ROWS * n; i++)
                matrix[i] = random_value();
            for (size_t j = 0; j < n; j++)
                vector[j] = random_value();
            for (size_t i = 0; i < ROWS; i++)
                sums[i] = (float)i;
            sets[set]->add_products(ROWS, n, matrix, vector, sums);
            for (size_t i = 0; i < ROWS; i++) {
                double expected = (double)i;
                for (size_t j = 0; j < n; j++)
                    expected += (double)matrix[i * n + j] * (double)vector[j];
                assert_near((double)sums[i], expected, 1e-5);
            }
        }
}

static void assert_all_kept(const float *values, size_t n_rows, size_t n)
{
    struct column_runs runs;
    column_runs_find(kernels_best(), values, n_rows, n, &runs);
    assert_int_equal(runs.n_columns, n);
    assert_int_equal(runs.n_kept, n);
    assert_int_equal(runs.n_runs, 1);
    assert_int_equal(runs.run[0].first, 0);
    assert_int_equal(runs.run[0].n, n);
}

/* Nothing to multiply; nothing to leave out; few rows; runs too short to be worth copying, and more
 * of them than there is room for. */
static void otherwise_all_columns_are_kept(void **state)
{
    (void)state;
    static float many[ROWS * (16 * COLUMN_RUNS_MOST + 1)];
    struct column_runs runs;
    size_t n = 16 * COLUMN_RUNS_MOST;
    memset(matrix, 0, sizeof matrix);
    assert_all_kept(matrix, ROWS, MOST_COLUMNS);
    for (size_t j = 0; j < MOST_COLUMNS; j++)
        matrix[j] = 1;
    assert_all_kept(matrix, ROWS, MOST_COLUMNS);
    for (size_t j = 0; j < MOST_COLUMNS; j++)
        matrix[j] = j % 4 < 2;
    assert_all_kept(matrix, ROWS, MOST_COLUMNS);

    for (size_t j = 0; j < n; j += 16)
        many[j] = 1;
    column_runs_find(kernels_best(), many, ROWS, n, &runs);
    assert_int_equal(runs.n_kept, COLUMN_RUNS_MOST);
    assert_int_equal(runs.n_runs, COLUMN_RUNS_MOST);
    assert_all_kept(many, 8, n);
    many[n] = 1;
    assert_all_kept(many, ROWS, n + 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(varying_columns_are_seen),
        cmocka_unit_test(columns_are_found_copied_and_restored),
        cmocka_unit_test(products_are_added),
        cmocka_unit_test(otherwise_all_columns_are_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
