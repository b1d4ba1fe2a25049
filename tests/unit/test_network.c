/* Networks: structure of the presets, refusals, failure paths. */
#include "testing.h"

#include "base/mem.h"
#include "phasetrace/network.h"

static struct pt_network *create(const struct pt_network_options *options)
{
    struct pt_network *network;
    struct pt_error error = {0};
    if (pt_network_create(options, &network, &error))
        fail_msg("%s", error.message);
    return network;
}

static void assert_tensor(const struct pt_network *network, size_t index, const char *name,
                          const size_t *shape, size_t rank, size_t offset)
{
    const struct pt_tensor *tensor = pt_network_tensor(network, index);
    assert_string_equal(tensor->name, name);
    assert_int_equal(tensor->rank, rank);
    size_t count = 1;
    for (size_t i = 0; i < rank; i++) {
        assert_int_equal(tensor->shape[i], shape[i]);
        count *= shape[i];
    }
    assert_int_equal(tensor->count, count);
    assert_int_equal(tensor->offset, offset);
}

static void assert_layer(const struct pt_network *network, size_t index, const char *name,
                         const char *kind, struct pt_shape output, size_t n_parameters)
{
    struct pt_layer_info layer = pt_network_layer(network, index);
    assert_string_equal(layer.name, name);
    assert_string_equal(layer.kind, kind);
    assert_memory_equal(&layer.output, &output, sizeof output);
    assert_int_equal(layer.n_parameters, n_parameters);
    assert_int_equal(pt_network_find_layer(network, name), index);
}

static void assert_window(const struct pt_network *network, size_t index, size_t kernel,
                          size_t stride, size_t padding)
{
    struct pt_layer_info layer = pt_network_layer(network, index);
    assert_int_equal(layer.kernel, kernel);
    assert_int_equal(layer.stride, stride);
    assert_int_equal(layer.padding, padding);
}

static void mlp_is_what_pytorch_would_build(void **state)
{
    (void)state;
    static const long hidden[] = {256, 128};
    const struct pt_network_options options = {
        .preset = "mlp", .input = {1, 28, 28}, .n_classes = 10, .hidden = hidden, .n_hidden = 2};
    struct pt_network *network = create(&options);
    assert_int_equal(pt_network_n_parameters(network), 235146);
    assert_int_equal(pt_network_n_classes(network), 10);
    assert_int_equal(pt_network_n_tensors(network), 6);
    assert_tensor(network, 0, "fc1.weight", (size_t[]){256, 784}, 2, 0);
    assert_tensor(network, 1, "fc1.bias", (size_t[]){256}, 1, 200704);
    assert_tensor(network, 2, "fc2.weight", (size_t[]){128, 256}, 2, 200960);
    assert_tensor(network, 5, "fc3.bias", (size_t[]){10}, 1, 235136);
    assert_int_equal(pt_network_n_layers(network), 5);
    assert_layer(network, 0, "fc1", "dense", (struct pt_shape){256, 1, 1}, 200960);
    assert_layer(network, 3, "relu2", "relu", (struct pt_shape){128, 1, 1}, 0);
    assert_layer(network, 4, "fc3", "dense", (struct pt_shape){10, 1, 1}, 1290);
    assert_int_equal(pt_network_find_layer(network, "fc4"), 5);
    assert_near(pt_network_layer(network, 0).flops, 2.0 * 784 * 256, 0);
    pt_network_free(network);
}

