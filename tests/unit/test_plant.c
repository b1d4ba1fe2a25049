/* Planted interactions: by hand, by the matching identity, by the program's own extraction. */
#include "testing.h"

#include "faults.h"
#include "trace/interactions.h"
#include "trace/plant.h"

/* ---- A set made by hand ----------------------------------------------------------------- */

enum { WIDTH = 6, N_HAND_PLAYERS = 3, N_HAND_SETS = 8 };

/* Players are inputs 0, 1, 2. Of the others 3 is 1 in both samples, 4 is 0, 5 is 1. */
static float hand_inputs[2 * WIDTH] = {1, 1, 1, 1, 0, 1, 1, 0, 1, 1, 0, 1};

enum { P0 = 1, P1 = 2, P2 = 4, X3 = 8, X4 = 16, X5 = 32 };

static struct pt_plant hand_plant = {
    .offset = 0.25,
    .n_terms = 11,
    .terms = {{PT_TERM_AND, P0 | P1, 2},
              {PT_TERM_AND, P0 | X3, 3},       /* becomes AND {0} */
              {PT_TERM_AND, P0 | X4, 5},       /* never holds */
              {PT_TERM_AND, X3 | X5, 7},       /* always holds */
              {PT_TERM_AND, P0 | P2 | X5, 11}, /* becomes AND {0, 2} */
              {PT_TERM_OR, P0 | X3, 13},       /* always holds */
              {PT_TERM_OR, P0 | P2 | X4, 17},  /* becomes OR {0, 2} */
              {PT_TERM_OR, P2 | X4, 19},       /* becomes AND {2} */
              {PT_TERM_OR, P0 | P2, 23},       /* adds to the OR above */
              {PT_TERM_OR, P1 | P2, 29},
              {PT_TERM_AND, P2, 31}},
};

static float hand_mean[WIDTH], hand_deviation[WIDTH] = {1};

static void make_hand_set(struct pt_dataset *d)
{
    *d = (struct pt_dataset){.n_classes = 2, .channels = 1, .height = 1, .width = WIDTH};
    snprintf(d->name, sizeof d->name, "boolean");
    d->splits[PT_TEST].n_samples = 2;
    d->splits[PT_TEST].inputs = hand_inputs;
    d->mean = hand_mean;
    d->deviation = hand_deviation;
    d->plant = &hand_plant;
}

static struct pt_trace *make_traced(size_t n_players, size_t n_samples)
{
    struct pt_trace *traced;
    assert_int_equal(pt_trace_create(n_players, n_samples, 0, &traced, NULL), PT_OK);
    for (size_t i = 0; i < n_samples; i++)
        for (size_t k = 0; k < n_players; k++)
            traced->players[i * n_players + k] = (int32_t)k;
    return traced;
}

/* Both samples, with labels 1 and 0. */
static struct pt_trace *make_hand_traced(void)
{
    struct pt_trace *traced = make_traced(N_HAND_PLAYERS, 2);
    for (int i = 0; i < 2; i++) {
        traced->sample_index[i] = i;
        traced->split[i] = PT_TEST;
        traced->label[i] = 1 - i;
    }
    traced->mislabelled[1] = 1;
    return traced;
}

