/* Whole passes: finite differences, layer ranges, threads, no allocation, divergence. */
#include "reference.h"

#include "base/mem.h"
#include "nn/network.h"
#include "num/gemm.h"
#include "num/softmax.h"
#include "phasetrace/optimizer.h"

#include <omp.h>

enum { BATCH = 6 };

struct setting {
    struct pt_network *network;
    size_t n_inputs, n_layers;
    float *inputs; /* [BATCH, n_inputs] */
    uint8_t labels[BATCH];
};

static struct setting make_setting(const char *preset, struct pt_shape input, size_t n_classes)
{
    static const long hidden[] = {9, 6};
    const struct pt_network_options options = {.preset = preset,
                                               .input = input,
                                               .n_classes = n_classes,
                                               .hidden = hidden,
                                               .n_hidden = 2,
                                               .seed = 11};
    struct setting s = {.n_inputs = shape_count(&input)};
    assert_int_equal(pt_network_create(&options, &s.network, NULL), PT_OK);
    s.n_layers = pt_network_n_layers(s.network);
    s.inputs = calloc(BATCH * s.n_inputs, sizeof *s.inputs);
    assert_non_null(s.inputs);
    fill_uniform(s.inputs, BATCH * s.n_inputs, 2, 1);
    for (size_t i = 0; i < BATCH; i++)
        s.labels[i] = (uint8_t)(i * 2 % n_classes);
    return s;
}

static void free_setting(struct setting *s)
{
    pt_network_free(s->network);
    free(s->inputs);
}

static float *copy_of(const float *values, size_t n)
{
    float *copy = calloc(n, sizeof *copy);
    assert_non_null(copy);
    memcpy(copy, values, n * sizeof *copy);
    return copy;
}

static struct pt_workspace *workspace_for(const struct setting *s, int for_training)
{
    struct pt_workspace *workspace;
    assert_int_equal(pt_workspace_create(s->network, BATCH, for_training, &workspace, NULL), PT_OK);
    return workspace;
}

static double reference_sample_loss(const struct setting *s, const double *parameters, size_t i)
{
    enum { MOST = 8192 };
    static double buffers[2][MOST];
    for (size_t k = 0; k < s->n_inputs; k++)
        buffers[0][k] = (double)s->inputs[i * s->n_inputs + k];
    for (size_t l = 0; l < s->n_layers; l++) {
        const struct layer *layer = &s->network->layers[l];
        assert_true(shape_count(&layer->output) <= MOST);
        reference_forward(layer, parameters + layer->parameters_at, buffers[l % 2],
                          buffers[(l + 1) % 2]);
    }
    const double *logits = buffers[s->n_layers % 2];
    double sum = 0;
    for (size_t k = 0; k < pt_network_n_classes(s->network); k++)
        sum += exp(logits[k]);
    return log(sum) - logits[s->labels[i]];
}

static double reference_loss(const struct setting *s, const double *parameters)
{
    double total = 0;
    for (size_t i = 0; i < BATCH; i++)
        total += reference_sample_loss(s, parameters, i);
    return total / BATCH;
}

/* `most` parameters of each tensor, spread over it. */
static void check_gradients(const struct setting *s, size_t most)
{
    struct pt_workspace *workspace = workspace_for(s, 1);
    pt_network_forward(s->network, workspace, s->inputs, BATCH, 0, s->n_layers);
    double loss = pt_network_backward(s->network, workspace, s->inputs, s->labels, BATCH);
    double *parameters =
        to_double(pt_network_parameters(s->network), pt_network_n_parameters(s->network));
    assert_near(loss, reference_loss(s, parameters), 1e-6);
    for (size_t t = 0; t < pt_network_n_tensors(s->network); t++) {
        const struct pt_tensor *tensor = pt_network_tensor(s->network, t);
        size_t stride = (tensor->count + most - 1) / most;
        for (size_t k = 0; k < tensor->count; k += stride) {
            size_t at = tensor->offset + k;
            const double step = 1e-6, centre = parameters[at];
            parameters[at] = centre + step;
            double above = reference_loss(s, parameters);
            parameters[at] = centre - step;
            double below = reference_loss(s, parameters);
            parameters[at] = centre;
            assert_near((double)pt_network_gradients(s->network)[at], (above - below) / (2 * step),
                        2e-6);
        }
    }
    free(parameters);
    pt_workspace_free(workspace);
}

static void gradients_of_an_mlp_are_differences(void **state)
{
    (void)state;
    struct setting s = make_setting("mlp", (struct pt_shape){2, 4, 3}, 4);
    check_gradients(&s, 1000);
    free_setting(&s);
}

static void gradients_of_lenet_are_differences(void **state)
{
    (void)state;
    struct setting s = make_setting("lenet", (struct pt_shape){2, 17, 14}, 5);
    check_gradients(&s, 30);
    free_setting(&s);
}

