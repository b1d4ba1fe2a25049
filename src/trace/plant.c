/* The interactions that a generated data set has by its making, on samples that were traced. */
#include "trace/plant.h"

#include "data/boolean_terms.h"

#include <math.h>
#include <string.h>

/* A traced sample: sets of inputs are bit masks. */
struct sample {
    uint64_t inputs;        /* that are 1 */
    uint64_t player_inputs; /* that are players, 1 or not */
    const int32_t *players; /* [n_players] input of each */
    size_t n_players;
    double sign; /* of the log-odds of the sample's label: those of label 1 times this */
};

static uint64_t bit(int32_t input)
{
    return (uint64_t)1 << input;
}

static int describe_sample(const struct pt_dataset *dataset, const struct pt_trace *traced,
                           size_t i, struct sample *s, struct pt_error *error)
{
    int32_t id = traced->split[i], index = traced->sample_index[i], label = traced->label[i];
    if (id < 0 || id >= PT_N_SPLITS || index < 0 ||
        (size_t)index >= dataset->splits[id].n_samples || label < 0 || label > 1)
        return pt_error_set(error, PT_E_DATA,
                            "traced sample %zu (split %d, index %d, label %d) is none of this set",
                            i, id, index, label);
    *s = (struct sample){.players = traced->players + i * traced->n_players,
                         .n_players = traced->n_players,
                         .sign = label ? 1 : -1};
    const float *inputs = dataset->splits[id].inputs + (size_t)index * dataset->width;
    for (size_t k = 0; k < dataset->width; k++)
        if (inputs[k] * dataset->deviation[0] + dataset->mean[0] > 0.5f)
            s->inputs |= (uint64_t)1 << k;
    for (size_t k = 0; k < s->n_players; k++) {
        int32_t player = s->players[k];
        if (player < 0 || (size_t)player >= dataset->width || s->player_inputs & bit(player))
            return pt_error_set(error, PT_E_DATA,
                                "traced sample %zu: player %zu is input %d, expected 0 to %zu, "
                                "each once",
                                i, k, player, dataset->width - 1);
        s->player_inputs |= bit(player);
    }
    return PT_OK;
}

static void fill_values(const struct sample *s, const struct pt_plant *plant, double *v)
{
    for (size_t mask = 0; mask < (size_t)1 << s->n_players; mask++) {
        uint64_t present = ~s->player_inputs;
        for (size_t k = 0; k < s->n_players; k++)
            if (mask >> k & 1)
                present |= bit(s->players[k]);
        v[mask] = s->sign * boolean_log_odds(plant, s->inputs & present);
    }
}

/* The players whose presence a term asks for, as a mask over players; none when it is constant. */
static size_t acting_players(const struct sample *s, const struct pt_planted_term *term)
{
    uint64_t ones = term->inputs & s->inputs;
    uint64_t fixed_ones = ones & ~s->player_inputs;
    int is_constant = term->kind == PT_TERM_AND ? ones != term->inputs : fixed_ones != 0;
    size_t players = 0;
    for (size_t k = 0; k < s->n_players && !is_constant; k++)
        players |= (size_t)(ones >> s->players[k] & 1) << k;
    return players;
}

static void fill_interactions(const struct sample *s, const struct pt_plant *plant, double *I_and,
                              double *I_or)
{
    for (size_t i = 0; i < plant->n_terms; i++) {
        const struct pt_planted_term *term = &plant->terms[i];
        size_t players = acting_players(s, term);
        int is_single = (players & (players - 1)) == 0;
        double *table = term->kind == PT_TERM_AND || is_single ? I_and : I_or;
        if (players != 0)
            table[players] += s->sign * term->strength;
    }
}

static double total_strength(const double *I_and, const double *I_or, size_t n_sets)
{
    double sum = 0;
    for (size_t set = 0; set < n_sets; set++)
        sum += fabs(I_and[set]) + fabs(I_or[set]);
    return sum;
}

static void copy_columns(const struct pt_trace *traced, struct pt_trace *plant)
{
    size_t column_bytes = traced->n_samples * sizeof(int32_t);
    memcpy(plant->label, traced->label, column_bytes);
    memcpy(plant->sample_index, traced->sample_index, column_bytes);
    memcpy(plant->split, traced->split, column_bytes);
    memcpy(plant->mislabelled, traced->mislabelled, column_bytes);
    memcpy(plant->group, traced->group, column_bytes);
    memcpy(plant->players, traced->players, traced->n_players * column_bytes);
}

/* The tables of sample i of the new trace, whose columns are there. */
static int fill_sample(const struct pt_dataset *dataset, struct pt_trace *t, size_t i,
                       struct pt_error *error)
{
    struct sample sample = {0};
    int status = describe_sample(dataset, t, i, &sample, error);
    if (status)
        return status;
    size_t n_sets = (size_t)1 << t->n_players;
    double *I_and = t->I_and + i * n_sets, *I_or = t->I_or + i * n_sets;
    fill_values(&sample, dataset->plant, t->v + i * n_sets);
    fill_interactions(&sample, dataset->plant, I_and, I_or);
    t->objective[i] = total_strength(I_and, I_or, n_sets);
    return PT_OK;
}

int plant_trace(const struct pt_dataset *dataset, const struct pt_trace *traced,
                struct pt_trace **plant, struct pt_error *error)
{
    if (!dataset->plant)
        return pt_error_set(error, PT_E_CONFIG, "the data set %s has no planted interactions",
                            dataset->name);
    struct pt_trace *t;
    int status = pt_trace_create(traced->n_players, traced->n_samples, 0, &t, error);
    if (status)
        return status;
    copy_columns(traced, t);
    for (size_t i = 0; i < t->n_samples && !status; i++)
        status = fill_sample(dataset, t, i, error);
    if (!status)
        status = pt_trace_keep_values(t, traced->values, error);
    if (status)
        pt_trace_free(t);
    else
        *plant = t;
    return status;
}