static void terms_act_as_by_hand(void **state)
{
    (void)state;
    struct pt_dataset d;
    make_hand_set(&d);
    struct pt_trace *traced = make_hand_traced(), *plant;
    assert_int_equal(plant_trace(&d, traced, &plant, NULL), PT_OK);
    static const double expected_and[2][N_HAND_SETS] = {
        {[P0 | P1] = 2, [P0] = 3, [P0 | P2] = 11, [P2] = 19 + 31},
        /* Input 1 is 0: AND {0, 1} is gone, OR {1, 2} is left with player 2 alone. */
        {[P0] = -3, [P0 | P2] = -11, [P2] = -19 - 31 - 29}};
    static const double expected_or[2][N_HAND_SETS] = {{[P0 | P2] = 17 + 23, [P1 | P2] = 29},
                                                       {[P0 | P2] = -17 - 23}};
    assert_memory_equal(plant->I_and, expected_and, sizeof expected_and);
    assert_memory_equal(plant->I_or, expected_or, sizeof expected_or);
    /* All absent: offset, AND {3, 5}, OR {0, 3}. All present: what holds in 1 1 1 1 0 1. */
    assert_near(plant->v[0], 0.25 + 7 + 13, 1e-12);
    assert_near(plant->v[7], 0.25 + 2 + 3 + 7 + 11 + 13 + 17 + 19 + 23 + 29 + 31, 1e-12);
    assert_near(plant->v[P1], 0.25 + 7 + 13 + 29, 1e-12);
    assert_near(plant->v[N_HAND_SETS], -(0.25 + 7 + 13), 1e-12);
    assert_near(plant->v[N_HAND_SETS + P1], -(0.25 + 7 + 13), 1e-12);
    assert_near(plant->objective[0], 2 + 3 + 11 + 50 + 40 + 29, 1e-12);
    assert_null(plant->noise);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(plant->sample_index[i], i);
        assert_int_equal(plant->split[i], PT_TEST);
        assert_int_equal(plant->label[i], 1 - i);
        assert_int_equal(plant->mislabelled[i], i);
        assert_int_equal(plant->status[i], PT_TRACE_CONVERGED);
        for (int k = 0; k < N_HAND_PLAYERS; k++)
            assert_int_equal(plant->players[i * N_HAND_PLAYERS + k], k);
    }
    pt_trace_free(plant);
    pt_trace_free(traced);
}

static void assert_refused(const struct pt_dataset *d, const struct pt_trace *traced, int code,
                           const char *message)
{
    struct pt_trace *plant;
    struct pt_error error = {0};
    size_t live = mem_live_bytes();
    assert_int_equal(plant_trace(d, traced, &plant, &error), code);
    assert_string_equal(error.message, message);
    assert_int_equal(mem_live_bytes(), live);
}

static void traces_of_other_sets_are_refused(void **state)
{
    (void)state;
    struct pt_dataset d;
    make_hand_set(&d);
    struct pt_trace *traced = make_hand_traced();
    d.plant = NULL;
    assert_refused(&d, traced, PT_E_CONFIG, "the data set boolean has no planted interactions");
    d.plant = &hand_plant;
    traced->players[5] = 6;
    assert_refused(&d, traced, PT_E_DATA,
                   "traced sample 1: player 2 is input 6, expected 0 to 5, each once");
    traced->players[5] = 1;
    assert_refused(&d, traced, PT_E_DATA,
                   "traced sample 1: player 2 is input 1, expected 0 to 5, each once");
    traced->players[5] = 2;
    traced->sample_index[1] = 2;
    assert_refused(&d, traced, PT_E_DATA,
                   "traced sample 1 (split 1, index 2, label 0) is none of this set");
    traced->sample_index[1] = 1;
    traced->label[1] = 2;
    assert_refused(&d, traced, PT_E_DATA,
                   "traced sample 1 (split 1, index 1, label 2) is none of this set");
    pt_trace_free(traced);
}

/* ---- Generated sets --------------------------------------------------------------------- */

enum { N_PLAYERS = 8, N_SETS = 1 << N_PLAYERS, N_TRACED = 60 };

static const struct pt_term mixed_terms[] = {
    {PT_TERM_AND, 1, 2}, {PT_TERM_AND, 2, -2}, {PT_TERM_AND, 3, 3}, {PT_TERM_AND, 4, -3},
    {PT_TERM_AND, 5, 2}, {PT_TERM_OR, 2, 2},   {PT_TERM_OR, 3, -2}, {PT_TERM_OR, 4, 1.5}};
static const struct pt_term sparse_terms[] = {{PT_TERM_AND, 2, 2},
                                              {PT_TERM_AND, 3, -3},
                                              {PT_TERM_AND, 4, 3},
                                              {PT_TERM_OR, 3, -2},
                                              {PT_TERM_OR, 4, 1.5}};

