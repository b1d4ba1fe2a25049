/* Fuzz target: the archives of traces, written anew, summed up and analysed. */
#include "fuzz.h"

#include "phasetrace/analysis.h"
#include "trace/trace_fields.h"

#include <math.h>
#include <string.h>

static int is_same(const struct pt_trace *a, const struct pt_trace *b,
                   const struct trace_field *field)
{
    const void *left = trace_values(a, field), *right = trace_values(b, field);
    size_t n = a->n_samples * trace_row_length(a, field);
    if (!left || !right)
        return left == right;
    return memcmp(left, right, n * npy_type_bytes(field->type)) == 0;
}

/* What can be written reads as the same. Traces of a run do not come near the limits of floats. */
static void check_copy(const struct pt_trace *trace)
{
    struct pt_trace *copy;
    const char *path = fuzz_path("copy.npz");
    fuzz_assert(pt_trace_write(trace, path, NULL) == PT_OK);
    fuzz_assert(pt_trace_read(path, &copy, NULL) == PT_OK);
    fuzz_assert(copy->step == trace->step && copy->epoch == trace->epoch);
    fuzz_assert(copy->n_players == trace->n_players && copy->n_samples == trace->n_samples);
    for (size_t i = 0; i < TRACE_N_FIELDS; i++)
        fuzz_assert(is_same(trace, copy, &TRACE_FIELDS[i]));
    pt_trace_free(copy);
}

static void check_spectrum(const struct pt_trace *trace)
{
    struct pt_spectrum spectrum;
    if (pt_spectrum_compute(trace, 0.03, &spectrum, NULL) != PT_OK)
        return;
    for (size_t split = 0; split < PT_N_SPLITS; split++)
        for (size_t k = 0; k < trace->n_players && spectrum.n_samples[split]; k++)
            fuzz_assert(spectrum.orders[split][k].strength >= 0);
}

/* The first trace is that of the only checkpoint, its larger sample and its baseline network. */
static int analyse(const struct pt_trace *trace, struct pt_error *error)
{
    struct pt_analysis *analysis;
    const struct pt_analysis_options options = {.n_replicates = 2, .n_seeds = 1};
    int status = pt_analysis_create(&options, &analysis, error);
    if (status)
        return status;
    status = pt_analysis_add_trace(analysis, trace, error);
    if (!status)
        status = pt_analysis_add_baseline(analysis, trace, error);
    if (!status)
        status = pt_analysis_set_final(analysis, trace, error);
    if (!status)
        status = pt_analysis_set_plant(analysis, trace, error);
    if (!status)
        status = pt_analysis_finish(analysis, NULL, 0, fuzz_path("run"), error);
    pt_analysis_free(analysis);
    return status;
}

static int read_trace(const char *path, struct pt_error *error)
{
    struct pt_trace *trace;
    int status = pt_trace_read(path, &trace, error);
    if (status)
        return status;
    check_copy(trace);
    check_spectrum(trace);
    status = analyse(trace, error);
    pt_trace_free(trace);
    return status;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_make_directory("run/analysis");
    const uint8_t *repaired = fuzz_repair_zip(data, size);
    fuzz_read("a.npz", repaired, size, read_trace, REFUSES_DATA);
    fuzz_read("a.npz", repaired, size, fuzz_inspect, REFUSES_DATA);
    return 0;
}
