/* The allocator: alignment, overflow, limits, countdown failures; arenas. */
#include "testing.h"

#include "base/mem.h"

static void memory_is_zeroed_and_aligned(void **state)
{
    (void)state;
    for (size_t bytes = 0; bytes < 300; bytes += 7) {
        unsigned char *p = mem_alloc(bytes, 1, NULL);
        assert_non_null(p);
        assert_int_equal((uintptr_t)p % MEM_ALIGNMENT, 0);
        for (size_t i = 0; i < bytes; i++)
            assert_int_equal(p[i], 0);
        memset(p, 0xff, bytes);
        mem_free(p);
    }
    assert_int_equal(mem_live_bytes(), 0);
}

static void sizes_that_overflow_are_refused(void **state)
{
    (void)state;
    struct pt_error error = {0};
    assert_null(mem_alloc(SIZE_MAX / 2, 3, &error));
    assert_int_equal(error.code, PT_E_MEMORY);
    assert_null(mem_alloc(SIZE_MAX - 3, 1, &error));
    struct arena arena = {0};
    assert_null(arena_alloc(&arena, SIZE_MAX / 2, 3, &error));
    arena_release(&arena);
}

static void limit_and_peak_are_kept(void **state)
{
    (void)state;
    mem_set_limit(1 << 20);
    void *a = mem_alloc(1 << 19, 1, NULL);
    assert_non_null(a);
    assert_null(mem_alloc(1 << 19, 1, NULL));
    mem_free(a);
    a = mem_alloc(1 << 19, 1, NULL);
    assert_non_null(a);
    assert_true(mem_peak_bytes() >= 1 << 19);
    mem_free(a);
    mem_set_limit(0);
}

static void nth_allocation_fails(void **state)
{
    (void)state;
    mem_fail_at(2, 0);
    void *first = mem_alloc(8, 1, NULL);
    assert_non_null(first);
    assert_null(mem_alloc(8, 1, NULL));
    void *third = mem_alloc(8, 1, NULL);
    assert_non_null(third);
    mem_fail_at(1, 1);
    assert_null(mem_alloc(8, 1, NULL));
    assert_null(mem_alloc(8, 1, NULL));
    mem_fail_at(0, 0);
    mem_free(first);
    mem_free(third);
    assert_int_equal(mem_live_bytes(), 0);
}

static void growing_keeps_what_is_there(void **state)
{
    (void)state;
    int *items = NULL;
    size_t capacity = 0;
    for (int i = 0; i < 1000; i++) {
        assert_int_equal(mem_grow((void **)&items, &capacity, (size_t)i + 1, sizeof *items, NULL),
                         PT_OK);
        items[i] = i;
    }
    for (int i = 0; i < 1000; i++)
        assert_int_equal(items[i], i);
    mem_free(items);
}

static void arena_pieces_do_not_overlap(void **state)
{
    (void)state;
    struct arena arena = {0};
    unsigned char *pieces[200];
    for (size_t i = 0; i < 200; i++) {
        pieces[i] = arena_alloc(&arena, i * 9 + 1, 1, NULL);
        assert_non_null(pieces[i]);
        assert_int_equal((uintptr_t)pieces[i] % 16, 0);
        memset(pieces[i], (int)i, i * 9 + 1);
    }
    for (size_t i = 0; i < 200; i++)
        for (size_t j = 0; j < i * 9 + 1; j++)
            assert_int_equal(pieces[i][j], i);
    assert_non_null(arena_alloc(&arena, 1 << 20, 1, NULL));
    assert_string_equal(arena_string(&arena, "kept", NULL), "kept");
    arena_release(&arena);
    assert_int_equal(mem_live_bytes(), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_is_zeroed_and_aligned),
        cmocka_unit_test(sizes_that_overflow_are_refused),
        cmocka_unit_test(limit_and_peak_are_kept),
        cmocka_unit_test(nth_allocation_fails),
        cmocka_unit_test(growing_keeps_what_is_there),
        cmocka_unit_test(arena_pieces_do_not_overlap),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
