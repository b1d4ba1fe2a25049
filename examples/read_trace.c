/*
 * The order spectrum of a trace, as bars.
 *
 *     read_trace run/trace/step_00000125.npz
 *
 * For each order: the mean strength of interactions of so many players over the traced testing
 * samples, all of them, also those that are not salient.
 */
#include <phasetrace/dataset.h>
#include <phasetrace/trace.h>

#include <math.h>
#include <stdint.h>
#include <stdio.h>

static int order_of(size_t set)
{
    int order = 0;
    for (; set; set &= set - 1)
        order++;
    return order;
}

/* Adds the sample's strengths to those of the orders, strengths[n_players + 1]. */
static void add_sample(const struct pt_trace *trace, size_t sample, double *strengths)
{
    size_t n_sets = (size_t)1 << trace->n_players;
    const double *I_and = trace->I_and + sample * n_sets, *I_or = trace->I_or + sample * n_sets;
    for (size_t set = 1; set < n_sets; set++)
        strengths[order_of(set)] += fabs(I_and[set]) + fabs(I_or[set]);
}

static void print_spectrum(const struct pt_trace *trace)
{
    static const char bar[] = "##################################################";
    double strengths[PT_MAX_PLAYERS + 1] = {0}, largest = 0;
    size_t n = 0;
    for (size_t sample = 0; sample < trace->n_samples; sample++) {
        if (trace->split[sample] == PT_TEST) {
            add_sample(trace, sample, strengths);
            n++;
        }
    }
    for (size_t order = 1; order <= trace->n_players; order++)
        largest = fmax(largest, strengths[order]);
    printf("step %ld, %zu testing samples\n", trace->step, n);
    for (size_t order = 1; order <= trace->n_players && largest > 0; order++)
        printf("%2zu %10.6f %.*s\n", order, strengths[order] / (double)n,
               (int)(50 * strengths[order] / largest), bar);
}

int main(int argc, char **argv)
{
    struct pt_trace *trace;
    struct pt_error error;
    if (argc != 2) {
        fprintf(stderr, "usage: read_trace TRACE.npz\n");
        return 2;
    }
    int status = pt_trace_read(argv[1], &trace, &error);
    if (status) {
        fprintf(stderr, "read_trace: %s\n", error.message);
        return -status;
    }
    print_spectrum(trace);
    pt_trace_free(trace);
    return 0;
}
