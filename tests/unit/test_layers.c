/* Each kind of layer against a naive one in double, and its gradients against differences. */
#include "reference.h"

#include "num/lanes.h"

/* The arrays of a call in the layer's layout; the input and the output gradient in rows as well. */
struct operands {
    struct layer_pass pass;
    float *weights, *parameter_gradient, *memory, *scratch;
    float *input, *output, *output_gradient, *input_gradient; /* in the layer's layout */
    float *input_rows, *gradient_rows;
    size_t n_parameters;
};

static float *floats(size_t n)
{
    void *values = NULL;
    assert_int_equal(posix_memalign(&values, 64, (n + 1) * sizeof(float)), 0);
    memset(values, 0, (n + 1) * sizeof(float));
    return values;
}

static void to_layout(const struct layer *layer, const float *rows, size_t n,
                      const struct pt_shape *shape, float *values)
{
    if (layer->layout == LAYOUT_LANES)
        lanes_from_rows(rows, n, shape_count(shape), values, NULL);
    else
        memcpy(values, rows, n * shape_count(shape) * sizeof *values);
}

static float *in_rows(const struct layer *layer, const float *values, size_t n,
                      const struct pt_shape *shape)
{
    float *rows = floats(n * shape_count(shape));
    if (layer->layout == LAYOUT_LANES)
        lanes_to_rows(values, n, shape_count(shape), rows, NULL);
    else
        memcpy(rows, values, n * shape_count(shape) * sizeof *rows);
    return rows;
}

static struct operands make_operands(const struct layer *layer, size_t n, uint32_t index)
{
    size_t n_inputs = layer_array_count(&layer->input, n, layer->layout);
    size_t n_outputs = layer_array_count(&layer->output, n, layer->layout);
    struct operands o = {
        .n_parameters = layer->n_weights + layer->n_biases,
        .input = floats(n_inputs),
        .output = floats(n_outputs),
        .output_gradient = floats(n_outputs),
        .input_gradient = floats(n_inputs),
        .input_rows = floats(n * shape_count(&layer->input)),
        .gradient_rows = floats(n * shape_count(&layer->output)),
        .memory = floats(layer->memory_floats),
        .scratch = floats(layer->ops->scratch_floats ? layer->ops->scratch_floats(layer, n, 1, 1) : 0),
    };
    o.weights = floats(o.n_parameters);
    o.parameter_gradient = floats(o.n_parameters);
    fill_uniform(o.weights, o.n_parameters, 1, 4 * index);
    fill_uniform(o.input_rows, n * shape_count(&layer->input), 1, 4 * index + 1);
    fill_uniform(o.gradient_rows, n * shape_count(&layer->output), 1, 4 * index + 2);
    fill_uniform(o.parameter_gradient, o.n_parameters, 1, 4 * index + 3); /* overwritten */
    to_layout(layer, o.input_rows, n, &layer->input, o.input);
    to_layout(layer, o.gradient_rows, n, &layer->output, o.output_gradient);
    o.pass = (struct layer_pass){
        .n = n,
        .weights = o.weights,
        .biases = layer->n_biases ? o.weights + layer->n_weights : NULL,
        .input = o.input,
        .output = o.output,
        .memory = o.memory,
        .scratch = o.scratch,
        .output_gradient = o.output_gradient,
        .input_gradient = o.input_gradient,
        .weight_gradient = o.parameter_gradient,
        .bias_gradient = layer->n_biases ? o.parameter_gradient + layer->n_weights : NULL,
    };
    return o;
}

static void free_operands(struct operands *o)
{
    free(o->weights);
    free(o->parameter_gradient);
    free(o->memory);
    free(o->scratch);
    free(o->input);
    free(o->output);
    free(o->output_gradient);
    free(o->input_gradient);
    free(o->input_rows);
    free(o->gradient_rows);
}

