/* Checkpoints: training goes on as if nothing had been, from the newest that is whole. */
#include "testing.h"

#include "base/fsio.h"
#include "faults.h"
#include "num/gemm.h"
#include "small_training.h"
#include "train/checkpoint.h"

#include <limits.h>

static char directory[600];

/* A network in training. */
struct pair {
    struct pt_network *network;
    struct trainer *trainer;
};

static struct pair create(void)
{
    struct pair p = {.network = create_network()};
    assert_int_equal(trainer_create(&config, &dataset, PT_TRAIN, p.network, NULL, &p.trainer, NULL),
                     PT_OK);
    return p;
}

static void release(struct pair p)
{
    trainer_free(p.trainer);
    pt_network_free(p.network);
}

static void train(struct pair p, int n_steps)
{
    for (int i = 0; i < n_steps; i++)
        assert_int_equal(trainer_step(p.trainer, NULL), PT_OK);
}

static void save(struct pair p)
{
    assert_int_equal(checkpoint_write(directory, p.network, p.trainer, NULL), PT_OK);
}

static void assert_equal(struct pair a, struct pair b)
{
    size_t n = pt_network_n_values(a.network), n_parameters = pt_network_n_parameters(a.network);
    assert_int_equal(trainer_steps_done(a.trainer), trainer_steps_done(b.trainer));
    assert_memory_equal(pt_network_parameters(a.network), pt_network_parameters(b.network),
                        n * sizeof(float));
    assert_memory_equal(trainer_state(a.trainer), trainer_state(b.trainer),
                        2 * n_parameters * sizeof(float));
}

/* A new pair, at the checkpoint, which must be of this step. */
static struct pair restored(long step)
{
    struct pair p = create();
    assert_int_equal(checkpoint_read(directory, LONG_MAX, p.network, p.trainer, NULL, NULL), PT_OK);
    assert_int_equal(trainer_steps_done(p.trainer), step);
    return p;
}

static int set_up(void **state)
{
    (void)state;
    char path[700];
    blas_setup();
    set_up_training();
    config.train.optimizer = PT_OPTIMIZER_ADAM;
    config.train.schedule = PT_RATE_COSINE;
    snprintf(directory, sizeof directory, "%s", scratch_directory());
    return path_join(path, sizeof path, directory, "snapshots", NULL) ||
           directory_create(path, NULL);
}

static void training_goes_on_as_before(void **state)
{
    (void)state;
    for (int step = 0; step < 7; step++) { /* at the end of an epoch and within */
        struct pair whole = create();
        train(whole, step);
        save(whole);
        struct pair part = restored(step);
        assert_equal(part, whole);
        train(whole, 5);
        train(part, 5);
        assert_equal(part, whole);
        release(whole);
        release(part);
    }
    assert_int_equal(mem_live_bytes(), 0);
}

static void change(const char *name, size_t from_end)
{
    char path[700];
    unsigned char *bytes;
    size_t n;
    snprintf(path, sizeof path, "%s/snapshots/%s", directory, name);
    assert_int_equal(file_read(path, 1 << 20, &bytes, &n, NULL), PT_OK);
    bytes[from_end < n ? n - from_end : 0] ^= 1;
    assert_int_equal(file_replace(path, bytes, n, NULL), PT_OK);
    mem_free(bytes);
}

/* Checkpoints after steps 2 and 4. */
static void write_two(void)
{
    struct pair p = create();
    train(p, 2);
    save(p);
    train(p, 2);
    save(p);
    release(p);
}

static void a_damaged_one_is_passed_over(void **state)
{
    (void)state;
    for (size_t from_end = 1; from_end < 6000; from_end += 97) {
        write_two();
        release(restored(4));
        change("last.safetensors", from_end);
        release(restored(2));
    }
    change("last-1.safetensors", 1);
    release(restored(0));
}

/* Also where the last one was damaged, and takes the place of the one before it. */
static void one_is_whole_wherever_writing_ends(void **state)
{
    (void)state;
    for (int nth = 1, status = -1; status != PT_OK; nth++) {
        write_two();
        change("last.safetensors", 1);
        struct pair p = restored(2);
        train(p, 1);
        file_fail_at(nth, 1);
        status = checkpoint_write(directory, p.network, p.trainer, NULL);
        file_fail_at(0, 0);
        release(p);
        p = create();
        assert_int_equal(checkpoint_read(directory, LONG_MAX, p.network, p.trainer, NULL, NULL),
                         PT_OK);
        assert_true(trainer_steps_done(p.trainer) == 3 ||
                    (status && trainer_steps_done(p.trainer) == 2));
        release(p);
    }
}

static void one_that_is_too_far_is_passed_over(void **state)
{
    (void)state;
    write_two();
    struct pair p = create();
    assert_int_equal(checkpoint_read(directory, 3, p.network, p.trainer, NULL, NULL), PT_OK);
    assert_int_equal(trainer_steps_done(p.trainer), 2);
    release(p);
}

static void the_state_of_another_optimiser_will_not_do(void **state)
{
    (void)state;
    write_two();
    config.train.optimizer = PT_OPTIMIZER_SGD;
    release(restored(0));
    config.train.optimizer = PT_OPTIMIZER_ADAM;
}

static void one_stays_when_all_is_done(void **state)
{
    (void)state;
    char path[700];
    write_two();
    assert_int_equal(checkpoint_settle(directory, NULL), PT_OK);
    snprintf(path, sizeof path, "%s/snapshots/last-1.safetensors", directory);
    assert_false(file_exists(path));
    release(restored(4));
}

static int write_again(void *user, struct pt_error *error)
{
    struct pair *p = user;
    return checkpoint_write(directory, p->network, p->trainer, error);
}

static void faults(void **state)
{
    (void)state;
    write_two();
    struct pair p = restored(4);
    assert_survives_memory_faults(write_again, &p);
    for (long nth = 1;; nth++) { /* whatever fails, one of the two is whole */
        write_two();
        file_fail_at(nth, 1);
        int status = checkpoint_write(directory, p.network, p.trainer, NULL);
        file_fail_at(0, 0);
        release(restored(4));
        if (!status)
            break;
        assert_int_equal(status, PT_E_IO);
    }
    release(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(training_goes_on_as_before),
        cmocka_unit_test(a_damaged_one_is_passed_over),
        cmocka_unit_test(one_is_whole_wherever_writing_ends),
        cmocka_unit_test(one_that_is_too_far_is_passed_over),
        cmocka_unit_test(the_state_of_another_optimiser_will_not_do),
        cmocka_unit_test(one_stays_when_all_is_done),
        cmocka_unit_test(faults),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