/* The layer before it may do its work, but not where its own output is asked for. */
static void relus_rectify_what_stands_before_them(void **state)
{
    (void)state;
    struct setting s = make_setting("lenet", (struct pt_shape){1, 28, 28}, 10);
    struct pt_workspace *workspace = workspace_for(&s, 0);
    size_t n_relus = 0;
    for (size_t i = 1; i < s.n_layers; i++) {
        if (strcmp(s.network->layers[i].ops->kind, "relu") != 0)
            continue;
        size_t count = BATCH * shape_count(&s.network->layers[i].output), n_negative = 0;
        float *before =
            copy_of(pt_network_forward(s.network, workspace, s.inputs, BATCH, 0, i), count);
        const float *after = pt_network_forward(s.network, workspace, s.inputs, BATCH, 0, i + 1);
        for (size_t k = 0; k < count; k++) {
            n_negative += before[k] < 0;
            assert_true(after[k] == (before[k] < 0 ? 0 : before[k]));
        }
        assert_true(n_negative > 0);
        n_relus++;
        free(before);
    }
    assert_int_equal(n_relus, 4);
    pt_workspace_free(workspace);
    free_setting(&s);
}

static void both_workspaces_and_all_ranges_agree(void **state)
{
    (void)state;
    struct setting s = make_setting("lenet", (struct pt_shape){1, 28, 28}, 10);
    struct pt_workspace *training = workspace_for(&s, 1), *inference = workspace_for(&s, 0);
    size_t n_bytes = BATCH * 10 * sizeof(float);
    const float *expected = pt_network_forward(s.network, training, s.inputs, BATCH, 0, s.n_layers);
    assert_memory_equal(pt_network_forward(s.network, inference, s.inputs, BATCH, 0, s.n_layers),
                        expected, n_bytes);
    for (size_t cut = 0; cut <= s.n_layers; cut++) {
        /* Both with the output of the first part where it lies, and with a copy of it. */
        const float *middle = pt_network_forward(s.network, inference, s.inputs, BATCH, 0, cut);
        size_t count = cut ? shape_count(&s.network->layers[cut - 1].output) : s.n_inputs;
        float *copy = copy_of(middle, BATCH * count);
        assert_memory_equal(
            pt_network_forward(s.network, inference, middle, BATCH, cut, s.n_layers), expected,
            n_bytes);
        const float *logits =
            pt_network_forward(s.network, inference, copy, BATCH, cut, s.n_layers);
        assert_memory_equal(logits, expected, n_bytes);
        free(copy);
    }
    pt_workspace_free(training);
    pt_workspace_free(inference);
    free_setting(&s);
}

static size_t find_joined(const struct setting *s, size_t first)
{
    while (first < s->n_layers && !s->network->layers[first].is_joined)
        first++;
    return first;
}

/* The ReLU itself does nothing then; what another pass has left in its place is not read. */
static void passes_start_at_a_relu_that_its_pool_does(void **state)
{
    (void)state;
    struct setting s = make_setting("lenet", (struct pt_shape){1, 28, 28}, 10);
    float *others = calloc(BATCH * s.n_inputs, sizeof *others);
    assert_non_null(others);
    fill_uniform(others, BATCH * s.n_inputs, 3, 1);
    size_t n_joined = 0;
    for (int for_training = 0; for_training < 2; for_training++) {
        struct pt_workspace *w = workspace_for(&s, for_training);
        for (size_t i = find_joined(&s, 0); i < s.n_layers; i = find_joined(&s, i + 1)) {
            const struct layer *relu = &s.network->layers[i], *pool = relu + 1;
            size_t n_pooled = BATCH * shape_count(&pool->output);
            float *before = copy_of(pt_network_forward(s.network, w, s.inputs, BATCH, 0, i - 1),
                                    BATCH * shape_count(&relu[-1].input));
            float *input = copy_of(pt_network_forward(s.network, w, before, BATCH, i - 1, i),
                                   BATCH * shape_count(&relu->input));
            float *expected =
                copy_of(pt_network_forward(s.network, w, before, BATCH, i - 1, i + 2), n_pooled);
            pt_network_forward(s.network, w, others, BATCH, 0, s.n_layers);
            assert_memory_equal(pt_network_forward(s.network, w, input, BATCH, i, i + 2), expected,
                                n_pooled * sizeof *expected);
            n_joined++;
            free(before);
            free(input);
            free(expected);
        }
        pt_workspace_free(w);
    }
    assert_int_equal(n_joined, 4);
    free(others);
    free_setting(&s);
}

