/* Loading of analysis files: values land where they belong, faults are named with their place. */
#include "report_run.h"

#include "report/results.h"

static struct results results;

static size_t at_step(const struct curve *curve, double step)
{
    for (size_t i = 0; i < curve->n; i++)
        if (curve->step[i] == step)
            return i;
    fail_msg("no step %g", step);
    return 0;
}

/* Expected numbers are copied from the text of the files make_run.py writes. */
static void values_land_in_their_curves(void **state)
{
    (void)state;
    make_run();
    assert_int_equal(results_load(run_path, &results, NULL), PT_OK);
    assert_string_equal(results.about.network, "MLP 784-256-256-10");
    assert_int_equal(results.about.n_samples[PT_TRAIN], 2000);
    assert_int_equal(results.about.n_traced[PT_TEST], 50);
    assert_near(results.about.label_noise, 0.05, 0);
    assert_near(results.phases[PT_TEST].t_star, 24, 0);
    assert_near(results.phases[PT_TRAIN].t_rise, 192, 0);
    assert_int_equal(results.orders.n_orders, 10);

    const struct curve *loss = &results.metrics.loss[PT_TRAIN];
    assert_int_equal(loss->n, 23);
    assert_near(loss->value[0], 2.31, 0);
    assert_near(loss->low[0], 2.2407, 0);
    assert_near(loss->high[0], 2.3793, 0);
    assert_near(results.metrics.gap.value[0], -0.010000009, 0);
    assert_near(results.metrics.clean_loss.value[1], 2.24998628, 0);
    const struct curve *mean = &results.mean_order[PT_TEST];
    assert_near(mean->value[at_step(mean, 24)], 1.33834987, 0);
    assert_near(mean->low[at_step(mean, 24)], 1.27143238, 0);

    double total = 0;
    for (size_t k = 0; k < 10; k++) {
        const struct curve *share = &results.orders.share[PT_TRAIN][k];
        total += share->value[at_step(share, 256)];
        assert_true(results.orders.negative[PT_TEST][k].value[3] < 0);
        assert_true(results.orders.positive[PT_TEST][k].low[3] <
                    results.orders.positive[PT_TEST][k].value[3]);
    }
    assert_near(total, 1, 1e-7); /* of kind "both": each kind alone would do, two would not */
    results_release(&results);
    assert_int_equal(mem_live_bytes(), 0);
}

static void rows_may_come_in_any_order(void **state)
{
    (void)state;
    make_run();
    write_run_file("analysis/mean_order.csv",
                   "step,split,mean_order,low,high,more\n8,test,3,2,4,x\n0,train,5,,,x\n"
                   "0,test,6,5,7,x\n");
    assert_int_equal(results_load(run_path, &results, NULL), PT_OK);
    const struct curve *test = &results.mean_order[PT_TEST], *train = &results.mean_order[PT_TRAIN];
    assert_int_equal(test->n, 2);
    assert_near(test->step[1], 8, 0);
    assert_near(test->value[0], 6, 0);
    assert_near(test->value[1], 3, 0);
    assert_near(train->value[0], 5, 0);
    assert_true(isnan(train->low[0]) && isnan(train->value[1]));
    results_release(&results);
}

static void null_phases_are_nan(void **state)
{
    (void)state;
    make_run();
    edit_run_file("analysis/phases.json", "\"t_star\": 24", "\"t_star\": null");
    assert_int_equal(results_load(run_path, &results, NULL), PT_OK);
    assert_true(isnan(results.phases[PT_TEST].t_star));
    assert_near(results.phases[PT_TRAIN].t_star, 24, 0);
    results_release(&results);
}

struct fault {
    const char *file, *from, *to;
    long line; /* 0: the message has none */
    const char *message;
};

