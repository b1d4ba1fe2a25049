/* Mini-batch training of one network. */
#include "train/trainer.h"

#include "base/crew.h"
#include "base/mem.h"
#include "base/random.h"
#include "train/augment.h"
#include "train/schedule.h"

#include <math.h>
#include <string.h>

struct trainer {
    const struct pt_config *config;
    const struct pt_split *split;
    struct pt_network *network;
    struct pt_optimizer_options optimizer;
    struct augment augment;
    struct pt_crew *crew;
    size_t batch_size, n_inputs;
    long steps_per_epoch, n_done;
    double last_loss;
    uint32_t *order; /* [n_train] of the present epoch */
    float *inputs;   /* [batch_size, n_inputs] */
    uint8_t *labels; /* [batch_size] */
    float *state;    /* [slabs, n_parameters] of the optimiser */
    struct pt_workspace *workspace;
};

long trainer_steps_per_epoch(long n_train, long batch_size)
{
    return (n_train + batch_size - 1) / batch_size;
}

int trainer_check_batches(const struct pt_network *network, size_t n_samples, long batch_size,
                          struct pt_error *error)
{
    size_t n_last = n_samples % (size_t)batch_size;
    for (size_t i = 0; i < pt_network_n_layers(network); i++) {
        struct pt_layer_info layer = pt_network_layer(network, i);
        int has_one_value =
            strcmp(layer.kind, "batchnorm") == 0 && layer.output.height * layer.output.width == 1;
        if (!has_one_value || (batch_size > 1 && n_last != 1))
            continue;
        return pt_error_set(error, PT_E_CONFIG,
                            "layer %s has one value a channel and sample, and a batch of one "
                            "sample leaves nothing to normalise: train.batch_size = %ld cuts %zu "
                            "samples into such%s",
                            layer.name, batch_size, n_samples,
                            batch_size > 1 ? " a one at the end of each epoch" : "");
    }
    return PT_OK;
}

void trainer_free(struct trainer *t)
{
    if (!t)
        return;
    pt_workspace_free(t->workspace);
    mem_free(t->order);
    mem_free(t->inputs);
    mem_free(t->labels);
    mem_free(t->state);
    mem_free(t);
}

static struct pt_optimizer_options optimizer_of(const struct pt_config *config)
{
    return (struct pt_optimizer_options){
        .kind = config->train.optimizer,
        .weight_decay = config->train.weight_decay,
        .momentum = config->train.momentum,
        .nesterov = config->train.nesterov == PT_YES,
        .beta1 = config->train.beta1,
        .beta2 = config->train.beta2,
        .epsilon = config->train.epsilon,
    };
}

struct trainer_memory trainer_memory(const struct pt_config *config,
                                     const struct pt_network *network)
{
    size_t n_slabs = 1 + pt_optimizer_n_slabs(config->train.optimizer), bytes;
    if (__builtin_mul_overflow(n_slabs, pt_network_n_parameters(network), &bytes) ||
        __builtin_add_overflow(bytes, pt_network_n_values(network), &bytes) ||
        __builtin_mul_overflow(bytes, sizeof(float), &bytes))
        bytes = SIZE_MAX;
    return (struct trainer_memory){
        bytes, pt_workspace_bytes(network, (size_t)config->train.batch_size, 1)};
}

static int allocate(struct trainer *t, struct pt_error *error)
{
    size_t n_slabs = pt_optimizer_n_slabs(t->optimizer.kind);
    if (!(t->order = mem_alloc(t->split->n_samples, sizeof *t->order, error)) ||
        !(t->inputs = mem_alloc(t->batch_size * t->n_inputs, sizeof *t->inputs, error)) ||
        !(t->labels = mem_alloc(t->batch_size, 1, error)) ||
        !(t->state =
              mem_alloc(n_slabs * pt_network_n_parameters(t->network), sizeof *t->state, error)))
        return PT_E_MEMORY;
    int status = pt_workspace_create(t->network, t->batch_size, 1, &t->workspace, error);
    return status ? status : pt_workspace_set_crew(t->workspace, t->crew, error);
}

