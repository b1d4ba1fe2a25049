/* Batch normalisation over a batch, against the definition in double and its differences. */
#include "testing.h"

#include "crews.h"

#include "base/random.h"
#include "nn/layer.h"
#include "num/lanes.h"

enum { CHANNELS = 3, HEIGHT = 2, WIDTH = 4, POSITIONS = HEIGHT * WIDTH, MOST = 40 };
enum { FEATURES = CHANNELS * POSITIONS, MOST_VALUES = MOST * FEATURES };

struct batch {
    size_t n;
    float rows[MOST_VALUES], gradient_rows[MOST_VALUES];
    float weights[CHANNELS], biases[CHANNELS], running[2 * CHANNELS];
};

static struct batch draw_batch(size_t n)
{
    struct batch batch = {.n = n};
    struct random_stream stream = random_stream(5, RANDOM_TEST, 0, (uint32_t)n);
    for (size_t i = 0; i < n * FEATURES; i++) {
        batch.rows[i] = (float)(3 + (double)(i / POSITIONS % CHANNELS) * random_normal(&stream));
        batch.gradient_rows[i] = (float)random_normal(&stream);
    }
    for (size_t c = 0; c < CHANNELS; c++) {
        batch.weights[c] = (float)random_normal(&stream);
        batch.biases[c] = (float)random_normal(&stream);
        batch.running[c] = (float)random_normal(&stream);
        batch.running[CHANNELS + c] = (float)(0.5 + random_uniform(&stream));
    }
    return batch;
}

/* Value k = 0..n * POSITIONS-1 of a channel. */
static size_t place(size_t channel, size_t k)
{
    return k / POSITIONS * FEATURES + channel * POSITIONS + k % POSITIONS;
}

static double mean_of(const struct batch *batch, const double *x, size_t channel)
{
    double sum = 0;
    for (size_t k = 0; k < batch->n * POSITIONS; k++)
        sum += x[place(channel, k)];
    return sum / (double)(batch->n * POSITIONS);
}

static double variance_of(const struct batch *batch, const double *x, size_t channel)
{
    double mean = mean_of(batch, x, channel), sum = 0;
    for (size_t k = 0; k < batch->n * POSITIONS; k++)
        sum += pow(x[place(channel, k)] - mean, 2);
    return sum / (double)(batch->n * POSITIONS);
}

static double normalised(double x, double mean, double variance, double weight, double bias)
{
    return weight * (x - mean) / sqrt(variance + 1e-5) + bias;
}

/* sum of output * gradient over the batch, of one channel: all that the channel's operands move. */
static double objective(const struct batch *batch, const double *x, size_t channel, double weight,
                        double bias)
{
    double mean = mean_of(batch, x, channel), variance = variance_of(batch, x, channel), sum = 0;
    for (size_t k = 0; k < batch->n * POSITIONS; k++) {
        size_t at = place(channel, k);
        sum += normalised(x[at], mean, variance, weight, bias) * (double)batch->gradient_rows[at];
    }
    return sum;
}

struct result {
    float output[MOST_VALUES], input_gradient[MOST_VALUES];
    float weight_gradient[CHANNELS], bias_gradient[CHANNELS], running[2 * CHANNELS];
};

static float *aligned(void)
{
    void *values = NULL;
    assert_int_equal(posix_memalign(&values, 64, 2 * MOST_VALUES * sizeof(float)), 0);
    return values;
}

static void run(struct batch *batch, int is_training, int n_threads, struct result *result)
{
    struct layer layer = {.name = "bn1", .input = {CHANNELS, HEIGHT, WIDTH}};
    layer.layout = LAYOUT_LANES;
    assert_int_equal(batchnorm_make(&layer, NULL), PT_OK);
    assert_int_equal(layer.memory_floats, 2 * CHANNELS);
    float *input = aligned(), *output = aligned(), *output_gradient = aligned();
    float *input_gradient = aligned(), memory[2 * CHANNELS];
    size_t n = batch->n;
    lanes_from_rows(batch->rows, n, FEATURES, input, NULL);
    lanes_from_rows(batch->gradient_rows, n, FEATURES, output_gradient, NULL);
    memcpy(result->running, batch->running, sizeof batch->running);
    struct layer_pass pass = {
        .n = n,
        .crew = crew_of(n_threads),
        .is_training = is_training,
        .weights = batch->weights,
        .biases = batch->biases,
        .running = batch->running,
        .input = input,
        .output = output,
        .memory = memory,
        .output_gradient = output_gradient,
        .input_gradient = input_gradient,
        .weight_gradient = result->weight_gradient,
        .bias_gradient = result->bias_gradient,
        .moving = result->running,
    };
    layer.ops->forward(&layer, &pass);
    lanes_to_rows(output, n, FEATURES, result->output, NULL);
    if (is_training) {
        layer.ops->backward(&layer, &pass);
        lanes_to_rows(input_gradient, n, FEATURES, result->input_gradient, NULL);
        for (size_t i = n; i < lanes_groups(n) * LANES; i++)
            for (size_t k = 0; k < FEATURES; k++)
                assert_true(input_gradient[(i / LANES * FEATURES + k) * LANES + i % LANES] == 0);
    }
    free(input);
    free(output);
    free(output_gradient);
    free(input_gradient);
}

