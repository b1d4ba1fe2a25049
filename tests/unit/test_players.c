/* Players: allowed cells, draws, and how cells lie on maps of any size. */
#include "testing.h"

#include "base/mem.h"
#include "trace/players.h"

static void cells_are_counted(void **state)
{
    (void)state;
    struct pt_list list = {3, {1, 5, 9}};
    assert_int_equal(players_count_cells(PT_CELLS_CENTRAL, 8, NULL), 36);
    assert_int_equal(players_count_cells(PT_CELLS_CENTRAL, 4, NULL), 4);
    assert_int_equal(players_count_cells(PT_CELLS_NOCORNER, 4, NULL), 12);
    assert_int_equal(players_count_cells(PT_CELLS_ALL, 4, NULL), 16);
    assert_int_equal(players_count_cells(PT_CELLS_LIST, 4, &list), 3);
}

static struct player_options options_4x4(enum pt_draw draw)
{
    return (struct player_options){
        .n_players = 10, .grid = 4, .cells = PT_CELLS_NOCORNER, .draw = draw, .seed = 1};
}

static void draws_are_distinct_allowed_and_sorted(void **state)
{
    (void)state;
    struct player_options options = options_4x4(PT_DRAW_PER_SAMPLE);
    int seen[16] = {0};
    for (uint32_t key = 0; key < 50; key++) {
        int32_t players[10];
        assert_int_equal(players_draw(&options, key, players, NULL), PT_OK);
        for (int i = 0; i < 10; i++) {
            assert_true(players[i] > 0 && players[i] < 15 && players[i] != 3 && players[i] != 12);
            assert_true(i == 0 || players[i] > players[i - 1]);
            seen[players[i]]++;
        }
    }
    for (int cell = 0; cell < 16; cell++)
        assert_true((seen[cell] > 25) == (cell != 0 && cell != 3 && cell != 12 && cell != 15));
}

static void shared_draws_ignore_the_sample(void **state)
{
    (void)state;
    int32_t a[10], b[10], c[10];
    struct player_options options = options_4x4(PT_DRAW_SHARED);
    players_draw(&options, 1, a, NULL);
    players_draw(&options, 2, b, NULL);
    assert_memory_equal(a, b, sizeof a);
    options = options_4x4(PT_DRAW_PER_SAMPLE);
    int n_different = 0;
    for (uint32_t key = 0; key < 10; key++) {
        players_draw(&options, key, c, NULL);
        n_different += memcmp(a, c, sizeof a) != 0;
    }
    assert_true(n_different > 5);
}

static void too_few_cells_are_an_error(void **state)
{
    (void)state;
    struct player_options options = options_4x4(PT_DRAW_SHARED);
    options.cells = PT_CELLS_CENTRAL;
    int32_t players[10];
    struct pt_error error = {0};
    assert_int_equal(players_draw(&options, 0, players, &error), PT_E_CONFIG);
    assert_non_null(strstr(error.message, "10 players cannot be drawn from 4 cells"));
}

static void cells_cover_a_map_by_the_floor_rule(void **state)
{
    (void)state;
    const int32_t players[] = {0, 5, 63};
    int32_t owner[30 * 14];
    struct pt_shape shape = {1, 30, 14};
    assert_int_equal(players_map(players, 3, 8, shape, owner, NULL), PT_OK);
    for (size_t row = 0; row < 30; row++) {
        for (size_t column = 0; column < 14; column++) {
            int cell = (int)(floor((double)row * 8 / 30) * 8 + floor((double)column * 8 / 14));
            int expected = cell == 0 ? 0 : cell == 5 ? 1 : cell == 63 ? 2 : -1;
            assert_int_equal(owner[row * 14 + column], expected);
        }
    }
    struct pt_error error = {0};
    shape.width = 7;
    assert_int_equal(players_map(players, 3, 8, shape, owner, &error), PT_E_CONFIG);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cells_are_counted),
        cmocka_unit_test(draws_are_distinct_allowed_and_sorted),
        cmocka_unit_test(shared_draws_ignore_the_sample),
        cmocka_unit_test(too_few_cells_are_an_error),
        cmocka_unit_test(cells_cover_a_map_by_the_floor_rule),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
