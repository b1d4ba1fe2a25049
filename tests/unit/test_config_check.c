/* Rules between keys: cells are counted one by one here, and each rule's edge is on both sides. */
#include "testing.h"

#include "base/mem.h"
#include "phasetrace/config.h"

static struct pt_config config;

/* The status of the defaults with these arguments, up to the first NULL. */
static int status_of(const char *first, const char *second, const char *third)
{
    const char *const sets[] = {first, second, third};
    size_t n_sets = 0;
    while (n_sets < 3 && sets[n_sets])
        n_sets++;
    return pt_config_read(NULL, sets, n_sets, &config, NULL, NULL);
}

static int is_available(const char *cells, long side, long row, long column)
{
    int row_edge = row == 0 || row == side - 1, column_edge = column == 0 || column == side - 1;
    if (strcmp(cells, "central") == 0)
        return !row_edge && !column_edge;
    if (strcmp(cells, "nocorner") == 0)
        return !(row_edge && column_edge);
    return 1;
}

static void players_need_as_many_cells(void **state)
{
    (void)state;
    static const char *const kinds[] = {"central", "nocorner", "all"};
    for (size_t kind = 0; kind < 3; kind++)
        for (long side = 1; side <= 8; side++) {
            long n_cells = 0;
            for (long cell = 0; cell < side * side; cell++)
                n_cells += is_available(kinds[kind], side, cell / side, cell % side);
            for (long players = 2; players <= 16; players++) {
                char sets[3][64];
                snprintf(sets[0], sizeof sets[0], "trace.cells=%s", kinds[kind]);
                snprintf(sets[1], sizeof sets[1], "trace.grid=%ld", side);
                snprintf(sets[2], sizeof sets[2], "trace.players=%ld", players);
                assert_int_equal(status_of(sets[0], sets[1], sets[2]),
                                 players <= n_cells ? PT_OK : PT_E_CONFIG);
            }
        }
}

static void lists_of_cells_fit_the_grid(void **state)
{
    (void)state;
    assert_int_equal(status_of("trace.cells=0,5,15", "trace.players=3", NULL), PT_OK);
    assert_int_equal(status_of("trace.cells=0,5,15", "trace.players=4", NULL), PT_E_CONFIG);
    assert_int_equal(status_of("trace.cells=0,5,16", "trace.players=3", NULL), PT_E_CONFIG);
    assert_int_equal(status_of("trace.cells=0,5,16", "trace.players=3", "trace.grid=5"), PT_OK);
    assert_int_equal(status_of("trace.cells=0,5,0", "trace.players=2", NULL), PT_E_CONFIG);
    assert_int_equal(status_of("trace.grid=64", "trace.cells=4095,1", "trace.players=2"), PT_OK);
}

/* The columns of a table are not known before it is read. */
static void tables_have_columns_for_cells(void **state)
{
    (void)state;
    assert_int_equal(status_of("data.set=census", "trace.players=16", NULL), PT_OK);
    assert_int_equal(status_of("data.set=census", "trace.cells=0,99,3", "trace.players=3"), PT_OK);
    assert_int_equal(status_of("data.set=census", "trace.cells=0,99,3", "trace.players=4"),
                     PT_E_CONFIG);
    assert_int_equal(status_of("data.set=census", "trace.cells=3,99,3", "trace.players=3"),
                     PT_E_CONFIG);
}

static void sets_without_a_place_need_a_path(void **state)
{
    (void)state;
    assert_int_equal(status_of("data.set=csv", "data.path=t.csv", NULL), PT_E_CONFIG);
    assert_int_equal(status_of("data.set=csv", "data.label=y", NULL), PT_E_CONFIG);
    assert_int_equal(status_of("data.set=csv", "data.path=t.csv", "data.label=y"), PT_OK);
    assert_int_equal(status_of("data.set=images", NULL, NULL), PT_E_CONFIG);
    assert_int_equal(status_of("data.set=images", "data.path=p", NULL), PT_OK);
    assert_int_equal(status_of("data.set=images", "data.path=p", "data.channels=2"), PT_E_CONFIG);
    assert_int_equal(status_of("data.set=images", "data.path=p", "data.channels=3"), PT_OK);
    assert_int_equal(status_of("data.set=cifar10", NULL, NULL), PT_OK);
}

static void lists_of_columns_are_not_swept(void **state)
{
    (void)state;
    assert_int_equal(status_of("data.set=census", "sweep.data.ignore=a, b", NULL), PT_E_CONFIG);
    assert_int_equal(status_of("data.set=census", "sweep.data.missing=drop, mean", NULL), PT_OK);
}

