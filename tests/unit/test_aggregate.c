/* Several runs in one: hand-made runs, with means and t-intervals computed by hand. */
#include "member_files.h"

#include "faults.h"
#include "study/aggregate.h"
#include "study/json_file.h"

#define T2 4.302652729749464 /* t of 2 degrees of freedom: sqrt(2 * .95^2 / (1 - .95^2)) */

static struct seed_set set;
static char out[600];

static void make_set(size_t n)
{
    snprintf(out, sizeof out, "%s", scratch_directory());
    set.n = n;
    for (size_t i = 0; i < n; i++)
        snprintf(set.directories[i], sizeof set.directories[i], "%s/seed_%zu", out, i + 1);
}

/* mean(1, 2, 6) = 3, deviation sqrt(7), half the interval t sqrt(7/3) = 6.572... */
static void numbers_are_means_with_intervals(void **state)
{
    (void)state;
    make_set(3);
    write_file(set.directories[0], "a.csv", "step,split,x,x_low,x_high,y\n0,test,1,9,9,5\n");
    write_file(set.directories[1], "a.csv", "step,split,x,x_low,x_high,y\n0,test,2,9,9,5\n");
    write_file(set.directories[2], "a.csv", "step,split,x,x_low,x_high,y\n0,test,6,9,9,\n");
    assert_int_equal(aggregate_table(&set, "a.csv", out, NULL), PT_OK);
    double half = T2 * sqrt(7.0 / 3), low, high, y;
    char path[700];
    unsigned char *text;
    size_t n_bytes;
    snprintf(path, sizeof path, "%s/a.csv", out);
    assert_int_equal(file_read(path, 4096, &text, &n_bytes, NULL), PT_OK);
    assert_int_equal(
        sscanf((char *)text, "step,split,x,x_low,x_high,y\n0,test,3,%lf,%lf,%lf", &low, &high, &y),
        3);
    assert_near(low, 3 - half, 1e-12);
    assert_near(high, 3 + half, 1e-12);
    assert_near(y, 5, 0);
    mem_free(text);
}

static void low_and_high_are_of_the_column_before(void **state)
{
    (void)state;
    make_set(2);
    for (size_t i = 0; i < 2; i++)
        write_file(set.directories[i], "m.csv",
                   "step,epoch,split,mean_order,low,high,n_samples\n3,0.5,train,2.5,1,4,10\n");
    assert_int_equal(aggregate_table(&set, "m.csv", out, NULL), PT_OK);
    assert_file(out, "m.csv",
                "step,epoch,split,mean_order,low,high,n_samples\n3,0.5,train,2.5,2.5,2.5,10\n");
}

static void rows_are_matched_by_their_keys(void **state)
{
    (void)state;
    make_set(3);
    write_file(set.directories[0], "a.csv", "step,order,x\n0,1,1\n0,2,2\n8,1,\n");
    write_file(set.directories[1], "a.csv", "step,order,x\n0,2,4\n8,1,7\n16,1,30\n0,1,5\n");
    assert_int_equal(aggregate_table(&set, "a.csv", out, NULL), PT_OK);
    assert_file(out, "a.csv", "step,order,x\n0,1,3\n0,2,3\n8,1,7\n16,1,30\n");
}

/* Fitted along training, given in the table of the theory; words are keys whatever their name. */
static void some_columns_are_keys_in_some_tables(void **state)
{
    (void)state;
    make_set(2);
    write_file(set.directories[0], "t.csv", "step,sigma2\n0,1\n");
    write_file(set.directories[1], "t.csv", "step,sigma2\n0,3\n");
    assert_int_equal(aggregate_table(&set, "t.csv", out, NULL), PT_OK);
    assert_file(out, "t.csv", "step,sigma2\n0,2\n");
    write_file(set.directories[0], "r.csv",
               "n_players,sigma2,norm,word\n6,1,5,a\n6,3,7,b\n6,3,1,c\n");
    write_file(set.directories[1], "r.csv",
               "n_players,sigma2,norm,word\n6,3,9,b\n6,1,5,a\n6,3,3,c\n");
    assert_int_equal(aggregate_table(&set, "r.csv", out, NULL), PT_OK);
    assert_file(out, "r.csv", "n_players,sigma2,norm,word\n6,1,5,a\n6,3,8,b\n6,3,2,c\n");
}

/* A table of unknown kind: of rows with equal keys the first matches the first. */
static void equal_keys_are_matched_in_order(void **state)
{
    (void)state;
    make_set(2);
    write_file(set.directories[0], "a.csv", "step,x\n0,1\n0,2\n");
    write_file(set.directories[1], "a.csv", "step,x\n0,3\n0,4\n0,9\n");
    assert_int_equal(aggregate_table(&set, "a.csv", out, NULL), PT_OK);
    assert_file(out, "a.csv", "step,x\n0,2\n0,3\n0,9\n");
}

