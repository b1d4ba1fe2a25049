/* "Did you mean": edit distances against a slow recursive one, and what is near enough. */
#include "testing.h"

#include "base/random.h"
#include "base/suggest.h"

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* The definition, letter by letter from the front. */
static size_t naive_distance(const char *a, const char *b)
{
    if (!*a || !*b)
        return strlen(a) + strlen(b);
    size_t d = naive_distance(a + 1, b + 1) + (*a != *b);
    d = least(d, naive_distance(a + 1, b) + 1);
    d = least(d, naive_distance(a, b + 1) + 1);
    if (a[1] && b[1] && a[0] == b[1] && a[1] == b[0])
        d = least(d, naive_distance(a + 2, b + 2) + 1);
    return d;
}

static void known_distances(void **state)
{
    (void)state;
    assert_int_equal(suggest_distance("kitten", "sitting"), 3);
    assert_int_equal(suggest_distance("", "abc"), 3);
    assert_int_equal(suggest_distance("momentmu", "momentum"), 1);
    assert_int_equal(suggest_distance("ca", "abc"), 3); /* 2 without the alignment restriction */
    assert_int_equal(suggest_distance("EPOCHS", "epochs"), 0);
    char word[65];
    memset(word, 'a', 64);
    word[64] = '\0';
    assert_true(suggest_distance(word, "a") == SIZE_MAX);
    assert_int_equal(suggest_distance(word + 1, "a"), 62);
}

static void distances_match_the_definition(void **state)
{
    (void)state;
    struct random_stream stream = random_stream(2, RANDOM_TEST, 0, 0);
    for (int trial = 0; trial < 500; trial++) {
        char words[2][8] = {"", ""};
        for (int w = 0; w < 2; w++)
            for (uint32_t i = 0, n = random_below(&stream, 7); i < n; i++)
                words[w][i] = (char)('a' + random_below(&stream, 3));
        assert_int_equal(suggest_distance(words[0], words[1]), naive_distance(words[0], words[1]));
    }
}

static const char *closest(const char *word)
{
    static const char *const known[] = {"epochs", "learning_rate", "seed", "or", "set"};
    struct suggestion suggestion = {.word = word};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        suggestion_offer(&suggestion, known[i]);
    return suggestion.best;
}

static void only_near_words_are_suggested(void **state)
{
    (void)state;
    assert_string_equal(closest("epoch"), "epochs");
    assert_string_equal(closest("epcohs"), "epochs");
    assert_string_equal(closest("leerning_rata"), "learning_rate");
    assert_string_equal(closest("lerningrates"), "learning_rate");
    assert_string_equal(closest("Learning-Rate"), "learning_rate");
    assert_string_equal(closest("sed"), "seed"); /* "set" is as near, but later */
    assert_null(closest("epo"));                 /* 3 edits of 6 letters */
    assert_null(closest("xy"));                  /* 2 edits would replace all of "or" */
    assert_null(closest("x"));
    assert_null(closest(""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_distances),
        cmocka_unit_test(distances_match_the_definition),
        cmocka_unit_test(only_near_words_are_suggested),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
