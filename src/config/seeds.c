/* Lists of seeds: numbers and ranges, "1..3, 10". */
#include "base/number.h"
#include "config/value.h"

#include <inttypes.h>
#include <string.h>

struct seed_range {
    uint64_t first, last;
};

/* Seeds end where JSON's signed numbers of 64 bits do. */
static int parse_seed(const char *text, size_t start, size_t n_bytes, uint64_t *seed,
                      struct value_problem *problem)
{
    enum number_result result = number_parse_u64(text + start, n_bytes, seed);
    if (result == NUMBER_OK && *seed <= INT64_MAX)
        return 1;
    return value_problem_set(
        problem, start, n_bytes, "'%.*s' is %s: expected whole numbers or ranges such as 1..3",
        (int)n_bytes, text + start, result == NUMBER_JUNK ? "not a whole number" : "out of range");
}

static int parse_range(const char *text, struct value_item item, struct seed_range *range,
                       struct value_problem *problem)
{
    size_t n_first = 0;
    while (n_first < item.n_bytes && strncmp(text + item.start + n_first, "..", 2) != 0)
        n_first++;
    if (!parse_seed(text, item.start, n_first, &range->first, problem))
        return 0;
    range->last = range->first;
    if (n_first == item.n_bytes)
        return 1;
    if (!parse_seed(text, item.start + n_first + 2, item.n_bytes - n_first - 2, &range->last,
                    problem))
        return 0;
    return range->first <= range->last ||
           value_problem_set(problem, item.start, item.n_bytes, "the range %.*s holds no seed",
                             (int)item.n_bytes, text + item.start);
}

static int is_listed(const struct pt_seeds *seeds, uint64_t seed)
{
    for (size_t i = 0; i < seeds->n; i++)
        if (seeds->items[i] == seed)
            return 1;
    return 0;
}

static int add_range(struct pt_seeds *seeds, struct seed_range range, struct value_item item,
                     struct value_problem *problem)
{
    if (range.last - range.first >= PT_MAX_SEEDS - seeds->n)
        return value_problem_set(problem, item.start, item.n_bytes,
                                 "the list has more than %d seeds", PT_MAX_SEEDS);
    for (uint64_t seed = range.first; seed <= range.last; seed++) {
        if (is_listed(seeds, seed))
            return value_problem_set(problem, item.start, item.n_bytes,
                                     "seed %" PRIu64 " is in the list twice", seed);
        seeds->items[seeds->n++] = seed;
    }
    return 1;
}

int seeds_parse(const char *text, struct pt_seeds *seeds, struct value_problem *problem)
{
    struct pt_seeds parsed = {0};
    struct value_item item = {.next = 0};
    do {
        struct seed_range range;
        item = value_item_at(text, item.next);
        if (!text[0])
            break;
        if (item.n_bytes == 0)
            return value_problem_set(problem, item.start, 0, "a seed is missing in the list");
        if (!parse_range(text, item, &range, problem) || !add_range(&parsed, range, item, problem))
            return 0;
    } while (item.next);
    *seeds = parsed;
    return 1;
}

void seeds_print(const struct pt_seeds *seeds, struct text *text)
{
    size_t n = seeds->n < PT_MAX_SEEDS ? seeds->n : PT_MAX_SEEDS;
    for (size_t i = 0, end; i < n; i = end) {
        end = i + 1;
        while (end < n && seeds->items[end] == seeds->items[end - 1] + 1)
            end++;
        if (end - i < 3)
            end = i + 1;
        text_printf(text, "%s%" PRIu64, i ? ", " : "", seeds->items[i]);
        if (end > i + 1)
            text_printf(text, "..%" PRIu64, seeds->items[end - 1]);
    }
}
