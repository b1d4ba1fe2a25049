/* Student's t: the interval of a mean that few independent numbers give. */
#include "num/student.h"

#include <math.h>

#define PI 3.14159265358979323846
#define N_BISECTIONS 60

/*
 * P(|T| <= sqrt(degrees) tan(angle)) by the finite sums of Abramowitz and Stegun, Handbook of
 * Mathematical Functions (1964), 26.7.3 and 26.7.4.
 */
static double two_sided(double angle, size_t degrees)
{
    double c = cos(angle), sum = 0;
    int odd = degrees % 2 == 1;
    double term = odd ? c : 1;
    for (size_t k = odd ? 3 : 2; k <= degrees; k += 2) {
        sum += term;
        term *= c * c * (double)(k - 1) / (double)k;
    }
    return odd ? 2 / PI * (angle + sin(angle) * sum) : sin(angle) * sum;
}

double student_t95(size_t degrees)
{
    double low = 0, high = PI / 2;
    for (int i = 0; i < N_BISECTIONS; i++) {
        double middle = 0.5 * (low + high);
        *(two_sided(middle, degrees) < 0.95 ? &low : &high) = middle;
    }
    return sqrt((double)degrees) * tan(low);
}

/* Sums of differences to the first number: equal numbers have exactly that mean, and no spread. */
struct moments {
    size_t n;
    double first, sum, squares;
};

static struct moments finite_moments(const double *x, size_t n)
{
    struct moments m = {0};
    for (size_t i = 0; i < n; i++) {
        if (!isfinite(x[i]))
            continue;
        if (m.n++ == 0)
            m.first = x[i];
        m.sum += x[i] - m.first;
        m.squares += (x[i] - m.first) * (x[i] - m.first);
    }
    return m;
}

double finite_mean(const double *x, size_t n)
{
    struct moments m = finite_moments(x, n);
    return m.n > 0 ? m.first + m.sum / (double)m.n : NAN;
}

struct interval mean_interval(const double *x, size_t n)
{
    struct moments m = finite_moments(x, n);
    if (m.n < 2)
        return (struct interval){NAN, NAN};
    double count = (double)m.n, mean = m.first + m.sum / count;
    double variance = fmax(0, m.squares - m.sum * m.sum / count) / (count - 1);
    double half = student_t95(m.n - 1) * sqrt(variance / count);
    return (struct interval){mean - half, mean + half};
}
