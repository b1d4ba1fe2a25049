/* Evaluation of a network on its training and testing split. */
#include "train/evaluate.h"

#include "base/crew.h"
#include "base/mem.h"
#include "nn/loss.h"
#include "num/bootstrap.h"

#include <math.h>

#define CHUNK ((size_t)250)
#define N_REPLICATES ((size_t)200)

/* Losses of each sample of a split; the order of every sum is that of the samples. */
struct split_losses {
    const struct pt_split *split;
    double *losses, *hits; /* [n_samples]; hits are 0 or 1 */
};

struct evaluator {
    const struct pt_dataset *dataset;
    const struct pt_network *network;
    struct pt_crew *crew;
    struct pt_workspace **workspaces; /* [members of the crew] */
    uint8_t *correct;                 /* [members of the crew, CHUNK] */
    struct split_losses train, test;
    struct bootstrap *bootstrap; /* group 0: training, 1: testing */
    double *replicates, *other;  /* [N_REPLICATES] */
};

static int create_split(struct split_losses *s, const struct pt_split *split,
                        struct pt_error *error)
{
    s->split = split;
    s->losses = mem_alloc(split->n_samples, sizeof(double), error);
    s->hits = mem_alloc(split->n_samples, sizeof(double), error);
    return s->losses && s->hits ? PT_OK : PT_E_MEMORY;
}

void evaluator_free(struct evaluator *e)
{
    if (!e)
        return;
    for (int i = 0; e->workspaces && i < crew_size(e->crew); i++)
        pt_workspace_free(e->workspaces[i]);
    mem_free(e->workspaces);
    mem_free(e->correct);
    mem_free(e->train.losses);
    mem_free(e->train.hits);
    mem_free(e->test.losses);
    mem_free(e->test.hits);
    mem_free(e->replicates);
    mem_free(e->other);
    bootstrap_free(e->bootstrap);
    mem_free(e);
}

/* Samples that are evaluated at once: no more than there are. */
static size_t chunk_size(const struct pt_dataset *dataset)
{
    size_t n_train = dataset->splits[PT_TRAIN].n_samples;
    size_t n_test = dataset->splits[PT_TEST].n_samples;
    size_t most = n_train > n_test ? n_train : n_test;
    return most < CHUNK ? most : CHUNK;
}

size_t evaluator_bytes(const struct pt_dataset *dataset, const struct pt_network *network,
                       int n_members)
{
    size_t each = pt_workspace_bytes(network, chunk_size(dataset), 0), bytes;
    return __builtin_mul_overflow(each, (size_t)n_members, &bytes) ? SIZE_MAX : bytes;
}

static int create_workspaces(struct evaluator *e, struct pt_error *error)
{
    size_t n_members = (size_t)crew_size(e->crew);
    e->workspaces = mem_alloc(n_members, sizeof *e->workspaces, error);
    e->correct = mem_alloc(n_members * CHUNK, 1, error);
    if (!e->workspaces || !e->correct)
        return PT_E_MEMORY;
    for (size_t i = 0; i < n_members; i++) {
        int status =
            pt_workspace_create(e->network, chunk_size(e->dataset), 0, &e->workspaces[i], error);
        if (status)
            return status;
    }
    return PT_OK;
}

int evaluator_create(const struct pt_dataset *dataset, const struct pt_network *network,
                     uint64_t seed, struct pt_crew *crew, struct evaluator **evaluator,
                     struct pt_error *error)
{
    struct evaluator *e = mem_alloc(1, sizeof *e, error);
    if (!e)
        return PT_E_MEMORY;
    e->dataset = dataset;
    e->network = network;
    e->crew = crew;
    size_t sizes[] = {dataset->splits[PT_TRAIN].n_samples, dataset->splits[PT_TEST].n_samples};
    int status = create_split(&e->train, &dataset->splits[PT_TRAIN], error);
    if (!status)
        status = create_split(&e->test, &dataset->splits[PT_TEST], error);
    if (!status)
        status = create_workspaces(e, error);
    if (!status)
        status = bootstrap_create(seed, N_REPLICATES, sizes, 2, &e->bootstrap, error);
    if (!status && (!(e->replicates = mem_alloc(N_REPLICATES, sizeof(double), error)) ||
                    !(e->other = mem_alloc(N_REPLICATES, sizeof(double), error))))
        status = PT_E_MEMORY;
    if (status)
        evaluator_free(e);
    else
        *evaluator = e;
    return status;
}

