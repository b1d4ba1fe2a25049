/*
 * Players: which cells of a grid over the masked layer are the parts that interact.
 *
 * A grid of g x g cells lies over a map of any height and width; row r of a map of height H is in
 * cell row floor(r g / H). Cells are numbered row by row. Ren et al. 2024 (arXiv 2407.19198)
 * draw ten cells at random, never from the edge. A map of one row is a vector: there every feature
 * is a cell, the grid is not used, and a choice of cells without edge or corners means all. A
 * feature is a value of the vector, or several, as a column of a table that is coded by levels.
 */
#ifndef TRACE_PLAYERS_H
#define TRACE_PLAYERS_H

#include "phasetrace/config.h"
#include "phasetrace/network.h"
#include "phasetrace/status.h"

#include <stddef.h>
#include <stdint.h>

struct player_options {
    size_t n_players;
    struct pt_shape shape; /* of the masked map */
    size_t n_features;     /* of a vector; 0: each of its values is one */
    size_t grid;           /* cells a side */
    enum pt_cells cells;
    const struct pt_list *cell_list; /* for PT_CELLS_LIST */
    enum pt_draw draw;
    uint64_t seed;
};

/* Cells that players are drawn from: central leaves out the edge, nocorner the four corners. */
size_t players_count_cells(const struct player_options *options);

/*
 * The players' cell numbers, in ascending order, into `players` [n_players]. A shared draw is a
 * function of the seed alone, a per-sample draw also of `sample_key` (the sample's split and
 * index). When every allowed cell is a player nothing is drawn. PT_E_CONFIG when there are fewer
 * cells than players, or when the list names a cell that does not exist.
 */
int players_draw(const struct player_options *options, uint32_t sample_key, int32_t *players,
                 struct pt_error *error);

/*
 * For each position of a map [height, width], the player whose cell covers it or -1, into
 * `owner`. PT_E_CONFIG when the grid is finer than the map, so that cells would be empty; a vector
 * takes any grid.
 */
int players_map(const int32_t *players, size_t n_players, size_t grid, struct pt_shape shape,
                int32_t *owner, struct pt_error *error);

/* The same for a vector [n_values] whose value i belongs to feature feature_of[i]. */
void players_map_features(const int32_t *players, size_t n_players, const uint16_t *feature_of,
                          size_t n_values, int32_t *owner);

#endif
