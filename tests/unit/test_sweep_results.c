/* The tables and the claim of a sweep, from hand-made runs. */
#include "member_files.h"

#include "faults.h"
#include "phasetrace/metrics.h"
#include "phasetrace/series.h"
#include "study/json_file.h"
#include "study/sweep_results.h"

static struct pt_config config;

/* Four levels of noise and two seeds; with_second: a second key, too. */
static void make_sweep(const char *noise)
{
    char sets[3][120];
    snprintf(sets[0], sizeof sets[0], "sweep.data.label_noise=%s", noise);
    snprintf(sets[1], sizeof sets[1], "run.seeds=1..2");
    const char *const pointers[] = {sets[0], sets[1]};
    assert_int_equal(pt_config_read(NULL, pointers, 2, &config, NULL, NULL), PT_OK);
    snprintf(config.run.out, sizeof config.run.out, "%s", scratch_directory());
    assert_int_equal(directory_create(config.run.out, NULL), PT_OK);
    write_file(config.run.out, "analysis/note", "");
}

/* The fitted weight of a run; NaN: the claim has no such detail. */
static void write_run(size_t index, double weight)
{
    static struct pt_config member;
    char lines[2 * PT_METRICS_LINE_BYTES], claims[300], value[48] = "";
    struct pt_metrics_row row = {.step = 8, .test_loss = 0.5 + (double)index, .epoch = 1};
    assert_int_equal(pt_series_member(&config, index, &member, NULL), PT_OK);
    pt_metrics_header(lines);
    pt_metrics_format(&row, lines + strlen(lines));
    write_file(member.run.out, "metrics.csv", lines);
    write_file(member.run.out, "analysis/phases.json",
               "{\"test\": {\"t_star\": 4, \"mean_order_end\": 2.5},"
               " \"generalization\": {\"gamma_end\": 0.25, \"t1\": null}}");
    if (!isnan(weight))
        snprintf(value, sizeof value, "\"spindle_weight\": %g, ", weight);
    snprintf(claims, sizeof claims,
             "[{\"id\": \"D2\", \"value\": 0.75}, {\"id\": \"D15\", \"value\": null, \"samples\": "
             "50, \"details\": {%s\"cosine_non\": 0.5, \"cosine_gen\": 0.75}}]",
             value);
    write_file(member.run.out, "analysis/claims.json", claims);
}

static void write_runs(const double *weights)
{
    for (size_t i = 0; i < pt_series_n_members(&config); i++)
        write_run(i, weights[i]);
}

static json_t *judge(void)
{
    struct sweep_runs runs;
    json_t *claims;
    assert_int_equal(sweep_runs_read(&config, 1, &runs, NULL), PT_OK);
    assert_int_equal(sweep_judge(&config, &runs, &claims, NULL), PT_OK);
    sweep_runs_release(&runs);
    assert_int_equal(mem_live_bytes(), 0);
    return claims;
}

/* Compares the one claim; a NaN value is null. */
static void assert_judged(const char *verdict, double value, const char *reason)
{
    json_t *claims = judge(), *claim = json_array_get(claims, 0);
    const json_t *reproduced = json_object_get(claim, "reproduced");
    assert_int_equal(json_array_size(claims), 1);
    assert_string_equal(json_is_true(reproduced)    ? "true"
                        : json_is_false(reproduced) ? "false"
                                                    : "null",
                        verdict);
    if (isnan(value))
        assert_true(json_is_null(json_object_get(claim, "value")));
    else
        assert_near(json_member_number(claim, "value"), value, 1e-12);
    assert_non_null(strstr(json_string_value(json_object_get(claim, "reason")), reason));
    assert_int_equal(json_integer_value(json_object_get(claim, "seeds")), 2);
    assert_int_equal(json_integer_value(json_object_get(claim, "samples")), 50);
    assert_near(json_member_number(json_object_get(claim, "details"), "cosine_non"), 0.5, 0);
    json_decref(claims);
}

static double detail(const char *name)
{
    json_t *claims = judge();
    double value = json_member_number(json_object_get(json_array_get(claims, 0), "details"), name);
    json_decref(claims);
    return value;
}

/* Runs come as noise 0 of seed 1, of seed 2, noise 0.1 of seed 1, ... Ranks of the noise over all
 * runs 1.5 1.5 3.5 3.5 5.5 5.5; of the weights 1..6: covariance 16, variances 16 and 17.5. */
static void the_spindle_grows_with_the_noise(void **state)
{
    (void)state;
    make_sweep("0, 0.1, 0.2");
    write_runs((const double[]){0, 0.1, 0.2, 0.3, 0.5, 0.9});
    assert_judged("true", 16 / sqrt(16 * 17.5),
                  "3 levels of noise, 2 seeds; mean weights 0.05 at noise 0, 0.25 at noise 0.1, "
                  "0.7 at noise 0.2");
    assert_near(detail("within_seeds"), 1, 1e-12);
}

