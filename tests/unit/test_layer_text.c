/* Lists of layers: what each form means, the message on each mistake, and the grammar in help. */
#include "testing.h"

#include "base/mem.h"
#include "config/layer_forms.h"
#include "config/layer_text.h"

static struct pt_layer_list list;

static void parse(const char *text)
{
    struct value_problem problem;
    memset(&list, 0x5A, sizeof list);
    if (!layer_text_parse(text, &list, &problem))
        fail_msg("%s", problem.message);
}

static void assert_printed(const char *expected)
{
    struct text text = {0};
    text_append(&text, "", 0);
    layer_text_print(&list, &text);
    assert_string_equal(text.data, expected);
    text_release(&text);
}

/* `text`, a list of one layer before the last, is `expected`, and is printed as `printed`. */
static void assert_layer(const char *text, struct pt_layer_spec expected, const char *printed)
{
    char whole[200];
    snprintf(whole, sizeof whole, "%s, dense classes", text);
    parse(whole);
    assert_int_equal(list.n, 2);
    const struct pt_layer_spec *spec = &list.items[0];
    assert_int_equal(spec->kind, expected.kind);
    assert_int_equal(spec->size, expected.size);
    assert_int_equal(spec->kernel, expected.kernel);
    assert_int_equal(spec->stride, expected.stride);
    assert_int_equal(spec->padding, expected.padding);
    assert_int_equal(spec->no_bias, expected.no_bias);
    assert_true(spec->rate == expected.rate);
    snprintf(whole, sizeof whole, "%s, dense classes", printed);
    assert_printed(whole);

    struct pt_layer_list first = list;
    parse(whole);
    assert_memory_equal(&list, &first, sizeof list);
}

static void assert_same(const char *text, struct pt_layer_spec expected)
{
    assert_layer(text, expected, text);
}

static void every_layer_has_its_numbers(void **state)
{
    (void)state;
    assert_same("conv 32 3x3",
                (struct pt_layer_spec){.kind = PT_CONV2D, .size = 32, .kernel = 3, .stride = 1});
    assert_same("conv 65536 11x11 stride 4 padding 10 no-bias",
                (struct pt_layer_spec){.kind = PT_CONV2D,
                                       .size = 65536,
                                       .kernel = 11,
                                       .stride = 4,
                                       .padding = 10,
                                       .no_bias = 1});
    assert_same("dense 128", (struct pt_layer_spec){.kind = PT_DENSE, .size = 128});
    assert_same("dense 1 no-bias",
                (struct pt_layer_spec){.kind = PT_DENSE, .size = 1, .no_bias = 1});
    assert_same("dense classes no-bias", (struct pt_layer_spec){.kind = PT_DENSE, .no_bias = 1});
    assert_same("batchnorm", (struct pt_layer_spec){.kind = PT_BATCH_NORM});
    assert_same("relu", (struct pt_layer_spec){.kind = PT_RELU});
    assert_same("flatten", (struct pt_layer_spec){.kind = PT_FLATTEN});
    assert_same("global-avgpool", (struct pt_layer_spec){.kind = PT_GLOBAL_AVERAGE_POOL});
    assert_same("maxpool 2", (struct pt_layer_spec){.kind = PT_MAX_POOL, .kernel = 2, .stride = 2});
    assert_same(
        "maxpool 3 stride 2 padding 1",
        (struct pt_layer_spec){.kind = PT_MAX_POOL, .kernel = 3, .stride = 2, .padding = 1});
    assert_same("avgpool 4 stride 1",
                (struct pt_layer_spec){.kind = PT_AVERAGE_POOL, .kernel = 4, .stride = 1});
    assert_same("dropout 0.5", (struct pt_layer_spec){.kind = PT_DROPOUT, .rate = 0.5});
    assert_same("dropout 0", (struct pt_layer_spec){.kind = PT_DROPOUT});
    assert_same("residual 64",
                (struct pt_layer_spec){.kind = PT_RESIDUAL, .size = 64, .stride = 1});
    assert_same("residual 64 stride 2",
                (struct pt_layer_spec){.kind = PT_RESIDUAL, .size = 64, .stride = 2});
}

