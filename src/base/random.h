/*
 * Random numbers without state: every draw is a function of (seed, purpose, epoch, index).
 *
 * A stream is Philox 4x32-10 (Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as
 * 1, 2, 3", SC 2011) with the seed as its key and (block, purpose, epoch, index) as its counter.
 * A resumed run, or one with another number of threads, therefore draws what the first one did.
 */
#ifndef BASE_RANDOM_H
#define BASE_RANDOM_H

#include <stddef.h>
#include <stdint.h>

/* What a stream is for. The numbers are part of the reproducibility promise: never renumber. */
enum random_purpose {
    RANDOM_TEST = 0,
    RANDOM_INIT = 1,          /* initial weights; index = parameter tensor */
    RANDOM_SHUFFLE = 2,       /* order of the training samples; epoch = epoch */
    RANDOM_SUBSET = 3,        /* which samples of a file are used; index = split */
    RANDOM_LABEL_NOISE = 4,   /* which training labels are replaced, by what */
    RANDOM_PLAYERS = 5,       /* cells that become players; index = sample for per-sample draws */
    RANDOM_TRACE_SAMPLES = 6, /* samples that are traced; index = split */
    RANDOM_BOOTSTRAP = 7,     /* index = replicate */
    RANDOM_DROPOUT = 8,
    RANDOM_AUGMENT = 9,
    RANDOM_CONTROL = 10,        /* interactions removed at random; epoch = step, index = draw */
    RANDOM_TERMS = 11,          /* inputs of the terms of a generated data set */
    RANDOM_INPUTS = 12,         /* samples of a generated data set; index = split */
    RANDOM_SAMPLED_LABELS = 13, /* their labels; index = split */
    RANDOM_STABILITY = 14       /* noise on the input; epoch = draw, index = sample */
};

/* A cursor into one stream. Copy it freely; it owns nothing. */
struct random_stream {
    uint32_t key[2];
    uint32_t counter[4]; /* counter[0] is the block number */
    uint32_t block[4];
    unsigned n_used; /* words of `block` that are spent */
};

struct random_stream random_stream(uint64_t seed, enum random_purpose purpose, uint32_t epoch,
                                   uint32_t index);

uint32_t random_u32(struct random_stream *stream);
double random_uniform(struct random_stream *stream); /* [0, 1), 53 bits */
double random_normal(struct random_stream *stream);  /* mean 0, variance 1 */
/* Uniform in [0, bound), without modulo bias; bound >= 1. */
uint32_t random_below(struct random_stream *stream, uint32_t bound);
/* Fisher-Yates: reorders `items` in place; the first k of n are a uniform sample without
 * replacement. */
void random_shuffle(struct random_stream *stream, uint32_t *items, size_t n_items);

/* The bijection itself, for the known-answer test. */
void philox_4x32_10(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4]);

#endif
