/* Printing: any configuration reads back to the same bytes; the texts of help and manual. */
#include "testing.h"

#include "base/fsio.h"
#include "base/mem.h"
#include "base/random.h"
#include "config/schema.h"
#include "fmt/ini.h"

static char path[600];

static long between(struct random_stream *stream, long low, long high)
{
    return low + (long)random_below(stream, (uint32_t)(high - low + 1));
}

/* Distinct numbers, ascending; up to as many as a list holds. */
static void draw_list(struct random_stream *stream, struct pt_list *list, long low, long high)
{
    memset(list, 0, sizeof *list);
    size_t n_wanted = random_below(stream, PT_MAX_LIST + 1);
    for (long next = low; list->n < n_wanted;) {
        next = between(stream, next, next + 20 < high ? next + 20 : high);
        if (next == high)
            break;
        list->items[list->n++] = next++;
    }
}

static void draw_text(struct random_stream *stream, char *text, size_t n_bytes, size_t n_max,
                      int is_name)
{
    memset(text, 0, n_bytes);
    size_t n = random_below(stream, (uint32_t)n_max);
    for (size_t i = 0; i < n || (is_name && i == 0); i++) {
        char c = (char)between(stream, 1, 255);
        int after_blank = i == 0 || text[i - 1] == ' ';
        int is_edge = i == 0 || i + 1 >= n;
        if ((unsigned char)c < ' ' || c == 0x7f || (c == ' ' && is_edge) ||
            ((c == ';' || c == '#') && after_blank) || (c == '/' && is_name) ||
            (c == ',' && i + 1 >= n))
            c = 'x';
        text[i] = c;
    }
}

/* With effects of any number of digits. */
static void draw_terms(struct random_stream *stream, struct pt_term_list *list)
{
    memset(list, 0, sizeof *list);
    list->n = (size_t)between(stream, 1, PT_MAX_TERMS);
    for (size_t i = 0; i < list->n; i++) {
        struct pt_term *term = &list->items[i];
        term->kind = (enum pt_term_kind)random_below(stream, 2);
        term->order = (int)between(stream, term->kind == PT_TERM_OR ? 2 : 1, 64);
        term->strength = 100 * random_normal(stream);
    }
}

/* Ascending with gaps, so that there are ranges and single ones. */
static void draw_seeds(struct random_stream *stream, struct pt_seeds *seeds)
{
    size_t n_wanted = random_below(stream, PT_MAX_SEEDS + 1);
    for (uint64_t next = random_below(stream, 100000); seeds->n < n_wanted; next++)
        if (random_below(stream, 3) > 0)
            seeds->items[seeds->n++] = next;
}

/* Any layer, with or without its options. */
static struct pt_layer_spec draw_layer(struct random_stream *stream)
{
    struct pt_layer_spec spec = {.kind = (enum pt_layer_kind)random_below(stream, 10)};
    int is_pool = spec.kind == PT_MAX_POOL || spec.kind == PT_AVERAGE_POOL;
    int is_residual = spec.kind == PT_RESIDUAL;
    if (spec.kind == PT_CONV2D || spec.kind == PT_DENSE) {
        spec.size = between(stream, 1, 65536);
        spec.no_bias = (int)random_below(stream, 2);
    }
    if (spec.kind == PT_CONV2D || is_pool) {
        spec.kernel = between(stream, 1, 1024);
        spec.padding = between(stream, 0, is_pool ? spec.kernel / 2 : spec.kernel - 1);
    }
    if (is_residual)
        spec.size = between(stream, 1, 65536);
    if (spec.kind == PT_CONV2D || is_pool || is_residual)
        spec.stride = random_below(stream, 2) ? between(stream, 1, 1024)
                      : is_pool               ? spec.kernel
                                              : 1;
    if (spec.kind == PT_DROPOUT)
        spec.rate = random_uniform(stream);
    return spec;
}