static void there_is_one_way_to_print(void **state)
{
    (void)state;
    assert_layer(
        " conv\t08  5x5 no-bias padding 2   stride 1 ",
        (struct pt_layer_spec){
            .kind = PT_CONV2D, .size = 8, .kernel = 5, .stride = 1, .padding = 2, .no_bias = 1},
        "conv 8 5x5 padding 2 no-bias");
    assert_layer("avgpool 3 padding 0 stride 3",
                 (struct pt_layer_spec){.kind = PT_AVERAGE_POOL, .kernel = 3, .stride = 3},
                 "avgpool 3");
    assert_layer("residual 8 stride 1",
                 (struct pt_layer_spec){.kind = PT_RESIDUAL, .size = 8, .stride = 1}, "residual 8");
    assert_layer("dropout .25", (struct pt_layer_spec){.kind = PT_DROPOUT, .rate = 0.25},
                 "dropout 0.25");
    parse("dense classes");
    assert_int_equal(list.n, 1);
    parse("");
    struct pt_layer_list empty = {0};
    assert_memory_equal(&list, &empty, sizeof list);
    assert_printed("");
}

/* The message on `text`, whose wrong part is `part`. */
static void assert_refused(const char *text, const char *part, const char *message)
{
    struct value_problem problem;
    struct pt_layer_list before;
    memset(&list, 0x5A, sizeof list);
    before = list;
    assert_false(layer_text_parse(text, &list, &problem));
    assert_string_equal(problem.message, message);
    assert_int_equal(problem.n_bytes, part[0] ? strlen(part) : 1);
    assert_memory_equal(text + problem.offset, part, strlen(part));
    assert_memory_equal(&list, &before, sizeof list);
}

#define CONV "conv CHANNELS KxK [stride S] [padding P] [no-bias]"
#define WORDS                                                                                   \
    "expected one of conv, dense, batchnorm, relu, maxpool, avgpool, global-avgpool, dropout, " \
    "flatten, residual"

