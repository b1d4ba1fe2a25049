/* Sums, distances and angles of curves over the orders. */
#include "analysis/order_curve.h"

#include "num/statistics.h"
#include "phasetrace/trace.h"

#include <math.h>

#define MIN_ORDER_SHARE 0.01
#define MIN_ORDERS 5

static double total(const double *curve, size_t n)
{
    double sum = 0;
    for (size_t k = 0; k < n; k++)
        sum += curve[k];
    return sum;
}

void curve_normalise(double *curve, size_t n_orders)
{
    double sum = total(curve, n_orders);
    for (size_t k = 0; k < n_orders; k++)
        curve[k] /= sum;
}

double curve_distance(const double *p, const double *q, size_t n_orders)
{
    double sum = 0;
    for (size_t k = 0; k < n_orders; k++)
        sum += fabs(p[k] - q[k]);
    return sum / 2;
}

double curve_cosine(const double *strengths, const double *other, size_t n_orders)
{
    double x[PT_MAX_PLAYERS], y[PT_MAX_PLAYERS];
    double least = MIN_ORDER_SHARE * total(strengths, n_orders);
    size_t n = 0;
    for (size_t k = 0; k < n_orders; k++)
        if (strengths[k] >= least) {
            x[n] = strengths[k];
            y[n++] = other[k];
        }
    return n >= MIN_ORDERS ? cosine_similarity(x, y, n) : NAN;
}

void mean_of_rows(const double *rows, size_t n_rows, size_t n_columns, double *mean)
{
    for (size_t c = 0; c < n_columns; c++) {
        double sum = 0;
        for (size_t i = 0; i < n_rows; i++)
            sum += rows[i * n_columns + c];
        mean[c] = sum / (double)n_rows;
    }
}