/* sum of output * factor over all samples: a scalar whose gradients are those of the layer. */
static double objective(const struct layer *layer, size_t n, const double *parameters,
                        const double *input, const double *factor)
{
    size_t n_outputs = shape_count(&layer->output);
    double *output = calloc(n_outputs, sizeof *output), sum = 0;
    assert_non_null(output);
    for (size_t i = 0; i < n; i++) {
        reference_forward(layer, parameters, input + i * shape_count(&layer->input), output);
        for (size_t k = 0; k < n_outputs; k++)
            sum += output[k] * factor[i * n_outputs + k];
    }
    free(output);
    return sum;
}

static void assert_gradient(const struct layer *layer, size_t n, double *parameters, double *input,
                            const double *factor, double *varied, size_t n_varied,
                            const float *gradient)
{
    const double step = 1e-6;
    for (size_t i = 0; i < n_varied; i++) {
        double centre = varied[i];
        varied[i] = centre + step;
        double above = objective(layer, n, parameters, input, factor);
        varied[i] = centre - step;
        double below = objective(layer, n, parameters, input, factor);
        varied[i] = centre;
        assert_near((double)gradient[i], (above - below) / (2 * step), 2e-5);
    }
}

static void check_in_layout(struct layer *layer, size_t n, uint32_t index, enum layout layout)
{
    layer->layout = layout;
    struct operands o = make_operands(layer, n, index);
    size_t n_inputs = n * shape_count(&layer->input), n_outputs = n * shape_count(&layer->output);
    double *parameters = to_double(o.weights, o.n_parameters);
    double *input = to_double(o.input_rows, n_inputs);
    double *factor = to_double(o.gradient_rows, n_outputs);
    double *expected = to_double(o.gradient_rows, n_outputs);
    layer->ops->forward(layer, &o.pass);
    for (size_t i = 0; i < n; i++)
        reference_forward(layer, parameters, input + i * shape_count(&layer->input),
                          expected + i * shape_count(&layer->output));
    float *output = in_rows(layer, o.output, n, &layer->output);
    for (size_t i = 0; i < n_outputs; i++)
        assert_near((double)output[i], expected[i], 1e-5);
    layer->ops->backward(layer, &o.pass);
    float *input_gradient = in_rows(layer, o.input_gradient, n, &layer->input);
    assert_gradient(layer, n, parameters, input, factor, parameters, o.n_parameters,
                    o.parameter_gradient);
    assert_gradient(layer, n, parameters, input, factor, input, n_inputs, input_gradient);
    free(parameters);
    free(input);
    free(factor);
    free(expected);
    free(output);
    free(input_gradient);
    free_operands(&o);
}

/* Layers that work element by element are tried in both layouts. */
static void check_layer(struct layer *layer, size_t n, uint32_t index)
{
    if (layer->ops->layout != LAYOUT_LANES)
        check_in_layout(layer, n, index, LAYOUT_ROWS);
    if (layer->ops->layout != LAYOUT_ROWS)
        check_in_layout(layer, n, index, LAYOUT_LANES);
}

static void dense_matches_the_definition(void **state)
{
    (void)state;
    static const size_t cases[][5] = {/* channels, height, width, outputs, samples */
                                      {1, 1, 1, 1, 1},
                                      {5, 1, 1, 3, 4},
                                      {2, 3, 4, 7, 1},
                                      {17, 1, 1, 9, 5},
                                      {1, 5, 5, 2, 3}};
    for (uint32_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const size_t *c = cases[i];
        struct layer layer = {.name = "fc1", .input = {c[0], c[1], c[2]}};
        assert_int_equal(dense_make(&layer, c[3], i != 2, NULL), PT_OK);
        check_layer(&layer, c[4], i);
    }
}

static void conv2d_matches_the_definition(void **state)
{
    (void)state;
    static const size_t cases[][8] = {
        /* channels, height, width, output channels, kernel, stride, padding, samples */
        {1, 1, 1, 1, 1, 1, 0, 1}, {1, 5, 5, 2, 5, 1, 0, 2}, {2, 6, 5, 3, 3, 1, 1, 2},
        {3, 7, 6, 2, 3, 2, 0, 2}, {2, 6, 6, 2, 3, 2, 1, 1}, {1, 4, 7, 3, 2, 3, 1, 3},
        {2, 5, 4, 2, 4, 1, 3, 1}, {1, 1, 2, 2, 5, 1, 2, 2}, {2, 9, 8, 4, 3, 4, 2, 2},
        {3, 4, 4, 5, 1, 2, 0, 2}};
    for (uint32_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const size_t *c = cases[i];
        struct layer layer = {.name = "conv1", .input = {c[0], c[1], c[2]}};
        assert_int_equal(conv2d_make(&layer, c[3], c[4], c[5], c[6], i != 3, NULL), PT_OK);
        assert_int_equal(layer.output.height, (c[1] + 2 * c[6] - c[4]) / c[5] + 1);
        check_layer(&layer, c[7], 100 + i);
    }
}

