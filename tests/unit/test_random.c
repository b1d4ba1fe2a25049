/* Random streams: known answers of Philox, independence of streams, distributions. */
#include "testing.h"

#include "base/random.h"

/* From the known-answer file of the authors' Random123 distribution. */
static void philox_gives_the_published_answers(void **state)
{
    (void)state;
    static const struct {
        uint32_t counter[4], key[2], out[4];
    } known[] = {
        {{0, 0, 0, 0}, {0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
        {{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
         {0xffffffff, 0xffffffff},
         {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
        {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
         {0xa4093822, 0x299f31d0},
         {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        uint32_t out[4];
        philox_4x32_10(known[i].counter, known[i].key, out);
        assert_memory_equal(out, known[i].out, sizeof out);
    }
}

static void streams_differ_in_every_coordinate(void **state)
{
    (void)state;
    struct random_stream streams[] = {
        random_stream(1, RANDOM_INIT, 0, 0),    random_stream(2, RANDOM_INIT, 0, 0),
        random_stream(1, RANDOM_SHUFFLE, 0, 0), random_stream(1, RANDOM_INIT, 1, 0),
        random_stream(1, RANDOM_INIT, 0, 1),    random_stream(1ull << 32 | 1, RANDOM_INIT, 0, 0),
    };
    size_t n = sizeof streams / sizeof *streams;
    uint32_t first[8];
    for (size_t i = 0; i < n; i++)
        first[i] = random_u32(&streams[i]);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < i; j++)
            assert_int_not_equal(first[i], first[j]);
    struct random_stream again = random_stream(1, RANDOM_INIT, 0, 0);
    assert_int_equal(random_u32(&again), first[0]);
}

static void moments_are_right(void **state)
{
    (void)state;
    enum { N = 200000 };
    struct random_stream stream = random_stream(7, RANDOM_TEST, 0, 0);
    double sum = 0, squares = 0, uniform = 0;
    for (int i = 0; i < N; i++) {
        double x = random_normal(&stream);
        sum += x;
        squares += x * x;
        double u = random_uniform(&stream);
        assert_true(u >= 0 && u < 1);
        uniform += u;
    }
    assert_near(sum / N, 0, 5 / sqrt(N));
    assert_near(squares / N, 1, 8 / sqrt(N));
    assert_near(uniform / N, 0.5, 2 / sqrt(N));
}

static void bounded_draws_are_uniform(void **state)
{
    (void)state;
    enum { N = 90000, BOUND = 9 };
    struct random_stream stream = random_stream(7, RANDOM_TEST, 0, 1);
    int counts[BOUND] = {0};
    for (int i = 0; i < N; i++)
        counts[random_below(&stream, BOUND)]++;
    double chi2 = 0, expected = (double)N / BOUND;
    for (int i = 0; i < BOUND; i++)
        chi2 += (counts[i] - expected) * (counts[i] - expected) / expected;
    assert_true(chi2 < 27); /* 8 degrees of freedom, p = 0.001 */
    assert_int_equal(random_below(&stream, 1), 0);
}

static void shuffles_are_permutations(void **state)
{
    (void)state;
    uint32_t items[100];
    unsigned char seen[100] = {0};
    for (uint32_t i = 0; i < 100; i++)
        items[i] = i;
    struct random_stream stream = random_stream(7, RANDOM_TEST, 0, 2);
    random_shuffle(&stream, items, 100);
    int moved = 0;
    for (uint32_t i = 0; i < 100; i++) {
        assert_int_equal(seen[items[i]]++, 0);
        moved += items[i] != i;
    }
    assert_true(moved > 80);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(philox_gives_the_published_answers),
        cmocka_unit_test(streams_differ_in_every_coordinate),
        cmocka_unit_test(moments_are_right),
        cmocka_unit_test(bounded_draws_are_uniform),
        cmocka_unit_test(shuffles_are_permutations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
