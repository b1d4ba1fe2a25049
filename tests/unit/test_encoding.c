/* Encodings: which interactions are salient, and finding them again. */
#include "testing.h"

#include "analysis/encoding.h"
#include "analysis_fixture.h"

/* Two training samples, a testing one, a mislabelled one; three players, of which player 2 is a
 * dummy on the first sample. */
static struct pt_trace *hand_trace(void)
{
    struct pt_trace *trace = make_trace(7, 3, 2, 2);
    trace->split[3] = PT_TRAIN;
    trace->group[3] = PT_GROUP_MISLABELLED;
    trace->mislabelled[3] = 1;
    trace->I_and[0 * 8 + 3] = 2;
    trace->I_and[0 * 8 + 1] = -0.5;
    trace->I_or[0 * 8 + 3] = 0.01;
    trace->I_and[1 * 8 + 7] = -1;
    trace->I_or[1 * 8 + 6] = -0.02;
    trace->I_or[2 * 8 + 5] = 0.3;
    trace->I_and[3 * 8 + 7] = 100;
    fill_values(trace, 1.5);
    return trace;
}

static void salient_interactions_are_kept(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct encoding e;
    assert_int_equal(encoding_reduce(hand_trace(), 0.03, &arena, &e, NULL), PT_OK);
    /* |v(N) - v(0)| is 1.51, 1.02, .3 on the samples that count: the last one does not */
    assert_near(e.tau, 0.03 * (1.51 + 1.02 + 0.3) / 3, 1e-15);
    const size_t start[] = {0, 2, 3, 4, 5};
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(e.start[i], start[i]);
    assert_int_equal(e.interactions[0].set, 1);
    assert_true(e.interactions[0].value == -0.5);
    assert_int_equal(e.interactions[1].set, 3);
    assert_int_equal(e.interactions[3].is_or, 1);
    assert_int_equal(interaction_order(&e.interactions[2]), 3);
    assert_int_equal(e.live[0], 3);
    assert_int_equal(e.live[2], 5);
    assert_true(e.v_empty[1] == 1.5 && fabs(e.v_full[1] - 0.48) < 1e-15);
    assert_int_equal(encoding_group_size(&e, PT_GROUP_TRAIN), 2);
    assert_int_equal(encoding_group_size(&e, PT_GROUP_THIRD), 0);
    assert_int_equal(encoding_group_size(&e, PT_GROUP_MISLABELLED), 1);
    arena_release(&arena);
}

static void samples_and_interactions_are_found(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct encoding e;
    assert_int_equal(encoding_reduce(hand_trace(), 0.03, &arena, &e, NULL), PT_OK);
    assert_int_equal(encoding_find_sample(&e, PT_TRAIN, 103), 3);
    assert_int_equal(encoding_find_sample(&e, PT_TEST, 102), 2);
    assert_true(encoding_find_sample(&e, PT_TEST, 103) == SIZE_MAX);
    assert_ptr_equal(encoding_find(&e, 0, 3, 0), &e.interactions[1]);
    assert_ptr_equal(encoding_find(&e, 2, 5, 1), &e.interactions[3]);
    assert_null(encoding_find(&e, 0, 3, 1));
    assert_null(encoding_find(&e, 0, 2, 0));
    assert_null(encoding_find(&e, 2, 5, 0));
    assert_null(encoding_find(&e, 2, 6, 1));
    arena_release(&arena);
}

/* Salience 0 keeps all that is not 0; without training and testing samples all samples count. */
static void other_thresholds(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct encoding e;
    assert_int_equal(encoding_reduce(hand_trace(), 0, &arena, &e, NULL), PT_OK);
    assert_int_equal(e.start[4], 7);
    struct pt_trace *trace = make_trace(0, 2, 0, 1);
    trace->split[0] = trace->group[0] = PT_GROUP_THIRD;
    trace->I_and[3] = 4;
    fill_values(trace, 0);
    assert_int_equal(encoding_reduce(trace, 0.5, &arena, &e, NULL), PT_OK);
    assert_near(e.tau, 2, 1e-15);
    arena_release(&arena);
}

static void players_are_compared(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct encoding e;
    for (int differ = 0; differ < 2; differ++) {
        struct pt_trace *trace = hand_trace();
        trace->players[3 * 3 + 2] = differ;
        assert_int_equal(encoding_reduce(trace, 0, &arena, &e, NULL), PT_OK);
        assert_int_equal(e.same_players, !differ);
        trace->players[3 * 3 + 2] = 0;
    }
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(salient_interactions_are_kept),
        cmocka_unit_test(samples_and_interactions_are_found),
        cmocka_unit_test(other_thresholds),
        cmocka_unit_test(players_are_compared),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