static void pools_match_the_definition(void **state)
{
    (void)state;
    static const size_t cases[][7] = {
        /* channels, height, width, kernel, stride, padding, samples */
        {1, 2, 2, 2, 2, 0, 1}, {3, 5, 7, 2, 2, 0, 2}, {2, 6, 6, 3, 1, 0, 17},
        {2, 7, 5, 3, 2, 1, 1}, {1, 8, 8, 2, 3, 0, 3}, {2, 3, 3, 1, 1, 0, 1},
        {1, 4, 4, 3, 2, 1, 2}, {2, 3, 5, 4, 3, 2, 1}};
    for (uint32_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const size_t *c = cases[i];
        struct layer layer = {.name = "pool1", .input = {c[0], c[1], c[2]}};
        assert_int_equal(maxpool2d_make(&layer, c[3], c[4], c[5], NULL), PT_OK);
        check_layer(&layer, c[6], 200 + i);
        layer = (struct layer){.name = "pool1", .input = {c[0], c[1], c[2]}};
        assert_int_equal(avgpool2d_make(&layer, c[3], c[4], c[5], NULL), PT_OK);
        check_layer(&layer, c[6], 240 + i);
        layer = (struct layer){.name = "pool1", .input = {c[0], c[1], c[2]}};
        global_avgpool_make(&layer);
        check_layer(&layer, c[6], 280 + i);
    }
}

static void relu_and_flatten_match_the_definition(void **state)
{
    (void)state;
    struct layer relu = {.name = "relu1", .input = {3, 4, 5}};
    relu_make(&relu);
    check_layer(&relu, 3, 300);
    struct layer flatten = {.name = "flatten", .input = {3, 4, 5}};
    flatten_make(&flatten);
    assert_int_equal(flatten.output.channels, 60);
    assert_int_equal(flatten.output.height, 1);
    check_layer(&flatten, 2, 301);
}

/* In lanes 0 and 15; the other samples have ties of another kind. */
static void ties_go_to_the_first(void **state)
{
    (void)state;
    struct layer layer = {.name = "pool1", .input = {1, 2, 6}, .layout = LAYOUT_LANES};
    assert_int_equal(maxpool2d_make(&layer, 2, 2, 0, NULL), PT_OK);
    const float input[] = {1, 1, 0, 5, NAN, 1, 1, 1, 5, 5, 2, 3}, output_gradient[] = {10, 20, 30};
    const float expected[] = {10, 0, 0, 20, 30, 0, 0, 0, 0, 0, 0, 0};
    struct operands o = make_operands(&layer, LANES, 500);
    for (size_t lane = 0; lane < LANES; lane += LANES - 1) {
        for (size_t k = 0; k < 12; k++)
            o.input[k * LANES + lane] = input[k];
        for (size_t k = 0; k < 3; k++)
            o.output_gradient[k * LANES + lane] = output_gradient[k];
    }
    layer.ops->forward(&layer, &o.pass);
    layer.ops->backward(&layer, &o.pass);
    for (size_t lane = 0; lane < LANES; lane += LANES - 1) {
        assert_true(o.output[lane] == 1 && o.output[LANES + lane] == 5);
        assert_true(isnan(o.output[2 * LANES + lane]));
        for (size_t k = 0; k < 12; k++)
            assert_true(o.input_gradient[k * LANES + lane] == expected[k]);
    }
    free_operands(&o);
}

