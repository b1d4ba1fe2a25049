/* Weights from files: snapshots and PyTorch's types are taken, all that does not fit is listed. */
#include "testing.h"

#include "base/fsio.h"
#include "faults.h"
#include "fmt/bytes.h"
#include "fmt/safetensors.h"
#include "num/gemm.h"
#include "phasetrace/weights.h"
#include "quick_file.h"
#include "train/snapshot.h"

static char path[600];

static struct pt_network *network_of(long n_hidden, uint64_t seed)
{
    struct pt_network *network;
    const struct pt_network_options options = {.preset = "mlp",
                                               .input = {2, 1, 1},
                                               .n_classes = 2,
                                               .hidden = &n_hidden,
                                               .n_hidden = 1,
                                               .seed = seed};
    assert_int_equal(pt_network_create(&options, &network, NULL), PT_OK);
    return network;
}

static size_t slab_bytes(const struct pt_network *network)
{
    return pt_network_n_values(network) * sizeof(float);
}

static void snapshots_are_taken(void **state)
{
    (void)state;
    struct pt_network *from = network_of(3, 1), *to = network_of(3, 2);
    float slabs[2 * 100] = {0};
    const struct snapshot_optimizer optimizer = {PT_OPTIMIZER_ADAM, slabs};
    assert_int_equal(snapshot_write(from, &optimizer, (struct snapshot_moment){3, 1}, path, NULL),
                     PT_OK);
    assert_memory_not_equal(pt_network_parameters(from), pt_network_parameters(to),
                            slab_bytes(from));
    assert_int_equal(pt_weights_read(to, path, NULL), PT_OK);
    assert_memory_equal(pt_network_parameters(from), pt_network_parameters(to), slab_bytes(from));
    pt_network_free(from);
    pt_network_free(to);
    assert_int_equal(mem_live_bytes(), 0);
}

/* A file with this header and data of 1, 2, 3, ... in the types BF16, then F32. */
static void write_file(const char *header, size_t n_halves, size_t n_floats)
{
    unsigned char bytes[2000] = {0}, *at = bytes + 8 + strlen(header);
    store_le(bytes, strlen(header), 8);
    memcpy(bytes + 8, header, strlen(header));
    for (size_t i = 0; i < n_halves + n_floats; i++) {
        float value = (float)(i + 1);
        uint32_t bits;
        memcpy(&bits, &value, sizeof bits);
        at = i < n_halves ? store_le(at, bits >> 16, 2) : store_le(at, bits, 4);
    }
    write_quickly(path, bytes, (size_t)(at - bytes));
}

#define TENSOR(name, type, shape, begin, end)                                                     \
    "\"" name "\":{\"dtype\":\"" type "\",\"shape\":[" shape "],\"data_offsets\":[" begin "," end \
    "]}"

/* A network of one hidden unit: fc1 [1, 2] and [1], fc2 [2, 1] and [2]. */
static const char fitting[] = "{" TENSOR("fc2.weight", "BF16", "2,1", "0", "4") "," TENSOR(
    "fc1.weight", "F32", "1,2", "4",
    "12") "," TENSOR("fc1.bias", "F32", "1", "12",
                     "16") "," TENSOR("fc2.bias", "F32", "2", "16",
                                      "24") "," TENSOR("bn1.num_batches_tracked", "I64", "", "24",
                                                       "32") "," TENSOR("optimizer.momentum.fc1."
                                                                        "bias",
                                                                        "F32", "1", "32", "36") "}";

static void order_and_types_do_not_matter(void **state)
{
    (void)state;
    static const float expected[] = {3, 4, 5, 1, 2, 6, 7};
    struct pt_network *network = network_of(1, 1);
    write_file(fitting, 2, 8);
    struct pt_error error = {0};
    if (pt_weights_read(network, path, &error) != PT_OK)
        fail_msg("%s", error.message);
    assert_memory_equal(pt_network_parameters(network), expected, sizeof expected);
    pt_network_free(network);
}

