/* The salient interactions of extracted tables, added up by order. */
#include "study/extract.h"

#include <math.h>
#include <string.h>

static double largest_size(const double *I_and, const double *I_or, size_t n_sets)
{
    double largest = 0;
    for (size_t set = 1; set < n_sets; set++)
        largest = fmax(largest, fmax(fabs(I_and[set]), fabs(I_or[set])));
    return largest;
}

static void add_salient(const double *I_and, const double *I_or, size_t n_sets, double weight,
                        struct extraction_order *orders)
{
    double tau = EXTRACTION_SALIENT_PART * largest_size(I_and, I_or, n_sets);
    for (size_t set = 1; set < n_sets; set++) {
        struct extraction_order *order = &orders[__builtin_popcountll(set) - 1];
        double of_and = fabs(I_and[set]), of_or = fabs(I_or[set]);
        if (of_and > 0 && of_and >= tau) {
            order->n_and += weight;
            order->and_strength += weight * of_and;
        }
        if (of_or > 0 && of_or >= tau) {
            order->n_or += weight;
            order->or_strength += weight * of_or;
        }
    }
}

void extraction_sum_orders(const struct extraction *x, struct extraction_order *orders)
{
    size_t n_players = x->tables->n_players, n_tables = x->tables->n_tables;
    memset(orders, 0, n_players * sizeof *orders);
    for (size_t table = 0; table < n_tables; table++)
        add_salient(x->I_and + (table << n_players), x->I_or + (table << n_players),
                    (size_t)1 << n_players, 1.0 / (double)n_tables, orders);
}
