/* Made-up traces for the tests of the analysis, and a plain reader for the tables it writes. */
#ifndef ANALYSIS_FIXTURE_H
#define ANALYSIS_FIXTURE_H

#include "testing.h"

#include "analysis/claims.h"
#include "base/fsio.h"
#include "base/mem.h"
#include "phasetrace/analysis.h"

#define COUNT_CLAIM(name) +1
enum { N_CLAIMS = 0 ANALYSIS_CLAIMS(COUNT_CLAIM) };

#define FIXTURE_MAX_SAMPLES 64
#define FIXTURE_MAX_PLAYERS 8

/* A trace over static arrays: one at a time. */
static inline struct pt_trace *make_trace(long step, size_t n_players, size_t n_train,
                                          size_t n_test)
{
    static double tables[3][FIXTURE_MAX_SAMPLES << FIXTURE_MAX_PLAYERS];
    static int32_t integers[6][FIXTURE_MAX_SAMPLES];
    static double reals[2][FIXTURE_MAX_SAMPLES];
    static int32_t players[FIXTURE_MAX_SAMPLES * FIXTURE_MAX_PLAYERS];
    static struct pt_trace trace;
    assert_true(n_train + n_test <= FIXTURE_MAX_SAMPLES && n_players <= FIXTURE_MAX_PLAYERS);
    memset(tables, 0, sizeof tables);
    memset(integers, 0, sizeof integers);
    trace = (struct pt_trace){.step = step,
                              .epoch = (double)step / 8,
                              .n_players = n_players,
                              .n_samples = n_train + n_test,
                              .v = tables[0],
                              .I_and = tables[1],
                              .I_or = tables[2],
                              .label = integers[0],
                              .sample_index = integers[1],
                              .split = integers[2],
                              .mislabelled = integers[3],
                              .players = players,
                              .objective = reals[0],
                              .dual_bound = reals[1],
                              .iterations = integers[4],
                              .status = integers[4],
                              .group = integers[5]};
    for (size_t i = 0; i < trace.n_samples; i++) {
        trace.sample_index[i] = (int32_t)(100 + i);
        trace.split[i] = trace.group[i] = i < n_train ? PT_TRAIN : PT_TEST;
    }
    return &trace;
}

/* v from the interactions, term by term: what every method of extraction must satisfy. */
static inline void fill_values(struct pt_trace *trace, double v_empty)
{
    size_t n_masks = (size_t)1 << trace->n_players;
    for (size_t i = 0; i < trace->n_samples; i++)
        for (size_t mask = 0; mask < n_masks; mask++) {
            double v = v_empty;
            for (size_t set = 1; set < n_masks; set++) {
                if ((set & mask) == set)
                    v += trace->I_and[i * n_masks + set];
                if (set & mask)
                    v += trace->I_or[i * n_masks + set];
            }
            trace->v[i * n_masks + mask] = v;
        }
}

static inline struct pt_analysis *make_analysis(size_t n_replicates)
{
    const struct pt_analysis_options options = {.seed = 3,
                                                .n_replicates = n_replicates,
                                                .title = "Digits",
                                                .network = "MLP \"2\"",
                                                .extraction = "exact",
                                                .version = "0.1.0",
                                                .n_train = 2000,
                                                .n_test = 1000,
                                                .label_noise = 0.05,
                                                .n_seeds = 1};
    struct pt_analysis *analysis;
    assert_int_equal(pt_analysis_create(&options, &analysis, NULL), PT_OK);
    return analysis;
}

static inline void add_trace(struct pt_analysis *analysis, const struct pt_trace *trace)
{
    struct pt_error error = {0};
    if (pt_analysis_add_trace(analysis, trace, &error) != PT_OK)
        fail_msg("%s", error.message);
}

static inline const struct pt_claim *find_claim(const struct pt_analysis *analysis, const char *id)
{
    size_t n;
    const struct pt_claim *claims = pt_analysis_claims(analysis, &n);
    for (size_t i = 0; i < n; i++)
        if (strcmp(claims[i].id, id) == 0)
            return &claims[i];
    fail_msg("there is no claim %s", id);
    return NULL;
}

static inline double find_detail(const struct pt_claim *claim, const char *name)
{
    for (size_t i = 0; i < claim->n_details; i++)
        if (strcmp(claim->details[i].name, name) == 0)
            return claim->details[i].value;
    fail_msg("claim %s has no detail %s", claim->id, name);
    return NAN;
}

/* A table read back: cells[row][column], row 0 is the header. */
struct read_table {
    char text[1 << 18];
    size_t n_rows, n_columns;
    char *cells[1 << 10][32];
};

static inline void read_table(struct read_table *table, const char *directory, const char *name)
{
    char path[700];
    unsigned char *data;
    size_t n_bytes;
    snprintf(path, sizeof path, "%s/%s", directory, name);
    assert_int_equal(file_read(path, sizeof table->text - 1, &data, &n_bytes, NULL), PT_OK);
    memcpy(table->text, data, n_bytes + 1);
    mem_free(data);
    table->n_rows = table->n_columns = 0;
    for (char *line = table->text; *line;) {
        char *end = strchr(line, '\n');
        assert_non_null(end);
        *end = '\0';
        size_t column = 0;
        for (char *cell = line; cell; column++) {
            char *comma = strchr(cell, ',');
            table->cells[table->n_rows][column] = cell;
            if (comma)
                *comma++ = '\0';
            cell = comma;
        }
        if (table->n_rows == 0)
            table->n_columns = column;
        assert_int_equal(column, table->n_columns);
        table->n_rows++;
        line = end + 1;
    }
}

#endif
