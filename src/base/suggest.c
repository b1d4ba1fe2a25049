/* "Did you mean": the known word that is nearest to a mistyped one. */
#include "base/suggest.h"

#include <stdint.h>
#include <string.h>

#define MAX_WORD 63

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

static int same_letter(char a, char b)
{
    if (a >= 'A' && a <= 'Z')
        a = (char)(a - 'A' + 'a');
    if (b >= 'A' && b <= 'Z')
        b = (char)(b - 'A' + 'a');
    return a == b;
}

size_t suggest_distance(const char *a, const char *b)
{
    size_t n_a = strlen(a), n_b = strlen(b);
    if (n_a > MAX_WORD || n_b > MAX_WORD)
        return SIZE_MAX;
    /* edits[i][j]: from the first i letters of a to the first j of b. */
    size_t edits[MAX_WORD + 1][MAX_WORD + 1];
    for (size_t i = 0; i <= n_a; i++)
        edits[i][0] = i;
    for (size_t j = 0; j <= n_b; j++)
        edits[0][j] = j;
    for (size_t i = 1; i <= n_a; i++)
        for (size_t j = 1; j <= n_b; j++) {
            size_t replaced = edits[i - 1][j - 1] + !same_letter(a[i - 1], b[j - 1]);
            edits[i][j] = smaller(replaced, smaller(edits[i - 1][j], edits[i][j - 1]) + 1);
            if (i > 1 && j > 1 && same_letter(a[i - 1], b[j - 2]) &&
                same_letter(a[i - 2], b[j - 1]))
                edits[i][j] = smaller(edits[i][j], edits[i - 2][j - 2] + 1);
        }
    return edits[n_a][n_b];
}

void suggestion_offer(struct suggestion *suggestion, const char *candidate)
{
    size_t n_word = strlen(suggestion->word), n_candidate = strlen(candidate);
    size_t limit = n_candidate / 3 > 2 ? n_candidate / 3 : 2;
    size_t distance = suggest_distance(suggestion->word, candidate);
    if (distance > limit || distance >= smaller(n_word, n_candidate))
        return;
    if (suggestion->best && distance >= suggestion->distance)
        return;
    suggestion->best = candidate;
    suggestion->distance = distance;
}