static void smaller_batches_fit_and_inputs_stay(void **state)
{
    (void)state;
    struct setting s = make_setting("mlp", (struct pt_shape){5, 1, 1}, 3);
    struct pt_workspace *workspace = workspace_for(&s, 0);
    float before[BATCH * 5], all[BATCH * 3];
    memcpy(before, s.inputs, sizeof before);
    memcpy(all, pt_network_forward(s.network, workspace, s.inputs, BATCH, 0, s.n_layers),
           sizeof all);
    const float *two = pt_network_forward(s.network, workspace, s.inputs, 2, 0, s.n_layers);
    for (size_t i = 0; i < 6; i++)
        assert_near((double)two[i], (double)all[i], 1e-6);
    assert_memory_equal(before, s.inputs, sizeof before);
    pt_workspace_free(workspace);
    free_setting(&s);
}

static void threads_share_a_network(void **state)
{
    (void)state;
    enum { N_THREADS = 4, N_ROUNDS = 20 };
    struct setting s = make_setting("lenet", (struct pt_shape){1, 28, 28}, 10);
    struct pt_workspace *workspaces[N_THREADS];
    float expected[BATCH * 10];
    for (size_t t = 0; t < N_THREADS; t++)
        workspaces[t] = workspace_for(&s, 0);
    memcpy(expected, pt_network_forward(s.network, workspaces[0], s.inputs, BATCH, 0, s.n_layers),
           sizeof expected);
    int n_different = 0;
#pragma omp parallel num_threads(N_THREADS) reduction(+ : n_different)
    for (int round = 0; round < N_ROUNDS; round++) {
        struct pt_workspace *own = workspaces[omp_get_thread_num()];
        const float *logits = pt_network_forward(s.network, own, s.inputs, BATCH, 0, s.n_layers);
        n_different += memcmp(logits, expected, sizeof expected) != 0;
    }
    assert_int_equal(n_different, 0);
    for (size_t t = 0; t < N_THREADS; t++)
        pt_workspace_free(workspaces[t]);
    free_setting(&s);
}

static void a_step_allocates_nothing(void **state)
{
    (void)state;
    struct setting s = make_setting("lenet", (struct pt_shape){1, 28, 28}, 10);
    struct pt_workspace *workspace = workspace_for(&s, 1);
    size_t n_parameters = pt_network_n_parameters(s.network);
    float *velocity = calloc(n_parameters, sizeof *velocity);
    assert_non_null(velocity);
    const struct pt_optimizer_options sgd = {.momentum = 0.9};
    const struct pt_optimizer_slabs slabs = {
        pt_network_parameters(s.network), pt_network_gradients(s.network), velocity, n_parameters};
    size_t before = mem_allocation_count();
    for (int i = 0; i < 3; i++) {
        pt_network_forward(s.network, workspace, s.inputs, BATCH, 0, s.n_layers);
        pt_network_backward(s.network, workspace, s.inputs, s.labels, BATCH);
        assert_int_equal(pt_optimizer_step(&sgd, 0.01, 1, &slabs, NULL), PT_STEP_DONE);
    }
    assert_int_equal(mem_allocation_count(), before);
    free(velocity);
    pt_workspace_free(workspace);
    free_setting(&s);
}

static void nan_reaches_loss_and_parameters(void **state)
{
    (void)state;
    static const char *const presets[] = {"mlp", "lenet"};
    for (size_t i = 0; i < 2; i++) {
        struct setting s = make_setting(presets[i], (struct pt_shape){1, 16, 16}, 3);
        struct pt_workspace *workspace = workspace_for(&s, 1);
        size_t n_parameters = pt_network_n_parameters(s.network);
        float *velocity = calloc(n_parameters, sizeof *velocity);
        assert_non_null(velocity);
        s.inputs[s.n_inputs + 100] = NAN;
        pt_network_forward(s.network, workspace, s.inputs, BATCH, 0, s.n_layers);
        assert_true(isnan(pt_network_backward(s.network, workspace, s.inputs, s.labels, BATCH)));
        const struct pt_optimizer_options sgd = {.momentum = 0.9};
        const struct pt_optimizer_slabs slabs = {pt_network_parameters(s.network),
                                                 pt_network_gradients(s.network), velocity,
                                                 n_parameters};
        assert_int_equal(pt_optimizer_step(&sgd, 0.01, 1, &slabs, NULL), PT_STEP_BAD_GRADIENT);
        free(velocity);
        pt_workspace_free(workspace);
        free_setting(&s);
    }
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
        cmocka_unit_test(gradients_of_an_mlp_are_differences),
        cmocka_unit_test(gradients_of_lenet_are_differences),
        cmocka_unit_test(relus_rectify_what_stands_before_them),
        cmocka_unit_test(both_workspaces_and_all_ranges_agree),
        cmocka_unit_test(passes_start_at_a_relu_that_its_pool_does),
        cmocka_unit_test(smaller_batches_fit_and_inputs_stay),
        cmocka_unit_test(threads_share_a_network),
        cmocka_unit_test(a_step_allocates_nothing),
        cmocka_unit_test(nan_reaches_loss_and_parameters),
    };
    return cmocka_run_group_tests(tests, set_up_blas, NULL);
}
