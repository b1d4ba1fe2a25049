/* The engine against PyTorch: the results that tools/make_fixtures.py stored of every preset. */
#include "testing.h"

#include "fmt/safetensors.h"
#include "num/gemm.h"
#include "phasetrace/network.h"

/* As in make_fixtures.py, which says what the sketch of a tensor is. */
enum { N_STEPS = 10, FIRST_STEP = 0, LAST_STEP = 1, N_OUTPUTS = 4 };
enum { SIGN_STREAM = 999, MOST_VALUES = 64, N_SAMPLED = 32, N_PROJECTIONS = 16 };
static const double momentum = 0.9, weight_decay = 0.01;
static const double tolerance = 1e-4, zero = 1e-9, zero_tolerance = 1e-5;

struct parity {
    const char *name; /* of the file */
    struct pt_network_options options;
    size_t batch;
    double rate;
};

struct subject {
    const struct parity *parity;
    struct safetensors *expected;
    struct pt_network *network;
    struct pt_workspace *training, *evaluation;
    float *inputs, *velocity;
    uint8_t labels[32];
};

static uint32_t hash_word(size_t i, uint32_t stream)
{
    uint32_t x = (uint32_t)i * 2654435761U + stream * 40503U;
    x = (x ^ (x >> 16)) * 2246822519U;
    x = (x ^ (x >> 13)) * 3266489917U;
    return x ^ (x >> 16);
}

static float hashed(size_t i, uint32_t stream)
{
    return (float)(hash_word(i, stream) / 0x1p31 - 1);
}

static int ends_with(const char *text, const char *end)
{
    size_t n = strlen(text), n_end = strlen(end);
    return n >= n_end && strcmp(text + n - n_end, end) == 0;
}

/* ---- The network as the fixture has it ---- */

static const struct pt_tensor *find_tensor(const struct pt_network *network, const char *name)
{
    for (size_t i = 0; i < pt_network_n_tensors(network); i++)
        if (strcmp(pt_network_tensor(network, i)->name, name) == 0)
            return pt_network_tensor(network, i);
    fail_msg("there is no tensor %s", name);
    return NULL;
}

/* The tensor that belongs to sketches of the fixture; checks its shape. */
static const struct pt_tensor *tensor_of(const struct subject *s, size_t index)
{
    const char *name = s->expected->tensors[index].name;
    const struct pt_tensor *tensor = find_tensor(s->network, name);
    char shape[128] = "";
    for (size_t i = 0, used = 0; i < tensor->rank; i++)
        used += (size_t)snprintf(shape + used, sizeof shape - used, "%s%zu", i ? "x" : "",
                                 tensor->shape[i]);
    const char *expected = safetensors_metadata(s->expected, name);
    assert_non_null(expected);
    if (strcmp(shape, expected) != 0)
        fail_msg("%s has the shape %s, in PyTorch %s", name, shape, expected);
    assert_int_equal(tensor->is_buffer, ends_with(name, "_mean") || ends_with(name, "_var"));
    return tensor;
}

static size_t n_tensors(const struct subject *s)
{
    return s->expected->n_tensors - N_OUTPUTS;
}

static double initial(const struct pt_tensor *tensor, float value)
{
    if (tensor->rank > 1)
        return value * sqrt(6 / (double)(tensor->count / tensor->shape[0]));
    if (ends_with(tensor->name, "weight"))
        return 0.5 + 0.25 * value;
    return ends_with(tensor->name, "running_var") ? 1 + 0.5 * value : 0.1 * value;
}

static void fill(struct subject *s)
{
    float *slab = pt_network_parameters(s->network);
    assert_int_equal(pt_network_n_tensors(s->network), n_tensors(s));
    for (size_t t = 0; t < n_tensors(s); t++) {
        const struct pt_tensor *tensor = tensor_of(s, t);
        for (size_t i = 0; i < tensor->count; i++)
            slab[tensor->offset + i] = (float)initial(tensor, hashed(i, (uint32_t)t));
    }
    const struct parity *p = s->parity;
    const struct pt_shape *shape = &p->options.input;
    size_t n_inputs = p->batch * shape->channels * shape->height * shape->width;
    const char *stream = safetensors_metadata(s->expected, "inputs");
    assert_non_null(stream);
    s->inputs = calloc(n_inputs, sizeof *s->inputs);
    s->velocity = calloc(pt_network_n_parameters(s->network), sizeof *s->velocity);
    assert_true(s->inputs && s->velocity && p->batch <= sizeof s->labels);
    for (size_t i = 0; i < n_inputs; i++)
        s->inputs[i] = 2 * hashed(i, (uint32_t)strtoul(stream, NULL, 10));
    for (size_t i = 0; i < p->batch; i++)
        s->labels[i] = (uint8_t)(i * 7 % p->options.n_classes);
}