int trainer_create(const struct pt_config *config, const struct pt_dataset *dataset,
                   enum pt_split_id split, struct pt_network *network, struct pt_crew *crew,
                   struct trainer **trainer, struct pt_error *error)
{
    struct trainer *t = mem_alloc(1, sizeof *t, error);
    if (!t)
        return PT_E_MEMORY;
    t->config = config;
    t->split = &dataset->splits[split];
    t->network = network;
    t->optimizer = optimizer_of(config);
    t->batch_size = (size_t)config->train.batch_size;
    t->n_inputs = dataset->channels * dataset->height * dataset->width;
    t->steps_per_epoch =
        trainer_steps_per_epoch((long)t->split->n_samples, config->train.batch_size);
    t->last_loss = NAN;
    t->crew = crew;
    int status = augment_make(config, dataset, &t->augment, error);
    if (!status)
        status = allocate(t, error);
    if (status) {
        trainer_free(t);
        return status;
    }
    *trainer = t;
    return PT_OK;
}

static void draw_order(struct trainer *t, long epoch)
{
    size_t n = t->split->n_samples;
    for (size_t i = 0; i < n; i++)
        t->order[i] = (uint32_t)i;
    struct random_stream stream =
        random_stream(t->config->run.seed, RANDOM_SHUFFLE, (uint32_t)epoch, 0);
    random_shuffle(&stream, t->order, n);
}

struct batch {
    struct trainer *trainer;
    long epoch;
    size_t first; /* of the epoch's order */
};

static void gather_sample(void *context, size_t i, int member)
{
    const struct batch *batch = context;
    struct trainer *t = batch->trainer;
    uint32_t sample = t->order[batch->first + i];
    (void)member;
    augment_copy(&t->augment, (uint32_t)batch->epoch, sample,
                 t->split->inputs + sample * t->n_inputs, t->inputs + i * t->n_inputs);
    t->labels[i] = t->split->labels[sample];
}

/* Copies the samples of a batch side by side; returns how many there are. */
static size_t gather(struct trainer *t)
{
    struct batch batch = {t, t->n_done / t->steps_per_epoch,
                          (size_t)(t->n_done % t->steps_per_epoch) * t->batch_size};
    size_t n = t->split->n_samples - batch.first;
    n = n < t->batch_size ? n : t->batch_size;
    crew_share(t->crew, n, gather_sample, &batch);
    return n;
}

static int diverged(const struct trainer *t, const char *what, struct pt_error *error)
{
    return pt_error_set(error, PT_E_DIVERGED,
                        "training diverged at step %ld: %s (learning rate %g, last loss %g)",
                        t->n_done + 1, what, trainer_rate(t), t->last_loss);
}

static int update(struct trainer *t, struct pt_error *error)
{
    const struct pt_optimizer_slabs slabs = {
        .parameters = pt_network_parameters(t->network),
        .gradients = pt_network_gradients(t->network),
        .state = t->state,
        .n = pt_network_n_parameters(t->network),
    };
    int status = PT_OK;
    switch (pt_optimizer_step(&t->optimizer, trainer_rate(t), t->n_done + 1, &slabs, t->crew)) {
    case PT_STEP_DONE:
        break;
    case PT_STEP_BAD_GRADIENT:
        return diverged(t, "a gradient is not finite or beyond 1e15", error);
    case PT_STEP_TOO_LARGE:
        status = diverged(t, "a parameter has grown beyond 1e15", error);
    }
    t->n_done++;
    return status;
}

int trainer_step(struct trainer *t, struct pt_error *error)
{
    if (t->n_done % t->steps_per_epoch == 0)
        draw_order(t, t->n_done / t->steps_per_epoch);
    size_t n = gather(t);
    pt_workspace_set_draw(t->workspace, t->config->run.seed, (uint64_t)t->n_done);
    pt_network_forward(t->network, t->workspace, t->inputs, n, 0, pt_network_n_layers(t->network));
    double loss = pt_network_backward(t->network, t->workspace, t->inputs, t->labels, n);
    if (!isfinite(loss))
        return diverged(t, "the loss is not finite", error);
    t->last_loss = loss;
    return update(t, error);
}

long trainer_steps_done(const struct trainer *t)
{
    return t->n_done;
}

double trainer_epoch(const struct trainer *t)
{
    return (double)t->n_done / (double)t->steps_per_epoch;
}

double trainer_rate(const struct trainer *t)
{
    return schedule_rate(t->config, t->steps_per_epoch, t->n_done);
}

struct snapshot_optimizer trainer_optimizer(const struct trainer *t)
{
    return (struct snapshot_optimizer){t->optimizer.kind, t->state};
}

float *trainer_state(struct trainer *t)
{
    return t->state;
}

/* Everything else that a step depends on is a function of its number. */
void trainer_resume(struct trainer *t, long step)
{
    t->n_done = step;
    if (step % t->steps_per_epoch != 0)
        draw_order(t, step / t->steps_per_epoch);
}
