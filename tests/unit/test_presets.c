/* Every preset, narrow: its gradient is the slope of its loss, threads and ranges change nothing.
 */
#include "reference.h"

#include "crews.h"

#include "base/mem.h"
#include "nn/loss.h"
#include "num/gemm.h"
#include "phasetrace/network.h"

enum { BATCH = 19, N_CLASSES = 4 };

struct setting {
    struct pt_network *network;
    struct pt_shape input;
    size_t n_layers, n_parameters;
    float *inputs;
    uint8_t labels[BATCH];
};

static struct setting make_setting(const char *preset)
{
    static const long hidden[] = {64, 32};
    static const struct pt_layer_spec layers[] = {
        {.kind = PT_CONV2D, .size = 24, .kernel = 3, .stride = 2, .padding = 1, .no_bias = 1},
        {.kind = PT_BATCH_NORM},
        {.kind = PT_RELU},
        {.kind = PT_AVERAGE_POOL, .kernel = 2, .stride = 2},
        {.kind = PT_RESIDUAL, .size = 24, .stride = 1},
        {.kind = PT_RESIDUAL, .size = 40, .stride = 2},
        {.kind = PT_MAX_POOL, .kernel = 3, .stride = 2, .padding = 1},
        {.kind = PT_DENSE, .size = 30, .no_bias = 1},
        {.kind = PT_BATCH_NORM},
        {.kind = PT_RELU},
        {.kind = PT_DROPOUT, .rate = 0.2},
        {.kind = PT_DENSE},
    };
    const struct pt_network_options options = {.preset = preset,
                                               .input = {3, 32, 32},
                                               .n_classes = N_CLASSES,
                                               .hidden = hidden,
                                               .n_hidden = 2,
                                               .seed = 11,
                                               .width = 1.0 / 8,
                                               .layers = layers,
                                               .n_layers = sizeof layers / sizeof *layers};
    struct setting s = {.input = options.input};
    struct pt_error error = {0};
    if (pt_network_create(&options, &s.network, &error))
        fail_msg("%s: %s", preset, error.message);
    s.n_layers = pt_network_n_layers(s.network);
    s.n_parameters = pt_network_n_parameters(s.network);
    s.inputs = calloc(BATCH * shape_count(&s.input), sizeof *s.inputs);
    assert_non_null(s.inputs);
    fill_uniform(s.inputs, BATCH * shape_count(&s.input), 2, 1);
    for (size_t i = 0; i < BATCH; i++)
        s.labels[i] = (uint8_t)(i * i % N_CLASSES);
    return s;
}

static void free_setting(struct setting *s)
{
    pt_network_free(s->network);
    free(s->inputs);
}

static struct pt_workspace *workspace_for(const struct setting *s, int for_training)
{
    struct pt_workspace *workspace;
    assert_int_equal(pt_workspace_create(s->network, BATCH, for_training, &workspace, NULL), PT_OK);
    pt_workspace_set_draw(workspace, 5, 77);
    return workspace;
}

/* Calls `check` for every preset. */
static void for_each_preset(void (*check)(struct setting *s, const char *preset))
{
    for (size_t i = 0; pt_preset_name(i); i++) {
        struct setting s = make_setting(pt_preset_name(i));
        check(&s, pt_preset_name(i));
        free_setting(&s);
    }
}

static double loss_at(const struct setting *s, struct pt_workspace *workspace)
{
    float gradient[BATCH * N_CLASSES];
    const float *logits =
        pt_network_forward(s->network, workspace, s->inputs, BATCH, 0, s->n_layers);
    return loss_mean(logits, s->labels, BATCH, N_CLASSES, gradient);
}

static double norm(const float *values, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += (double)values[i] * (double)values[i];
    return sqrt(sum);
}

