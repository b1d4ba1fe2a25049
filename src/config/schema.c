/* The schema: one table that describes every configuration key. */
#include "config/schema.h"

#include <string.h>

/* Section, key, type, range, open ends, default, help; after those the choices or NULL. */
#define KEY(s, k, t, low, high, open, standard, text, ...)                                       \
    {                                                                                            \
        .section = #s, .key = #k, .type = t, .offset = offsetof(struct pt_config, s.k),          \
        .field_bytes = sizeof(((struct pt_config *)NULL)->s.k), .minimum = low, .maximum = high, \
        .open_ends = open, .choices = {__VA_ARGS__}, .default_text = standard, .help = text      \
    }
#define PATH(section, key, standard, help) \
    KEY(section, key, SCHEMA_PATH, 0, 0, SCHEMA_CLOSED, standard, help, NULL)
#define TEXT(section, key, standard, help) \
    KEY(section, key, SCHEMA_TEXT, 0, 0, SCHEMA_CLOSED, standard, help, NULL)
#define NAMES(section, key, standard, help) \
    KEY(section, key, SCHEMA_NAMES, 0, 0, SCHEMA_CLOSED, standard, help, NULL)
#define NAME(section, key, standard, help) \
    KEY(section, key, SCHEMA_NAME, 0, 0, SCHEMA_CLOSED, standard, help, NULL)
#define SEED(section, key, standard, help) \
    KEY(section, key, SCHEMA_SEED, 0, 0, SCHEMA_CLOSED, standard, help, NULL)
#define SEEDS(section, key, standard, help) \
    KEY(section, key, SCHEMA_SEEDS, 0, 0, SCHEMA_CLOSED, standard, help, NULL)
#define WHOLE(section, key, minimum, maximum, standard, help) \
    KEY(section, key, SCHEMA_WHOLE, minimum, maximum, SCHEMA_CLOSED, standard, help, NULL)
#define LIST(section, key, minimum, maximum, standard, help) \
    KEY(section, key, SCHEMA_LIST, minimum, maximum, SCHEMA_CLOSED, standard, help, NULL)
#define REAL(section, key, minimum, maximum, open_ends, standard, help) \
    KEY(section, key, SCHEMA_REAL, minimum, maximum, open_ends, standard, help, NULL)
#define WORD(section, key, standard, help, ...) \
    KEY(section, key, SCHEMA_WORD, 0, 0, SCHEMA_CLOSED, standard, help, __VA_ARGS__)
#define CHOICE(section, key, standard, help, ...) \
    KEY(section, key, SCHEMA_CHOICE, 0, 0, SCHEMA_CLOSED, standard, help, __VA_ARGS__)
#define SWITCH(section, key, standard, help) \
    KEY(section, key, SCHEMA_CHOICE, 0, 0, SCHEMA_CLOSED, standard, help, "no", "yes")
#define TERMS(section, key, minimum, maximum, standard, help) \
    KEY(section, key, SCHEMA_TERMS, minimum, maximum, SCHEMA_CLOSED, standard, help, NULL)
#define LAYERS(section, key, standard, help) \
    KEY(section, key, SCHEMA_LAYERS, 0, 0, SCHEMA_CLOSED, standard, help, NULL)
#define CELLS(section, key, maximum, standard, help, ...) \
    KEY(section, key, SCHEMA_CELLS, 0, maximum, SCHEMA_CLOSED, standard, help, __VA_ARGS__)

#define MAX_SAMPLES 100000000
#define MAX_GRID 64
#define MAX_CELL (MAX_GRID * MAX_GRID - 1)

