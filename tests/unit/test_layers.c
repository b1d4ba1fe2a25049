/* Each kind of layer against a naive one in double, and its gradients against differences. */
#include "reference.h"

struct operands {
    struct layer_pass pass;
    float *weights, *input, *output, *scratch;
    float *output_gradient, *input_gradient, *parameter_gradient;
    size_t n_parameters, n_inputs, n_outputs; /* of the layer; of all samples */
};

static float *floats(size_t n)
{
    float *values = calloc(n + 1, sizeof *values);
    assert_non_null(values);
    return values;
}

static struct operands make_operands(const struct layer *layer, size_t n, uint32_t index)
{
    struct operands o = {.n_parameters = layer->n_weights + layer->n_biases,
                         .n_inputs = n * shape_count(&layer->input),
                         .n_outputs = n * shape_count(&layer->output)};
    o.weights = floats(o.n_parameters);
    o.input = floats(o.n_inputs);
    o.output = floats(o.n_outputs);
    o.scratch = floats(layer->scratch_floats);
    o.output_gradient = floats(o.n_outputs);
    o.input_gradient = layer->ops->in_place ? o.output_gradient : floats(o.n_inputs);
    o.parameter_gradient = floats(o.n_parameters);
    fill_uniform(o.weights, o.n_parameters, 1, 4 * index);
    fill_uniform(o.input, o.n_inputs, 1, 4 * index + 1);
    fill_uniform(o.output_gradient, o.n_outputs, 1, 4 * index + 2);
    fill_uniform(o.parameter_gradient, o.n_parameters, 1, 4 * index + 3); /* overwritten */
    o.pass = (struct layer_pass){n,
                                 o.weights,
                                 o.weights + layer->n_weights,
                                 o.input,
                                 o.output,
                                 o.scratch,
                                 o.output_gradient,
                                 o.input_gradient,
                                 o.parameter_gradient,
                                 o.parameter_gradient + layer->n_weights};
    return o;
}

static void free_operands(const struct layer *layer, struct operands *o)
{
    free(o->weights);
    free(o->input);
    free(o->output);
    free(o->scratch);
    free(o->output_gradient);
    if (!layer->ops->in_place)
        free(o->input_gradient);
    free(o->parameter_gradient);
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

static void check_layer(const struct layer *layer, size_t n, uint32_t index)
{
    struct operands o = make_operands(layer, n, index);
    double *parameters = to_double(o.weights, o.n_parameters);
    double *input = to_double(o.input, o.n_inputs);
    double *factor = to_double(o.output_gradient, o.n_outputs);
    double *expected = to_double(o.output, o.n_outputs);
    layer->ops->forward(layer, &o.pass);
    for (size_t i = 0; i < n; i++)
        reference_forward(layer, parameters, input + i * shape_count(&layer->input),
                          expected + i * shape_count(&layer->output));
    for (size_t i = 0; i < o.n_outputs; i++)
        assert_near((double)o.output[i], expected[i], 1e-5);
    layer->ops->backward(layer, &o.pass);
    assert_gradient(layer, n, parameters, input, factor, parameters, o.n_parameters,
                    o.parameter_gradient);
    assert_gradient(layer, n, parameters, input, factor, input, o.n_inputs, o.input_gradient);
    free(parameters);
    free(input);
    free(factor);
    free(expected);
    free_operands(layer, &o);
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
        assert_int_equal(dense_make(&layer, c[3], NULL), PT_OK);
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
        assert_int_equal(conv2d_make(&layer, c[3], c[4], c[5], c[6], NULL), PT_OK);
        assert_int_equal(layer.output.height, (c[1] + 2 * c[6] - c[4]) / c[5] + 1);
        check_layer(&layer, c[7], 100 + i);
    }
}

