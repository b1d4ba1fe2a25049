/* A data set of a few samples, a network that learns it, and how: for tests of training. */
#ifndef TESTS_SMALL_TRAINING_H
#define TESTS_SMALL_TRAINING_H

#include "hashed.h"
#include "phasetrace/config.h"
#include "phasetrace/dataset.h"
#include "phasetrace/network.h"

enum { N_SAMPLES = 40, SIDE = 6, N_INPUTS = SIDE * SIDE, N_CLASSES = 3 };

static float inputs[N_SAMPLES * N_INPUTS];
static uint8_t labels[N_SAMPLES];
static float mean = 0.5f, deviation = 0.25f; /* of every input that is looked at: the first */
static struct pt_dataset dataset = {.name = "made-up",
                                    .n_classes = N_CLASSES,
                                    .channels = 1,
                                    .height = SIDE,
                                    .width = SIDE,
                                    .splits = {{N_SAMPLES, inputs, labels, labels, NULL}},
                                    .mean = &mean,
                                    .deviation = &deviation};
static struct pt_config config;

static inline struct pt_network *create_network(void)
{
    static const long hidden[] = {8};
    const struct pt_network_options options = {.preset = "mlp",
                                               .input = {1, SIDE, SIDE},
                                               .n_classes = N_CLASSES,
                                               .hidden = hidden,
                                               .n_hidden = 1,
                                               .seed = 4};
    struct pt_network *network;
    assert_int_equal(pt_network_create(&options, &network, NULL), PT_OK);
    return network;
}

/* Samples, and a configuration of 3 steps an epoch. */
static inline void set_up_training(void)
{
    for (size_t i = 0; i < N_SAMPLES; i++) {
        labels[i] = (uint8_t)(i % N_CLASSES);
        for (size_t k = 0; k < N_INPUTS; k++)
            inputs[i * N_INPUTS + k] = 2 * hashed(k, labels[i]) + hashed(k, 10 + (uint32_t)i);
    }
    pt_config_default(&config);
    config.train.batch_size = 16;
    config.train.epochs = 10;
}

#endif