/* Choices are in the order of their enum. */
const struct schema_key schema[] = {
    NAME(run, name, "run",
         "Name of the run: the run directory is runs/NAME-001, the first free number. Without it "
         "the name of the configuration file."),
    SEED(run, seed, "1", "Seed of every random number of the run."),
    SEEDS(run, seeds, "",
          "The whole job once for each of these seeds, in RUN/seed_1 and so on, with means and "
          "intervals over the seeds in RUN itself; empty for the one run of seed."),
    WHOLE(run, threads, 0, 1024, "0",
          "Threads that work at a time; 0 is one a processor. Results do not depend on it."),
    PATH(run, out, "", "The run directory; empty for runs/NAME-NNN."),

    WORD(data, set, "mnist",
         "The data set; idx is any four files in MNIST's format, images PNG files in a folder for "
         "each class, csv a table, boolean is generated: labels drawn from known interactions of "
         "binary inputs.",
         "mnist", "fashion-mnist", "idx", "cifar10", "images", "csv", "census", "boolean"),
    PATH(data, path, "",
         "Folder of the data files, or the file of a table, relative to the configuration file; "
         "empty for the data set's own."),
    WHOLE(data, train_samples, 0, MAX_SAMPLES, "2000",
          "Training samples, drawn from the training file: images class-balanced, rows of a table "
          "with the file's class shares; 0 is all of it. Without a testing file all splits are "
          "drawn from one, and 0 is what the others leave."),
    WHOLE(data, test_samples, 0, MAX_SAMPLES, "2000",
          "Testing samples, drawn likewise from the testing file; 0 is all that third_samples "
          "leaves."),
    WHOLE(data, third_samples, 0, MAX_SAMPLES, "0",
          "Samples of the testing file that are held back: nothing trains on them, not even a "
          "baseline network."),
    LIST(data, classes, 0, 255, "", "Classes to keep, renumbered in this order; empty for all."),
    REAL(data, label_noise, 0, 1, SCHEMA_CLOSED, "0",
         "Share of the training labels that are replaced by another class."),
    WHOLE(data, size, 0, PT_MAX_IMAGE_SIDE, "0",
          "Images are made this many pixels wide and high: averaged down, interpolated up; MNIST's "
          "28 become 32 by a margin of 2 black pixels. 0 leaves them as they are."),
    WHOLE(data, channels, 0, 3, "0",
          "Channels of the set images: 1 is grey, 3 is colour, 0 is grey where all files are."),
    TEXT(data, label, "", "The column of a table that holds the classes; empty for the set's own."),
    PATH(data, test_path, "",
         "File of a table's testing samples; empty: all samples are rows of path."),
    NAMES(data, categorical, "",
          "Columns of a table whose values are names, coded as an input for each. A column that is "
          "not listed is one if no value of it is a number; it is an error if only some are."),
    NAMES(data, ignore, "", "Columns of a table that are not used."),
    CHOICE(data, missing, "error",
           "What is done about an empty cell of a table, or one that is ?, NA, N/A, n/a, NaN, nan, "
           "NULL, null or None: drop leaves its row out, mean takes the column's mean.",
           "error", "drop", "mean"),
    WHOLE(data, inputs, 2, PT_MAX_INPUTS, "20", "Inputs of a boolean sample, each 0 or 1."),
    WHOLE(data, relevant, 1, PT_MAX_INPUTS, "10",
          "How many of them, from the first on, the terms are drawn from; the rest distract."),
    REAL(data, density, 0, 1, SCHEMA_ABOVE | SCHEMA_BELOW, "0.7",
         "Probability that a boolean input is 1."),
    TERMS(
        data, terms, 1, PT_MAX_INPUTS, "and1 2, and2 -2, and3 3, and4 -3, or2 2, or3 -2",
        "What decides boolean labels: and3 -2.5 lowers the log-odds of label 1 by 2.5 where three "
        "inputs, drawn at random, are all 1; or3 where any of them is. No two terms have the same "
        "inputs."),

    WORD(model, preset, "mlp",
         "The network: mlp has the hidden layers of the key hidden, mlp5 has five layers, the "
         "hidden ones 100 wide; alexnet, vgg11 to vgg16 (_bn: with batch normalisation) and "
         "resnet8 to resnet56 are in their forms for CIFAR-10; layers is the list of the key "
         "layers.",
         "mlp", "mlp5", "lenet", "alexnet", "vgg11", "vgg11_bn", "vgg13", "vgg13_bn", "vgg16",
         "vgg16_bn", "resnet8", "resnet18", "resnet20", "resnet32", "resnet56", "layers"),
    LAYERS(model, layers, "",
           "The network of preset = layers: its layers from the input on, separated by commas. A "
           "line that ends with a comma goes on in the next one."),
    LIST(model, hidden, 1, 65536, "256, 256", "Widths of the hidden layers of an mlp."),
    REAL(model, width, 0.01, 16, SCHEMA_CLOSED, "1",
         "Factor on the widths of hidden layers and on the channels, which are rounded."),
    CHOICE(model, init, "pytorch", "How initial weights are drawn.", "pytorch", "he", "xavier"),
    PATH(model, weights, "",
         "A safetensors file with the initial weights, relative to the configuration file or to "
         "where the command runs, its tensors named as in a snapshot; empty to draw them. Baseline "
         "networks always draw."),

    CHOICE(train, optimizer, "sgd", "The optimiser.", "sgd", "adam", "adamw"),
    REAL(train, learning_rate, 0, 100, SCHEMA_ABOVE, "0.01", "Step size of the optimiser."),
    REAL(train, momentum, 0, 1, SCHEMA_BELOW, "0.9",
         "Share of the last step's velocity that sgd keeps."),
    SWITCH(train, nesterov, "no", "Whether sgd looks ahead along its velocity (Nesterov)."),
    REAL(train, beta1, 0, 1, SCHEMA_BELOW, "0.9",
         "Share of the mean gradient that adam and adamw keep."),
    REAL(train, beta2, 0, 1, SCHEMA_BELOW, "0.999",
         "Share of the mean squared gradient that adam and adamw keep."),
    REAL(train, epsilon, 1e-15, 1, SCHEMA_CLOSED, "1e-08",
         "What adam and adamw add to the root of the mean square before they divide by it."),
    REAL(train, weight_decay, 0, 100, SCHEMA_CLOSED, "0",
         "This times a parameter is added to its gradient; with adamw, times learning rate and "
         "parameter, it is taken from the parameter itself."),
    CHOICE(train, schedule, "constant",
           "The learning rate after the warm-up: constant; step, multiplied by step_factor at "
           "each of step_epochs; cosine, along half a cosine to final_rate at the end.",
           "constant", "step", "cosine"),
    LIST(train, step_epochs, 1, 100000, "",
         "Epochs after which the schedule step lowers the rate, ascending, below epochs. A step "
         "within the warm-up counts from its end: the warm-up rises to learning_rate all the "
         "same."),
    REAL(train, step_factor, 0, 1, SCHEMA_ABOVE, "0.1",
         "What the schedule step multiplies the rate by."),
    REAL(train, final_rate, 0, 100, SCHEMA_CLOSED, "0",
         "The learning rate at the end of the schedule cosine."),
    REAL(train, warmup_epochs, 0, 100000, SCHEMA_CLOSED, "0",
         "Epochs, or parts of one, in which the rate first rises to learning_rate in equal steps."),
    WHOLE(train, batch_size, 1, 65536, "64", "Samples a step."),
    WHOLE(train, epochs, 1, 100000, "100", "Passes over the training samples."),
    WHOLE(train, shift, 0, 1024, "0",
          "Each time an image is trained on it is moved by up to so many pixels in both "
          "directions, at random; black comes in. 0 leaves it where it is."),
    SWITCH(train, flip, "no",
           "Whether an image is mirrored, left to right, every second time on average."),

    CHOICE(snapshots, schedule, "dense-early",
           "When snapshots are taken: dense-early is steps 0, 1, 2, 4, 8, ... to one epoch, then "
           "epochs evenly on a logarithmic scale; log is steps on a logarithmic scale; epochs is "
           "evenly over the epochs.",
           "dense-early", "log", "epochs"),
    WHOLE(snapshots, count, 2, 1000, "20", "Snapshots in all, step 0 and the last step included."),
    REAL(snapshots, checkpoint_s, 0, 86400, SCHEMA_CLOSED, "30",
         "Seconds between checkpoints, from which a run that was stopped or killed goes on "
         "(--resume); 0 is a checkpoint after every step."),

    WHOLE(trace, samples, 1, 10000, "50",
          "Samples of the training and of the testing split that are traced at every snapshot."),
    WHOLE(trace, third_samples, 0, 10000, "10",
          "The same of the third split; fewer when it has fewer."),
    WHOLE(trace, mislabelled_samples, 0, 10000, "10",
          "Further training samples, all mislabelled, that are traced at every snapshot; fewer "
          "when there are fewer."),
    WHOLE(trace, final_samples, 0, 100000, "400",
          "Samples of each split (of the third, a quarter) that are traced at the last snapshot, "
          "with every mislabelled one, for what needs many; fewer when there are fewer."),
    WHOLE(trace, players, 2, PT_MAX_PLAYERS, "10",
          "Players n; a sample costs 2^n evaluations of the network."),
    WHOLE(
        trace, grid, 1, MAX_GRID, "4",
        "Cells a side of the grid laid over the traced layer; of vectors and tables each number or "
        "column is a cell."),
    CELLS(trace, cells, MAX_CELL, "nocorner",
          "Cells that players are drawn from: central leaves out the edge, nocorner the four "
          "corners; or a list of cell numbers, row by row from 0.",
          "central", "nocorner", "all"),
    CHOICE(trace, draw, "shared", "Whether all samples have the same players or each its own.",
           "shared", "per-sample"),
    CHOICE(
        trace, values, "f8",
        "How traces keep v of all masks, which the analysis needs little of: in double precision, "
        "rounded to single, or not at all.",
        "f8", "f4", "none"),
    NAME(trace, layer, "input",
         "What is masked: input, or the name of a ReLU such as relu1; in a residual network one "
         "between two blocks."),
    CHOICE(trace, baseline, "channel-mean",
           "What an absent player is replaced by; in a table all but black are the column's mean.",
           "black", "channel-mean", "mean-image", "zero"),
    CHOICE(trace, background, "keep",
           "Whether what is no player keeps its value or is always masked.", "keep", "mask"),
    REAL(trace, noise, 0, 1, SCHEMA_BELOW, "0.02",
         "What the noise term of the extraction may explain of each masked output, as a share of "
         "the difference that all players together make; 0 is no noise term."),
    CHOICE(trace, solver, "exact",
           "How interactions are extracted: exact is the sparsest split into AND and OR "
           "interactions; and, or are only one kind; sgd is the published gradient descent on the "
           "same cost.",
           "exact", "and", "or", "sgd"),
    REAL(trace, gap, 1e-10, 0.1, SCHEMA_CLOSED, "1e-4",
         "Relative duality gap at which the extraction stops."),
    REAL(trace, tie_gap, 0, 0.1, SCHEMA_CLOSED, "1e-05",
         "The same for the second stage, which makes the answer unique; 0 leaves that stage out."),
    WHOLE(trace, stability_samples, 0, 10000, "10",
          "Testing samples, the first of those traced, whose noisy copies are traced at the last "
          "snapshot, to see how interactions vary; 0 is none."),
    WHOLE(trace, stability_draws, 2, 1000, "20", "Noisy copies of each such sample."),
    REAL(trace, stability_deviation, 0, 1, SCHEMA_CLOSED, "0.02",
         "Standard deviation of that noise, in raw units (a pixel is 0 to 1); of a table in "
         "standard deviations of each input."),

    WHOLE(baselines, count, 0, 16, "3",
          "Baseline networks: trained on the testing samples, they tell which interactions "
          "generalise."),
    REAL(baselines, width, 0.1, 10, SCHEMA_CLOSED, "1.5",
         "Widths of their hidden layers and channels, relative to the network's."),
    WHOLE(baselines, epochs, 0, 100000, "0", "Their epochs; 0 is train.epochs."),
    SEED(baselines, seed, "1000",
         "Their seeds are run.seed plus this, plus 0, 1, ... for one after the other."),

    REAL(analysis, salience, 0, 1, SCHEMA_ABOVE, "0.03",
         "An interaction is salient from this share of the mean output change on."),
    WHOLE(analysis, replicates, 10, 100000, "1000", "Resamples of the bootstrap."),
};

const size_t schema_n_keys = sizeof schema / sizeof schema[0];

_Static_assert(sizeof schema / sizeof schema[0] <= SCHEMA_MAX_KEYS, "raise SCHEMA_MAX_KEYS");

size_t schema_find(const char *section, const char *key)
{
    for (size_t i = 0; i < schema_n_keys; i++)
        if ((!section || strcmp(schema[i].section, section) == 0) &&
            strcmp(schema[i].key, key) == 0)
            return i;
    return SCHEMA_NONE;
}

int schema_is_list(const struct schema_key *key)
{
    switch (key->type) {
    case SCHEMA_SEEDS:
    case SCHEMA_LIST:
    case SCHEMA_TERMS:
    case SCHEMA_LAYERS:
    case SCHEMA_CELLS:
    case SCHEMA_NAMES:
        return 1;
    default:
        return 0;
    }
}

int schema_has_section(const char *section)
{
    for (size_t i = 0; i < schema_n_keys; i++)
        if (strcmp(schema[i].section, section) == 0)
            return 1;
    return 0;
}
