/* The columns of a trace that no checkpoint changes: its samples, their labels, their players. */
#include "trace/players.h"
#include "trace/tracer_state.h"

static int masks_table(const struct tracer *t)
{
    return t->layer.first_layer == 0 && t->dataset->n_features > 0;
}

static int map_players(const struct tracer *t, const int32_t *players, size_t grid, int32_t *owner,
                       struct pt_error *error)
{
    if (!masks_table(t))
        return players_map(players, t->plan.n_players, grid, t->layer.shape, owner, error);
    players_map_features(players, t->plan.n_players, t->dataset->feature_of, t->layer.shape.width,
                         owner);
    return PT_OK;
}

static void describe_sample(struct tracer *t, size_t i)
{
    enum pt_split_id id = group_split((enum pt_trace_group)t->samples.group[i]);
    const struct pt_split *split = &t->dataset->splits[id];
    uint32_t index = t->samples.index[i];
    t->trace->split[i] = (int32_t)id;
    t->trace->group[i] = t->samples.group[i];
    t->trace->label[i] = split->labels[index];
    t->trace->mislabelled[i] = split->labels[index] != split->true_labels[index];
    t->trace->sample_index[i] = (int32_t)split->source_index[index];
}

int tracer_fill_columns(struct tracer *t, const struct pt_config *config, struct pt_error *error)
{
    struct player_options options = {
        .n_players = t->plan.n_players,
        .shape = t->layer.shape,
        .n_features = masks_table(t) ? t->dataset->n_features : 0,
        .grid = (size_t)config->trace.grid,
        .cells = config->trace.cells,
        .cell_list = &config->trace.cell_list,
        .draw = config->trace.draw,
        .seed = config->run.seed,
    };
    for (size_t i = 0; i < t->samples.n; i++) {
        int32_t *players = t->trace->players + i * t->plan.n_players;
        describe_sample(t, i);
        uint32_t key = (uint32_t)t->trace->split[i] << 28 ^ (uint32_t)t->trace->sample_index[i];
        int status = players_draw(&options, key, players, error);
        if (!status)
            status = map_players(t, players, options.grid, t->owner + i * t->n_positions, error);
        if (status)
            return status;
    }
    return PT_OK;
}
