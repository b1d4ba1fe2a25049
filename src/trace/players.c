/* Drawing players from the cells of a grid, and laying them over a map. */
#include "trace/players.h"

#include "base/mem.h"
#include "base/random.h"

#include <string.h>

/* Rows and columns of cells: of a vector every feature is one. */
struct layout {
    size_t n_rows, n_columns;
};

static struct layout layout_of(struct pt_shape shape, size_t grid)
{
    return shape.height == 1 ? (struct layout){1, shape.width} : (struct layout){grid, grid};
}

static struct layout cells_of(const struct player_options *options)
{
    return options->n_features ? (struct layout){1, options->n_features}
                               : layout_of(options->shape, options->grid);
}

/* A single row has neither edge nor corners. */
static int cell_allowed(enum pt_cells cells, struct layout layout, size_t row, size_t column)
{
    int edge_row = row == 0 || row + 1 == layout.n_rows;
    int edge_column = column == 0 || column + 1 == layout.n_columns;
    if (layout.n_rows == 1)
        return 1;
    if (cells == PT_CELLS_CENTRAL)
        return !edge_row && !edge_column;
    if (cells == PT_CELLS_NOCORNER)
        return !edge_row || !edge_column;
    return 1;
}

/* The allowed cells into `allowed` (may be NULL); returns how many. */
static size_t list_cells(const struct player_options *options, uint32_t *allowed)
{
    struct layout layout = cells_of(options);
    size_t n = 0;
    if (options->cells == PT_CELLS_LIST) {
        for (; n < options->cell_list->n; n++)
            if (allowed)
                allowed[n] = (uint32_t)options->cell_list->items[n];
        return n;
    }
    for (size_t row = 0; row < layout.n_rows; row++) {
        for (size_t column = 0; column < layout.n_columns; column++) {
            if (!cell_allowed(options->cells, layout, row, column))
                continue;
            if (allowed)
                allowed[n] = (uint32_t)(row * layout.n_columns + column);
            n++;
        }
    }
    return n;
}

size_t players_count_cells(const struct player_options *options)
{
    return list_cells(options, NULL);
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

/* The cells of a list exist, and there are enough to draw from. */
static int check_cells(const struct player_options *options, size_t n_cells, struct pt_error *error)
{
    struct layout layout = cells_of(options);
    size_t n_existing = layout.n_rows * layout.n_columns;
    const char *kind = layout.n_rows == 1 ? "feature" : "cell";
    for (size_t i = 0; options->cells == PT_CELLS_LIST && i < n_cells; i++)
        if (options->cell_list->items[i] >= (long)n_existing)
            return pt_error_set(error, PT_E_CONFIG,
                                "trace.cells: there is no %s %ld, expected 0 to %zu", kind,
                                options->cell_list->items[i], n_existing - 1);
    if (n_cells < options->n_players)
        return pt_error_set(error, PT_E_CONFIG, "%zu players cannot be drawn from %zu of %zu %ss",
                            options->n_players, n_cells, n_existing, kind);
    return PT_OK;
}

int players_draw(const struct player_options *options, uint32_t sample_key, int32_t *players,
                 struct pt_error *error)
{
    size_t n_cells = players_count_cells(options);
    int status = check_cells(options, n_cells, error);
    if (status)
        return status;
    uint32_t *cells = mem_alloc(n_cells, sizeof *cells, error);
    if (!cells)
        return PT_E_MEMORY;
    list_cells(options, cells);
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

/* The player that a cell is, or -1. */
static int32_t player_at(const int32_t *players, size_t n_players, size_t cell)
{
    for (size_t i = 0; i < n_players; i++)
        if ((size_t)players[i] == cell)
            return (int32_t)i;
    return -1;
}

int players_map(const int32_t *players, size_t n_players, size_t grid, struct pt_shape shape,
                int32_t *owner, struct pt_error *error)
{
    struct layout layout = layout_of(shape, grid);
    if (layout.n_rows > shape.height || layout.n_columns > shape.width)
        return pt_error_set(error, PT_E_CONFIG,
                            "a %zu x %zu grid has empty cells on a map of %zu x %zu", grid, grid,
                            shape.height, shape.width);
    for (size_t row = 0; row < shape.height; row++) {
        for (size_t column = 0; column < shape.width; column++) {
            size_t cell_row = row * layout.n_rows / shape.height;
            size_t cell = cell_row * layout.n_columns + column * layout.n_columns / shape.width;
            owner[row * shape.width + column] = player_at(players, n_players, cell);
        }
    }
    return PT_OK;
}

void players_map_features(const int32_t *players, size_t n_players, const uint16_t *feature_of,
                          size_t n_values, int32_t *owner)
{
    for (size_t i = 0; i < n_values; i++)
        owner[i] = player_at(players, n_players, feature_of[i]);
}