static void draw_layers(struct random_stream *stream, struct pt_layer_list *list)
{
    memset(list, 0, sizeof *list);
    size_t n = random_below(stream, PT_MAX_LAYER_SPECS + 1);
    while (list->n + 1 < n) {
        struct pt_layer_spec drawn = draw_layer(stream), *spec = &list->items[list->n++];
        spec->kind = drawn.kind;
        spec->size = drawn.size;
        spec->kernel = drawn.kernel;
        spec->stride = drawn.stride;
        spec->padding = drawn.padding;
        spec->no_bias = drawn.no_bias;
        spec->rate = drawn.rate;
    }
    if (n > 0)
        list->items[list->n++].kind = PT_DENSE;
}

static void draw_sweep(struct random_stream *stream, struct pt_sweep *sweep)
{
    sweep->n = random_below(stream, 3);
    for (size_t i = 0; i < sweep->n; i++) {
        snprintf(sweep->keys[i].key, PT_TEXT_BYTES, "%s", i ? "train.momentum" : "train.epochs");
        snprintf(sweep->keys[i].values, PT_TEXT_BYTES, i ? "0.%u" : "%u, 1",
                 2 + random_below(stream, 1000));
    }
}

static void draw_config(struct random_stream *stream, struct pt_config *config)
{
    static const char *const sets[] = {"mnist", "fashion-mnist", "idx"};
    pt_config_default(config);
    draw_text(stream, config->run.name, PT_TEXT_BYTES, 190, 1);
    draw_text(stream, config->run.out, PT_PATH_BYTES, 194, 0);
    draw_text(stream, config->data.path, PT_PATH_BYTES, 193, 0);
    config->run.seed = (uint64_t)random_below(stream, 1u << 31) << 32 | random_u32(stream);
    draw_seeds(stream, &config->run.seeds);
    draw_sweep(stream, &config->sweep);
    config->run.threads = (int)between(stream, 0, 1024);
    memset(config->data.set, 0, PT_TEXT_BYTES);
    strcpy(config->data.set, sets[random_below(stream, 3)]);
    config->data.train_samples = between(stream, 0, 100000000);
    config->data.label_noise = random_uniform(stream);
    draw_terms(stream, &config->data.terms);
    do
        draw_list(stream, &config->data.classes, 0, 255);
    while (config->data.classes.n == 1);
    memset(config->model.preset, 0, PT_TEXT_BYTES);
    strcpy(config->model.preset, "lenet");
    draw_layers(stream, &config->model.layers);
    config->model.width = 0.01 + random_uniform(stream);
    draw_list(stream, &config->model.hidden, 1, 65536);
    config->model.init = (enum pt_init)random_below(stream, 3);
    draw_text(stream, config->model.weights, PT_PATH_BYTES, 150, 0);
    config->train.learning_rate = exp(random_normal(stream) * 10 - 40);
    config->train.momentum = random_uniform(stream);
    config->train.optimizer = (enum pt_optimizer)random_below(stream, 3);
    config->train.nesterov = config->train.optimizer == PT_OPTIMIZER_SGD ? PT_YES : PT_NO;
    config->train.beta1 = random_uniform(stream);
    config->train.epsilon = 1e-15 + 0.9 * random_uniform(stream);
    config->train.schedule = random_below(stream, 2) ? PT_RATE_CONSTANT : PT_RATE_COSINE;
    draw_list(stream, &config->train.step_epochs, 1, 100000);
    config->train.final_rate = config->train.learning_rate * random_uniform(stream);
    config->train.warmup_epochs = random_uniform(stream);
    config->train.shift = between(stream, 0, 1024);
    config->train.flip = (enum pt_switch)random_below(stream, 2);
    config->train.weight_decay = 100 * random_uniform(stream);
    config->snapshots.schedule = (enum pt_snapshot_schedule)random_below(stream, 3);
    config->snapshots.checkpoint_s = 86400 * random_uniform(stream);
    config->trace.players = 2;
    config->trace.grid = 64;
    config->trace.cells = (enum pt_cells)random_below(stream, 4);
    while (config->trace.cells == PT_CELLS_LIST && config->trace.cell_list.n < 2)
        draw_list(stream, &config->trace.cell_list, 0, 4095);
    draw_text(stream, config->trace.layer, PT_TEXT_BYTES, 100, 1);
    config->trace.baseline = PT_BASELINE_ZERO;
    config->trace.noise = 0.99 * random_uniform(stream);
    config->trace.tie_gap = 0.1 * random_uniform(stream);
    config->trace.solver = (enum pt_solver)random_below(stream, 4);
    config->trace.stability_draws = 2 + (long)random_below(stream, 999);
    config->trace.stability_deviation = random_uniform(stream);
    config->trace.gap = 1e-10 + 0.09 * random_uniform(stream);
}

