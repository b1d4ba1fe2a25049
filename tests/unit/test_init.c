/* Initial parameters: bounds, moments, one stream a tensor. */
#include "testing.h"

#include "base/random.h"
#include "phasetrace/network.h"

static struct pt_network *mlp(enum pt_init init, uint64_t seed)
{
    static const long hidden[] = {300, 200};
    const struct pt_network_options options = {.preset = "mlp",
                                               .input = {1, 20, 20},
                                               .n_classes = 10,
                                               .hidden = hidden,
                                               .n_hidden = 2,
                                               .init = init,
                                               .seed = seed};
    struct pt_network *network;
    assert_int_equal(pt_network_create(&options, &network, NULL), PT_OK);
    return network;
}

struct moments {
    double mean, variance, largest;
};

static struct moments moments_of(struct pt_network *network, const char *name)
{
    for (size_t t = 0; t < pt_network_n_tensors(network); t++) {
        const struct pt_tensor *tensor = pt_network_tensor(network, t);
        if (strcmp(tensor->name, name) != 0)
            continue;
        const float *values = pt_network_parameters(network) + tensor->offset;
        struct moments m = {0, 0, 0};
        for (size_t i = 0; i < tensor->count; i++) {
            m.mean += (double)values[i] / (double)tensor->count;
            m.variance += (double)values[i] * (double)values[i] / (double)tensor->count;
            m.largest = fmax(m.largest, fabs((double)values[i]));
        }
        m.variance -= m.mean * m.mean;
        return m;
    }
    fail_msg("no tensor %s", name);
    return (struct moments){0, 0, 0};
}

/* Of a uniform distribution: within the bound, close to it, variance bound^2 / 3. */
static void assert_uniform(struct moments m, double bound)
{
    assert_true(m.largest <= bound * (1 + 1e-7));
    assert_true(m.largest > 0.95 * bound);
    assert_near(m.mean, 0, 0.15 * bound);
    assert_near(m.variance / (bound * bound), 1 / 3.0, 0.08);
}

static void pytorch_is_uniform_by_fan_in(void **state)
{
    (void)state;
    struct pt_network *network = mlp(PT_INIT_PYTORCH, 1);
    assert_uniform(moments_of(network, "fc1.weight"), 1 / 20.0);
    assert_uniform(moments_of(network, "fc1.bias"), 1 / 20.0);
    assert_uniform(moments_of(network, "fc2.weight"), 1 / sqrt(300));
    assert_uniform(moments_of(network, "fc2.bias"), 1 / sqrt(300));
    pt_network_free(network);
    const struct pt_network_options options = {
        .preset = "lenet", .input = {3, 32, 32}, .n_classes = 10};
    assert_int_equal(pt_network_create(&options, &network, NULL), PT_OK);
    assert_uniform(moments_of(network, "conv1.weight"), 1 / sqrt(75));
    assert_uniform(moments_of(network, "conv2.weight"), 1 / sqrt(150));
    pt_network_free(network);
}

static void he_is_normal_by_fan_in(void **state)
{
    (void)state;
    struct pt_network *network = mlp(PT_INIT_HE, 1);
    struct moments m = moments_of(network, "fc1.weight"); /* 120,000 values */
    assert_near(m.mean, 0, 0.02 * sqrt(2 / 400.0));
    assert_near(m.variance, 2 / 400.0, 0.03 * 2 / 400.0);
    assert_in_range((long)(100 * m.largest / sqrt(2 / 400.0)), 380, 620);
    assert_near(moments_of(network, "fc2.weight").variance, 2 / 300.0, 0.03 * 2 / 300.0);
    assert_near(moments_of(network, "fc1.bias").largest, 0, 0);
    pt_network_free(network);
}

static void xavier_is_uniform_by_both_fans(void **state)
{
    (void)state;
    struct pt_network *network = mlp(PT_INIT_XAVIER, 1);
    assert_uniform(moments_of(network, "fc1.weight"), sqrt(6 / 700.0));
    assert_uniform(moments_of(network, "fc2.weight"), sqrt(6 / 500.0));
    assert_near(moments_of(network, "fc3.bias").largest, 0, 0);
    pt_network_free(network);
    const struct pt_network_options options = {
        .preset = "lenet", .input = {1, 28, 28}, .n_classes = 10, .init = PT_INIT_XAVIER};
    assert_int_equal(pt_network_create(&options, &network, NULL), PT_OK);
    assert_uniform(moments_of(network, "conv2.weight"), sqrt(6 / (150.0 + 400.0)));
    pt_network_free(network);
}

/* The promise a seed makes: the numbers of a tensor are those of stream (seed, INIT, 0, tensor). */
static void each_tensor_has_its_own_stream(void **state)
{
    (void)state;
    struct pt_network *network = mlp(PT_INIT_PYTORCH, 42);
    for (size_t t = 0; t < pt_network_n_tensors(network); t++) {
        const struct pt_tensor *tensor = pt_network_tensor(network, t);
        struct random_stream stream = random_stream(42, RANDOM_INIT, 0, (uint32_t)t);
        static const double fan_in[] = {400, 400, 300, 300, 200, 200};
        double expected = (2 * random_uniform(&stream) - 1) / sqrt(fan_in[t]);
        assert_near((double)pt_network_parameters(network)[tensor->offset], expected, 1e-8);
    }
    pt_network_free(network);
}

static void seeds_decide_everything(void **state)
{
    (void)state;
    struct pt_network *a = mlp(PT_INIT_HE, 5), *b = mlp(PT_INIT_HE, 5), *c = mlp(PT_INIT_HE, 6);
    size_t n_bytes = pt_network_n_parameters(a) * sizeof(float);
    assert_memory_equal(pt_network_parameters(a), pt_network_parameters(b), n_bytes);
    assert_memory_not_equal(pt_network_parameters(a), pt_network_parameters(c), n_bytes);
    pt_network_free(a);
    pt_network_free(b);
    pt_network_free(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pytorch_is_uniform_by_fan_in),
        cmocka_unit_test(he_is_normal_by_fan_in),
        cmocka_unit_test(xavier_is_uniform_by_both_fans),
        cmocka_unit_test(each_tensor_has_its_own_stream),
        cmocka_unit_test(seeds_decide_everything),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