static void maxpool2d_matches_the_definition(void **state)
{
    (void)state;
    static const size_t cases[][6] = {/* channels, height, width, kernel, stride, samples */
                                      {1, 2, 2, 2, 2, 1}, {3, 5, 7, 2, 2, 2}, {2, 6, 6, 3, 1, 2},
                                      {2, 7, 5, 3, 2, 1}, {1, 8, 8, 2, 3, 3}, {2, 3, 3, 1, 1, 1}};
    for (uint32_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const size_t *c = cases[i];
        struct layer layer = {.name = "pool1", .input = {c[0], c[1], c[2]}};
        assert_int_equal(maxpool2d_make(&layer, c[3], c[4], NULL), PT_OK);
        check_layer(&layer, c[5], 200 + i);
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

static void ties_go_to_the_first(void **state)
{
    (void)state;
    struct layer layer = {.name = "pool1", .input = {1, 2, 6}};
    assert_int_equal(maxpool2d_make(&layer, 2, 2, NULL), PT_OK);
    const float input[] = {1, 1, 0, 5, NAN, 1, 1, 1, 5, 5, 2, 3}, output_gradient[] = {10, 20, 30};
    const float expected[] = {10, 0, 0, 20, 30, 0, 0, 0, 0, 0, 0, 0};
    float output[3], gradient[12];
    struct layer_pass pass = {.n = 1,
                              .input = input,
                              .output = output,
                              .output_gradient = output_gradient,
                              .input_gradient = gradient};
    layer.ops->forward(&layer, &pass);
    assert_true(output[0] == 1 && output[1] == 5 && isnan(output[2]));
    layer.ops->backward(&layer, &pass);
    for (size_t i = 0; i < 12; i++)
        assert_true(gradient[i] == expected[i]);
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

static void no_input_gradient_is_computed_when_none_is_wanted(void **state)
{
    (void)state;
    struct layer layers[2] = {{.name = "conv1", .input = {1, 4, 4}},
                              {.name = "fc1", .input = {1, 4, 4}}};
    assert_int_equal(conv2d_make(&layers[0], 2, 3, 1, 1, NULL), PT_OK);
    assert_int_equal(dense_make(&layers[1], 3, NULL), PT_OK);
    for (size_t i = 0; i < 2; i++) {
        struct operands o = make_operands(&layers[i], 2, 400);
        layers[i].ops->backward(&layers[i], &o.pass);
        float *expected = floats(o.n_parameters);
        memcpy(expected, o.parameter_gradient, o.n_parameters * sizeof *expected);
        o.pass.input_gradient = NULL;
        layers[i].ops->backward(&layers[i], &o.pass);
        assert_memory_equal(o.parameter_gradient, expected, o.n_parameters * sizeof *expected);
        free(expected);
        free_operands(&layers[i], &o);
    }
}

static void layers_that_do_not_fit_are_refused(void **state)
{
    (void)state;
    struct pt_error error = {0};
    struct layer layer = {.name = "conv2", .input = {6, 4, 3}};
    assert_int_equal(conv2d_make(&layer, 16, 5, 1, 0, &error), PT_E_CONFIG);
    assert_non_null(strstr(error.message, "layer conv2"));
    assert_non_null(strstr(error.message, "5x5"));
    assert_non_null(strstr(error.message, "[6, 4, 3]"));
    assert_int_equal(conv2d_make(&layer, 16, 3, 0, 0, &error), PT_E_CONFIG);
    assert_int_equal(conv2d_make(&layer, 16, 0, 1, 0, &error), PT_E_CONFIG);
    assert_int_equal(conv2d_make(&layer, 16, 3, 1, 3, &error), PT_E_CONFIG);
    assert_int_equal(conv2d_make(&layer, 0, 3, 1, 0, &error), PT_E_CONFIG);
    assert_int_equal(conv2d_make(&layer, SIZE_MAX, 3, 1, 0, &error), PT_E_CONFIG);
    assert_int_equal(conv2d_make(&layer, 1, SIZE_MAX, 1, SIZE_MAX - 1, &error), PT_E_CONFIG);
    assert_int_equal(conv2d_make(&layer, 1, 60000, 1, 59999, &error), PT_E_CONFIG);
    assert_int_equal(maxpool2d_make(&layer, 4, 1, &error), PT_E_CONFIG);
    assert_int_equal(dense_make(&layer, 0, &error), PT_E_CONFIG);
    assert_int_equal(dense_make(&layer, SIZE_MAX / 72 + 1, &error), PT_E_CONFIG);
    assert_int_equal(dense_make(&layer, 1000000000, &error), PT_E_CONFIG);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dense_matches_the_definition),
        cmocka_unit_test(conv2d_matches_the_definition),
        cmocka_unit_test(maxpool2d_matches_the_definition),
        cmocka_unit_test(relu_and_flatten_match_the_definition),
        cmocka_unit_test(ties_go_to_the_first),
        cmocka_unit_test(relu_works_in_place_and_keeps_nan),
        cmocka_unit_test(no_input_gradient_is_computed_when_none_is_wanted),
        cmocka_unit_test(layers_that_do_not_fit_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