/* Lists are all that goes on in further lines, which are indented, or is longer than a name. */
static void assert_lines_of_lists_are_short(const char *text)
{
    for (const char *line = text; *line; line += strcspn(line, "\n") + 1) {
        static const char *const texts[] = {"name ",  "out ",     "path ", "layer ", "test_path ",
                                            "label ", "weights ", "name=", "out=",   "path="};
        int is_text = 0;
        for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
            is_text |= strncmp(line, texts[i], strlen(texts[i])) == 0;
        assert_true(strcspn(line, "\n") <= (is_text ? INI_LINE_BYTES : 100));
    }
}

static void random_configurations_survive(void **state)
{
    (void)state;
    struct random_stream stream = random_stream(3, RANDOM_TEST, 0, 0);
    static struct pt_config config, back;
    for (int trial = 0; trial < 300; trial++) {
        draw_config(&stream, &config);
        char *text;
        struct pt_error error = {0};
        if (pt_config_print(&config, trial % 2, &text, &error) != PT_OK)
            fail_msg("%s", error.message);
        assert_lines_of_lists_are_short(text);
        assert_int_equal(file_append(path, text, strlen(text), NULL), PT_OK);
        memset(&back, 0x5A, sizeof back);
        if (pt_config_read(path, NULL, 0, &back, NULL, &error) != PT_OK)
            fail_msg("%s", error.message);
        assert_memory_equal(&back, &config, sizeof back);
        pt_config_free_text(text);
        assert_int_equal(remove(path), 0);
    }
    assert_int_equal(mem_live_bytes(), 0);
}

static void the_page_has_sections_and_comments(void **state)
{
    (void)state;
    static struct pt_config config;
    pt_config_default(&config);
    char *plain, *documented;
    assert_int_equal(pt_config_print(&config, 0, &plain, NULL), PT_OK);
    assert_int_equal(pt_config_print(&config, 1, &documented, NULL), PT_OK);
    static const char beginning[] =
        "[run]\nname = run\nseed = 1\nseeds =\nthreads = 0\nout =\n\n[data]\n";
    assert_memory_equal(plain, beginning, sizeof beginning - 1);
    assert_non_null(strstr(plain, "\nhidden = 256, 256\n"));
    assert_non_null(strstr(plain, "\ngap = 0.0001\n"));
    assert_null(strchr(plain, '#'));
    assert_non_null(strstr(documented, "\n# Step size of the optimiser. (a real number > 0 and <= "
                                       "100; default 0.01)\nlearning_rate = 0.01\n"));
    pt_config_free_text(plain);
    pt_config_free_text(documented);
}

static void assert_unprintable(const struct pt_config *config, const char *message)
{
    char *text;
    struct pt_error error = {0};
    assert_int_equal(pt_config_print(config, 0, &text, &error), PT_E_CONFIG);
    assert_string_equal(error.message, message);
    assert_int_equal(mem_live_bytes(), 0);
}

static void what_no_file_can_hold_is_refused(void **state)
{
    (void)state;
    static struct pt_config config;
    pt_config_default(&config);
    strcpy(config.run.out, "a\nseed = 7");
    assert_unprintable(&config, "run.out cannot be written: out cannot hold a control character");
    pt_config_default(&config);
    memset(config.run.out, 'x', 195);
    assert_unprintable(&config, "run.out cannot be written: its line would be over 198 bytes");
    config.run.out[194] = '\0';
    char *text;
    assert_int_equal(pt_config_print(&config, 0, &text, NULL), PT_OK);
    assert_non_null(strstr(text, "\nout=xxx"));
    pt_config_free_text(text);
    pt_config_default(&config);
    config.trace.solver = (enum pt_solver)4;
    assert_unprintable(&config, "trace.solver cannot be written: '4' is unknown: expected one of "
                                "exact, and, or, sgd");
    pt_config_default(&config);
    config.train.momentum = NAN;
    assert_unprintable(&config, "train.momentum cannot be written: 'nan' is not a number: expected "
                                "a real number >= 0 and < 1");
}

