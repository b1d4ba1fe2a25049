/* Snapshots: which tensors a file has, with what names, and that nothing not finite is written. */
#include "testing.h"

#include "base/fsio.h"
#include "faults.h"
#include "fmt/safetensors.h"
#include "num/gemm.h"
#include "train/snapshot.h"

static struct pt_network *network;
static float state_slabs[2 * 1000];
static char path[600];

static int set_up(void **state)
{
    (void)state;
    static const long hidden[] = {3};
    const struct pt_network_options options = {
        .preset = "mlp", .input = {4, 1, 1}, .n_classes = 2, .hidden = hidden, .n_hidden = 1};
    blas_setup();
    for (size_t i = 0; i < sizeof state_slabs / sizeof *state_slabs; i++)
        state_slabs[i] = (float)i;
    return path_join(path, sizeof path, scratch_directory(), "s.safetensors", NULL) ||
           pt_network_create(&options, &network, NULL);
}

static int tear_down(void **state)
{
    (void)state;
    pt_network_free(network);
    return mem_live_bytes() != 0;
}

static void assert_tensor(const struct safetensors *file, const char *name, const float *values,
                          size_t n)
{
    const struct safetensors_tensor *tensor = safetensors_find(file, name);
    assert_non_null(tensor);
    assert_int_equal(tensor->count, n);
    assert_memory_equal(tensor->values, values, n * sizeof *values);
}

static struct safetensors *write_and_read(const struct snapshot_optimizer *optimizer)
{
    struct safetensors *file;
    const struct snapshot_moment moment = {7, 1.25};
    assert_int_equal(snapshot_write(network, optimizer, moment, path, NULL), PT_OK);
    assert_int_equal(safetensors_read(path, &file, NULL), PT_OK);
    assert_string_equal(safetensors_metadata(file, "phasetrace.step"), "7");
    assert_string_equal(safetensors_metadata(file, "phasetrace.epoch"), "1.25");
    /* 4 x 3 weights, 3 biases, 3 x 2 weights, 2 biases */
    assert_tensor(file, "fc1.weight", pt_network_parameters(network), 12);
    assert_tensor(file, "fc1.bias", pt_network_parameters(network) + 12, 3);
    assert_tensor(file, "fc2.weight", pt_network_parameters(network) + 15, 6);
    assert_tensor(file, "fc2.bias", pt_network_parameters(network) + 21, 2);
    return file;
}

static void parameters_alone(void **state)
{
    (void)state;
    struct safetensors *file = write_and_read(NULL);
    assert_int_equal(file->n_tensors, 4);
    safetensors_free(file);
}

static void the_state_of_each_optimiser(void **state)
{
    (void)state;
    struct safetensors *file =
        write_and_read(&(struct snapshot_optimizer){PT_OPTIMIZER_SGD, state_slabs});
    assert_int_equal(file->n_tensors, 8);
    assert_tensor(file, "optimizer.momentum.fc1.weight", state_slabs, 12);
    assert_tensor(file, "optimizer.momentum.fc2.bias", state_slabs + 21, 2);
    safetensors_free(file);
    file = write_and_read(&(struct snapshot_optimizer){PT_OPTIMIZER_ADAMW, state_slabs});
    assert_int_equal(file->n_tensors, 12);
    assert_tensor(file, "optimizer.exp_avg.fc1.bias", state_slabs + 12, 3);
    assert_tensor(file, "optimizer.exp_avg_sq.fc1.weight", state_slabs + 23, 12);
    assert_tensor(file, "optimizer.exp_avg_sq.fc2.bias", state_slabs + 23 + 21, 2);
    safetensors_free(file);
}

static void what_is_not_finite_is_not_written(void **state)
{
    (void)state;
    const struct snapshot_moment moment = {12, 1};
    const struct snapshot_optimizer optimizer = {PT_OPTIMIZER_ADAM, state_slabs};
    struct pt_error error;
    float *last = pt_network_parameters(network) + 22, kept = *last;
    remove(path);
    *last = NAN;
    assert_int_equal(snapshot_write(network, NULL, moment, path, &error), PT_E_DIVERGED);
    assert_string_equal(error.message, "snapshot of step 12: parameter 22 is not finite");
    *last = kept;
    state_slabs[45] = INFINITY;
    assert_int_equal(snapshot_write(network, &optimizer, moment, path, &error), PT_E_DIVERGED);
    assert_string_equal(error.message, "snapshot of step 12: optimiser state 45 is not finite");
    state_slabs[45] = 45;
    assert_false(file_exists(path));
}

static int write_all(void *user, struct pt_error *error)
{
    (void)user;
    const struct snapshot_optimizer optimizer = {PT_OPTIMIZER_ADAM, state_slabs};
    return snapshot_write(network, &optimizer, (struct snapshot_moment){1, 0}, path, error);
}

static void faults_leave_nothing(void **state)
{
    (void)state;
    assert_survives_memory_faults(write_all, NULL);
    assert_survives_file_faults(write_all, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parameters_alone),
        cmocka_unit_test(the_state_of_each_optimiser),
        cmocka_unit_test(what_is_not_finite_is_not_written),
        cmocka_unit_test(faults_leave_nothing),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