static double *to_double(const float *values, size_t n)
{
    double *copy = calloc(n, sizeof *copy);
    assert_non_null(copy);
    for (size_t i = 0; i < n; i++)
        copy[i] = (double)values[i];
    return copy;
}

static void check_channel(const struct batch *batch, const struct result *result, double *x,
                          size_t c)
{
    double weight = (double)batch->weights[c], bias = (double)batch->biases[c];
    double mean = mean_of(batch, x, c), variance = variance_of(batch, x, c);
    double n = (double)(batch->n * POSITIONS);
    const double step = 1e-5;
    for (size_t k = 0; k < batch->n * POSITIONS; k++) {
        size_t at = place(c, k);
        double centre = x[at];
        assert_near((double)result->output[at], normalised(centre, mean, variance, weight, bias),
                    2e-5);
        x[at] = centre + step;
        double above = objective(batch, x, c, weight, bias);
        x[at] = centre - step;
        double below = objective(batch, x, c, weight, bias);
        x[at] = centre;
        double expected = (above - below) / (2 * step);
        assert_near((double)result->input_gradient[at], expected, 1e-4 * (1 + fabs(expected)));
    }
    double by_weight =
        objective(batch, x, c, weight + 1, bias) - objective(batch, x, c, weight, bias);
    double by_bias =
        objective(batch, x, c, weight, bias + 1) - objective(batch, x, c, weight, bias);
    assert_near((double)result->weight_gradient[c], by_weight, 1e-3);
    assert_near((double)result->bias_gradient[c], by_bias, 1e-3);
    assert_near((double)result->running[c], 0.9 * (double)batch->running[c] + 0.1 * mean, 1e-6);
    assert_near((double)result->running[CHANNELS + c],
                0.9 * (double)batch->running[CHANNELS + c] + 0.1 * variance * n / (n - 1), 1e-5);
}

static void training_uses_the_batch_and_its_gradients_are_differences(void **state)
{
    (void)state;
    for (size_t n = 2; n <= MOST; n += 14) { /* 2, 16, 30 */
        struct batch batch = draw_batch(n);
        /* The first channel's deviation is 0: its values are one constant. */
        struct result result;
        run(&batch, 1, 1, &result);
        double *x = to_double(batch.rows, n * FEATURES);
        for (size_t c = 1; c < CHANNELS; c++)
            check_channel(&batch, &result, x, c);
        for (size_t k = 0; k < n * POSITIONS; k++)
            assert_near((double)result.output[place(0, k)], (double)batch.biases[0], 1e-3);
        free(x);
    }
}

static void evaluation_uses_the_running_mean_and_variance(void **state)
{
    (void)state;
    struct batch batch = draw_batch(21);
    struct result result;
    run(&batch, 0, 1, &result);
    for (size_t c = 0; c < CHANNELS; c++)
        for (size_t k = 0; k < batch.n * POSITIONS; k++) {
            size_t at = place(c, k);
            double expected = normalised((double)batch.rows[at], (double)batch.running[c],
                                         (double)batch.running[CHANNELS + c],
                                         (double)batch.weights[c], (double)batch.biases[c]);
            assert_near((double)result.output[at], expected, 2e-5);
        }
    assert_memory_equal(result.running, batch.running, sizeof batch.running);
}

static void threads_do_not_change_a_byte(void **state)
{
    (void)state;
    struct batch batch = draw_batch(37);
    struct result one, other;
    memset(&one, 0, sizeof one);
    memset(&other, 0, sizeof other);
    run(&batch, 1, 1, &one);
    for (int n_threads = 2; n_threads <= 8; n_threads++) {
        run(&batch, 1, n_threads, &other);
        assert_memory_equal(&one, &other, sizeof one);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(training_uses_the_batch_and_its_gradients_are_differences),
        cmocka_unit_test(evaluation_uses_the_running_mean_and_variance),
        cmocka_unit_test(threads_do_not_change_a_byte),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
