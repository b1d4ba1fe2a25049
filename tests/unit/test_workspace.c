/* Workspaces: their size is what is said, both kinds serve, failure paths. */
#include "testing.h"

#include "base/mem.h"
#include "phasetrace/network.h"

static struct pt_network *lenet(void)
{
    const struct pt_network_options options = {
        .preset = "lenet", .input = {1, 28, 28}, .n_classes = 10};
    struct pt_network *network;
    assert_int_equal(pt_network_create(&options, &network, NULL), PT_OK);
    return network;
}

static void size_is_what_is_allocated(void **state)
{
    (void)state;
    struct pt_network *network = lenet();
    for (size_t batch = 1; batch < 100; batch += 31)
        for (int for_training = 0; for_training < 2; for_training++) {
            struct pt_workspace *workspace;
            size_t live = mem_live_bytes();
            assert_int_equal(pt_workspace_create(network, batch, for_training, &workspace, NULL),
                             PT_OK);
            size_t said = pt_workspace_bytes(network, batch, for_training);
            size_t taken = mem_live_bytes() - live; /* the allocator adds up to 128 bytes a block */
            assert_in_range(taken, said, said + 512);
            pt_workspace_free(workspace);
            assert_int_equal(mem_live_bytes(), live);
        }
    pt_network_free(network);
}

/* Without training two outputs are in memory at a time: the largest is that of conv1. Samples come
 * in groups of sixteen. */
static void inference_needs_two_outputs(void **state)
{
    (void)state;
    struct pt_network *network = lenet();
    size_t bytes = pt_workspace_bytes(network, 160, 0);
    assert_int_equal(pt_workspace_bytes(network, 145, 0), bytes);
    size_t each = (pt_workspace_bytes(network, 320, 0) - bytes) / 160;
    size_t two_outputs = 2 * 6 * 28 * 28 * sizeof(float);
    assert_in_range(each, two_outputs, two_outputs + two_outputs / 4);
    assert_true(pt_workspace_bytes(network, 64, 1) > pt_workspace_bytes(network, 64, 0));
    pt_network_free(network);
}

static void sizes_out_of_range_are_refused(void **state)
{
    (void)state;
    struct pt_network *network = lenet();
    struct pt_workspace *workspace;
    struct pt_error error = {0};
    assert_int_equal(pt_workspace_create(network, 0, 0, &workspace, &error), PT_E_CONFIG);
    assert_int_equal(pt_workspace_create(network, SIZE_MAX, 1, &workspace, &error), PT_E_CONFIG);
    assert_null(workspace);
    assert_true(pt_workspace_bytes(network, SIZE_MAX / 8, 1) == SIZE_MAX);
    assert_true(pt_workspace_bytes(network, SIZE_MAX / 20000, 0) == SIZE_MAX);
    mem_set_limit(1 << 20);
    assert_int_equal(pt_workspace_create(network, 1000, 1, &workspace, &error), PT_E_MEMORY);
    mem_set_limit(0);
    assert_non_null(strstr(error.message, "1000 samples"));
    pt_network_free(network);
}

static void creation_survives_lack_of_memory(void **state)
{
    (void)state;
    struct pt_network *network = lenet();
    size_t live = mem_live_bytes();
    struct pt_workspace *workspace = NULL;
    for (long nth = 1; !workspace; nth++) {
        mem_fail_at(nth, 0);
        int status = pt_workspace_create(network, 4, 1, &workspace, NULL);
        mem_fail_at(0, 0);
        assert_int_equal(status, workspace ? PT_OK : PT_E_MEMORY);
        if (!workspace)
            assert_int_equal(mem_live_bytes(), live);
    }
    pt_workspace_free(workspace);
    pt_workspace_free(NULL);
    pt_network_free(network);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(size_is_what_is_allocated),
        cmocka_unit_test(inference_needs_two_outputs),
        cmocka_unit_test(sizes_out_of_range_are_refused),
        cmocka_unit_test(creation_survives_lack_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