/* With `n_relevant` above N_PLAYERS terms have inputs that are no players. */
static struct pt_dataset *generate(uint64_t seed, size_t n_relevant, double density,
                                   const struct pt_term *terms, size_t n_terms)
{
    struct pt_data_options options = {.set = "boolean",
                                      .train_samples = 40,
                                      .test_samples = 40,
                                      .seed = seed,
                                      .n_inputs = 16,
                                      .n_relevant = n_relevant,
                                      .density = density,
                                      .terms = terms,
                                      .n_terms = n_terms};
    struct pt_dataset *d;
    assert_int_equal(pt_dataset_load(&options, &d, NULL), PT_OK);
    return d;
}

/* The first samples of both splits; players are the first inputs, or every other one. */
static struct pt_trace *trace_both_splits(const struct pt_dataset *d, int stride)
{
    struct pt_trace *traced = make_traced(N_PLAYERS, N_TRACED);
    for (int i = 0; i < N_TRACED; i++) {
        traced->split[i] = i < N_TRACED / 2 ? PT_TRAIN : PT_TEST;
        traced->sample_index[i] = i % (N_TRACED / 2);
        traced->label[i] = d->splits[traced->split[i]].labels[traced->sample_index[i]];
        for (int k = 0; k < N_PLAYERS; k++)
            traced->players[i * N_PLAYERS + k] = stride * k;
    }
    return traced;
}

/* The log-odds of label 1 from the definition, on raw inputs. */
static double log_odds_by_hand(const struct pt_plant *plant, const int *x)
{
    double f = plant->offset;
    for (size_t i = 0; i < plant->n_terms; i++) {
        int n_inputs = 0, n_ones = 0;
        for (int k = 0; k < 16; k++) {
            int is_input = (int)(plant->terms[i].inputs >> k & 1);
            n_inputs += is_input;
            n_ones += is_input && x[k];
        }
        if (plant->terms[i].kind == PT_TERM_AND ? n_ones == n_inputs : n_ones > 0)
            f += plant->terms[i].strength;
    }
    return f;
}

static double value_by_hand(const struct pt_dataset *d, const struct pt_trace *traced, int i,
                            int mask)
{
    int x[16];
    const float *inputs = d->splits[traced->split[i]].inputs + 16 * traced->sample_index[i];
    for (int k = 0; k < 16; k++)
        x[k] = (int)lroundf(inputs[k] * d->deviation[0] + d->mean[0]);
    for (int k = 0; k < N_PLAYERS; k++)
        if (!(mask >> k & 1))
            x[traced->players[i * N_PLAYERS + k]] = 0;
    double f = log_odds_by_hand(d->plant, x);
    return traced->label[i] ? f : -f;
}

/* What the interactions say of a mask: those inside it (AND), those it meets (OR). */
static double rebuilt(const double *I_and, const double *I_or, int mask)
{
    double sum = 0;
    for (int set = 1; set < N_SETS; set++) {
        if ((set & mask) == set)
            sum += I_and[set];
        if (set & mask)
            sum += I_or[set];
    }
    return sum;
}

static void interactions_match_the_values(void **state)
{
    (void)state;
    int n_or = 0, n_high = 0;
    for (int stride = 1; stride <= 2; stride++) {
        struct pt_dataset *d = generate(3, 14, 0.6, mixed_terms, 8);
        struct pt_trace *traced = trace_both_splits(d, stride), *plant;
        assert_int_equal(plant_trace(d, traced, &plant, NULL), PT_OK);
        for (int i = 0; i < N_TRACED; i++) {
            const double *v = plant->v + i * N_SETS;
            const double *I_and = plant->I_and + i * N_SETS, *I_or = plant->I_or + i * N_SETS;
            for (int mask = 0; mask < N_SETS; mask++) {
                assert_near(v[mask], value_by_hand(d, traced, i, mask), 1e-12);
                assert_near(v[mask] - v[0], rebuilt(I_and, I_or, mask), 1e-12);
            }
            assert_true(I_and[0] == 0 && I_or[0] == 0);
            for (int set = 1; set < N_SETS; set++) {
                assert_true((set & (set - 1)) != 0 || I_or[set] == 0);
                n_or += I_or[set] != 0;
                n_high += I_and[set] != 0 && __builtin_popcount((unsigned)set) > 2;
            }
        }
        pt_trace_free(plant);
        pt_trace_free(traced);
        pt_dataset_free(d);
    }
    assert_true(n_or > 50 && n_high > 10);
}