/* (loss(x + step d) - loss(x - step d)) / (2 step), d the gradient at length 1. */
static double slope_of(const struct setting *s, struct pt_workspace *workspace, float *values,
                       const float *gradient, size_t n, double step)
{
    double *centre = to_double(values, n), length = norm(gradient, n), losses[2];
    for (int side = 0; side < 2; side++) {
        double way = (side ? step : -step) / length;
        for (size_t i = 0; i < n; i++)
            values[i] = (float)(centre[i] + way * (double)gradient[i]);
        losses[side] = loss_at(s, workspace);
    }
    for (size_t i = 0; i < n; i++)
        values[i] = (float)centre[i];
    free(centre);
    return (losses[1] - losses[0]) / (2 * step);
}

/* Along the gradient the slope is its length; for each tensor by itself, so that none is missed. */
static void check_slopes(struct setting *s, const char *preset)
{
    struct pt_workspace *workspace = workspace_for(s, 1);
    float *parameters = pt_network_parameters(s->network);
    loss_at(s, workspace);
    pt_network_backward(s->network, workspace, s->inputs, s->labels, BATCH);
    const float *gradients = pt_network_gradients(s->network);
    double whole = norm(gradients, s->n_parameters);
    for (size_t t = 0; t < pt_network_n_tensors(s->network); t++) {
        const struct pt_tensor *tensor = pt_network_tensor(s->network, t);
        const float *gradient = gradients + tensor->offset;
        double length = tensor->is_buffer ? 0 : norm(gradient, tensor->count);
        if (length < 1e-2 * whole) /* nothing, or lost in rounding: a bias before a batch norm */
            continue;
        float *values = parameters + tensor->offset;
        double step = 2e-3 * fmax(norm(values, tensor->count), 0.1);
        double coarse = slope_of(s, workspace, values, gradient, tensor->count, step);
        double fine = slope_of(s, workspace, values, gradient, tensor->count, step / 2);
        double slope = (4 * fine - coarse) / 3;
        if (fabs(slope - length) > 0.05 * length + 5e-3 * whole)
            fail_msg("%s %s: slope %g, gradient %g", preset, tensor->name, slope, length);
    }
    pt_workspace_free(workspace);
}

/* The deeper presets are made of the same layers, and their loss is too rough for differences. */
static void gradients_are_slopes(void **state)
{
    (void)state;
    static const char *const presets[] = {"mlp",   "mlp5",     "lenet",   "alexnet",
                                          "vgg11", "vgg11_bn", "resnet8", "layers"};
    for (size_t i = 0; i < sizeof presets / sizeof *presets; i++) {
        struct setting s = make_setting(presets[i]);
        check_slopes(&s, presets[i]);
        free_setting(&s);
    }
}

static void check_threads(struct setting *s, const char *preset)
{
    struct pt_workspace *workspace = workspace_for(s, 1);
    float *one = calloc(s->n_parameters, sizeof *one);
    assert_non_null(one);
    static const int counts[] = {1, 2, 3, 4, 8};
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(pt_workspace_set_crew(workspace, crew_of(counts[i]), NULL), PT_OK);
        loss_at(s, workspace);
        pt_network_backward(s->network, workspace, s->inputs, s->labels, BATCH);
        const float *gradients = pt_network_gradients(s->network);
        if (i == 0)
            memcpy(one, gradients, s->n_parameters * sizeof *one);
        else if (memcmp(one, gradients, s->n_parameters * sizeof *one) != 0)
            fail_msg("%s: other gradients with %d threads", preset, counts[i]);
    }
    size_t before = mem_allocation_count();
    loss_at(s, workspace);
    pt_network_backward(s->network, workspace, s->inputs, s->labels, BATCH);
    assert_int_equal(mem_allocation_count(), before);
    free(one);
    pt_workspace_free(workspace);
}

static void threads_change_no_byte_and_steps_allocate_nothing(void **state)
{
    (void)state;
    for_each_preset(check_threads);
}

/* Whether the layers from `cut` on read nothing but the output of the layer before. */
static int can_cut(const struct pt_network *network, size_t cut)
{
    for (size_t i = cut; i < pt_network_n_layers(network); i++) {
        struct pt_layer_info info = pt_network_layer(network, i);
        if (info.from + 1 < cut || (info.second != PT_NO_LAYER && info.second + 1 < cut))
            return 0;
    }
    return 1;
}

