/* Drawing players from the cells of a grid, and laying them over a map. */
#include "trace/players.h"

#include "base/mem.h"
#include "base/random.h"

#include <string.h>

static int cell_allowed(enum pt_cells cells, size_t grid, size_t row, size_t column)
{
    int edge_row = row == 0 || row + 1 == grid;
    int edge_column = column == 0 || column + 1 == grid;
    if (cells == PT_CELLS_CENTRAL)
        return !edge_row && !edge_column;
    if (cells == PT_CELLS_NOCORNER)
        return !edge_row || !edge_column;
    return 1;
}

/* The allowed cells into `allowed` (may be NULL); returns how many. */
static size_t list_cells(enum pt_cells cells, size_t grid, const struct pt_list *cell_list,
                         uint32_t *allowed)
{
    size_t n = 0;
    if (cells == PT_CELLS_LIST) {
        for (; n < cell_list->n; n++)
            if (allowed)
                allowed[n] = (uint32_t)cell_list->items[n];
        return n;
    }
    for (size_t row = 0; row < grid; row++) {
        for (size_t column = 0; column < grid; column++) {
            if (!cell_allowed(cells, grid, row, column))
                continue;
            if (allowed)
                allowed[n] = (uint32_t)(row * grid + column);
            n++;
        }
    }
    return n;
}

size_t players_count_cells(enum pt_cells cells, size_t grid, const struct pt_list *cell_list)
{
    return list_cells(cells, grid, cell_list, NULL);
}

static void sort_ascending(int32_t *items, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        int32_t item = items[i];
        size_t j = i;
        for (; j > 0 && items[j - 1] > item; j--)
            items[j] = items[j - 1];
        items[j] = item;
    }
}

int players_draw(const struct player_options *options, uint32_t sample_key, int32_t *players,
                 struct pt_error *error)
{
    size_t n_cells = list_cells(options->cells, options->grid, options->cell_list, NULL);
    if (n_cells < options->n_players)
        return pt_error_set(error, PT_E_CONFIG,
                            "%zu players cannot be drawn from %zu cells of a %zu x %zu grid",
                            options->n_players, n_cells, options->grid, options->grid);
    uint32_t *cells = mem_alloc(n_cells, sizeof *cells, error);
    if (!cells)
        return PT_E_MEMORY;
    list_cells(options->cells, options->grid, options->cell_list, cells);
    int per_sample = options->draw == PT_DRAW_PER_SAMPLE;
    struct random_stream stream = random_stream(options->seed, RANDOM_PLAYERS, (uint32_t)per_sample,
                                                per_sample ? sample_key : 0);
    random_shuffle(&stream, cells, n_cells);
    for (size_t i = 0; i < options->n_players; i++)
        players[i] = (int32_t)cells[i];
    sort_ascending(players, options->n_players);
    mem_free(cells);
    return PT_OK;
}

int players_map(const int32_t *players, size_t n_players, size_t grid, struct pt_shape shape,
                int32_t *owner, struct pt_error *error)
{
    if (grid > shape.height || grid > shape.width)
        return pt_error_set(error, PT_E_CONFIG,
                            "a %zu x %zu grid has empty cells on a map of %zu x %zu", grid, grid,
                            shape.height, shape.width);
    for (size_t row = 0; row < shape.height; row++) {
        for (size_t column = 0; column < shape.width; column++) {
            size_t cell = row * grid / shape.height * grid + column * grid / shape.width;
            int32_t *position = &owner[row * shape.width + column];
            *position = -1;
            for (size_t i = 0; i < n_players; i++)
                if ((size_t)players[i] == cell)
                    *position = (int32_t)i;
        }
    }
    return PT_OK;
}