static void relu_works_in_place_and_keeps_nan(void **state)
{
    (void)state;
    struct layer layer = {.name = "relu1", .input = {4, 1, 1}};
    relu_make(&layer);
    float values[] = {-1, NAN, 2, 0}, gradient[] = {1, 1, 1, 1};
    struct layer_pass pass = {.n = 1,
                              .input = values,
                              .output = values,
                              .output_gradient = gradient,
                              .input_gradient = gradient};
    layer.ops->forward(&layer, &pass);
    assert_true(values[0] == 0 && isnan(values[1]) && values[2] == 2 && values[3] == 0);
    layer.ops->backward(&layer, &pass);
    assert_true(gradient[0] == 0 && gradient[2] == 1 && gradient[3] == 0);
}

static void add_is_the_sum_and_passes_its_gradient_on(void **state)
{
    (void)state;
    struct pt_error error = {0};
    struct layer layer = {.name = "add1", .input = {2, 3, 1}, .layout = LAYOUT_LANES};
    assert_int_equal(add_make(&layer, (struct pt_shape){2, 1, 3}, &error), PT_E_CONFIG);
    assert_non_null(strstr(error.message, "add1: the shapes [2, 3, 1] and [2, 1, 3] differ"));
    assert_int_equal(add_make(&layer, layer.input, NULL), PT_OK);
    struct operands o = make_operands(&layer, 17, 600);
    o.pass.second = o.output_gradient;
    layer.ops->forward(&layer, &o.pass);
    layer.ops->backward(&layer, &o.pass);
    for (size_t i = 0; i < layer_array_count(&layer.output, 17, LAYOUT_LANES); i++) {
        assert_true(o.output[i] == o.input[i] + o.output_gradient[i]);
        assert_true(o.input_gradient[i] == o.output_gradient[i]);
    }
    free_operands(&o);
}

/* Which values are dropped is a function of seed, step, layer and sample, whatever the layout. */
static void dropout_drops_its_share_and_scales_the_rest(void **state)
{
    (void)state;
    enum { N = 20, FEATURES = 500 };
    struct layer layer = {.name = "dropout1", .input = {FEATURES, 1, 1}};
    assert_int_equal(dropout_make(&layer, 1, NULL), PT_E_CONFIG);
    assert_int_equal(dropout_make(&layer, NAN, NULL), PT_E_CONFIG);
    assert_int_equal(dropout_make(&layer, 0.25, NULL), PT_OK);
    float *first = NULL;
    for (layer.layout = LAYOUT_ROWS; layer.layout <= LAYOUT_LANES; layer.layout++) {
        struct operands o = make_operands(&layer, N, 700);
        o.pass.is_training = 1;
        o.pass.draw_seed = 3;
        o.pass.draw_step = 9;
        o.pass.index = 4;
        layer.ops->forward(&layer, &o.pass);
        layer.ops->backward(&layer, &o.pass);
        float *output = in_rows(&layer, o.output, N, &layer.output);
        float *gradient = in_rows(&layer, o.input_gradient, N, &layer.output);
        size_t n_dropped = 0;
        for (size_t i = 0; i < N * FEATURES; i++) {
            int is_kept = output[i] != 0;
            n_dropped += !is_kept;
            assert_near((double)output[i], is_kept ? (double)o.input_rows[i] / 0.75 : 0, 1e-6);
            assert_near((double)gradient[i], is_kept ? (double)o.gradient_rows[i] / 0.75 : 0, 1e-6);
        }
        assert_in_range(n_dropped, 2300, 2700);
        if (first)
            assert_memory_equal(first, output, N * FEATURES * sizeof *output);
        o.pass.draw_step++;
        layer.ops->forward(&layer, &o.pass);
        float *other = in_rows(&layer, o.output, N, &layer.output);
        assert_memory_not_equal(other, output, N * FEATURES * sizeof *output);
        o.pass.is_training = 0;
        layer.ops->forward(&layer, &o.pass);
        assert_memory_equal(o.output, o.input,
                            layer_array_count(&layer.output, N, layer.layout) * sizeof *output);
        free(other);
        free(gradient);
        free(first);
        first = output;
        free_operands(&o);
    }
    free(first);
}