static void lenet_is_what_pytorch_would_build(void **state)
{
    (void)state;
    struct pt_network_options options = {.preset = "lenet", .input = {1, 28, 28}, .n_classes = 10};
    struct pt_network *network = create(&options);
    assert_int_equal(pt_network_n_parameters(network), 61706);
    assert_int_equal(pt_network_n_layers(network), 12);
    assert_layer(network, 0, "conv1", "conv2d", (struct pt_shape){6, 28, 28}, 156);
    assert_layer(network, 1, "relu1", "relu", (struct pt_shape){6, 28, 28}, 0);
    assert_layer(network, 2, "pool1", "maxpool2d", (struct pt_shape){6, 14, 14}, 0);
    assert_layer(network, 3, "conv2", "conv2d", (struct pt_shape){16, 10, 10}, 2416);
    assert_layer(network, 6, "flatten", "flatten", (struct pt_shape){400, 1, 1}, 0);
    assert_layer(network, 7, "fc1", "dense", (struct pt_shape){120, 1, 1}, 48120);
    assert_layer(network, 11, "fc3", "dense", (struct pt_shape){10, 1, 1}, 850);
    assert_tensor(network, 2, "conv2.weight", (size_t[]){16, 6, 5, 5}, 4, 156);
    assert_near(pt_network_layer(network, 3).flops, 2.0 * 150 * 16 * 100, 0);
    assert_window(network, 0, 5, 1, 2);
    assert_window(network, 2, 2, 2, 0);
    assert_window(network, 3, 5, 1, 0);
    assert_null(pt_network_layer(network, 2).weights);
    assert_ptr_equal(pt_network_layer(network, 3).weights, pt_network_parameters(network) + 156);
    assert_ptr_equal(pt_network_layer(network, 3).biases,
                     pt_network_parameters(network) + 156 + 2400);
    pt_network_free(network);
    options.input = (struct pt_shape){3, 32, 32};
    network = create(&options);
    assert_layer(network, 0, "conv1", "conv2d", (struct pt_shape){6, 28, 28}, 456);
    pt_network_free(network);
}

static void an_mlp_without_hidden_layers_is_one_layer(void **state)
{
    (void)state;
    const struct pt_network_options options = {.preset = "mlp", .input = {7, 1, 1}, .n_classes = 2};
    struct pt_network *network = create(&options);
    assert_int_equal(pt_network_n_layers(network), 1);
    assert_tensor(network, 0, "fc1.weight", (size_t[]){2, 7}, 2, 0);
    pt_network_free(network);
}

static void assert_refused(const struct pt_network_options *options, const char *expected)
{
    struct pt_error error = {0};
    struct pt_network *network;
    size_t live = mem_live_bytes();
    assert_int_equal(pt_network_create(options, &network, &error), PT_E_CONFIG);
    assert_null(network);
    assert_contains(error.message, expected);
    assert_int_equal(mem_live_bytes(), live);
}

static void networks_that_cannot_be_are_refused(void **state)
{
    (void)state;
    const long hidden[] = {4, 0};
    const long huge[] = {2000000000, 2000000000};
    struct pt_network_options options = {
        .preset = "resnet", .input = {1, 4, 4}, .n_classes = 3, .hidden = hidden};
    assert_refused(&options, "resnet");
    options.preset = "mlp";
    options.n_hidden = 2;
    assert_refused(&options, "layer fc2: weight [0, 4, 1, 1]");
    options.hidden = huge;
    assert_refused(&options, "layer fc1");
    options.n_hidden = 1000000;
    assert_refused(&options, "1000000 hidden layers");
    options.n_hidden = 0;
    options.n_classes = 257;
    assert_refused(&options, "257 classes");
    options.n_classes = 1;
    assert_refused(&options, "1 classes");
    options.n_classes = 3;
    options.input = (struct pt_shape){1, SIZE_MAX / 2, 4};
    assert_refused(&options, "input");
    options.input = (struct pt_shape){1, 0, 4};
    assert_refused(&options, "input");
    options.preset = "lenet";
    options.input = (struct pt_shape){1, 5, 5};
    assert_refused(&options, "layer conv2: the 5x5 kernel does not fit the input [6, 2, 2]");
}

static void creation_survives_lack_of_memory(void **state)
{
    (void)state;
    const struct pt_network_options options = {
        .preset = "lenet", .input = {1, 28, 28}, .n_classes = 10};
    size_t live = mem_live_bytes();
    struct pt_network *network = NULL;
    long nth = 0;
    int status;
    do {
        struct pt_error error = {0};
        mem_fail_at(++nth, 0);
        status = pt_network_create(&options, &network, &error);
        mem_fail_at(0, 0);
        assert_true(status == PT_OK || (status == PT_E_MEMORY && !network));
        assert_int_equal(error.code, status);
        if (status)
            assert_int_equal(mem_live_bytes(), live);
    } while (status);
    assert_true(nth > 4);
    pt_network_free(network);
    pt_network_free(NULL);
    assert_int_equal(mem_live_bytes(), live);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mlp_is_what_pytorch_would_build),
        cmocka_unit_test(lenet_is_what_pytorch_would_build),
        cmocka_unit_test(an_mlp_without_hidden_layers_is_one_layer),
        cmocka_unit_test(networks_that_cannot_be_are_refused),
        cmocka_unit_test(creation_survives_lack_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