static const struct fault faults[] = {
    {"metrics.csv", "loss_gap,", "los_gap,", 1, "loss_gap"},
    {"metrics.csv", "train_loss_low", "train_loss_lower", 1, "train_loss_low"},
    {"metrics.csv", "\n1,0.03125,", "\n1,0.03125,x", 3, "train_loss"},
    {"metrics.csv", "\n1,0.03125,", "\n-1,0.03125,", 3, "step"},
    {"metrics.csv", "\n1,0.03125,", "\n0.5,0.03125,", 3, "step"},
    {"metrics.csv", "\n1,0.03125,", "\n,0.03125,", 3, "step"},
    {"metrics.csv", "\n1,0.03125,", "\n1e300,0.03125,", 3, "step"},
    {"metrics.csv", "\n1,0.03125,", "\n0,0.03125,", 3, "once more"},
    {"metrics.csv", "\n1,0.03125,", "\n1,0.03125,nan,", 3, ""},
    {"analysis/orders.csv", "0,0,train,and,1,", "0,0,training,both,1,", 2, "split"},
    {"analysis/orders.csv", "0,0,train,and,1,", "0,0,train,and,0,", 2, "order"},
    {"analysis/orders.csv", "0,0,train,and,1,", "0,0,train,and,21,", 2, "order"},
    {"analysis/orders.csv", "0,0,train,and,1,", "0,0,train,and,1.5,", 2, "order"},
    {"analysis/orders.csv", "0,0,train,both,2,", "0,0,train,both,1,", 23, "once more"},
    {"analysis/mean_order.csv", "0,0,test,", "0,0,west,", 3, "split"},
    {"analysis/mean_order.csv", "0,0,test,", "0,0,train,", 3, "once more"},
    {"analysis/generalization.csv", "excess_low", "excess_lower", 1, "excess_low"},
    {"analysis/generalization.csv", "0,0,train,0,", "0,0,all,0,", 2, "split"},
    {"analysis/generalization.csv", "0,0,train,1,", "0,0,train,0,", 3, "once more"},
    {"analysis/similarity.csv", "\n0,0,2,", "\n0,0,2,x", 4, "similarity"},
    {"analysis/labels.csv", "mislabelled", "odd", 12, "labels"},
    {"analysis/theory.csv", "0,0,train,and,1,", "0,0,train,some,1,", 2, "kind"},
    {"analysis/theory_rows.csv", "\n6,1e-06,0,", "\n6,-1e-06,0,", 2, "sigma2"},
    {"analysis/theory_rows.csv", "\n6,1e-06,0,", "\n0,1e-06,0,", 2, "n_players"},
    {"analysis/causal.csv", "checkpoint", "final?", 2, "sample"},
    {"analysis/common.csv", "\n1,", "\n2,", 3, "once more"},
    {"analysis/stability.csv", "variance", "variation", 1, "variance"},
    {"analysis/ground_truth.csv", "0,0,test,3,", "1,0,third,3,", 0, "all orders"},
    {"analysis/phases.json", "\"t1\": 192", "\"t1\": -1", 0, "t1"},
    {"analysis/phases.json", "\"t2\": 768", "\"t3\": 768", 0, "t2"},
    {"analysis/phases.json", "\"generalization\": {", "\"generalization\": 1, \"x\": {", 0,
     "generalization"},
    {"analysis/phases.json", "{", "[", 2, "JSON"},
    {"analysis/phases.json", "\"train\"", "\"training\"", 0, "train"},
    {"analysis/phases.json", "\"t_star\": 24", "\"t_star\": \"24\"", 0, "t_star"},
    {"analysis/phases.json", "\"t_star\": 24", "\"t_star\": -1", 0, "t_star"},
    {"analysis/about.json", "\"network\": \"", "\"network\": 5, \"old\": \"", 0, "network"},
    {"analysis/about.json", "\"n_players\": 10", "\"n_players\": -10", 0, "n_players"},
    {"analysis/about.json", "\"n_players\": 10", "\"n_players\": 1e1", 0, "n_players"},
    {"analysis/about.json", "\"title\": \"", "\"title\": \"\xff", 2, "JSON"},
    {"analysis/about.json", "{\n", "{\"seed\": 1,\n", 0, "JSON"},
};

static void faults_are_named_with_their_place(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        make_run();
        edit_run_file(faults[i].file, faults[i].from, faults[i].to);
        struct pt_error error = {0};
        int status = results_load(run_path, &results, &error);
        results_release(&results);
        if (status != PT_E_DATA || strcmp(error.file, run_file(faults[i].file)) != 0 ||
            (faults[i].line != 0 && error.line != faults[i].line) ||
            !strstr(error.message, faults[i].message))
            fail_msg("fault %zu: status %d, %s:%ld: %s", i, status, error.file, error.line,
                     error.message);
        assert_int_equal(mem_live_bytes(), 0);
    }
}

static void tables_are_read_by_their_keys(void **state)
{
    (void)state;
    make_run();
    assert_int_equal(results_load(run_path, &results, NULL), PT_OK);
    assert_true(results.three_phases.is_known);
    assert_near(results.three_phases.t1, 192, 0);
    assert_near(results.three_phases.t2, 768, 0);
    /* Numbers are copied from the text of the files. */
    const struct result_table *theory = &results.tables[TABLE_THEORY];
    struct curve real = result_curve(theory, "real", KEYS(PT_GROUP_TEST, KIND_AND, 2));
    assert_near(real.value[at_step(&real, 4096)], 0.0560640153, 0);
    assert_true(isnan(real.low[0]));
    struct curve none = result_curve(theory, "real", KEYS(PT_GROUP_MISLABELLED, KIND_AND, 2));
    assert_int_equal(none.n, 0);
    none = result_curve(theory, "real", KEYS(PT_GROUP_TEST, KIND_OR, 2));
    assert_true(none.n > 0 && !curve_has_values(&none));
    const struct result_table *labels = &results.tables[TABLE_LABELS];
    struct spectrum share = result_spectrum(labels, "share", KEYS(LABELS_MISLABELLED, 0), 22);
    assert_int_equal(share.n_orders, 10);
    assert_true(isnan(share.value[0]));
    assert_near(share.value[1], 0.147384419, 0);
    assert_near(share.low[10], 0.000800113369, 0);
    struct curve final = result_curve(&results.tables[TABLE_CAUSAL], "n_test", KEYS(SAMPLE_FINAL));
    assert_near(final.value[final.n - 1], 400, 0);
    assert_true(isnan(final.value[0]));
    struct spectrum common = result_spectrum(&results.tables[TABLE_COMMON], "chance", KEYS(0), 0);
    assert_near(common.value[10], 0.3, 0);
    struct curve ratio = result_curve(&results.tables[TABLE_THEORY_ROWS], "ratio", KEYS(6, 6));
    assert_true(ratio.n > 0 && !curve_has_values(&ratio));
    results_release(&results);
    assert_int_equal(mem_live_bytes(), 0);
}

