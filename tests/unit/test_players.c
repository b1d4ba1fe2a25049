/* Players: allowed cells, draws, and how cells lie on maps of any size. */
#include "testing.h"

#include "faults.h"
#include "trace/players.h"

static size_t count_cells(struct pt_shape shape, size_t grid, enum pt_cells cells,
                          const struct pt_list *list)
{
    struct player_options options = {
        .shape = shape, .grid = grid, .cells = cells, .cell_list = list};
    return players_count_cells(&options);
}

static void cells_are_counted(void **state)
{
    (void)state;
    const struct pt_shape image = {1, 28, 28}, vector = {1, 1, 20};
    struct pt_list list = {3, {1, 5, 9}};
    assert_int_equal(count_cells(image, 8, PT_CELLS_CENTRAL, NULL), 36);
    assert_int_equal(count_cells(image, 4, PT_CELLS_CENTRAL, NULL), 4);
    assert_int_equal(count_cells(image, 4, PT_CELLS_NOCORNER, NULL), 12);
    assert_int_equal(count_cells(image, 4, PT_CELLS_ALL, NULL), 16);
    assert_int_equal(count_cells(image, 4, PT_CELLS_LIST, &list), 3);
    assert_int_equal(count_cells(vector, 4, PT_CELLS_CENTRAL, NULL), 20);
    assert_int_equal(count_cells(vector, 4, PT_CELLS_NOCORNER, NULL), 20);
    assert_int_equal(count_cells(vector, 64, PT_CELLS_ALL, NULL), 20);
    assert_int_equal(count_cells(vector, 4, PT_CELLS_LIST, &list), 3);
}

static struct player_options options_4x4(enum pt_draw draw)
{
    return (struct player_options){.n_players = 10,
                                   .shape = {1, 28, 28},
                                   .grid = 4,
                                   .cells = PT_CELLS_NOCORNER,
                                   .draw = draw,
                                   .seed = 1};
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
    assert_non_null(strstr(error.message, "10 players cannot be drawn from 4 of 16 cells"));
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

/* Features of a vector: each a cell, drawn from all of them, mapped one to one. */
static void features_of_a_vector_are_cells(void **state)
{
    (void)state;
    struct player_options options = {.n_players = 3,
                                     .shape = {1, 1, 5},
                                     .grid = 4,
                                     .cells = PT_CELLS_CENTRAL,
                                     .draw = PT_DRAW_PER_SAMPLE,
                                     .seed = 1};
    int seen[5] = {0};
    int32_t players[5], owner[5];
    for (uint32_t key = 0; key < 50; key++) {
        assert_int_equal(players_draw(&options, key, players, NULL), PT_OK);
        for (int i = 0; i < 3; i++) {
            assert_true(players[i] < 5 && (i == 0 || players[i] > players[i - 1]));
            seen[players[i]]++;
        }
    }
    for (int feature = 0; feature < 5; feature++)
        assert_true(seen[feature] > 15);
    players[0] = 1, players[1] = 2, players[2] = 4;
    assert_int_equal(players_map(players, 3, 4, options.shape, owner, NULL), PT_OK);
    const int32_t expected[5] = {-1, 0, 1, -1, 2};
    assert_memory_equal(owner, expected, sizeof expected);
    options.n_players = 5;
    assert_int_equal(players_draw(&options, 0, players, NULL), PT_OK);
    const int32_t all[5] = {0, 1, 2, 3, 4};
    assert_memory_equal(players, all, sizeof all);
}

/* A column of a table that is coded by levels is one cell of several values. */
static void features_may_have_several_values(void **state)
{
    (void)state;
    struct player_options options = {.n_players = 3,
                                     .shape = {1, 1, 7},
                                     .n_features = 4,
                                     .cells = PT_CELLS_ALL,
                                     .draw = PT_DRAW_PER_SAMPLE,
                                     .seed = 1};
    assert_int_equal(players_count_cells(&options), 4);
    int seen[4] = {0};
    int32_t players[4], owner[7];
    for (uint32_t key = 0; key < 50; key++) {
        assert_int_equal(players_draw(&options, key, players, NULL), PT_OK);
        for (int i = 0; i < 3; i++)
            seen[players[i]]++;
    }
    for (int feature = 0; feature < 4; feature++)
        assert_true(seen[feature] > 25);
    players[0] = 0, players[1] = 1, players[2] = 3;
    const uint16_t feature_of[7] = {0, 1, 1, 1, 2, 2, 3};
    players_map_features(players, 3, feature_of, 7, owner);
    const int32_t expected[7] = {0, 1, 1, 1, -1, -1, 2};
    assert_memory_equal(owner, expected, sizeof expected);
    struct pt_error error = {0};
    options.n_players = 5;
    assert_int_equal(players_draw(&options, 0, players, &error), PT_E_CONFIG);
    assert_string_equal(error.message, "5 players cannot be drawn from 4 of 4 features");
}

static void assert_not_drawn(const struct player_options *options, const char *message)
{
    int32_t players[16];
    struct pt_error error = {0};
    assert_int_equal(players_draw(options, 0, players, &error), PT_E_CONFIG);
    assert_string_equal(error.message, message);
}

static void features_that_do_not_exist_are_named(void **state)
{
    (void)state;
    struct pt_list list = {3, {0, 4, 5}};
    struct player_options options = {
        .n_players = 2, .shape = {1, 1, 5}, .grid = 4, .cells = PT_CELLS_LIST, .cell_list = &list};
    assert_not_drawn(&options, "trace.cells: there is no feature 5, expected 0 to 4");
    options.shape = (struct pt_shape){1, 5, 5};
    options.grid = 2;
    assert_not_drawn(&options, "trace.cells: there is no cell 4, expected 0 to 3");
    options.cells = PT_CELLS_ALL;
    options.shape = (struct pt_shape){1, 1, 5};
    options.n_players = 6;
    assert_not_drawn(&options, "6 players cannot be drawn from 5 of 5 features");
}

static int draw(void *options, struct pt_error *error)
{
    int32_t players[10];
    return players_draw(options, 0, players, error);
}

static void failed_allocations_leave_nothing(void **state)
{
    (void)state;
    struct player_options options = options_4x4(PT_DRAW_SHARED);
    assert_survives_memory_faults(draw, &options);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cells_are_counted),
        cmocka_unit_test(draws_are_distinct_allowed_and_sorted),
        cmocka_unit_test(shared_draws_ignore_the_sample),
        cmocka_unit_test(too_few_cells_are_an_error),
        cmocka_unit_test(cells_cover_a_map_by_the_floor_rule),
        cmocka_unit_test(features_of_a_vector_are_cells),
        cmocka_unit_test(features_may_have_several_values),
        cmocka_unit_test(features_that_do_not_exist_are_named),
        cmocka_unit_test(failed_allocations_leave_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
