/* Strength by order and sign at checkpoints. */
#include "report/spectrum_bars.h"

#include <math.h>

size_t checkpoint_count(const struct results *results)
{
    return results->tables[TABLE_ORDERS].n_along;
}

double checkpoint_step(const struct results *results, size_t at)
{
    return results->tables[TABLE_ORDERS].along[at];
}

int checkpoint_has_generality(const struct results *results)
{
    const struct result_table *general = &results->tables[TABLE_GENERALIZATION];
    size_t n = checkpoint_count(results);
    if (n == 0 || general->n_along != n)
        return 0;
    for (size_t i = 0; i < n; i++)
        if (general->along[i] != checkpoint_step(results, i))
            return 0;
    return 1;
}

static double or_zero(double value)
{
    return isfinite(value) ? value : 0;
}

static void add_layer(struct spectrum_bars *bars, const struct results *results,
                      const char *positive, const char *negative, size_t split, size_t at)
{
    const struct result_table *general = &results->tables[TABLE_GENERALIZATION];
    struct spectrum up = result_spectrum(general, positive, KEYS(split, 0), at);
    struct spectrum down = result_spectrum(general, negative, KEYS(split, 0), at);
    for (size_t k = 0; k < bars->n_orders && k < up.n_orders && k < down.n_orders; k++) {
        bars->positive[bars->n_layers][k] = or_zero(up.value[k + 1]);
        bars->negative[bars->n_layers][k] = or_zero(down.value[k + 1]);
    }
    bars->n_layers++;
}

struct spectrum_bars spectrum_bars_at(const struct results *results, size_t split, size_t at)
{
    const struct result_orders *orders = &results->orders;
    struct spectrum_bars bars = {.n_orders = orders->n_orders};
    if (checkpoint_has_generality(results)) {
        add_layer(&bars, results, "gen_positive", "gen_negative", split, at);
        add_layer(&bars, results, "non_positive", "non_negative", split, at);
        return bars;
    }
    bars.n_layers = 1;
    for (size_t k = 0; k < bars.n_orders; k++) {
        const struct curve *up = &orders->positive[split][k], *down = &orders->negative[split][k];
        bars.positive[0][k] = at < up->n ? or_zero(up->value[at]) : 0;
        bars.negative[0][k] = at < down->n ? or_zero(down->value[at]) : 0;
    }
    return bars;
}

struct spectrum_reading spectrum_reading_at(const struct results *results, size_t split, size_t at)
{
    const struct result_table *general = &results->tables[TABLE_GENERALIZATION];
    struct spectrum_bars bars = spectrum_bars_at(results, split, at);
    struct spectrum_reading reading = {.gamma = NAN, .chance = NAN};
    for (size_t layer = 0; layer < bars.n_layers; layer++)
        for (size_t k = 0; k < bars.n_orders; k++)
            reading.strength += bars.positive[layer][k] - bars.negative[layer][k];
    double step = checkpoint_step(results, at);
    reading.mean_order = curve_at_step(&results->mean_order[split], step);
    if (checkpoint_has_generality(results)) {
        struct curve gamma = result_curve(general, "gamma", KEYS(split, 0));
        struct curve chance = result_curve(general, "chance", KEYS(split, 0));
        reading.gamma = curve_at_step(&gamma, step);
        reading.chance = curve_at_step(&chance, step);
    }
    return reading;
}

void spectrum_range_add(struct range *range, const struct results *results, size_t at)
{
    range_add(range, 0);
    for (size_t split = 0; split < RESULTS_N_SPLITS; split++) {
        struct spectrum_bars bars = spectrum_bars_at(results, split, at);
        for (size_t k = 0; k < bars.n_orders; k++) {
            double up = 0, down = 0;
            for (size_t layer = 0; layer < bars.n_layers; layer++) {
                up += bars.positive[layer][k];
                down += bars.negative[layer][k];
            }
            range_add(range, up);
            range_add(range, down);
        }
    }
}

double curve_at_step(const struct curve *curve, double step)
{
    for (size_t i = 0; i < curve->n; i++)
        if (curve->step[i] == step)
            return curve->value[i];
    return NAN;
}
