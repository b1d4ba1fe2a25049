/* Small descriptive statistics: correlations, order statistics, percentiles. */
#include "num/statistics.h"

#include <math.h>

static double mean(const double *x, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += x[i];
    return sum / (double)n;
}

double pearson_correlation(const double *x, const double *y, size_t n)
{
    if (n < 2)
        return NAN;
    double mean_x = mean(x, n), mean_y = mean(y, n);
    double xx = 0, yy = 0, xy = 0;
    for (size_t i = 0; i < n; i++) {
        double dx = x[i] - mean_x, dy = y[i] - mean_y;
        xx += dx * dx;
        yy += dy * dy;
        xy += dx * dy;
    }
    return xx > 0 && yy > 0 ? xy / (sqrt(xx) * sqrt(yy)) : NAN;
}

static double average_rank(const double *x, size_t n, double value)
{
    size_t n_smaller = 0, n_equal = 0;
    for (size_t i = 0; i < n; i++) {
        n_smaller += x[i] < value;
        n_equal += x[i] == value;
    }
    return (double)n_smaller + 0.5 * (double)(n_equal + 1);
}

double spearman_correlation(const double *x, const double *y, size_t n)
{
    if (n < 2)
        return NAN;
    double mean_rank = 0.5 * (double)(n + 1); /* ties do not change it */
    double xx = 0, yy = 0, xy = 0;
    for (size_t i = 0; i < n; i++) {
        double dx = average_rank(x, n, x[i]) - mean_rank;
        double dy = average_rank(y, n, y[i]) - mean_rank;
        xx += dx * dx;
        yy += dy * dy;
        xy += dx * dy;
    }
    return xx > 0 && yy > 0 ? xy / sqrt(xx * yy) : NAN;
}

double cosine_similarity(const double *x, const double *y, size_t n)
{
    double xx = 0, yy = 0, xy = 0;
    for (size_t i = 0; i < n; i++) {
        xx += x[i] * x[i];
        yy += y[i] * y[i];
        xy += x[i] * y[i];
    }
    return xx > 0 && yy > 0 ? xy / (sqrt(xx) * sqrt(yy)) : NAN;
}

/* Hoare's FIND (1961): partition about a guess, go on in the part that holds the rank. */
void select_rank(double *values, size_t n, size_t rank)
{
    ptrdiff_t first = 0, last = (ptrdiff_t)n - 1, wanted = (ptrdiff_t)rank;
    while (first < last) {
        double pivot = values[wanted];
        ptrdiff_t i = first, j = last;
        while (i <= j) {
            while (values[i] < pivot)
                i++;
            while (pivot < values[j])
                j--;
            if (i <= j) {
                double swapped = values[i];
                values[i++] = values[j];
                values[j--] = swapped;
            }
        }
        if (j < wanted)
            first = i;
        if (wanted < i)
            last = j;
    }
}

double percentile(double *values, size_t n, double fraction)
{
    if (n == 0)
        return NAN;
    double position = fraction * (double)(n - 1);
    size_t below = (size_t)position;
    select_rank(values, n, below);
    if (below + 1 >= n)
        return values[below];
    double next = values[below + 1];
    for (size_t i = below + 2; i < n; i++)
        next = values[i] < next ? values[i] : next;
    return values[below] + (position - (double)below) * (next - values[below]);
}