/* The entry `key` of the printed configuration, which reads back to the same bytes, is `expected`.
 */
static void assert_entry(const struct pt_config *config, const char *key, const char *expected)
{
    static struct pt_config back;
    char *text, start[80];
    struct pt_error error = {0};
    assert_int_equal(pt_config_print(config, 0, &text, NULL), PT_OK);
    snprintf(start, sizeof start, "\n%s =", key);
    const char *entry = strstr(text, start);
    assert_non_null(entry);
    assert_memory_equal(entry + 1, expected, strlen(expected));
    assert_int_equal(file_replace(path, text, strlen(text), NULL), PT_OK);
    if (pt_config_read(path, NULL, 0, &back, NULL, &error) != PT_OK)
        fail_msg("%s", error.message);
    snprintf(back.run.name, sizeof back.run.name, "%s", config->run.name);
    assert_memory_equal(&back, config, sizeof back);
    pt_config_free_text(text);
}

static void long_lists_are_written_in_several_lines(void **state)
{
    (void)state;
    static struct pt_config config;
    pt_config_default(&config);
    config.trace.grid = 64;
    config.trace.players = 2;
    config.trace.cells = PT_CELLS_LIST;
    for (size_t i = 0; i < 16; i++)
        config.trace.cell_list.items[config.trace.cell_list.n++] = 1000 + (long)i;
    /* The second to last number ends in column 98: a comma and the last reach 104. */
    assert_entry(&config, "cells",
                 "cells = 1000, 1001, 1002, 1003, 1004, 1005, 1006, 1007, 1008, 1009, 1010, 1011, "
                 "1012, 1013, 1014,\n        1015\ndraw = ");
    for (size_t n = config.trace.cell_list.n; n < PT_MAX_LIST; n++)
        config.trace.cell_list.items[n] = 1000 + (long)n;
    config.trace.cell_list.n = PT_MAX_LIST;
    assert_entry(&config, "cells", "cells = 1000, ");

    pt_config_default(&config);
    config.sweep.n = 1;
    strcpy(config.sweep.keys[0].key, "train.learning_rate");
    strcpy(config.sweep.keys[0].values, "0.001, 0.002,0.003,  0.004, 0.005, 0.006, 0.007, 0.008, "
                                        "0.009, 0.010, 0.011, 0.012, 0.013, 0.014");
    assert_entry(&config, "train.learning_rate",
                 "train.learning_rate = 0.001, 0.002,0.003,  0.004, 0.005, 0.006, 0.007, 0.008, "
                 "0.009, 0.010, 0.011,\n                      0.012, 0.013, 0.014\n");
}

/* A text with commas goes on like a list, unless a reader would take its end for something else. */
static void long_texts_are_broken_where_they_can_be(void **state)
{
    (void)state;
    static struct pt_config config;
    pt_config_default(&config);
    memset(config.run.out, 'x', 99);
    strcpy(config.run.out + 60, ",  y, zz");
    memset(config.run.out + 68, 'z', 40);
    char expected[PT_PATH_BYTES + 20];
    snprintf(expected, sizeof expected, "out = %.65s\n      %.42s\n", config.run.out,
             config.run.out + 66);
    assert_entry(&config, "out", expected);
    config.run.out[100] = '=';
    snprintf(expected, sizeof expected, "out = %s\n", config.run.out);
    assert_entry(&config, "out", expected);
    memset(config.run.out + 101, 'z', 100);
    assert_unprintable(&config, "run.out cannot be written: its line would be over 198 bytes");
}

static void assert_help(const char *name, const char *expected)
{
    char *text;
    assert_int_equal(pt_config_help(name, &text, NULL), PT_OK);
    assert_string_equal(text, expected);
    pt_config_free_text(text);
}