static void set_up(struct subject *s)
{
    char path[1024];
    struct pt_error error = {0};
    snprintf(path, sizeof path, "%s/tests/fixtures/parity/%s.safetensors", SOURCE_ROOT,
             s->parity->name);
    if (safetensors_read(path, &s->expected, &error) ||
        pt_network_create(&s->parity->options, &s->network, &error) ||
        pt_workspace_create(s->network, s->parity->batch, 1, &s->training, &error) ||
        pt_workspace_create(s->network, s->parity->batch, 0, &s->evaluation, &error))
        fail_msg("%s", error.message);
    fill(s);
}

static void tear_down(struct subject *s)
{
    free(s->inputs);
    free(s->velocity);
    pt_workspace_free(s->training);
    pt_workspace_free(s->evaluation);
    pt_network_free(s->network);
    safetensors_free(s->expected);
}

/* ---- Comparisons ---- */

/* Each value is near, relative to itself or to `scale`, and all together are, relative to `norm`;
 * value i is compared with what lies `stride` times i further. */
static void assert_values(const char *what, const float *actual, size_t stride,
                          const float *expected, size_t n, double norm, double scale)
{
    double square = 0;
    for (size_t i = 0; i < n; i++) {
        double value = (double)expected[i], apart = (double)actual[i * stride] - value;
        square += apart * apart;
        if (!(fabs(apart) <= tolerance * fmax(fabs(value), scale)))
            fail_msg("%s: element %zu is %.9g, in PyTorch %.9g", what, i * stride,
                     (double)actual[i * stride], value);
    }
    if (!(sqrt(square) <= tolerance * norm))
        fail_msg("%s: %zu values are %.3g apart, of a norm of %.9g", what, n, sqrt(square), norm);
}

static double norm_of(const float *values, size_t n)
{
    double square = 0;
    for (size_t i = 0; i < n; i++)
        square += (double)values[i] * (double)values[i];
    return sqrt(square);
}

static void assert_output(const struct subject *s, const char *name, const float *actual)
{
    const struct safetensors_tensor *expected = safetensors_find(s->expected, name);
    assert_non_null(expected);
    assert_int_equal(expected->count, s->parity->batch * s->parity->options.n_classes);
    double norm = norm_of(expected->values, expected->count);
    assert_values(name, actual, 1, expected->values, expected->count, norm,
                  norm / sqrt((double)expected->count));
}

static void assert_projections(const char *what, const float *actual, size_t n,
                               const float *expected, double norm)
{
    double sums[N_PROJECTIONS] = {0}, square = 0;
    for (size_t i = 0; i < n; i++) {
        uint32_t signs = hash_word(i, SIGN_STREAM);
        for (size_t k = 0; k < N_PROJECTIONS; k++)
            sums[k] += signs >> k & 1 ? -(double)actual[i] : (double)actual[i];
    }
    for (size_t k = 0; k < N_PROJECTIONS; k++)
        square += pow(sums[k] - (double)expected[k], 2);
    double apart = sqrt(square / N_PROJECTIONS);
    if (!(apart <= tolerance * norm))
        fail_msg("%s: about %.3g apart, of a norm of %.9g", what, apart, norm);
}

/* `largest`: of the norms of all tensors; a norm that is nothing beside it is rounding. */
static void assert_sketch(const char *what, const float *actual, size_t n, const float *sketch,
                          double largest)
{
    double norm = (double)sketch[0], actual_norm = norm_of(actual, n);
    if (norm <= zero * largest) {
        if (!(actual_norm <= zero_tolerance * largest))
            fail_msg("%s: should be 0, has a norm of %g", what, actual_norm);
        return;
    }
    if (!(fabs(actual_norm - norm) <= tolerance * norm))
        fail_msg("%s: has a norm of %.9g, in PyTorch %.9g", what, actual_norm, norm);
    size_t stride = n <= MOST_VALUES ? 1 : (n + N_SAMPLED - 1) / N_SAMPLED;
    size_t n_values = (n + stride - 1) / stride;
    assert_values(what, actual, stride, sketch + 1, n_values, norm, norm / sqrt((double)n));
    if (n > MOST_VALUES)
        assert_projections(what, actual, n, sketch + 1 + n_values, norm);
}

static double largest_norm(const struct subject *s, size_t row)
{
    double largest = 0;
    for (size_t t = 0; t < n_tensors(s); t++) {
        const struct safetensors_tensor *expected = &s->expected->tensors[t];
        largest = fmax(largest, (double)expected->values[row * expected->shape[1]]);
    }
    return largest;
}

static void assert_gradients(const struct subject *s)
{
    double largest = largest_norm(s, FIRST_STEP);
    for (size_t t = 0; t < n_tensors(s); t++) {
        const struct pt_tensor *tensor = tensor_of(s, t);
        const float *slab = tensor->is_buffer ? pt_network_parameters(s->network)
                                              : pt_network_gradients(s->network);
        char what[128];
        snprintf(what, sizeof what, "%s%s", tensor->is_buffer ? "" : "gradient of ", tensor->name);
        assert_sketch(what, slab + tensor->offset, tensor->count, s->expected->tensors[t].values,
                      largest);
    }
}

