/*
 * Interactions of a model that is a function of one's own.
 *
 *     cc trace_callback.c $(pkg-config --cflags --libs phasetrace) -o trace_callback
 *
 * The model says how much somebody would like to go for a walk, from five facts. It is written as a
 * sum of rules, and these are found again from nothing but its 32 answers.
 */
#include <phasetrace/explain.h>

#include <stdint.h>
#include <stdio.h>

enum { SUN, WARM, FRIEND, DOG, CAKE, N_FACTS };

static const char *const names[N_FACTS] = {"sun", "warm", "friend", "dog", "cake"};

static double wish_for_a_walk(int sun, int warm, int friend, int dog, int cake)
{
    return 1.5 * (sun && warm) + 2.0 * (friend || dog) - 1.0 * (friend && dog && cake) + 0.5 * sun;
}

/* What phasetrace calls: masks[i] says which facts hold, v[i] is what the model makes of it. */
static int value(const uint32_t *masks, size_t n_masks, double *v, void *user)
{
    (void)user;
    for (size_t i = 0; i < n_masks; i++) {
        uint32_t mask = masks[i];
        v[i] = wish_for_a_walk(mask >> SUN & 1, mask >> WARM & 1, mask >> FRIEND & 1,
                               mask >> DOG & 1, mask >> CAKE & 1);
    }
    return 0;
}

static void print_interaction(const struct pt_interaction *interaction)
{
    const char *between = "";
    printf("%+6.2f  ", interaction->strength);
    for (int fact = 0; fact < N_FACTS; fact++) {
        if (interaction->players >> fact & 1) {
            printf("%s%s", between, names[fact]);
            between = interaction->is_or ? " or " : " and ";
        }
    }
    printf("\n");
}

int main(void)
{
    struct pt_explain_options options = {.gap = 1e-8};
    struct pt_explanation *x;
    struct pt_interaction found[8];
    struct pt_error error;
    int status = pt_explain(N_FACTS, value, NULL, &options, &x, &error);
    if (status) {
        fprintf(stderr, "trace_callback: %s\n", error.message);
        return -status;
    }
    size_t n = pt_explanation_strongest(x, 0, found, 8);
    for (size_t i = 0; i < n && found[i].strength * found[i].strength > 1e-4; i++)
        print_interaction(&found[i]);
    printf("together %.3f, and nothing sparser than %.3f is possible\n", x->objective[0],
           x->dual_bound[0]);
    pt_explanation_free(x);
    return 0;
}