static void help_is_given_by_name(void **state)
{
    (void)state;
    static const char cells[] =
        "[trace]\n"
        "  cells: one of central, nocorner, all, or a list of whole numbers from 0 to\n"
        "      4095 (default nocorner)\n"
        "      Cells that players are drawn from: central leaves out the edge, nocorner\n"
        "      the four corners; or a list of cell numbers, row by row from 0.\n";
    assert_help("cells", cells);
    assert_help("trace.cells", cells);
    assert_help("snapshots.count", "[snapshots]\n"
                                   "  count: a whole number from 2 to 1000 (default 20)\n"
                                   "      Snapshots in all, step 0 and the last step included.\n");
    char *all, *section;
    assert_int_equal(pt_config_help(NULL, &all, NULL), PT_OK);
    assert_int_equal(pt_config_help("trace", &section, NULL), PT_OK);
    assert_non_null(strstr(all, section));
    assert_non_null(strstr(section, "\n  gap: "));
    for (size_t i = 0; i < schema_n_keys; i++) {
        char head[80];
        snprintf(head, sizeof head, "\n  %s: ", schema[i].key);
        assert_non_null(strstr(all, head));
    }
    for (const char *line = all; *line; line += strcspn(line, "\n") + 1)
        assert_true(strcspn(line, "\n") <= 79);
    pt_config_free_text(all);
    pt_config_free_text(section);
}

static void unknown_help_is_an_error(void **state)
{
    (void)state;
    struct pt_error error = {0};
    char *text;
    assert_int_equal(pt_config_help("train.epoch", &text, &error), PT_E_CONFIG);
    assert_string_equal(error.message, "there is no configuration key 'train.epoch'; did you mean "
                                       "'epochs'?");
    assert_int_equal(pt_config_help("data.epochs", &text, &error), PT_E_CONFIG);
    assert_int_equal(pt_config_help("", &text, &error), PT_E_CONFIG);
    assert_string_equal(error.message, "there is no configuration key ''");
    assert_int_equal(mem_live_bytes(), 0);
}

static void the_manual_has_a_row_a_key(void **state)
{
    (void)state;
    char *text;
    assert_int_equal(pt_config_manual(&text, NULL), PT_OK);
    assert_non_null(strstr(text, "\n## [trace]\n\n| Key | Value | Default | Meaning |\n"));
    assert_non_null(strstr(text, "\n| `classes` | a list of whole numbers from 0 to 255 | empty | "
                                 "Classes to keep, renumbered in this order; empty for all. |\n"));
    size_t n_rows = 0;
    for (const char *row = text; (row = strstr(row, "\n| `")); row++)
        n_rows++;
    assert_int_equal(n_rows, schema_n_keys + 1); /* and one for any key of [sweep] */
    pt_config_free_text(text);
}

static int print_defaults(char **text, struct pt_error *error)
{
    static struct pt_config config;
    pt_config_default(&config);
    return pt_config_print(&config, 1, text, error);
}

static int print_help(char **text, struct pt_error *error)
{
    return pt_config_help(NULL, text, error);
}

static void memory_faults_leave_nothing(void **state)
{
    (void)state;
    static int (*const pages[])(char **, struct pt_error *) = {print_defaults, print_help,
                                                               pt_config_manual};
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
        int status;
        long nth = 1;
        do {
            char *text = NULL;
            struct pt_error error = {0};
            mem_fail_at(nth++, 0);
            status = pages[i](&text, &error);
            mem_fail_at(0, 0);
            assert_int_equal(error.code, status);
            pt_config_free_text(text);
            assert_int_equal(mem_live_bytes(), 0);
        } while (status == PT_E_MEMORY);
        assert_int_equal(status, PT_OK);
        assert_true(nth > 8);
    }
}

int main(void)
{
    path_join(path, sizeof path, scratch_directory(), "x.ini", NULL);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_configurations_survive),
        cmocka_unit_test(the_page_has_sections_and_comments),
        cmocka_unit_test(what_no_file_can_hold_is_refused),
        cmocka_unit_test(long_lists_are_written_in_several_lines),
        cmocka_unit_test(long_texts_are_broken_where_they_can_be),
        cmocka_unit_test(help_is_given_by_name),
        cmocka_unit_test(unknown_help_is_an_error),
        cmocka_unit_test(the_manual_has_a_row_a_key),
        cmocka_unit_test(memory_faults_leave_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
