/* Log-sum-exp, softmax, log-odds: values made with mpmath, extremes, identities. */
#include "testing.h"

#include "num/kernels.h"
#include "num/softmax.h"

static void log_sums_match_exact_values(void **state)
{
    (void)state;
    const float small[] = {1, 2, 3}, large[] = {1000, 1001, 1002}, far[] = {-5000, 3000};
    assert_near(log_sum_exp(small, 3), 3.4076059644443803, 1e-15);
    assert_near(log_sum_exp(large, 3), 1002.4076059644443803, 1e-12);
    assert_near(log_sum_exp(far, 2), 3000, 0);
    const float absent[] = {-INFINITY, 2};
    assert_near(log_sum_exp(absent, 2), 2, 0);
    assert_near(log_sum_exp(small, 1), 1, 0);
}

static void log_odds_keep_their_digits(void **state)
{
    (void)state;
    /* Two classes: the log-odds are the difference of the logits, however sure the network is. */
    const float sure[] = {40.25F, -35.5F};
    assert_near(log_odds(sure, 2, 0), 75.75, 0);
    assert_near(log_odds(sure, 2, 1), -75.75, 0);
    const float three[] = {1, 2, 3};
    assert_near(log_odds(three, 3, 2), 3 - 2.3132616875182228, 1e-15);
    const float four[] = {0.5F, -1.25F, 2, 0.75F};
    for (size_t label = 0; label < 4; label++) {
        double p = exp((double)four[label] - log_sum_exp(four, 4));
        assert_near(log_odds(four, 4, label), log(p / (1 - p)), 1e-13);
    }
}

static void softmax_sums_to_one(void **state)
{
    (void)state;
    const float logits[] = {-700, 2, 700.5F, 700};
    float p[4];
    assert_near(softmax(logits, 4, p), log_sum_exp(logits, 4), 0);
    assert_near((double)p[2], 0.62245933120185459, 1e-7);
    assert_near((double)p[3], 0.37754066879814541, 1e-7);
    assert_true(p[0] == 0 && p[1] == 0);
}

/* Sums of two, one of which is 1, show the other's digits; more than a block of them their places.
 */
static void exponentials_are_exact(void **state)
{
    (void)state;
    for (int i = 0; i <= 40000; i++) {
        const float logits[] = {0, -(float)i / 64};
        assert_near(log_odds(logits, 2, 0), (double)i / 64, 0);
        double expected = log(1 + exp((double)logits[1]));
        assert_near(log_sum_exp(logits, 2), expected, 2e-16 * (1 + expected));
        float p[2];
        softmax(logits, 2, p);
        double small = exp((double)logits[1]) / (1 + exp((double)logits[1]));
        assert_near((double)p[1], small, 1.2e-7 * small + 1e-44);
    }
    float many[200], p[200];
    double sum = 0;
    for (size_t k = 0; k < 200; k++)
        sum += exp((double)(many[k] = (float)(k * 37 % 200) / 16));
    softmax(many, 200, p);
    for (size_t k = 0; k < 200; k++)
        assert_near((double)p[k], exp((double)many[k]) / sum, 1e-8);
    for (size_t k = 63; k < 66; k++)
        assert_near(log_odds(many, 200, k), (double)many[k] - log(sum - exp((double)many[k])),
                    1e-12);
}

static void what_is_not_finite_shows(void **state)
{
    (void)state;
    for (size_t at = 0; at < 3; at++) {
        float logits[] = {1, 2, 3};
        logits[at] = NAN;
        assert_true(isnan(log_sum_exp(logits, 3)));
        assert_true(isnan(log_odds(logits, 3, 1)));
        logits[at] = INFINITY;
        assert_true(isnan(log_sum_exp(logits, 3)));
    }
    const float none[] = {-INFINITY, -INFINITY};
    assert_true(isnan(log_sum_exp(none, 2)));
}

/* Rows of any number, logits of any size, with gaps between the rows. */
static void rows_have_the_log_odds_of_each(void **state)
{
    (void)state;
    enum { N_ROWS = 21, STRIDE = 103 };
    static float logits[N_ROWS * STRIDE];
    for (size_t i = 0; i < N_ROWS * STRIDE; i++)
        logits[i] = (float)((i * 2654435761U) % 1000) * (i % 5 == 0 ? 0.9F : 0.01F) - 5;
    const struct kernels *sets[3];
    for (size_t set = 0, n_sets = kernels_all(sets); set < n_sets; set++)
        for (size_t n = 2; n <= STRIDE; n += n < 12 ? 1 : 91)
            for (size_t n_rows = 1; n_rows <= N_ROWS; n_rows++) {
                double values[N_ROWS + 1];
                values[n_rows] = -7;
                sets[set]->log_odds_rows(logits, STRIDE, n_rows, n, n / 2, values);
                for (size_t i = 0; i < n_rows; i++) {
                    double expected = log_odds(logits + i * STRIDE, n, n / 2);
                    assert_near(values[i], expected, 4e-16 * (4 + fabs(expected)));
                }
                assert_true(values[n_rows] == -7);
            }
}

static void rows_show_what_is_not_finite(void **state)
{
    (void)state;
    const float inf = INFINITY, logits[][3] = {{1, 2, 3},   {NAN, 2, 3}, {1, 2, NAN}, {1, NAN, 3},
                                               {inf, 2, 3}, {1, inf, 3}, {1, -inf, 3}};
    const struct kernels *sets[3];
    for (size_t set = 0, n_sets = kernels_all(sets); set < n_sets; set++) {
        double v[7];
        sets[set]->log_odds_rows(logits[0], 3, 7, 3, 1, v);
        assert_near(v[0], 2 - 3.1269280110429727, 1e-15);
        for (size_t i = 1; i < 5; i++)
            assert_true(isnan(v[i]));
        assert_true(isinf(v[5]) && v[5] > 0);
        assert_true(isinf(v[6]) && v[6] < 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(log_sums_match_exact_values),
        cmocka_unit_test(rows_have_the_log_odds_of_each),
        cmocka_unit_test(rows_show_what_is_not_finite),
        cmocka_unit_test(log_odds_keep_their_digits),
        cmocka_unit_test(softmax_sums_to_one),
        cmocka_unit_test(exponentials_are_exact),
        cmocka_unit_test(what_is_not_finite_shows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