static void check_cuts(struct setting *s, const char *preset)
{
    struct pt_workspace *workspace = workspace_for(s, 0);
    float expected[BATCH * N_CLASSES];
    memcpy(expected, pt_network_forward(s->network, workspace, s->inputs, BATCH, 0, s->n_layers),
           sizeof expected);
    size_t n_cuts = 0;
    for (size_t cut = 1; cut < s->n_layers; cut++) {
        if (!can_cut(s->network, cut))
            continue;
        n_cuts++;
        const float *middle = pt_network_forward(s->network, workspace, s->inputs, BATCH, 0, cut);
        const float *logits =
            pt_network_forward(s->network, workspace, middle, BATCH, cut, s->n_layers);
        if (memcmp(logits, expected, sizeof expected) != 0)
            fail_msg("%s: other logits when cut at layer %zu", preset, cut);
    }
    assert_true(n_cuts > 3);
    pt_workspace_free(workspace);
}

static void ranges_give_the_same_bytes(void **state)
{
    (void)state;
    for_each_preset(check_cuts);
}

/* A training workspace gives the values between layers in rows, too, and keeps what it has. */
static void check_middles(struct setting *s, const char *preset)
{
    struct pt_workspace *workspace = workspace_for(s, 1), *plain = workspace_for(s, 0);
    double loss = loss_at(s, workspace);
    for (size_t last = 1; last < s->n_layers; last++) {
        const struct pt_shape shape = pt_network_layer(s->network, last - 1).output;
        const float *middle = pt_network_forward(s->network, workspace, s->inputs, BATCH, 0, last);
        const float *expected = pt_network_forward(s->network, plain, s->inputs, BATCH, 0, last);
        if (memcmp(middle, expected, BATCH * shape_count(&shape) * sizeof *middle) != 0)
            fail_msg("%s: another value after layer %zu", preset, last - 1);
    }
    assert_true(loss_at(s, workspace) == loss);
    pt_workspace_free(workspace);
    pt_workspace_free(plain);
}

static void values_between_layers_are_the_same_in_training(void **state)
{
    (void)state;
    static const char *const presets[] = {"mlp", "lenet", "vgg11"}; /* no batch norm, no dropout */
    for (size_t i = 0; i < sizeof presets / sizeof *presets; i++) {
        struct setting s = make_setting(presets[i]);
        check_middles(&s, presets[i]);
        free_setting(&s);
    }
}

/* Evaluation does not depend on the other samples of the batch, training with batch norm does. */
static void check_evaluation(struct setting *s, const char *preset)
{
    struct pt_workspace *workspace = workspace_for(s, 0);
    float expected[N_CLASSES];
    memcpy(expected, pt_network_forward(s->network, workspace, s->inputs, 1, 0, s->n_layers),
           sizeof expected);
    const float *logits =
        pt_network_forward(s->network, workspace, s->inputs, BATCH, 0, s->n_layers);
    for (size_t i = 0; i < N_CLASSES; i++)
        if (fabs((double)logits[i] - (double)expected[i]) > 1e-5)
            fail_msg("%s: a sample's logits depend on the others", preset);
    pt_workspace_free(workspace);
}

static void evaluation_takes_samples_one_by_one(void **state)
{
    (void)state;
    for_each_preset(check_evaluation);
}

static void assert_refused(const struct pt_layer_spec *layers, size_t n, const char *expected)
{
    const struct pt_network_options options = {
        .preset = "layers", .input = {3, 8, 8}, .n_classes = 5, .layers = layers, .n_layers = n};
    struct pt_network *network;
    struct pt_error error = {0};
    size_t live = mem_live_bytes();
    assert_int_equal(pt_network_create(&options, &network, &error), PT_E_CONFIG);
    assert_contains(error.message, expected);
    assert_int_equal(mem_live_bytes(), live);
}

