/* Single values: every type's good and bad texts, and the message with its place. */
#include "testing.h"

#include "base/mem.h"
#include "config/value.h"

static struct pt_config config;

static const struct schema_key *key_of(const char *section, const char *key)
{
    size_t index = schema_find(section, key);
    assert_true(index != SCHEMA_NONE);
    return &schema[index];
}

static void assert_stored(const char *section, const char *key, const char *text)
{
    struct value_problem problem;
    if (!value_parse(key_of(section, key), text, &config, &problem))
        fail_msg("%s", problem.message);
}

static void assert_refused(const char *section, const char *key, const char *text, size_t offset,
                           size_t n_bytes, const char *message)
{
    struct value_problem problem;
    struct pt_config before = config;
    assert_false(value_parse(key_of(section, key), text, &config, &problem));
    assert_string_equal(problem.message, message);
    assert_int_equal(problem.offset, offset);
    assert_int_equal(problem.n_bytes, n_bytes);
    assert_memory_equal(&config, &before, sizeof config);
}

static void assert_printed(const char *section, const char *key, const char *expected)
{
    struct text text = {0};
    value_print(key_of(section, key), &config, &text);
    text_append(&text, "", 0);
    assert_string_equal(text.data, expected);
    text_release(&text);
}

static void texts(void **state)
{
    (void)state;
    assert_stored("run", "out", "a;b#c = d \xC3\xA4");
    assert_string_equal(config.run.out, "a;b#c = d \xC3\xA4");
    assert_stored("run", "out", "x");
    char zeros[PT_PATH_BYTES] = "x";
    assert_memory_equal(config.run.out, zeros, sizeof zeros);
    assert_printed("run", "out", "x");
    assert_stored("run", "out", "");

    assert_refused("run", "out", "a\nb", 1, 1, "out cannot hold a control character");
    assert_refused("run", "out", "a\x7f", 1, 1, "out cannot hold a control character");
    assert_refused("run", "out", " a", 0, 1, "out cannot start or end with a blank");
    assert_refused("run", "out", "a ", 1, 1, "out cannot start or end with a blank");
    assert_refused("run", "out", "a ;b", 2, 1,
                   "out cannot hold a ';' at its start or after a blank");
    assert_refused("run", "out", "a,b,", 3, 1, "out cannot end with a comma");
    assert_stored("run", "out", ",a,b");
    assert_refused("run", "out", "#", 0, 1, "out cannot hold a '#' at its start or after a blank");
    assert_refused("run", "name", "", 0, 1, "a value is missing: expected a name without '/'");
    assert_refused("run", "name", "a/b", 1, 1, "name cannot hold a '/'");
    char longest[PT_TEXT_BYTES + 4];
    memset(longest, 'n', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    assert_refused("run", "name", longest, 255, 4, "name is longer than 255 bytes");
    longest[255] = '\0';
    assert_stored("run", "name", longest);
    assert_string_equal(config.run.name, longest);
}

static void whole_numbers(void **state)
{
    (void)state;
    assert_stored("run", "threads", "1024");
    assert_int_equal(config.run.threads, 1024);
    assert_stored("train", "epochs", "007");
    assert_int_equal(config.train.epochs, 7);
    assert_printed("train", "epochs", "7");
    assert_stored("run", "seed", "9223372036854775807");
    assert_printed("run", "seed", "9223372036854775807");
    assert_refused("trace", "players", "1", 0, 1,
                   "'1' is out of range: expected a whole number from 2 to 20");
    assert_refused("trace", "players", "21", 0, 2,
                   "'21' is out of range: expected a whole number from 2 to 20");
    assert_refused("trace", "players", "9223372036854775808", 0, 19,
                   "'9223372036854775808' is out of range: expected a whole number from 2 to 20");
    assert_refused("trace", "players", "10 x", 0, 4,
                   "'10 x' is not a whole number: expected a whole number from 2 to 20");
    assert_refused("run", "seed", "-1", 0, 2,
                   "'-1' is out of range: expected a whole number from 0 to 9223372036854775807");
}

static void real_numbers(void **state)
{
    (void)state;
    assert_stored("train", "momentum", "0");
    assert_stored("train", "momentum", "0.999999");
    assert_true(config.train.momentum == 0.999999);
    assert_stored("train", "learning_rate", "100");
    assert_stored("train", "learning_rate", "1e-300");
    assert_printed("train", "learning_rate", "1e-300");
    assert_refused("train", "momentum", "1.0", 0, 3,
                   "'1.0' is out of range: expected a real number >= 0 and < 1");
    assert_refused("train", "momentum", "-0.1", 0, 4,
                   "'-0.1' is out of range: expected a real number >= 0 and < 1");
    assert_refused("train", "learning_rate", "0.0", 0, 3,
                   "'0.0' is out of range: expected a real number > 0 and <= 100");
    assert_refused("train", "learning_rate", "1e999", 0, 5,
                   "'1e999' is out of range: expected a real number > 0 and <= 100");
    assert_refused("trace", "gap", "1e-4x", 0, 5,
                   "'1e-4x' is not a number: expected a real number >= 1e-10 and <= 0.1");
}

static void choices(void **state)
{
    (void)state;
    assert_stored("trace", "baseline", "mean-image");
    assert_int_equal(config.trace.baseline, PT_BASELINE_MEAN_IMAGE);
    assert_stored("data", "set", "fashion-mnist");
    assert_string_equal(config.data.set, "fashion-mnist");
    assert_refused("trace", "solver", "exat", 0, 4,
                   "'exat' is unknown: expected one of exact, and, or, sgd; did you mean 'exact'?");
    assert_refused("model", "preset", "vgg-11", 0, 6,
                   "'vgg-11' is unknown: expected one of mlp, mlp5, lenet, alexnet, vgg11, "
                   "vgg11_bn, vgg13, vgg13_bn, vgg16, vgg16_bn, resnet8, resnet18, resnet20, "
                   "resnet32, resnet56, layers; did you mean 'vgg11'?");
    assert_refused("train", "optimizer", "", 0, 1,
                   "a value is missing: expected one of sgd, adam, adamw");
}

/* Every network there is can be named, and no other. */
static void presets_are_those_of_the_network(void **state)
{
    (void)state;
    size_t n_choices = 0, n_presets = 0;
    while (key_of("model", "preset")->choices[n_choices])
        n_choices++;
    for (; pt_preset_name(n_presets); n_presets++)
        assert_stored("model", "preset", pt_preset_name(n_presets));
    assert_int_equal(n_choices, n_presets);
}

static void lists(void **state)
{
    (void)state;
    assert_stored("model", "hidden", "1,  65536 ,\t3");
    assert_int_equal(config.model.hidden.n, 3);
    assert_int_equal(config.model.hidden.items[1], 65536);
    assert_printed("model", "hidden", "1, 65536, 3");
    assert_stored("model", "hidden", "");
    struct pt_list empty = {0};
    assert_memory_equal(&config.model.hidden, &empty, sizeof empty);
    assert_printed("model", "hidden", "");
    assert_refused("model", "hidden", "5, 0", 3, 1,
                   "'0' is out of range: expected a list of whole numbers from 1 to 65536");
    assert_refused("model", "hidden", "5, x y ,6", 3, 3,
                   "'x y' is not a whole number: expected a list of whole numbers from 1 to 65536");
    assert_refused("model", "hidden", "5, ,6", 2, 1, "a number is missing in the list");
    assert_refused("model", "hidden", "5,", 2, 1, "a number is missing in the list");
    char many[2 * PT_MAX_LIST + 2];
    for (size_t i = 0; i < sizeof many - 1; i++)
        many[i] = i % 2 ? ',' : '1';
    many[2 * PT_MAX_LIST + 1] = '\0';
    assert_refused("model", "hidden", many, 512, 1, "the list has more than 256 numbers");
    many[2 * PT_MAX_LIST - 1] = '\0';
    assert_stored("model", "hidden", many);
    assert_int_equal(config.model.hidden.n, PT_MAX_LIST);
}

static void cells(void **state)
{
    (void)state;
    static const char expected[] =
        "one of central, nocorner, all, or a list of whole numbers from 0 to 4095";
    char message[200];
    assert_stored("trace", "cells", "5, 6, 9");
    assert_int_equal(config.trace.cells, PT_CELLS_LIST);
    assert_int_equal(config.trace.cell_list.items[2], 9);
    assert_printed("trace", "cells", "5, 6, 9");
    assert_stored("trace", "cells", "central");
    assert_int_equal(config.trace.cells, PT_CELLS_CENTRAL);
    struct pt_list empty = {0};
    assert_memory_equal(&config.trace.cell_list, &empty, sizeof empty);
    snprintf(message, sizeof message, "'4096' is out of range: expected %s", expected);
    assert_refused("trace", "cells", "1, 4096", 3, 4, message);
    snprintf(message, sizeof message, "a value is missing: expected %s", expected);
    assert_refused("trace", "cells", "", 0, 1, message);
}

static void assert_term(size_t i, enum pt_term_kind kind, int order, double strength)
{
    const struct pt_term *term = &config.data.terms.items[i];
    assert_int_equal(term->kind, kind);
    assert_int_equal(term->order, order);
    assert_true(term->strength == strength);
}

static void layers(void **state)
{
    (void)state;
    assert_stored("model", "layers", "conv  8 3x3, relu ,\tflatten,dense classes");
    assert_int_equal(config.model.layers.n, 4);
    assert_printed("model", "layers", "conv 8 3x3, relu, flatten, dense classes");
    assert_stored("model", "layers", "");
    assert_int_equal(config.model.layers.n, 0);
    assert_printed("model", "layers", "");
    assert_refused("model", "layers", "relu", 0, 4,
                   "'relu' cannot be the last layer: expected dense classes");
    for (size_t i = 0; i < schema_n_keys; i++)
        assert_int_equal(schema_details(&schema[i]) != NULL, schema[i].type == SCHEMA_LAYERS);
}

static void terms(void **state)
{
    (void)state;
    assert_stored("data", "terms", "and3 -2.5,or2\t.5 ,  and1   1e-3");
    assert_int_equal(config.data.terms.n, 3);
    assert_term(0, PT_TERM_AND, 3, -2.5);
    assert_term(1, PT_TERM_OR, 2, 0.5);
    assert_term(2, PT_TERM_AND, 1, 0.001);
    assert_printed("data", "terms", "and3 -2.5, or2 0.5, and1 0.001");
    assert_stored("data", "terms", "or64 1000");
    assert_int_equal(config.data.terms.n, 1);
    assert_term(0, PT_TERM_OR, 64, 1000);
    struct pt_term_list one = {1, {{PT_TERM_OR, 64, 1000}}};
    assert_memory_equal(&config.data.terms, &one, sizeof one);

    static const char expected[] =
        "expected a list of terms such as and3 -2.5: 'and' or 'or', 1 to "
        "64 inputs, an effect from -1000 to 1000";
    static const struct {
        const char *text;
        size_t offset, n_bytes;
        const char *reason, *advice;
    } cases[] = {
        {"adn3 1", 0, 3, "'adn' is unknown", "; did you mean 'and'?"},
        {"and1 1, AND3 1", 8, 3, "'AND' is unknown", "; did you mean 'and'?"},
        {"harsanyidividends2 1", 0, 17, "'harsanyidividends' is unknown", ""},
        {"3 and", 0, 5, "'3 and' is no term", ""},
        {"and 3 1", 0, 7, "'and 3 1' lacks the number of its inputs", ""},
        {"and0 1", 3, 1, "'0' is out of range", ""},
        {"and65 1", 3, 2, "'65' is out of range", ""},
        {"and2.5 1", 3, 3, "'2.5' is not a whole number", ""},
        {"or1 1", 0, 3, "'or1' is the same as and1", ""},
        {"or2 1,and3 ", 6, 4, "'and3' lacks its effect", ""},
        {"and3 two", 5, 3, "'two' is not a number", ""},
        {"and3 1 2", 5, 3, "'1 2' is not a number", ""},
        {"and3 -0.0", 5, 4, "'-0.0' is no effect", ""},
        {"and3 1000.1", 5, 6, "'1000.1' is out of range", ""},
        {"and3 1e999", 5, 5, "'1e999' is out of range", ""},
        {"", 0, 1, "a value is missing", ""},
        {"and2 1,", 7, 1, "a value is missing", ""},
        {"and2 1, ,and3 1", 7, 1, "a value is missing", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char message[300];
        snprintf(message, sizeof message, "%s: %s%s", cases[i].reason, expected, cases[i].advice);
        assert_refused("data", "terms", cases[i].text, cases[i].offset, cases[i].n_bytes, message);
    }
}

static void there_is_a_limit_of_terms(void **state)
{
    (void)state;
    char many[7 * (PT_MAX_TERMS + 1) + 1] = "";
    for (size_t i = 0; i <= PT_MAX_TERMS; i++)
        memcpy(many + 7 * i, "and1 1,", 8);
    many[7 * PT_MAX_TERMS - 1] = '\0';
    assert_stored("data", "terms", many);
    assert_int_equal(config.data.terms.n, PT_MAX_TERMS);
    many[7 * PT_MAX_TERMS - 1] = ',';
    many[7 * PT_MAX_TERMS + 6] = '\0';
    assert_refused("data", "terms", many, 7 * PT_MAX_TERMS, 6,
                   "'and1 1' is one term too many: expected a list of terms such as and3 -2.5: "
                   "'and' or 'or', 1 to 64 inputs, an effect from -1000 to 1000");
}

/* The default of every key is a value of it, is printed back, and lies in its own field alone. */
static void defaults_are_values(void **state)
{
    (void)state;
    for (size_t i = 0; i < schema_n_keys; i++) {
        const struct schema_key *key = &schema[i];
        memset(&config, 0xA5, sizeof config);
        assert_stored(key->section, key->key, key->default_text);
        size_t end = key->offset + key->field_bytes;
        const unsigned char *bytes = (const unsigned char *)&config;
        if (key->type != SCHEMA_CELLS) {
            for (size_t b = 0; b < sizeof config; b++)
                assert_true((b >= key->offset && b < end) || bytes[b] == 0xA5);
        }
        assert_printed(key->section, key->key,
                       strcmp(key->key, "gap") == 0 ? "0.0001" : key->default_text);
    }
}

/* What the manual and --help-config assume of the table. */
static void the_table_is_well_formed(void **state)
{
    (void)state;
    assert_int_equal(schema_n_keys, 73);
    for (size_t i = 0; i < schema_n_keys; i++) {
        const struct schema_key *key = &schema[i];
        assert_int_equal(schema_find(key->section, key->key), i);
        assert_null(strchr(key->help, '|'));
        assert_int_equal(key->help[strlen(key->help) - 1], '.');
        char expected[SCHEMA_DESCRIPTION_BYTES];
        schema_describe(key, expected, sizeof expected);
        assert_true(strlen(expected) > 2 && strlen(expected) < sizeof expected - 1);
        assert_null(strchr(expected, '|'));
        if (i > 0 && strcmp(schema[i - 1].section, key->section) != 0)
            for (size_t j = 0; j < i; j++)
                assert_string_not_equal(schema[j].section, key->section);
    }
    assert_true(schema_find("train", "players") == SCHEMA_NONE);
    assert_string_equal(schema[schema_find(NULL, "players")].section, "trace");
    assert_true(schema_has_section("snapshots"));
    assert_false(schema_has_section("snapshot"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts),
        cmocka_unit_test(whole_numbers),
        cmocka_unit_test(real_numbers),
        cmocka_unit_test(choices),
        cmocka_unit_test(presets_are_those_of_the_network),
        cmocka_unit_test(lists),
        cmocka_unit_test(cells),
        cmocka_unit_test(layers),
        cmocka_unit_test(terms),
        cmocka_unit_test(there_is_a_limit_of_terms),
        cmocka_unit_test(defaults_are_values),
        cmocka_unit_test(the_table_is_well_formed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