static void tables_must_fit_each_other(void **state)
{
    (void)state;
    struct pt_error error = {0};
    make_set(2);
    assert_int_equal(aggregate_table(&set, "a.csv", out, &error), PT_E_IO);
    write_file(set.directories[0], "a.csv", "step,x\n0,1\n");
    write_file(set.directories[1], "a.csv", "step,y\n0,1\n");
    assert_int_equal(aggregate_table(&set, "a.csv", out, &error), PT_E_DATA);
    assert_non_null(strstr(error.file, "seed_2/a.csv"));
    write_file(set.directories[1], "a.csv", "step,x\n0\n");
    assert_int_equal(aggregate_table(&set, "a.csv", out, &error), PT_E_DATA);
    assert_int_equal(mem_live_bytes(), 0);
}

static void write_phases(const char *first, const char *second, const char *third)
{
    write_file(set.directories[0], "analysis/phases.json", first);
    write_file(set.directories[1], "analysis/phases.json", second);
    write_file(set.directories[2], "analysis/phases.json", third);
    write_file(out, "analysis/old.csv", "");
}

static void phases_are_medians(void **state)
{
    (void)state;
    make_set(3);
    write_phases("{\"test\": {\"t_star\": 8, \"t_star_low\": 1, \"t_star_high\": 2, \"t_rise\": 9, "
                 "\"mean_order_end\": 1}}",
                 "{\"test\": {\"t_star\": 32, \"t_star_low\": 1, \"t_star_high\": 2, "
                 "\"t_rise\": null, \"mean_order_end\": 3}, \"generalization\": {\"t1\": 4}}",
                 "{\"test\": {\"t_star\": 16, \"t_star_low\": 1, \"t_star_high\": 2, \"t_rise\": "
                 "null, \"mean_order_end\": null}, \"generalization\": {\"t1\": 6}}");
    assert_int_equal(aggregate_phases(&set, out, NULL), PT_OK);
    assert_file(out, "analysis/phases.json",
                "{\n  \"test\": {\n    \"t_star\": 16,\n    \"t_star_low\": 8,\n"
                "    \"t_star_high\": 32,\n    \"t_rise\": null,\n    \"mean_order_end\": 2.0,\n"
                "    \"absent\": {\n      \"t_rise\": \"absent in 2 of 3\"\n    }\n  },\n"
                "  \"generalization\": {\n    \"t1\": null,\n    \"absent\": {\n"
                "      \"t1\": \"absent in 1 of 3\"\n    }\n  }\n}\n");
}

static void about_counts_the_seeds(void **state)
{
    (void)state;
    make_set(2);
    write_file(set.directories[0], "analysis/about.json", "{\"title\": \"T\", \"n_seeds\": 1}");
    assert_int_equal(directory_create(out, NULL), PT_OK);
    write_file(out, "analysis/old", "");
    assert_int_equal(aggregate_about(&set, out, NULL), PT_OK);
    assert_file(out, "analysis/about.json", "{\n  \"title\": \"T\",\n  \"n_seeds\": 2\n}\n");
}

/* ---- Claims ---- */

/* A claim D1 with this verdict and value ("true", "0.5"). */
static void write_claim(size_t run, const char *verdict, const char *value)
{
    char text[600];
    snprintf(text, sizeof text,
             "[{\"id\": \"D1\", \"paper\": \"P1\", \"figure\": \"f\", \"statement\": \"s\", "
             "\"value\": %s, \"threshold\": 0.8, \"reproduced\": %s, \"reason\": \"no noise\", "
             "\"samples\": 50, \"seeds\": 1, \"details\": {\"low\": 0, \"high\": 9, \"weight\": "
             "%zu}}]",
             value, verdict, run + 1);
    write_file(set.directories[run], "analysis/claims.json", text);
}

static json_t *judge(const char *const verdicts[3], const char *const values[3])
{
    json_t *claims;
    make_set(3);
    for (size_t i = 0; i < 3; i++)
        write_claim(i, verdicts[i], values[i]);
    assert_int_equal(aggregate_claims(&set, &claims, NULL), PT_OK);
    assert_int_equal(json_array_size(claims), 1);
    json_t *claim = json_incref(json_array_get(claims, 0));
    json_decref(claims);
    assert_int_equal(json_integer_value(json_object_get(claim, "seeds")), 3);
    assert_int_equal(json_integer_value(json_object_get(claim, "samples")), 50);
    assert_near(json_member_number(json_object_get(claim, "details"), "weight"), 2, 0);
    return claim;
}

static void assert_reason(const json_t *claim, const char *expected)
{
    assert_string_equal(json_string_value(json_object_get(claim, "reason")), expected);
}