static void assert_accepted(const struct pt_layer_spec *layers, size_t n)
{
    struct pt_network_options options = {
        .preset = "layers", .input = {3, 8, 8}, .n_classes = 5, .layers = layers, .n_layers = n};
    size_t misfit = 99;
    options.misfit = &misfit;
    struct pt_network *network;
    struct pt_error error = {0};
    if (pt_network_create(&options, &network, &error) != PT_OK)
        fail_msg("%s", error.message);
    assert_int_equal(misfit, n);
    pt_network_free(network);
}

static void lists_that_cannot_be_are_refused(void **state)
{
    (void)state;
    const struct pt_layer_spec conv = {.kind = PT_CONV2D, .size = 4, .kernel = 9, .stride = 1};
    const struct pt_layer_spec dense = {.kind = PT_DENSE}, six = {.kind = PT_DENSE, .size = 6};
    const struct pt_layer_spec same = {.kind = PT_RESIDUAL, .size = 3, .stride = 1};
    const struct pt_layer_spec relu = {.kind = PT_RELU}, all = {.kind = PT_DROPOUT, .rate = 1};
    assert_refused(NULL, 0, "last layer");
    assert_refused(&relu, 1, "last layer");
    assert_refused((struct pt_layer_spec[]){dense, relu}, 2, "last layer");
    assert_refused((struct pt_layer_spec[]){conv, dense}, 2,
                   "layer conv1: the 9x9 kernel does not fit the input [3, 8, 8]");
    assert_refused(&six, 1, "layer fc1: 6 outputs, the data set has 5 classes");
    assert_refused((struct pt_layer_spec[]){relu, same, dense}, 3,
                   "layer block1.conv1: the residual block needs a layer before it");
    assert_refused((struct pt_layer_spec[]){all, dense}, 2, "layer dropout1: a rate of 1");
}

/* Of the input [3, 8, 8]. */
static void what_slides_over_a_map_follows_no_vector(void **state)
{
    (void)state;
    const struct pt_layer_spec dense = {.kind = PT_DENSE}, six = {.kind = PT_DENSE, .size = 6};
    const struct pt_layer_spec relu = {.kind = PT_RELU}, flatten = {.kind = PT_FLATTEN};
    const struct pt_layer_spec mean = {.kind = PT_GLOBAL_AVERAGE_POOL};
    const struct pt_layer_spec on_map[] = {{.kind = PT_CONV2D, .size = 4, .kernel = 1, .stride = 1},
                                           {.kind = PT_MAX_POOL, .kernel = 1, .stride = 1},
                                           {.kind = PT_AVERAGE_POOL, .kernel = 1, .stride = 1},
                                           {.kind = PT_GLOBAL_AVERAGE_POOL},
                                           {.kind = PT_RESIDUAL, .size = 6, .stride = 1}};
    static const char *const names[] = {"conv1", "pool1", "pool1", "pool1", "block1.conv1"};
    char expected[100];
    for (size_t i = 0; i < 5; i++) {
        snprintf(expected, sizeof expected,
                 "layer %s needs a map, and fc1 before it gives 6 numbers", names[i]);
        assert_refused((struct pt_layer_spec[]){six, relu, on_map[i], dense}, 4, expected);
        snprintf(expected, sizeof expected,
                 "layer %s needs a map, and flatten before it gives 192 numbers", names[i]);
        assert_refused((struct pt_layer_spec[]){flatten, on_map[i], dense}, 3, expected);
    }
    assert_refused((struct pt_layer_spec[]){mean, flatten, on_map[0], dense}, 4,
                   "layer conv1 needs a map, and flatten before it gives 3 numbers");
    assert_accepted((struct pt_layer_spec[]){mean, on_map[0], on_map[1], dense}, 4);
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
        cmocka_unit_test(gradients_are_slopes),
        cmocka_unit_test(threads_change_no_byte_and_steps_allocate_nothing),
        cmocka_unit_test(ranges_give_the_same_bytes),
        cmocka_unit_test(values_between_layers_are_the_same_in_training),
        cmocka_unit_test(evaluation_takes_samples_one_by_one),
        cmocka_unit_test(lists_that_cannot_be_are_refused),
        cmocka_unit_test(what_slides_over_a_map_follows_no_vector),
    };
    return cmocka_run_group_tests(tests, set_up_blas, NULL);
}