static void assert_refused(struct pt_network *network, const char *message)
{
    static float before[100];
    struct pt_error error = {0};
    memcpy(before, pt_network_parameters(network), slab_bytes(network));
    assert_int_equal(pt_weights_read(network, path, &error), PT_E_DATA);
    assert_string_equal(error.file, path);
    assert_string_equal(error.message, message);
    assert_memory_equal(pt_network_parameters(network), before, slab_bytes(network));
}

static void all_misfits_are_listed(void **state)
{
    (void)state;
    struct pt_network *network = network_of(1, 1);
    write_file("{" TENSOR("fc1.weight", "F32", "2,1", "0", "8") "," TENSOR(
                   "fc2.bias", "X64", "2", "8",
                   "24") "," TENSOR("fc1.bias", "F32", "", "24",
                                    "28") "," TENSOR("fc.weight", "F32", "1", "28",
                                                     "32") "," TENSOR("fc3.bias", "F32", "1", "32",
                                                                      "36") "}",
               0, 9);
    assert_refused(network, "the tensors are not those of the network; missing: fc2.weight; "
                            "unexpected: fc.weight, fc3.bias; of another shape or type: "
                            "fc1.weight F32 [2, 1] instead of [1, 2], "
                            "fc1.bias F32 [] instead of [1], fc2.bias X64 [2] instead of F32 [2]");
    write_file("{}", 0, 0);
    assert_refused(network, "the tensors are not those of the network; missing: fc1.weight, "
                            "fc1.bias, fc2.weight, fc2.bias");
    pt_network_free(network);
    assert_int_equal(mem_live_bytes(), 0);
}

static void numbers_have_to_be_usable(void **state)
{
    (void)state;
    struct pt_network *network = network_of(1, 1);
    float *last = pt_network_parameters(network) + 6, kept = *last;
    const struct safetensors_tensor tensors[] = {
        {.name = "fc1.weight", .rank = 2, .shape = {1, 2}, .values = last - 6},
        {.name = "fc1.bias", .rank = 1, .shape = {1}, .values = last - 4},
        {.name = "fc2.weight", .rank = 2, .shape = {2, 1}, .values = last - 3},
        {.name = "fc2.bias", .rank = 1, .shape = {2}, .values = last - 1},
    };
    *last = -INFINITY;
    assert_int_equal(safetensors_write(path, tensors, 4, NULL, 0, NULL), PT_OK);
    *last = kept;
    assert_refused(network, "tensor fc2.bias: number 1 is -inf, expected at most 1e+15 in size");
    *last = 1e15F;
    assert_int_equal(safetensors_write(path, tensors, 4, NULL, 0, NULL), PT_OK);
    *last = kept;
    assert_int_equal(pt_weights_read(network, path, NULL), PT_OK);
    assert_true(*last == 1e15F);
    pt_network_free(network);
}

static void other_files_are_refused(void **state)
{
    (void)state;
    struct pt_network *network = network_of(1, 1);
    struct pt_error error = {0};
    write_quickly(path, "[model]\n", 8);
    assert_int_equal(pt_weights_read(network, path, &error), PT_E_DATA);
    assert_int_equal(remove(path), 0);
    assert_int_equal(pt_weights_read(network, path, &error), PT_E_IO);
    pt_network_free(network);
    assert_int_equal(mem_live_bytes(), 0);
}

static int read_into(void *network, struct pt_error *error)
{
    int status = pt_weights_read(network, path, error);
    return status == PT_E_DATA ? PT_OK : status;
}

static void faults_leave_nothing(void **state)
{
    (void)state;
    struct pt_network *network = network_of(1, 1), *larger = network_of(5, 1);
    write_file(fitting, 2, 8);
    assert_survives_memory_faults(read_into, network);
    assert_survives_memory_faults(read_into, larger);
    pt_network_free(network);
    pt_network_free(larger);
}

static int set_up(void **state)
{
    (void)state;
    blas_setup();
    return path_join(path, sizeof path, scratch_directory(), "w.safetensors", NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(snapshots_are_taken),     cmocka_unit_test(order_and_types_do_not_matter),
        cmocka_unit_test(all_misfits_are_listed),  cmocka_unit_test(numbers_have_to_be_usable),
        cmocka_unit_test(other_files_are_refused), cmocka_unit_test(faults_leave_nothing),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