static void no_input_gradient_is_computed_when_none_is_wanted(void **state)
{
    (void)state;
    struct layer layers[3] = {
        {.name = "conv1", .input = {1, 4, 4}, .layout = LAYOUT_LANES},
        {.name = "fc1", .input = {1, 4, 4}, .layout = LAYOUT_ROWS},
        {.name = "pool1", .input = {1, 4, 4}, .layout = LAYOUT_LANES},
    };
    assert_int_equal(conv2d_make(&layers[0], 2, 3, 1, 1, 1, NULL), PT_OK);
    assert_int_equal(dense_make(&layers[1], 3, 1, NULL), PT_OK);
    assert_int_equal(maxpool2d_make(&layers[2], 2, 2, 0, NULL), PT_OK);
    for (size_t i = 0; i < 3; i++) {
        struct operands o = make_operands(&layers[i], 2, 400);
        layers[i].ops->backward(&layers[i], &o.pass);
        float *expected = floats(o.n_parameters);
        memcpy(expected, o.parameter_gradient, o.n_parameters * sizeof *expected);
        o.pass.input_gradient = NULL;
        layers[i].ops->backward(&layers[i], &o.pass);
        assert_memory_equal(o.parameter_gradient, expected, o.n_parameters * sizeof *expected);
        free(expected);
        free_operands(&o);
    }
}

static void layers_that_do_not_fit_are_refused(void **state)
{
    (void)state;
    struct pt_error error = {0};
    struct layer layer = {.name = "conv2", .input = {6, 4, 3}};
    assert_int_equal(conv2d_make(&layer, 16, 5, 1, 0, 1, &error), PT_E_CONFIG);
    assert_non_null(strstr(error.message, "layer conv2"));
    assert_non_null(strstr(error.message, "5x5"));
    assert_non_null(strstr(error.message, "[6, 4, 3]"));
    assert_int_equal(conv2d_make(&layer, 16, 3, 0, 0, 1, &error), PT_E_CONFIG);
    assert_int_equal(conv2d_make(&layer, 16, 0, 1, 0, 1, &error), PT_E_CONFIG);
    assert_int_equal(conv2d_make(&layer, 16, 3, 1, 3, 1, &error), PT_E_CONFIG);
    assert_int_equal(conv2d_make(&layer, 0, 3, 1, 0, 1, &error), PT_E_CONFIG);
    assert_int_equal(conv2d_make(&layer, SIZE_MAX, 3, 1, 0, 1, &error), PT_E_CONFIG);
    assert_int_equal(conv2d_make(&layer, 1, SIZE_MAX, 1, SIZE_MAX - 1, 1, &error), PT_E_CONFIG);
    assert_int_equal(conv2d_make(&layer, 1, 60000, 1, 59999, 1, &error), PT_E_CONFIG);
    assert_int_equal(maxpool2d_make(&layer, 4, 1, 0, &error), PT_E_CONFIG);
    assert_int_equal(avgpool2d_make(&layer, 3, 1, 2, &error), PT_E_CONFIG);
    assert_non_null(strstr(error.message, "padding 2 is more than half the kernel, 3"));
    assert_int_equal(dense_make(&layer, 0, 1, &error), PT_E_CONFIG);
    assert_int_equal(dense_make(&layer, SIZE_MAX / 72 + 1, 1, &error), PT_E_CONFIG);
    assert_int_equal(dense_make(&layer, 1000000000, 1, &error), PT_E_CONFIG);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dense_matches_the_definition),
        cmocka_unit_test(conv2d_matches_the_definition),
        cmocka_unit_test(pools_match_the_definition),
        cmocka_unit_test(relu_and_flatten_match_the_definition),
        cmocka_unit_test(ties_go_to_the_first),
        cmocka_unit_test(relu_works_in_place_and_keeps_nan),
        cmocka_unit_test(add_is_the_sum_and_passes_its_gradient_on),
        cmocka_unit_test(dropout_drops_its_share_and_scales_the_rest),
        cmocka_unit_test(no_input_gradient_is_computed_when_none_is_wanted),
        cmocka_unit_test(layers_that_do_not_fit_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
