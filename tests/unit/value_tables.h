/* Value tables of many kinds that tests of the extraction share. */
#ifndef VALUE_TABLES_H
#define VALUE_TABLES_H

#include "base/random.h"

#include <math.h>
#include <stdint.h>

/* f = x1 x2 x3 + x2 x3 + x3 x4 + (x4 or x5), Chen et al. 2024 (arXiv 2401.16318). */
static inline void fill_golden_toy(double v[32])
{
    for (int mask = 0; mask < 32; mask++) {
        int x1 = mask & 1, x2 = mask >> 1 & 1, x3 = mask >> 2 & 1, x4 = mask >> 3 & 1,
            x5 = mask >> 4 & 1;
        v[mask] = (x1 & x2 & x3) + (x2 & x3) + (x3 & x4) + (x4 | x5);
    }
}

enum table_kind { NOISE, PLANTED, ADDITIVE, DUMMIES, SMOOTH, UNTRAINED, TRAINED, N_KINDS };

/* Adds an AND or an OR term of `set`. */
static inline void add_term(double *v, unsigned n, int set, int is_or, double strength)
{
    for (int mask = 0; mask < 1 << n; mask++)
        v[mask] += strength * (is_or ? (set & mask) != 0 : (set & mask) == set);
}

enum { N_UNITS = 24, N_CLASSES = 4 };

/* Adds `scale` times the log-odds of class 0 of a random ReLU network with two hidden layers; each
 * player that is present adds its own random vector to the first one. */
static inline void add_network(double *v, unsigned n, double scale, struct random_stream *stream)
{
    double first[21][N_UNITS], second[N_UNITS][N_UNITS], last[N_CLASSES][N_UNITS];
    for (unsigned i = 0; i <= n; i++)
        for (int j = 0; j < N_UNITS; j++)
            first[i][j] = random_normal(stream);
    for (int i = 0; i < N_UNITS; i++)
        for (int j = 0; j < N_UNITS; j++)
            second[i][j] = random_normal(stream) * sqrt(2.0 / N_UNITS);
    for (int i = 0; i < N_CLASSES; i++)
        for (int j = 0; j < N_UNITS; j++)
            last[i][j] = random_normal(stream) * sqrt(2.0 / N_UNITS);
    for (int mask = 0; mask < 1 << n; mask++) {
        double hidden[N_UNITS], logits[N_CLASSES] = {0}, rest = 0;
        for (int j = 0; j < N_UNITS; j++) {
            hidden[j] = first[n][j];
            for (unsigned i = 0; i < n; i++)
                hidden[j] += (mask >> i & 1) * first[i][j];
        }
        for (int i = 0; i < N_UNITS; i++) {
            double sum = 0;
            for (int j = 0; j < N_UNITS; j++)
                sum += second[i][j] * fmax(0.0, hidden[j]);
            for (int c = 0; c < N_CLASSES; c++)
                logits[c] += last[c][i] * fmax(0.0, sum);
        }
        for (int c = 1; c < N_CLASSES; c++)
            rest += exp(logits[c] - logits[0]);
        v[mask] -= scale * log(rest);
    }
}

/*
 * Table number `index` of a kind, [2^n]. The games PLANTED, ADDITIVE and DUMMIES are sums of a few
 * AND and OR terms; in DUMMIES only players 0, 2 and 4 matter. UNTRAINED is a random network;
 * TRAINED has strong terms of orders 1 to 3 on top of a weak one, like a network after learning.
 */
static inline void fill_table(enum table_kind kind, unsigned n, uint32_t index, double *v)
{
    int size = 1 << n;
    struct random_stream stream = random_stream(11, RANDOM_TEST, (uint32_t)kind, index);
    double offset = random_normal(&stream);
    for (int mask = 0; mask < size; mask++)
        v[mask] = kind == NOISE ? random_normal(&stream) : offset;
    int n_terms = kind == PLANTED || kind == DUMMIES ? 6 : kind == ADDITIVE ? (int)n : 0;
    for (int term = 0; term < n_terms; term++) {
        int set = kind == ADDITIVE ? 1 << term : 1 + (int)random_below(&stream, (uint32_t)size - 1);
        int is_or = (int)random_below(&stream, 2);
        if (kind == DUMMIES)
            set &= 0x15;
        double strength = random_normal(&stream);
        if (set != 0)
            add_term(v, n, set, is_or, strength);
    }
    for (int mask = 0; kind == SMOOTH && mask < size; mask++)
        v[mask] = tanh(0.7 * __builtin_popcount((unsigned)mask & 0x5a) -
                       0.4 * __builtin_popcount((unsigned)mask)) +
                  0.01 * random_normal(&stream);
    for (unsigned term = 0; kind == TRAINED && term < 2 * n; term++) {
        int set = 1 << term % n, is_or = (int)random_below(&stream, 2);
        for (unsigned n_extra = term / n + random_below(&stream, 2); n_extra > 0; n_extra--)
            set |= 1 << random_below(&stream, n);
        add_term(v, n, set, is_or, random_normal(&stream));
    }
    if (kind == UNTRAINED || kind == TRAINED)
        add_network(v, n, kind == TRAINED ? 0.05 : 1.0, &stream);
}

#endif