static void assert_state(const struct subject *s)
{
    double largest = largest_norm(s, LAST_STEP);
    for (size_t t = 0; t < n_tensors(s); t++) {
        const struct pt_tensor *tensor = tensor_of(s, t);
        const struct safetensors_tensor *expected = &s->expected->tensors[t];
        assert_sketch(tensor->name, pt_network_parameters(s->network) + tensor->offset,
                      tensor->count, expected->values + LAST_STEP * expected->shape[1], largest);
    }
}

/* ---- The test ---- */

static const float *forward(const struct subject *s, struct pt_workspace *workspace)
{
    return pt_network_forward(s->network, workspace, s->inputs, s->parity->batch, 0,
                              pt_network_n_layers(s->network));
}

/* torch.optim.SGD, in double precision but for what is stored. */
static void update(const struct subject *s)
{
    float *parameters = pt_network_parameters(s->network);
    const float *gradients = pt_network_gradients(s->network);
    for (size_t i = 0; i < pt_network_n_parameters(s->network); i++) {
        double gradient = (double)gradients[i] + weight_decay * (double)parameters[i];
        s->velocity[i] = (float)(momentum * (double)s->velocity[i] + gradient);
        parameters[i] = (float)((double)parameters[i] - s->parity->rate * (double)s->velocity[i]);
    }
}

static void is_pytorch(void **state)
{
    struct subject s = {.parity = *state};
    set_up(&s);
    const struct safetensors_tensor *losses = safetensors_find(s.expected, "losses");
    assert_true(losses && losses->count == N_STEPS);
    assert_output(&s, "logits:before", forward(&s, s.evaluation));
    for (size_t step = 0; step < N_STEPS; step++) {
        const float *logits = forward(&s, s.training);
        if (step == 0)
            assert_output(&s, "logits:training", logits);
        double loss =
            pt_network_backward(s.network, s.training, s.inputs, s.labels, s.parity->batch);
        assert_near(loss, (double)losses->values[step], tolerance * (double)losses->values[step]);
        if (step == 0)
            assert_gradients(&s);
        update(&s);
    }
    assert_output(&s, "logits:after", forward(&s, s.evaluation));
    assert_state(&s);
    tear_down(&s);
}

static int set_up_blas(void **state)
{
    (void)state;
    blas_setup();
    return 0;
}

#define HIDDEN(...) \
    .hidden = (const long[]){__VA_ARGS__}, .n_hidden = sizeof(long[]){__VA_ARGS__} / sizeof(long)

/* File, preset, input, classes, batch and learning rate, then options; see make_fixtures.py. */
#define CASE(file, network, c, h, w, classes, n, learning_rate, ...)                             \
    {                                                                                            \
        .name = file " is PyTorch's", .test_func = is_pytorch, .initial_state = &(struct parity) \
        {                                                                                        \
            .name = file,                                                                        \
            .options = {.preset = network,                                                       \
                        .input = {c, h, w},                                                      \
                        .n_classes = classes,                                                    \
                        .no_dropout = 1,                                                         \
                        __VA_ARGS__},                                                            \
            .batch = n, .rate = learning_rate,                                                   \
        }                                                                                        \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE("mlp-tiny", "mlp", 12, 1, 1, 3, 4, 0.05, HIDDEN(7, 5)),
        CASE("mlp", "mlp", 1, 28, 28, 10, 19, 0.05, HIDDEN(20)),
        CASE("mlp5", "mlp5", 1, 28, 28, 10, 8, 0.05, .width = 0.33),
        CASE("lenet", "lenet", 1, 28, 28, 10, 19, 0.02, .width = 1),
        CASE("lenet-32", "lenet", 3, 32, 32, 5, 3, 0.02, .width = 1),
        CASE("alexnet", "alexnet", 3, 32, 32, 10, 5, 0.02, .width = 1. / 16),
        CASE("vgg11", "vgg11", 3, 32, 32, 10, 5, 0.01, .width = 1. / 16),
        CASE("vgg13", "vgg13", 3, 32, 32, 10, 3, 0.01, .width = 1. / 16),
        CASE("vgg16", "vgg16", 3, 32, 32, 10, 3, 0.01, .width = 1. / 16),
        CASE("vgg11_bn", "vgg11_bn", 3, 32, 32, 10, 6, 0.01, .width = 1. / 16),
        CASE("vgg13_bn", "vgg13_bn", 3, 32, 32, 10, 6, 0.01, .width = 1. / 16),
        CASE("vgg16_bn", "vgg16_bn", 3, 32, 32, 10, 5, 0.003, .width = 1. / 16),
        CASE("resnet8", "resnet8", 3, 16, 16, 10, 18, 0.01, .width = 0.2),
        CASE("resnet20", "resnet20", 3, 16, 16, 10, 5, 0.01, .width = 1. / 4),
        CASE("resnet32", "resnet32", 3, 16, 16, 10, 5, 0.001, .width = 1. / 4),
        CASE("resnet56", "resnet56", 3, 8, 8, 10, 6, 0.0001, .width = 1. / 4),
        CASE("resnet18", "resnet18", 3, 16, 16, 10, 6, 0.01, .width = 1. / 16),
    };
    return cmocka_run_group_tests(tests, set_up_blas, NULL);
}
