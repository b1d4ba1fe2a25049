/* "Did you mean": the known word that is nearest to a mistyped one. */
#ifndef BASE_SUGGEST_H
#define BASE_SUGGEST_H

#include <stddef.h>

/* Start with {.word = mistyped}, offer every known word, look at `best`. */
struct suggestion {
    const char *word;
    const char *best; /* NULL while nothing offered is near enough */
    size_t distance;  /* of `best` */
};

/* Near enough: at most 2 edits or a third of the candidate's length, and fewer than the letters of
 * either word. Of equally near ones the first stays. */
void suggestion_offer(struct suggestion *suggestion, const char *candidate);

/*
 * Edits (a letter inserted, deleted, replaced, or two neighbours swapped) from one word to the
 * other, upper and lower case being equal: the optimal string alignment form of the
 * Damerau-Levenshtein distance. Words of over 63 bytes are infinitely far: SIZE_MAX.
 */
size_t suggest_distance(const char *a, const char *b);

#endif
