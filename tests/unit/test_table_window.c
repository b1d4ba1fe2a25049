/* Windows over maps on tables: their groups, and what is added to what. */
#include "testing.h"

#include "reference.h"
#include "table_maps.h"
#include "trace/table_window.h"

static void windows_group_inputs_by_players(void **state)
{
    (void)state;
    struct table_map map = random_map((struct pt_shape){1, 3, 3}, 8, 0, 1);
    const uint32_t players[9] = {1, 1, 2, 1, 6, 2, 0, 6, 6};
    memcpy(map.players, players, sizeof players);
    struct layer layer = {.name = "conv", .input = map.shape};
    assert_int_equal(conv2d_make(&layer, 1, 3, 1, 1, 1, NULL), PT_OK);
    struct pt_layer_info info = describe_layer(&layer, NULL);
    struct window window;
    window_find(&info, &map, 4, &window);
    assert_int_equal(window.players, 7);
    assert_int_equal(window.n_inputs, 9);
    assert_int_equal(window.n_groups, 4);
    assert_int_equal(window.n_rows, 2 + 2 + 4 + 1);
    for (size_t i = 0; i < 9; i++) {
        assert_int_equal(window.inputs[i].tap, i);
        assert_int_equal(window.groups[window.inputs[i].group].players, players[i]);
    }
    window_find(&info, &map, 2, &window); /* the upper right corner, half in the padding */
    assert_int_equal(window.n_inputs, 4);
    assert_int_equal(window.players, 7);
    assert_int_equal(window.inputs[0].position, 1);
    assert_int_equal(window.inputs[0].tap, 3);
    assert_int_equal(window.inputs[3].position, 5);
    assert_int_equal(window.inputs[3].tap, 7);
    free_map(&map);
}

/* The window over all of a map [n, n] whose positions have these players. */
static struct window window_of(const uint32_t *players, size_t n)
{
    struct table_map map = random_map((struct pt_shape){1, n, n}, 8, 0, 1);
    for (size_t i = 0; i < n * n; i++)
        map.players[i] = players[i];
    struct layer layer = {.name = "conv", .input = map.shape};
    assert_int_equal(conv2d_make(&layer, 1, n, 1, 0, 1, NULL), PT_OK);
    struct pt_layer_info info = describe_layer(&layer, NULL);
    struct window window;
    window_find(&info, &map, 0, &window);
    free_map(&map);
    return window;
}

static void groups_are_added_to_the_smallest_that_has_their_players(void **state)
{
    (void)state;
    const uint32_t players[9] = {15, 1, 3, 0, 48, 32, 7, 3, 1};
    struct window window = window_of(players, 3);
    struct window_nest nest;
    window_nest_groups(&window, 256, &nest);
    /* 15 and 48 are in no other; 7 in 15, 3 in 7, 1 in 3, 32 in 48, 0 in 1 or 32. */
    const uint32_t into[7] = {0, 3, 7, 1, 0, 48, 15}, sets[7] = {15, 1, 3, 0, 48, 32, 7};
    assert_int_equal(window.n_groups, 7);
    assert_int_equal(nest.n_roots, 2);
    for (uint32_t g = 0; g < 7; g++) {
        assert_int_equal(window.groups[g].players, sets[g]);
        assert_int_equal(nest.into[g] == NO_GROUP, into[g] == 0);
        if (into[g])
            assert_int_equal(window.groups[nest.into[g]].players, into[g]);
        assert_int_equal(nest.n_added[g], sets[g] != 0 && sets[g] != 32);
    }
}

static void large_groups_take_others_only_if_small_beside_the_window(void **state)
{
    (void)state;
    const uint32_t players[9] = {3, 1, 3, 3, 12, 3, 28, 0, 4};
    struct window window = window_of(players, 3);
    struct window_nest nest;
    window_nest_groups(&window, 3, &nest);
    /* Of 32 rows: 3 and 12 have 4, 28 has 8 (3 * 8 < 32), 31 is nobody's. */
    assert_int_equal(nest.n_roots, 2);
    window = window_of((const uint32_t[4]){15, 3, 1, 16}, 2);
    window_nest_groups(&window, 3, &nest);
    assert_int_equal(nest.n_roots, 3); /* 15 has half of the rows */
    assert_int_equal(nest.into[1], NO_GROUP);
    assert_int_equal(nest.into[2], 1);
    window_nest_groups(&window, 16, &nest);
    assert_int_equal(nest.n_roots, 2);
    assert_int_equal(nest.into[1], 0);
}

static void groups_come_behind_what_is_added_to_them(void **state)
{
    (void)state;
    uint32_t players[64];
    for (uint32_t seed = 0; seed < 50; seed++) {
        struct random_stream stream = random_stream(seed, RANDOM_TEST, 3, 0);
        for (size_t i = 0; i < 64; i++)
            players[i] = random_below(&stream, 256) & random_below(&stream, 256);
        struct window window = window_of(players, 8);
        struct window_nest nest;
        window_nest_groups(&window, 256, &nest);
        size_t n_roots = 0, n_added = 0;
        uint64_t seen = 0;
        for (size_t i = 0; i < window.n_groups; i++) {
            uint32_t g = nest.order[i], outer = nest.into[g];
            assert_false(seen >> g & 1);
            seen |= (uint64_t)1 << g;
            n_added += nest.n_added[g];
            if (outer == NO_GROUP)
                n_roots++;
            else
                assert_false(seen >> outer & 1);
        }
        assert_int_equal(nest.n_roots, n_roots);
        assert_int_equal(n_roots + n_added, window.n_groups);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(windows_group_inputs_by_players),
        cmocka_unit_test(groups_are_added_to_the_smallest_that_has_their_players),
        cmocka_unit_test(large_groups_take_others_only_if_small_beside_the_window),
        cmocka_unit_test(groups_come_behind_what_is_added_to_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