/* Seeds have other samples; what they say one by one stands beside. Ranks of the weights over all
 * runs, 1 4 2 5 3 6, have covariance 8 with those of the noise. */
static void seeds_are_compared_with_themselves_too(void **state)
{
    (void)state;
    make_sweep("0, 0.1, 0.2");
    write_runs((const double[]){1, 10, 2, 11, 3, 12});
    assert_judged("false", 8 / sqrt(16 * 17.5), "mean correlation within a seed 1");
    assert_near(detail("within_seeds"), 1, 1e-12);
    write_runs((const double[]){1, 10, 2, 10, 3, 10}); /* no growth counts as 0 */
    assert_near(detail("within_seeds"), 0.5, 1e-12);
    assert_near(detail("least_of_a_seed"), 0, 1e-12);
}

/* Weights that fall. */
static void or_does_not(void **state)
{
    (void)state;
    make_sweep("0, 0.1, 0.2");
    write_runs((const double[]){9, 8, 7, 6, 5, 4});
    assert_judged("false", -16 / sqrt(16 * 17.5), "3 levels");
}

static void without_weights_there_is_no_verdict(void **state)
{
    (void)state;
    make_sweep("0, 0.1, 0.2");
    write_runs((const double[]){0, 0, 0, 0, 0, 0});
    assert_judged("null", NAN, "is 0 in all runs");
    write_runs((const double[]){1, 2, 3, NAN, 5, 6});
    assert_judged("null", NAN, "not all runs");
    make_sweep("0, 0.1");
    write_runs((const double[]){1, 2, 3, 4});
    assert_judged("null", NAN, "fewer than 3 levels");
    memset(&config.sweep, 0, sizeof config.sweep);
    write_runs((const double[]){1, 2});
    json_t *claims = judge();
    assert_int_equal(json_array_size(claims), 0);
    json_decref(claims);
}

static void rows_hold_what_the_runs_say(void **state)
{
    (void)state;
    struct sweep_runs runs;
    make_sweep("0, 0.10");
    write_runs((const double[]){1, NAN, 3, 4});
    assert_int_equal(sweep_runs_read(&config, 1, &runs, NULL), PT_OK);
    assert_int_equal(sweep_table_write(&config, &runs, NULL), PT_OK);
    sweep_runs_release(&runs);
    assert_file(config.run.out, "analysis/sweep.csv",
                "data.label_noise,setting,seed,train_loss,test_loss,loss_gap,train_accuracy,"
                "test_accuracy,train_clean_loss,t_star,t_rise,mean_order_start,mean_order_star,"
                "mean_order_end,t1,t2,t_loss,excess_max,gamma_end,excess_end,spindle_weight,"
                "spindle_share,cosine_non,cosine_gen,D2,D15\n"
                "0,label_noise=0,1,0,0.5,0,0,0,0,4,,,,2.5,,,,,0.25,,1,,0.5,0.75,0.75,\n"
                "0,label_noise=0,2,0,1.5,0,0,0,0,4,,,,2.5,,,,,0.25,,,,0.5,0.75,0.75,\n"
                "0.1,label_noise=0.1,1,0,2.5,0,0,0,0,4,,,,2.5,,,,,0.25,,3,,0.5,0.75,0.75,\n"
                "0.1,label_noise=0.1,2,0,3.5,0,0,0,0,4,,,,2.5,,,,,0.25,,4,,0.5,0.75,0.75,\n");
}

static int write_all(void *user, struct pt_error *error)
{
    (void)user;
    struct sweep_runs runs = {0};
    json_t *claims = NULL, *none[2] = {NULL, NULL};
    int status = sweep_runs_read(&config, 1, &runs, error);
    if (!status)
        status = sweep_table_write(&config, &runs, error);
    if (!status)
        status = sweep_claims_write(&config, none, error);
    if (!status)
        status = sweep_judge(&config, &runs, &claims, error);
    json_decref(claims);
    sweep_runs_release(&runs);
    return status;
}

static void faults_leave_nothing(void **state)
{
    (void)state;
    make_sweep("0, 0.1");
    write_runs((const double[]){1, 2, 3, 4});
    assert_survives_memory_faults(write_all, NULL);
    assert_survives_file_faults(write_all, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_spindle_grows_with_the_noise),
        cmocka_unit_test(seeds_are_compared_with_themselves_too),
        cmocka_unit_test(or_does_not),
        cmocka_unit_test(without_weights_there_is_no_verdict),
        cmocka_unit_test(rows_hold_what_the_runs_say),
        cmocka_unit_test(faults_leave_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