static void classes_differ(void **state)
{
    (void)state;
    assert_int_equal(status_of("data.classes=", NULL, NULL), PT_OK);
    assert_int_equal(status_of("data.classes=7", NULL, NULL), PT_E_CONFIG);
    assert_int_equal(status_of("data.classes=7,0", NULL, NULL), PT_OK);
    assert_int_equal(status_of("data.classes=7,0,3,0", NULL, NULL), PT_E_CONFIG);
}

static void an_mlp_is_traced_at_its_input(void **state)
{
    (void)state;
    assert_int_equal(status_of("trace.layer=relu1", NULL, NULL), PT_E_CONFIG);
    assert_int_equal(status_of("trace.layer=relu1", "model.preset=mlp5", NULL), PT_E_CONFIG);
    assert_int_equal(status_of("trace.layer=relu1", "model.preset=lenet", "trace.baseline=zero"),
                     PT_OK);
    assert_int_equal(status_of("trace.layer=relu1", "model.preset=lenet", NULL), PT_E_CONFIG);
    assert_int_equal(status_of("trace.layer=input", "model.preset=lenet", NULL), PT_OK);
}

static void a_list_of_layers_is_a_network(void **state)
{
    (void)state;
    static const char list[] = "model.layers=relu, dense classes";
    assert_int_equal(status_of("model.preset=layers", NULL, NULL), PT_E_CONFIG);
    assert_int_equal(status_of("model.preset=layers", list, NULL), PT_OK);
    assert_int_equal(status_of(list, NULL, NULL), PT_E_CONFIG);
    assert_int_equal(status_of("model.layers=", NULL, NULL), PT_OK);
    /* Chosen, so that the list can stay while a sweep goes over presets. */
    assert_int_equal(status_of("model.preset=lenet", list, NULL), PT_OK);
    assert_int_equal(status_of("sweep.model.preset=mlp, layers", list, NULL), PT_OK);
    assert_int_equal(status_of("sweep.model.preset=mlp, layers", NULL, NULL), PT_E_CONFIG);
    assert_int_equal(status_of("sweep.model.layers=relu", NULL, NULL), PT_E_CONFIG);
    assert_int_equal(status_of("sweep.data.terms=and1 2, or2 3", NULL, NULL), PT_E_CONFIG);
}

/* The status of a boolean data set with these arguments. */
static int status_of_boolean(const char *first, const char *second)
{
    const char *const sets[] = {"data.set=boolean", "trace.baseline=black", first, second};
    return pt_config_read(NULL, sets, second ? 4 : first ? 3 : 2, &config, NULL, NULL);
}

static void boolean_inputs_are_cells(void **state)
{
    (void)state;
    assert_int_equal(status_of_boolean(NULL, NULL), PT_OK);
    assert_int_equal(status_of_boolean("data.inputs=10", NULL), PT_OK);
    assert_int_equal(status_of_boolean("trace.players=16", "trace.grid=1"), PT_OK);
    assert_int_equal(status_of_boolean("trace.players=16", "data.inputs=15"), PT_E_CONFIG);
    assert_int_equal(status_of_boolean("trace.cells=0,19", "trace.players=2"), PT_OK);
    assert_int_equal(status_of_boolean("trace.cells=0,20", "trace.players=2"), PT_E_CONFIG);
    assert_int_equal(status_of_boolean("trace.cells=0,1", "trace.players=3"), PT_E_CONFIG);
    assert_int_equal(status_of_boolean("trace.cells=0,0", "trace.players=2"), PT_E_CONFIG);
}

static void boolean_terms_are_over_relevant_inputs(void **state)
{
    (void)state;
    assert_int_equal(status_of_boolean("data.relevant=4", NULL), PT_OK);
    assert_int_equal(status_of_boolean("data.relevant=3", NULL), PT_E_CONFIG);
    assert_int_equal(status_of_boolean("data.relevant=20", NULL), PT_OK);
    assert_int_equal(status_of_boolean("data.relevant=21", NULL), PT_E_CONFIG);
    assert_int_equal(status_of_boolean("data.terms=and10 1", NULL), PT_OK);
    assert_int_equal(status_of_boolean("data.terms=and10 1,or11 1", NULL), PT_E_CONFIG);
    assert_int_equal(status_of("data.relevant=3", "data.inputs=2", NULL), PT_OK);
}

static void a_generated_set_has_no_files(void **state)
{
    (void)state;
    assert_int_equal(status_of_boolean("data.third_samples=0", NULL), PT_OK);
    assert_int_equal(status_of_boolean("data.train_samples=0", NULL), PT_E_CONFIG);
    assert_int_equal(status_of_boolean("data.test_samples=0", NULL), PT_E_CONFIG);
    assert_int_equal(status_of_boolean("data.path=x", NULL), PT_E_CONFIG);
    assert_int_equal(status_of_boolean("data.classes=0,1", NULL), PT_E_CONFIG);
    assert_int_equal(status_of_boolean("model.preset=lenet", NULL), PT_E_CONFIG);
    assert_int_equal(status_of_boolean("model.preset=resnet20", NULL), PT_E_CONFIG);
    assert_int_equal(status_of_boolean("model.preset=mlp5", NULL), PT_OK);
    assert_int_equal(status_of_boolean("model.preset=layers", "model.layers=dense classes"), PT_OK);
    assert_int_equal(status_of_boolean("trace.baseline=zero", NULL), PT_E_CONFIG);
}

