/* Mini-batch training of one network. */
#include "train/trainer.h"

#include "base/mem.h"
#include "base/random.h"
#include "phasetrace/sgd.h"

#include <math.h>
#include <string.h>

struct trainer {
    const struct pt_split *split;
    struct pt_network *network;
    struct pt_sgd_options sgd;
    uint64_t seed;
    size_t batch_size, n_inputs;
    long steps_per_epoch, n_done;
    double last_loss;
    uint32_t *order; /* [n_train] of the present epoch */
    float *inputs;   /* [batch_size, n_inputs] */
    uint8_t *labels; /* [batch_size] */
    float *velocity; /* [n_parameters] */
    struct pt_workspace *workspace;
};

long trainer_steps_per_epoch(long n_train, long batch_size)
{
    return (n_train + batch_size - 1) / batch_size;
}

void trainer_free(struct trainer *t)
{
    if (!t)
        return;
    pt_workspace_free(t->workspace);
    mem_free(t->order);
    mem_free(t->inputs);
    mem_free(t->labels);
    mem_free(t->velocity);
    mem_free(t);
}

int trainer_create(const struct pt_config *config, const struct pt_dataset *dataset,
                   enum pt_split_id split, struct pt_network *network, struct trainer **trainer,
                   struct pt_error *error)
{
    struct trainer *t = mem_alloc(1, sizeof *t, error);
    if (!t)
        return PT_E_MEMORY;
    const struct pt_split *train = t->split = &dataset->splits[split];
    t->network = network;
    t->sgd = (struct pt_sgd_options){config->train.learning_rate, config->train.momentum,
                                     config->train.weight_decay};
    t->seed = config->run.seed;
    t->batch_size = (size_t)config->train.batch_size;
    t->n_inputs = dataset->channels * dataset->height * dataset->width;
    t->steps_per_epoch = trainer_steps_per_epoch((long)train->n_samples, config->train.batch_size);
    t->last_loss = NAN;
    int status = PT_E_MEMORY;
    if (!(t->order = mem_alloc(train->n_samples, sizeof *t->order, error)) ||
        !(t->inputs = mem_alloc(t->batch_size * t->n_inputs, sizeof *t->inputs, error)) ||
        !(t->labels = mem_alloc(t->batch_size, 1, error)) ||
        !(t->velocity = mem_alloc(pt_network_n_parameters(network), sizeof *t->velocity, error)))
        goto failed;
    status = pt_workspace_create(network, t->batch_size, 1, &t->workspace, error);
    if (status)
        goto failed;
    *trainer = t;
    return PT_OK;

failed:
    trainer_free(t);
    return status;
}

static void draw_order(struct trainer *t, long epoch)
{
    size_t n = t->split->n_samples;
    for (size_t i = 0; i < n; i++)
        t->order[i] = (uint32_t)i;
    struct random_stream stream = random_stream(t->seed, RANDOM_SHUFFLE, (uint32_t)epoch, 0);
    random_shuffle(&stream, t->order, n);
}

/* Copies the samples of a batch side by side; returns how many there are. */
static size_t gather(struct trainer *t, long batch)
{
    const struct pt_split *train = t->split;
    size_t first = (size_t)batch * t->batch_size;
    size_t n = train->n_samples - first < t->batch_size ? train->n_samples - first : t->batch_size;
    for (size_t i = 0; i < n; i++) {
        size_t sample = t->order[first + i];
        memcpy(t->inputs + i * t->n_inputs, train->inputs + sample * t->n_inputs,
               t->n_inputs * sizeof(float));
        t->labels[i] = train->labels[sample];
    }
    return n;
}

static int all_finite(const float *values, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!isfinite(values[i]))
            return 0;
    return 1;
}

static int diverged(const struct trainer *t, const char *what, struct pt_error *error)
{
    return pt_error_set(error, PT_E_DIVERGED,
                        "training diverged at step %ld: %s (learning rate %g, last loss %g)",
                        t->n_done + 1, what, t->sgd.learning_rate, t->last_loss);
}

int trainer_step(struct trainer *t, struct pt_error *error)
{
    long batch = t->n_done % t->steps_per_epoch;
    if (batch == 0)
        draw_order(t, t->n_done / t->steps_per_epoch);
    size_t n = gather(t, batch);
    pt_network_forward(t->network, t->workspace, t->inputs, n, 0, pt_network_n_layers(t->network));
    double loss = pt_network_backward(t->network, t->workspace, t->inputs, t->labels, n);
    if (!isfinite(loss))
        return diverged(t, "the loss is not finite", error);
    t->last_loss = loss;
    size_t n_parameters = pt_network_n_parameters(t->network);
    const float *gradients = pt_network_gradients(t->network);
    if (!pt_sgd_step(&t->sgd, pt_network_parameters(t->network), gradients, t->velocity,
                     n_parameters))
        return diverged(t,
                        all_finite(gradients, n_parameters) ? "a parameter would not be finite"
                                                            : "a gradient is not finite",
                        error);
    t->n_done++;
    return PT_OK;
}

long trainer_steps_done(const struct trainer *t)
{
    return t->n_done;
}

double trainer_epoch(const struct trainer *t)
{
    return (double)t->n_done / (double)t->steps_per_epoch;
}

const float *trainer_velocity(const struct trainer *t)
{
    return t->velocity;
}