static void absent_tables_are_empty(void **state)
{
    (void)state;
    make_run();
    remove_optional_inputs();
    edit_run_file("analysis/phases.json", "generalization", "something");
    assert_int_equal(results_load(run_path, &results, NULL), PT_OK);
    assert_false(results.three_phases.is_known);
    for (size_t i = 0; i < RESULTS_N_TABLES; i++)
        assert_int_equal(results.tables[i].n_along > 0, !result_layouts[i].is_optional);
    struct curve curve = result_curve(&results.tables[TABLE_LABELS], "share", KEYS(0, 1));
    assert_int_equal(curve.n, 0);
    assert_int_equal(result_n_orders(&results.tables[TABLE_LABELS]), 0);
    results_release(&results);
}

static void missing_files_are_io_errors(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_NEEDED_INPUTS; i++) {
        make_run();
        assert_int_equal(unlink(run_file(run_inputs[i])), 0);
        struct pt_error error = {0};
        assert_int_equal(results_load(run_path, &results, &error), PT_E_IO);
        assert_string_equal(error.file, run_file(run_inputs[i]));
        results_release(&results);
    }
    assert_int_equal(mem_live_bytes(), 0);
}

/* Cut anywhere: sound as far as it goes, or PT_E_DATA about that file; never a crash or a leak. */
static void cut_files_are_harmless(void **state)
{
    (void)state;
    make_run();
    for (size_t i = 0; i < N_RUN_INPUTS; i++) {
        char *whole = read_run_file(run_inputs[i]);
        size_t length = strlen(whole), n_errors = 0;
        size_t n_cuts = i < N_NEEDED_INPUTS ? 97 : 23;
        for (size_t kept = 0; kept < length; kept += 1 + length / n_cuts) {
            cut_run_file(run_inputs[i], kept);
            struct pt_error error = {0};
            int status = results_load(run_path, &results, &error);
            results_release(&results);
            assert_true(status == PT_OK || status == PT_E_DATA);
            if (status)
                assert_string_equal(error.file, run_file(run_inputs[i]));
            n_errors += status != PT_OK;
            write_run_file(run_inputs[i], whole);
        }
        mem_free(whole);
        assert_true(5 * n_errors > (i < N_NEEDED_INPUTS ? 4 : 1) * n_cuts);
    }
    assert_int_equal(mem_live_bytes(), 0);
}

static void orders_cut_between_lines_are_noticed(void **state)
{
    (void)state;
    make_run();
    char *text = read_run_file("analysis/orders.csv");
    char *last = strstr(text, "\n4096,128,test,both,10,");
    assert_non_null(last);
    cut_run_file("analysis/orders.csv", (size_t)(last - text) + 1);
    mem_free(text);
    struct pt_error error = {0};
    assert_int_equal(results_load(run_path, &results, &error), PT_E_DATA);
    assert_non_null(strstr(error.message, "step 4096, split test"));
    results_release(&results);
}

static void allocation_failures_leak_nothing(void **state)
{
    (void)state;
    make_run();
    for (long nth = 1;; nth++) {
        struct pt_error error = {0};
        mem_fail_at(nth, 0);
        int status = results_load(run_path, &results, &error);
        mem_fail_at(0, 0);
        results_release(&results);
        assert_int_equal(mem_live_bytes(), 0);
        if (status == PT_OK) {
            assert_true(nth > 8);
            break;
        }
        assert_int_equal(status, PT_E_MEMORY);
        assert_int_equal(error.code, PT_E_MEMORY);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_land_in_their_curves),
        cmocka_unit_test(rows_may_come_in_any_order),
        cmocka_unit_test(null_phases_are_nan),
        cmocka_unit_test(faults_are_named_with_their_place),
        cmocka_unit_test(tables_are_read_by_their_keys),
        cmocka_unit_test(absent_tables_are_empty),
        cmocka_unit_test(missing_files_are_io_errors),
        cmocka_unit_test(cut_files_are_harmless),
        cmocka_unit_test(orders_cut_between_lines_are_noticed),
        cmocka_unit_test(allocation_failures_leak_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