/* AND terms alone are the Harsanyi dividends of their table, by the definition. */
static void and_terms_are_dividends(void **state)
{
    (void)state;
    struct pt_dataset *d = generate(5, N_PLAYERS, 0.7, mixed_terms, 5);
    struct pt_trace *traced = trace_both_splits(d, 1), *plant;
    assert_int_equal(plant_trace(d, traced, &plant, NULL), PT_OK);
    for (int i = 0; i < N_TRACED; i++)
        for (int set = 1; set < N_SETS; set++) {
            double sum = 0;
            for (int mask = set;; mask = (mask - 1) & set) {
                int is_odd = __builtin_popcount((unsigned)(set ^ mask)) % 2;
                sum += (is_odd ? -1 : 1) * value_by_hand(d, traced, i, mask);
                if (mask == 0)
                    break;
            }
            assert_near(plant->I_and[i * N_SETS + set], sum, 1e-11);
            assert_true(plant->I_or[i * N_SETS + set] == 0);
        }
    pt_trace_free(plant);
    pt_trace_free(traced);
    pt_dataset_free(d);
}

/* The greatest difference between extracted and planted interactions of a sample. */
static double distance(const double *I, const double *planted)
{
    double greatest = 0;
    for (int set = 0; set < N_SETS; set++)
        greatest = fmax(greatest, fabs(I[set] - planted[set]));
    return greatest;
}

/*
 * The extraction finds what was planted where the plant is the sparsest decomposition, which is so
 * on most samples. It is not when what terms are left with allows x_i + x_j = (x_i and x_j) + (x_i
 * or x_j) to be used; the extraction then finds something at least as sparse.
 */
static void the_extraction_finds_the_plant(void **state)
{
    (void)state;
    struct pt_dataset *d = generate(1, N_PLAYERS, 0.7, sparse_terms, 5);
    struct pt_trace *traced = trace_both_splits(d, 1), *plant;
    assert_int_equal(plant_trace(d, traced, &plant, NULL), PT_OK);
    struct interaction_extractor *extractor;
    struct interaction_options options = {.solver = PT_SOLVER_EXACT, .gap = 1e-6, .tie_gap = 1e-6};
    assert_int_equal(interaction_extractor_create(N_PLAYERS, &options, &extractor, NULL), PT_OK);
    int n_found = 0;
    for (int i = 0; i < N_TRACED; i++) {
        static double I_and[N_SETS], I_or[N_SETS];
        struct sparse_result result;
        assert_int_equal(
            interaction_extract(extractor, plant->v + i * N_SETS, I_and, I_or, NULL, &result, NULL),
            PT_OK);
        assert_true(result.least <= plant->objective[i] * (1 + 1e-6));
        if (distance(I_and, plant->I_and + i * N_SETS) < 0.01 &&
            distance(I_or, plant->I_or + i * N_SETS) < 0.01)
            n_found++;
    }
    assert_true(n_found >= N_TRACED * 4 / 5);
    interaction_extractor_free(extractor);
    pt_trace_free(plant);
    pt_trace_free(traced);
    pt_dataset_free(d);
}

static int plant_and_free(void *traced, struct pt_error *error)
{
    struct pt_dataset d;
    make_hand_set(&d);
    struct pt_trace *plant;
    int status = plant_trace(&d, traced, &plant, error);
    if (!status)
        pt_trace_free(plant);
    return status;
}

static void failed_allocations_leave_nothing(void **state)
{
    (void)state;
    struct pt_trace *traced = make_hand_traced();
    assert_survives_memory_faults(plant_and_free, traced);
    pt_trace_free(traced);
    assert_int_equal(mem_live_bytes(), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(terms_act_as_by_hand),
        cmocka_unit_test(traces_of_other_sets_are_refused),
        cmocka_unit_test(interactions_match_the_values),
        cmocka_unit_test(and_terms_are_dividends),
        cmocka_unit_test(the_extraction_finds_the_plant),
        cmocka_unit_test(failed_allocations_leave_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
