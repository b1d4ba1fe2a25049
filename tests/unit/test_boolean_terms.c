/* Terms of the set "boolean": distinct sets by seed, the centred sum, terms that cannot be had. */
#include "testing.h"

#include "data/boolean_terms.h"

static const struct pt_term mixed[] = {{PT_TERM_AND, 1, 2},  {PT_TERM_AND, 2, -2},
                                       {PT_TERM_AND, 3, 3},  {PT_TERM_OR, 2, 1.5},
                                       {PT_TERM_OR, 3, -.5}, {PT_TERM_AND, 4, -3}};

static struct pt_data_options options_of(const struct pt_term *terms, size_t n_terms,
                                         size_t n_relevant, uint64_t seed)
{
    return (struct pt_data_options){.n_inputs = 20,
                                    .n_relevant = n_relevant,
                                    .density = 0.3,
                                    .terms = terms,
                                    .n_terms = n_terms,
                                    .seed = seed};
}

static struct pt_plant draw(const struct pt_data_options *options)
{
    struct pt_plant plant;
    struct pt_error error = {0};
    if (boolean_terms_draw(options, &plant, &error))
        fail_msg("%s", error.message);
    return plant;
}

static void sets_have_their_order_and_differ(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 50; seed++) {
        struct pt_data_options options = options_of(mixed, 6, 5, seed);
        struct pt_plant plant = draw(&options);
        assert_int_equal(plant.n_terms, 6);
        for (size_t i = 0; i < 6; i++) {
            assert_int_equal(plant.terms[i].kind, mixed[i].kind);
            assert_true(plant.terms[i].strength == mixed[i].strength);
            assert_int_equal(__builtin_popcountll(plant.terms[i].inputs), mixed[i].order);
            assert_true(plant.terms[i].inputs < 1 << 5);
            for (size_t k = 0; k < i; k++)
                assert_true(plant.terms[k].inputs != plant.terms[i].inputs);
        }
    }
}

/* When every set of a size is asked for, each is there once. */
static void all_sets_of_a_size_can_be_had(void **state)
{
    (void)state;
    struct pt_term terms[35];
    for (size_t i = 0; i < 35; i++)
        terms[i] = (struct pt_term){i % 2 ? PT_TERM_OR : PT_TERM_AND, 3, 1};
    struct pt_data_options options = options_of(terms, 35, 7, 3);
    struct pt_plant plant = draw(&options);
    uint64_t seen[35] = {0};
    for (size_t i = 0; i < 35; i++) {
        seen[i] = plant.terms[i].inputs;
        assert_int_equal(__builtin_popcountll(seen[i]), 3);
        for (size_t k = 0; k < i; k++)
            assert_true(seen[k] != seen[i]);
    }
}

/* Each relevant input is as likely as every other, the last of 64 too. */
static void sets_are_uniform(void **state)
{
    (void)state;
    enum { N_SEEDS = 2000, N_INPUTS = 64, ORDER = 4 };
    const struct pt_term term = {PT_TERM_AND, ORDER, 1};
    int n_each[N_INPUTS] = {0};
    for (uint64_t seed = 0; seed < N_SEEDS; seed++) {
        struct pt_data_options options = options_of(&term, 1, N_INPUTS, seed);
        struct pt_plant plant = draw(&options);
        for (int i = 0; i < N_INPUTS; i++)
            n_each[i] += (int)(plant.terms[0].inputs >> i & 1);
    }
    double p = (double)ORDER / N_INPUTS, expected = N_SEEDS * p;
    for (int i = 0; i < N_INPUTS; i++)
        assert_near(n_each[i], expected, 5 * sqrt(expected * (1 - p)));
}

static void the_seed_decides(void **state)
{
    (void)state;
    struct pt_data_options options = options_of(mixed, 6, 10, 7);
    struct pt_plant first = draw(&options);
    options.density = 0.9;
    options.n_inputs = 40;
    struct pt_plant second = draw(&options);
    options.seed = 8;
    struct pt_plant other = draw(&options);
    assert_memory_equal(first.terms, second.terms, sizeof first.terms);
    assert_memory_not_equal(first.terms, other.terms, sizeof first.terms);
}

/* f(x) bit by bit, and its mean over all inputs by their probability. */
static void the_sum_is_centred(void **state)
{
    (void)state;
    struct pt_data_options options = options_of(mixed, 6, 6, 5);
    struct pt_plant plant = draw(&options);
    double mean = 0;
    for (uint64_t x = 0; x < 1 << 6; x++) {
        double f = plant.offset, probability = 1;
        for (size_t i = 0; i < 6; i++) {
            int n_ones = 0;
            for (int k = 0; k < 6; k++)
                n_ones += (x >> k & 1) && (plant.terms[i].inputs >> k & 1);
            if (mixed[i].kind == PT_TERM_AND ? n_ones == mixed[i].order : n_ones > 0)
                f += mixed[i].strength;
        }
        for (int k = 0; k < 6; k++)
            probability *= x >> k & 1 ? 0.3 : 0.7;
        assert_near(boolean_log_odds(&plant, x), f, 1e-12);
        assert_near(boolean_log_odds(&plant, x | (uint64_t)1 << 63), f, 1e-12);
        mean += probability * f;
    }
    assert_near(mean, 0, 1e-12);
}

static void assert_refused(struct pt_term last, size_t n_relevant, const char *message)
{
    const struct pt_term terms[] = {{PT_TERM_AND, 1, 1}, {PT_TERM_AND, 2, 1}, last};
    struct pt_data_options options = options_of(terms, 3, n_relevant, 1);
    struct pt_plant plant;
    struct pt_error error = {0};
    assert_int_equal(boolean_terms_draw(&options, &plant, &error), PT_E_CONFIG);
    assert_string_equal(error.message, message);
}

static void impossible_terms_are_named(void **state)
{
    (void)state;
    assert_refused((struct pt_term){PT_TERM_AND, 4, 1}, 3,
                   "data.terms: term 3 has order 4, expected 1 to data.relevant = 3");
    assert_refused((struct pt_term){PT_TERM_AND, 0, 1}, 3,
                   "data.terms: term 3 has order 0, expected 1 to data.relevant = 3");
    assert_refused((struct pt_term){PT_TERM_OR, 1, 1}, 3,
                   "data.terms: term 3 is an OR of one input, which is an AND of it");
    assert_refused((struct pt_term){PT_TERM_AND, 1, 0}, 3,
                   "data.terms: term 3 has strength 0, expected -1000 to 1000 but not 0");
    assert_refused((struct pt_term){PT_TERM_AND, 1, NAN}, 3,
                   "data.terms: term 3 has strength nan, expected -1000 to 1000 but not 0");
    assert_refused((struct pt_term){PT_TERM_OR, 2, 1}, 2,
                   "data.terms: term 3 is number 2 of order 2, data.relevant = 2 inputs have only "
                   "1 sets of that size");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sets_have_their_order_and_differ),
        cmocka_unit_test(all_sets_of_a_size_can_be_had),
        cmocka_unit_test(sets_are_uniform),
        cmocka_unit_test(the_seed_decides),
        cmocka_unit_test(the_sum_is_centred),
        cmocka_unit_test(impossible_terms_are_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
