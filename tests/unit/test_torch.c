/* The engine against PyTorch: the networks of tools/make_fixtures.py, step by step. */
#include "testing.h"

#include "num/gemm.h"
#include "phasetrace/network.h"
#include "phasetrace/sgd.h"

#include "torch.inc"

enum { N_STEPS = 10, MOST_VALUES = 150 };

struct fixture {
    struct pt_network_options options;
    size_t batch;
    const double *logits, *losses;
    const double *gradients, *gradient_norms, *parameters, *parameter_norms;
};

#define RESULTS(name)                                                                        \
    .logits = name##_logits, .gradients = name##_gradients, .parameters = name##_parameters, \
    .losses = name##_losses, .gradient_norms = name##_gradient_norms,                        \
    .parameter_norms = name##_parameter_norms

/* hashed() of make_fixtures.py. */
static float hashed(size_t i, uint32_t stream)
{
    uint32_t x = (uint32_t)i * 2654435761U + stream * 40503U;
    x = (x ^ (x >> 16)) * 2246822519U;
    x = (x ^ (x >> 13)) * 3266489917U;
    x ^= x >> 16;
    return (float)(x / 0x1p31 - 1);
}

static void fill_parameters(struct pt_network *network)
{
    double bound = 0;
    for (size_t t = 0; t < pt_network_n_tensors(network); t++) {
        const struct pt_tensor *tensor = pt_network_tensor(network, t);
        if (t % 2 == 0)
            bound = 1.5 / sqrt((double)(tensor->count / tensor->shape[0]));
        for (size_t i = 0; i < tensor->count; i++)
            pt_network_parameters(network)[tensor->offset + i] =
                (float)((double)hashed(i, (uint32_t)t) * bound);
    }
}

/* Compares the stored sample of each tensor, relative to the size its values have. */
static void assert_tensors(const struct pt_network *network, const float *slab,
                           const double *expected, const double *norms, double tolerance)
{
    for (size_t t = 0; t < pt_network_n_tensors(network); t++) {
        const struct pt_tensor *tensor = pt_network_tensor(network, t);
        const float *values = slab + tensor->offset;
        double root_mean_square = norms[t] / sqrt((double)tensor->count), square = 0;
        size_t stride = (tensor->count + MOST_VALUES - 1) / MOST_VALUES;
        for (size_t i = 0; i < tensor->count; i++) {
            square += (double)values[i] * (double)values[i];
            if (i % stride == 0) {
                double scale = fmax(fabs(*expected), root_mean_square);
                assert_near((double)values[i], *expected++, tolerance * scale);
            }
        }
        assert_near(sqrt(square), norms[t], tolerance * norms[t]);
    }
}

static void compare(const struct fixture *fixture)
{
    struct pt_network *network;
    struct pt_workspace *workspace;
    const struct pt_shape *shape = &fixture->options.input;
    size_t n_inputs = fixture->batch * shape->channels * shape->height * shape->width;
    size_t n_classes = fixture->options.n_classes;
    assert_int_equal(pt_network_create(&fixture->options, &network, NULL), PT_OK);
    assert_int_equal(pt_workspace_create(network, fixture->batch, 1, &workspace, NULL), PT_OK);
    size_t n_parameters = pt_network_n_parameters(network);
    float *inputs = calloc(n_inputs, sizeof *inputs);
    float *velocity = calloc(n_parameters, sizeof *velocity);
    assert_true(inputs && velocity);
    for (size_t i = 0; i < n_inputs; i++)
        inputs[i] = 2 * hashed(i, 1000);
    uint8_t labels[16];
    for (size_t i = 0; i < fixture->batch; i++)
        labels[i] = (uint8_t)(i * 7 % n_classes);
    fill_parameters(network);

    const struct pt_sgd_options sgd = {0.05, 0.9, 5e-4};
    for (size_t step = 0; step < N_STEPS; step++) {
        const float *logits = pt_network_forward(network, workspace, inputs, fixture->batch, 0,
                                                 pt_network_n_layers(network));
        for (size_t i = 0; i < fixture->batch * n_classes && step == 0; i++)
            assert_near((double)logits[i], fixture->logits[i], 1e-5);
        double loss = pt_network_backward(network, workspace, inputs, labels, fixture->batch);
        assert_near(loss, fixture->losses[step], 1e-4 * fixture->losses[step] + 1e-7);
        if (step == 0)
            assert_tensors(network, pt_network_gradients(network), fixture->gradients,
                           fixture->gradient_norms, 1e-5);
        assert_int_equal(pt_sgd_step(&sgd, pt_network_parameters(network),
                                     pt_network_gradients(network), velocity, n_parameters),
                         1);
    }
    assert_tensors(network, pt_network_parameters(network), fixture->parameters,
                   fixture->parameter_norms, 1e-4);
    free(inputs);
    free(velocity);
    pt_workspace_free(workspace);
    pt_network_free(network);
}

static void small_mlp_is_pytorch(void **state)
{
    (void)state;
    static const long hidden[] = {7, 5};
    compare(
        &(struct fixture){.options = {"mlp", {12, 1, 1}, 3, hidden, 2, PT_INIT_HE, 0, 1, NULL, 0},
                          .batch = 4,
                          RESULTS(tiny)});
}

static void mlp_is_pytorch(void **state)
{
    (void)state;
    static const long hidden[] = {20};
    compare(
        &(struct fixture){.options = {"mlp", {1, 28, 28}, 10, hidden, 1, PT_INIT_HE, 0, 1, NULL, 0},
                          .batch = 8,
                          RESULTS(mlp)});
}

static void lenet_with_padding_is_pytorch(void **state)
{
    (void)state;
    compare(
        &(struct fixture){.options = {"lenet", {1, 28, 28}, 10, NULL, 0, PT_INIT_HE, 0, 1, NULL, 0},
                          .batch = 4,
                          RESULTS(lenet28)});
}

static void lenet_without_padding_is_pytorch(void **state)
{
    (void)state;
    compare(
        &(struct fixture){.options = {"lenet", {3, 32, 32}, 5, NULL, 0, PT_INIT_HE, 0, 1, NULL, 0},
                          .batch = 3,
                          RESULTS(lenet32)});
}

static int set_up_blas(void **state)
{
    (void)state;
    blas_setup();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(small_mlp_is_pytorch),
        cmocka_unit_test(mlp_is_pytorch),
        cmocka_unit_test(lenet_with_padding_is_pytorch),
        cmocka_unit_test(lenet_without_padding_is_pytorch),
    };
    return cmocka_run_group_tests(tests, set_up_blas, NULL);
}