static void mistakes_are_named(void **state)
{
    (void)state;
    static const struct {
        const char *text, *part, *message;
    } cases[] = {
        {"relu, cnov 8 3x3", "cnov", "'cnov' is no layer: " WORDS "; did you mean 'conv'?"},
        {"Conv 8 3x3", "Conv", "'Conv' is no layer: " WORDS "; did you mean 'conv'?"},
        {"transformer", "transformer", "'transformer' is no layer: " WORDS},
        {"relu conv 8 3x3", "conv",
         "'conv' is no option of relu: expected relu; is a comma missing before 'conv'?"},
        {"conv", "conv", "'conv' lacks its channels: expected " CONV},
        {"relu, conv 8 , relu", "conv 8", "'conv 8' lacks its kernel: expected " CONV},
        {"conv 3x3 8", "3x3", "'3x3' is not a whole number: expected " CONV},
        {"conv 0 3x3", "0", "'0' is out of range: expected " CONV " with CHANNELS from 1 to 65536"},
        {"conv 65537 3x3", "65537",
         "'65537' is out of range: expected " CONV " with CHANNELS from 1 to 65536"},
        {"conv 8 3", "3", "'3' is no square kernel such as 3x3: expected " CONV},
        {"conv 8 3x5", "3x5", "'3x5' is no square kernel such as 3x3: expected " CONV},
        {"conv 8 3x3x3", "3x3x3", "'3x3x3' is no square kernel such as 3x3: expected " CONV},
        {"conv 8 x", "x", "'x' is no square kernel such as 3x3: expected " CONV},
        {"conv 8 -3x-3", "-3", "'-3' is out of range: expected " CONV " with K from 1 to 1024"},
        {"conv 8 axa", "a", "'a' is not a whole number: expected " CONV},
        {"conv 8 3x3 stirde 2", "stirde",
         "'stirde' is no option of conv: expected " CONV "; did you mean 'stride'?"},
        {"conv 8 3x3 1", "1", "'1' is no option of conv: expected " CONV},
        {"conv 8 3x3 stride", "stride", "'stride' lacks its number: expected " CONV},
        {"conv 8 3x3 stride two", "two", "'two' is not a whole number: expected " CONV},
        {"conv 8 3x3 stride 0", "0",
         "'0' is out of range: expected " CONV " with S from 1 to 1024"},
        {"conv 8 3x3 padding same", "same", "'same' is not a whole number: expected " CONV},
        {"conv 8 3x3 padding 3", "3", "'3' is out of range: expected " CONV " with P from 0 to 2"},
        {"conv 8 3x3 stride 2 no-bias stride 3", "stride",
         "'stride' is given twice: expected " CONV},
        {"conv 8 3x3 no-bias no-bias", "no-bias", "'no-bias' is given twice: expected " CONV},
        {"dense", "dense", "'dense' lacks its outputs: expected dense OUTPUTS|classes [no-bias]"},
        {"dense class", "class",
         "'class' is not a whole number: expected dense OUTPUTS|classes [no-bias]"},
        {"dense 9 stride 2", "stride",
         "'stride' is no option of dense: expected dense OUTPUTS|classes [no-bias]"},
        {"maxpool 2x2", "2x2",
         "'2x2' is not a whole number: expected maxpool K [stride S] [padding P]"},
        {"maxpool 3 padding 2 stride 1", "2",
         "'2' is out of range: expected maxpool K [stride S] [padding P] with P from 0 to 1"},
        {"global-avgpool 7", "7", "'7' is no option of global-avgpool: expected global-avgpool"},
        {"dropout 1", "1", "'1' is out of range: expected dropout SHARE >= 0 and < 1"},
        {"dropout -0.1", "-0.1", "'-0.1' is out of range: expected dropout SHARE >= 0 and < 1"},
        {"dropout half", "half", "'half' is not a number: expected dropout SHARE"},
        {"residual 8 padding 1", "padding",
         "'padding' is no option of residual: expected residual CHANNELS [stride S]"},
        {"relu,, relu", ",", "a layer is missing in the list"},
        {"relu, ", " ", "a layer is missing in the list"},
        {"relu,", "", "a layer is missing in the list"},
        {"dense 3,  relu ", "relu", "'relu' cannot be the last layer: expected dense classes"},
        {"dense 10", "dense 10", "'dense 10' cannot be the last layer: expected dense classes"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_refused(cases[i].text, cases[i].part, cases[i].message);
}

static void there_is_a_limit_of_layers(void **state)
{
    (void)state;
    char many[5 * PT_MAX_LAYER_SPECS + 40] = "";
    for (size_t i = 0; i + 1 < PT_MAX_LAYER_SPECS; i++)
        strcat(many, "relu,");
    char *end = many + strlen(many);
    strcpy(end, "dense classes");
    parse(many);
    assert_int_equal(list.n, PT_MAX_LAYER_SPECS);
    strcpy(end, "relu,dense classes");
    assert_refused(many, "dense classes", "the list has more than 256 layers");
}

/* A word that is longer than any message is cut. */
static void overlong_words_are_refused(void **state)
{
    (void)state;
    char word[5000];
    struct value_problem problem;
    memset(word, 'r', sizeof word);
    word[sizeof word - 1] = '\0';
    assert_false(layer_text_parse(word, &list, &problem));
    assert_int_equal(problem.n_bytes, sizeof word - 1);
    memcpy(word, "relu ", 5);
    assert_false(layer_text_parse(word, &list, &problem));
    assert_int_equal(strlen(problem.message), sizeof problem.message - 1);
}

/* What was put there by hand and is no layer is printed as something that is refused. */
static void what_is_no_layer_is_not_printed_as_one(void **state)
{
    (void)state;
    struct value_problem problem;
    list = (struct pt_layer_list){.n = 1, .items = {{.kind = (enum pt_layer_kind)99}}};
    assert_printed("99");
    assert_false(layer_text_parse("99, dense classes", &list, &problem));
}

/* Help shows every form as the messages do, and an example that is a list of them. */
static void the_grammar_is_what_is_read(void **state)
{
    (void)state;
    const char *line = layer_grammar;
    for (size_t i = 0; i < layer_n_forms; i++) {
        size_t n = strlen(layer_forms[i].usage);
        assert_memory_equal(line, layer_forms[i].usage, n);
        assert_int_equal(line[n], '\n');
        line += n + 1;
    }
    assert_int_equal(*line, '\n');
    for (line = layer_grammar; *line; line += strcspn(line, "\n") + 1)
        assert_true(strcspn(line, "\n") <= 73);

    char example[1000] = "";
    const char *start = strstr(layer_grammar, "\nlayers = ");
    assert_non_null(start);
    strcpy(example, start + strlen("\nlayers = "));
    for (char *p = example; *p; p++)
        *p = *p == '\n' ? ' ' : *p;
    parse(example);
    assert_printed("conv 16 3x3 padding 1 no-bias, batchnorm, relu, maxpool 2, "
                   "residual 32 stride 2, residual 32, global-avgpool, flatten, dropout 0.5, "
                   "dense classes");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_layer_has_its_numbers),
        cmocka_unit_test(there_is_one_way_to_print),
        cmocka_unit_test(mistakes_are_named),
        cmocka_unit_test(there_is_a_limit_of_layers),
        cmocka_unit_test(overlong_words_are_refused),
        cmocka_unit_test(what_is_no_layer_is_not_printed_as_one),
        cmocka_unit_test(the_grammar_is_what_is_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
