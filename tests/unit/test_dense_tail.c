/* Dense layers on blocks of masks against forward passes of the network. */
#include "testing.h"

#include "faults.h"

#include "base/mem.h"
#include "base/random.h"
#include "num/gemm.h"
#include "num/kernels.h"
#include "phasetrace/network.h"
#include "trace/dense_tail.h"
#include "trace/subset_tables.h"

enum { N_INPUTS = 45, STRIDE = 48, N_CLASSES = 3 };

static struct pt_network *make_network(void)
{
    struct pt_network *network;
    assert_int_equal(
        pt_network_create(&(struct pt_network_options){.preset = "mlp",
                                                       .input = {9, 5, 1},
                                                       .n_classes = N_CLASSES,
                                                       .hidden = (const long[]){70, 20},
                                                       .n_hidden = 2,
                                                       .seed = 3},
                          &network, NULL),
        PT_OK);
    struct random_stream stream = random_stream(4, RANDOM_TEST, 0, 0);
    for (size_t i = 0; i < pt_network_n_parameters(network); i++)
        pt_network_parameters(network)[i] += 0.05F * (float)random_normal(&stream);
    return network;
}

/* Rectified sums: some inputs are always there, some never, some change their sign with any of the
 * players or with the first alone. */
static void fill_inputs(float *values, int are_sums)
{
    struct random_stream stream = random_stream(5, RANDOM_TEST, 0, 0);
    float steps[BLOCK_BITS][N_INPUTS];
    for (size_t i = 0; i < BLOCK_BITS; i++)
        for (size_t j = 0; j < N_INPUTS; j++)
            steps[i][j] = (float)random_normal(&stream) * (j % 3 == 0 && i > 0 ? 0.01F : 0.3F);
    for (size_t t = 0; t < BLOCK; t++)
        for (size_t j = 0; j < STRIDE; j++) {
            float sum = j % 5 == 0 ? 3 : j % 5 == 1 ? -3 : 0.2F;
            for (size_t i = 0; i < BLOCK_BITS && j < N_INPUTS; i++)
                sum += t >> i & 1 ? steps[i][j] : 0;
            if (!are_sums)
                sum += (float)random_normal(&stream);
            values[t * STRIDE + j] = j < N_INPUTS && sum > 0 ? sum : 0;
        }
}

static void check(const struct kernels *kernels, struct pt_network *network, unsigned n_bits,
                  int are_sums)
{
    static float values[BLOCK * STRIDE], compact[BLOCK * N_INPUTS];
    struct dense_tail *tail;
    struct tail_work *work;
    struct pt_workspace *workspace;
    size_t n = (size_t)1 << n_bits, n_layers = pt_network_n_layers(network), stride;
    size_t first = pt_network_find_layer(network, "fc1");
    assert_int_equal(dense_tail_create(network, kernels, first, &tail, NULL), PT_OK);
    assert_non_null(tail);
    assert_int_equal(tail_work_create(tail, &work, NULL), PT_OK);
    assert_int_equal(pt_workspace_create(network, BLOCK, 0, &workspace, NULL), PT_OK);
    dense_tail_load(tail);
    fill_inputs(values, are_sums);
    for (size_t t = 0; t < n; t++)
        memcpy(compact + t * N_INPUTS, values + t * STRIDE, N_INPUTS * sizeof *values);
    const float *expected = pt_network_forward(network, workspace, compact, n, first, n_layers);
    const float *logits = dense_tail_run(
        tail, work, &(struct tail_inputs){values, STRIDE, n_bits, are_sums}, &stride);
    for (size_t t = 0; t < n; t++)
        for (size_t k = 0; k < N_CLASSES; k++)
            assert_near((double)logits[t * stride + k], (double)expected[t * N_CLASSES + k], 5e-6);
    pt_workspace_free(workspace);
    tail_work_free(work);
    dense_tail_free(tail);
}

static void tails_agree_with_forward_passes(void **state)
{
    (void)state;
    struct pt_network *network = make_network();
    const struct kernels *sets[3];
    for (size_t set = 0, n_sets = kernels_all(sets); set < n_sets; set++)
        for (unsigned n_bits = 0; n_bits <= BLOCK_BITS; n_bits++)
            for (int are_sums = 0; are_sums < 2; are_sums++)
                check(sets[set], network, n_bits, are_sums);
    pt_network_free(network);
}

static void other_layers_have_no_tail(void **state)
{
    (void)state;
    struct pt_network *network;
    struct dense_tail *tail;
    assert_int_equal(
        pt_network_create(
            &(struct pt_network_options){.preset = "lenet", .input = {1, 28, 28}, .n_classes = 10},
            &network, NULL),
        PT_OK);
    assert_int_equal(dense_tail_create(network, kernels_best(), 3, &tail, NULL), PT_OK);
    assert_null(tail);
    size_t first = pt_network_find_layer(network, "fc2");
    assert_int_equal(dense_tail_create(network, kernels_best(), first, &tail, NULL), PT_OK);
    assert_non_null(tail);
    dense_tail_free(tail);
    pt_network_free(network);
}

static int create(void *user, struct pt_error *error)
{
    struct dense_tail *tail = NULL;
    struct tail_work *work = NULL;
    int status =
        dense_tail_create(user, kernels_best(), pt_network_find_layer(user, "fc2"), &tail, error);
    if (!status)
        status = tail_work_create(tail, &work, error);
    tail_work_free(work);
    dense_tail_free(tail);
    return status;
}

static void creation_survives_memory_faults(void **state)
{
    (void)state;
    struct pt_network *network = make_network();
    assert_survives_memory_faults(create, network);
    pt_network_free(network);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tails_agree_with_forward_passes),
        cmocka_unit_test(other_layers_have_no_tail),
        cmocka_unit_test(creation_survives_memory_faults),
    };
    blas_setup();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