struct evaluation {
    struct evaluator *evaluator;
    struct split_losses *losses;
};

static void evaluate_chunk(void *context, size_t chunk, int member)
{
    const struct evaluation *evaluation = context;
    struct evaluator *e = evaluation->evaluator;
    struct split_losses *s = evaluation->losses;
    const struct pt_split *split = s->split;
    size_t first = chunk * CHUNK;
    size_t n_inputs = e->dataset->channels * e->dataset->height * e->dataset->width;
    size_t n = split->n_samples - first < CHUNK ? split->n_samples - first : CHUNK;
    const float *logits =
        pt_network_forward(e->network, e->workspaces[member], split->inputs + first * n_inputs, n,
                           0, pt_network_n_layers(e->network));
    uint8_t *correct = e->correct + (size_t)member * CHUNK;
    loss_of_each(logits, split->labels + first, n, pt_network_n_classes(e->network),
                 s->losses + first, correct);
    for (size_t i = 0; i < n; i++)
        s->hits[first + i] = correct[i];
}

static void evaluate_split(struct evaluator *e, struct split_losses *s)
{
    struct evaluation evaluation = {e, s};
    crew_share(e->crew, (s->split->n_samples + CHUNK - 1) / CHUNK, evaluate_chunk, &evaluation);
}

static double mean(const double *values, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += values[i];
    return sum / (double)n;
}

/* Over the training samples whose label is right. */
static double clean_mean(const struct split_losses *s)
{
    double sum = 0;
    size_t n = 0;
    for (size_t i = 0; i < s->split->n_samples; i++) {
        if (s->split->labels[i] != s->split->true_labels[i])
            continue;
        sum += s->losses[i];
        n++;
    }
    return sum / (double)n;
}

static struct pt_bounds bounds_of_mean(const struct evaluator *e, size_t group,
                                       const double *values)
{
    struct interval interval = bootstrap_mean_bounds(e->bootstrap, group, values, e->replicates);
    return (struct pt_bounds){interval.low, interval.high};
}

static void fill_bounds(struct evaluator *e, struct pt_metrics_row *row)
{
    row->train_accuracy_bounds = bounds_of_mean(e, 0, e->train.hits);
    row->test_accuracy_bounds = bounds_of_mean(e, 1, e->test.hits);
    row->train_loss_bounds = bounds_of_mean(e, 0, e->train.losses);
    row->test_loss_bounds = bounds_of_mean(e, 1, e->test.losses);
    bootstrap_means(e->bootstrap, 0, e->train.losses, e->replicates);
    bootstrap_means(e->bootstrap, 1, e->test.losses, e->other);
    for (size_t i = 0; i < N_REPLICATES; i++)
        e->other[i] -= e->replicates[i];
    struct interval gap = bootstrap_interval(e->other, N_REPLICATES);
    row->loss_gap_bounds = (struct pt_bounds){gap.low, gap.high};
}

int evaluator_run(struct evaluator *e, struct pt_metrics_row *row, struct pt_error *error)
{
    evaluate_split(e, &e->train);
    evaluate_split(e, &e->test);
    row->train_loss = mean(e->train.losses, e->train.split->n_samples);
    row->test_loss = mean(e->test.losses, e->test.split->n_samples);
    row->train_clean_loss = clean_mean(&e->train);
    row->loss_gap = row->test_loss - row->train_loss;
    row->train_accuracy = mean(e->train.hits, e->train.split->n_samples);
    row->test_accuracy = mean(e->test.hits, e->test.split->n_samples);
    if (!isfinite(row->train_loss) || !isfinite(row->test_loss))
        return pt_error_set(error, PT_E_DIVERGED, "the training loss is %g, the testing loss %g",
                            row->train_loss, row->test_loss);
    fill_bounds(e, row);
    return PT_OK;
}