static void training_keys_fit_each_other(void **state)
{
    (void)state;
    assert_int_equal(status_of("train.nesterov=yes", NULL, NULL), PT_OK);
    assert_int_equal(status_of("train.nesterov=yes", "train.momentum=0", NULL), PT_E_CONFIG);
    assert_int_equal(status_of("train.nesterov=yes", "train.optimizer=adam", NULL), PT_E_CONFIG);
    assert_int_equal(status_of("train.momentum=0", "train.optimizer=adamw", NULL), PT_OK);
    assert_int_equal(status_of("train.schedule=step", NULL, NULL), PT_E_CONFIG);
    assert_int_equal(status_of("train.schedule=step", "train.step_epochs=5", NULL), PT_OK);
    assert_int_equal(status_of("train.schedule=step", "train.step_epochs=5,6,9", NULL), PT_OK);
    assert_int_equal(status_of("train.schedule=step", "train.step_epochs=5,5", NULL), PT_E_CONFIG);
    assert_int_equal(status_of("train.schedule=step", "train.step_epochs=6,5", NULL), PT_E_CONFIG);
    assert_int_equal(status_of("train.step_epochs=5,6", NULL, NULL), PT_E_CONFIG);
    assert_int_equal(status_of("train.step_epochs=6,5", "train.schedule=cosine", NULL), PT_OK);
    assert_int_equal(status_of("train.step_epochs=", NULL, NULL), PT_OK);
    assert_int_equal(status_of("train.step_epochs=5,9", "train.schedule=step", "train.epochs=10"),
                     PT_OK);
    assert_int_equal(status_of("train.step_epochs=5,9", "train.schedule=step", "train.epochs=9"),
                     PT_E_CONFIG);
    assert_int_equal(
        status_of("train.step_epochs=5,9", "sweep.train.schedule=constant, step", NULL), PT_OK);
    assert_int_equal(status_of("train.schedule=cosine", "train.final_rate=0.01", NULL), PT_OK);
    assert_int_equal(status_of("train.schedule=cosine", "train.final_rate=0.011", NULL),
                     PT_E_CONFIG);
    assert_int_equal(status_of("train.final_rate=0.011", NULL, NULL), PT_OK);
    assert_int_equal(status_of("train.warmup_epochs=4.9", "train.epochs=5", NULL), PT_OK);
    assert_int_equal(status_of("train.warmup_epochs=5", "train.epochs=5", NULL), PT_E_CONFIG);
    assert_int_equal(status_of("train.shift=4", "train.flip=yes", NULL), PT_OK);
    assert_int_equal(status_of_boolean("train.shift=4", NULL), PT_E_CONFIG);
    assert_int_equal(status_of_boolean("train.flip=yes", NULL), PT_E_CONFIG);
}

/* Of several keys on the command line the one the rule is about is blamed. */
static void the_subject_of_the_rule_is_blamed(void **state)
{
    (void)state;
    static const char *const sets[] = {"model.preset=mlp", "trace.layer=relu1"};
    char *report;
    assert_int_equal(pt_config_read(NULL, sets, 2, &config, &report, NULL), PT_E_CONFIG);
    assert_string_equal(report, "--set: an mlp can only be traced at layer = input, not at "
                                "'relu1'\n"
                                "      | --set trace.layer=relu1\n"
                                "      |                   ^~~~~\n");
    pt_config_free_text(report);
    assert_int_equal(mem_live_bytes(), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(players_need_as_many_cells),
        cmocka_unit_test(lists_of_cells_fit_the_grid),
        cmocka_unit_test(tables_have_columns_for_cells),
        cmocka_unit_test(sets_without_a_place_need_a_path),
        cmocka_unit_test(lists_of_columns_are_not_swept),
        cmocka_unit_test(classes_differ),
        cmocka_unit_test(an_mlp_is_traced_at_its_input),
        cmocka_unit_test(a_list_of_layers_is_a_network),
        cmocka_unit_test(boolean_inputs_are_cells),
        cmocka_unit_test(boolean_terms_are_over_relevant_inputs),
        cmocka_unit_test(a_generated_set_has_no_files),
        cmocka_unit_test(training_keys_fit_each_other),
        cmocka_unit_test(the_subject_of_the_rule_is_blamed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