static void all_seeds_must_reproduce(void **state)
{
    (void)state;
    static const char *const values[] = {"1", "2", "6"};
    json_t *claim = judge((const char *const[]){"true", "true", "true"}, values);
    const json_t *details = json_object_get(claim, "details");
    assert_true(json_is_true(json_object_get(claim, "reproduced")));
    assert_reason(claim, "reproduced by 3 of 3 seeds: 1, 2, 6");
    assert_near(json_member_number(claim, "value"), 3, 1e-15);
    assert_near(json_member_number(details, "low"), 3 - T2 * sqrt(7.0 / 3), 1e-9);
    assert_near(json_member_number(details, "n_reproduced"), 3, 0);
    json_decref(claim);

    claim = judge((const char *const[]){"true", "false", "true"}, values);
    assert_true(json_is_false(json_object_get(claim, "reproduced")));
    assert_reason(claim, "reproduced by 2 of 3 seeds: 1, 2, 6");
    json_decref(claim);
}

static void who_does_not_measure_does_not_vote(void **state)
{
    (void)state;
    static const char *const values[] = {"1", "7", "5"};
    json_t *claim = judge((const char *const[]){"true", "null", "true"}, values);
    assert_true(json_is_true(json_object_get(claim, "reproduced")));
    assert_near(json_member_number(claim, "value"), 3, 1e-15);
    assert_reason(claim, "reproduced by 2 of 3 seeds: 1, -, 5; not measured by 1 of 3 seeds: no "
                         "noise");
    json_decref(claim);

    claim = judge((const char *const[]){"null", "null", "null"}, values);
    assert_true(json_is_null(json_object_get(claim, "reproduced")));
    assert_true(json_is_null(json_object_get(claim, "value")));
    assert_reason(claim, "not measured by 3 of 3 seeds: no noise");
    json_decref(claim);

    static const char *const nothing[] = {"null", "null", "null"};
    claim = judge((const char *const[]){"false", "null", "null"}, nothing);
    assert_true(json_is_false(json_object_get(claim, "reproduced")));
    json_decref(claim);
}

/* ---- All of it ---- */

static void make_whole_set(void)
{
    make_set(2);
    for (size_t i = 0; i < 2; i++) {
        const char *run = set.directories[i];
        write_file(run, "metrics.csv", "step,train_loss,train_loss_low,train_loss_high\n0,2,1,3\n");
        write_file(run, "analysis/orders.csv", "step,split,order,share\n0,test,1,1\n");
        write_file(run, "analysis/phases.json", "{\"test\": {\"t_star\": 1, \"t_rise\": null}}");
        write_file(run, "analysis/about.json", "{\"n_seeds\": 1}");
        write_claim(i, "true", "1");
    }
    write_file(set.directories[1], "analysis/labels.csv", "step,labels,share\n0,normal,1\n");
}

static int aggregate(void *user, struct pt_error *error)
{
    (void)user;
    json_t *claims;
    int status = aggregate_seeds(&set, 1, out, &claims, error);
    json_decref(claims);
    return status;
}

static void every_file_is_written(void **state)
{
    (void)state;
    make_whole_set();
    assert_int_equal(aggregate(NULL, NULL), PT_OK);
    assert_file(out, "metrics.csv", "step,train_loss,train_loss_low,train_loss_high\n0,2,2,2\n");
    assert_file(out, "analysis/orders.csv", "step,split,order,share\n0,test,1,1\n");
    assert_file(out, "analysis/labels.csv", "step,labels,share\n0,normal,1\n");
    assert_file(out, "analysis/about.json", "{\n  \"n_seeds\": 2\n}\n");
    json_t *claims;
    assert_int_equal(json_file_read(out, "analysis/claims.json", &claims, NULL), PT_OK);
    assert_int_equal(json_array_size(claims), 1);
    json_decref(claims);
    json_t *none;
    make_whole_set();
    assert_int_equal(aggregate_seeds(&set, 0, out, &none, NULL), PT_OK);
    assert_null(none);
    assert_int_equal(mem_live_bytes(), 0);
}

static void faults_leave_nothing(void **state)
{
    (void)state;
    make_whole_set();
    assert_survives_memory_faults(aggregate, NULL);
    assert_survives_file_faults(aggregate, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_means_with_intervals),
        cmocka_unit_test(low_and_high_are_of_the_column_before),
        cmocka_unit_test(rows_are_matched_by_their_keys),
        cmocka_unit_test(some_columns_are_keys_in_some_tables),
        cmocka_unit_test(equal_keys_are_matched_in_order),
        cmocka_unit_test(tables_must_fit_each_other),
        cmocka_unit_test(phases_are_medians),
        cmocka_unit_test(about_counts_the_seeds),
        cmocka_unit_test(all_seeds_must_reproduce),
        cmocka_unit_test(who_does_not_measure_does_not_vote),
        cmocka_unit_test(every_file_is_written),
        cmocka_unit_test(faults_leave_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
