/* Writing the parameters of a network as safetensors. */
#include "train/snapshot.h"

#include "base/mem.h"
#include "fmt/safetensors.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define NAME_BYTES (sizeof((struct pt_tensor *)0)->name + 32)

static int check_finite(const char *what, const float *values, size_t n, struct pt_error *error)
{
    for (size_t i = 0; i < n; i++)
        if (!isfinite(values[i]))
            return pt_error_set(error, PT_E_DIVERGED, "%s %zu is not finite", what, i);
    return PT_OK;
}

static struct safetensors_tensor describe(const struct pt_tensor *tensor, const float *slab,
                                          const char *name)
{
    struct safetensors_tensor described = {.name = name,
                                           .rank = tensor->rank,
                                           .count = tensor->count,
                                           .values = slab + tensor->offset};
    memcpy(described.shape, tensor->shape, tensor->rank * sizeof *tensor->shape);
    return described;
}

/* Appends one slab of the optimiser's state; returns the number of tensors then. */
static size_t append_state(const struct pt_network *network,
                           const struct snapshot_optimizer *optimizer, size_t slab, char *names,
                           struct safetensors_tensor *tensors, size_t n)
{
    const float *values = optimizer->state + slab * pt_network_n_parameters(network);
    for (size_t i = 0; i < pt_network_n_tensors(network); i++) {
        const struct pt_tensor *tensor = pt_network_tensor(network, i);
        if (tensor->is_buffer)
            continue;
        char *name = names + n * NAME_BYTES;
        snprintf(name, NAME_BYTES, "optimizer.%s.%s", pt_optimizer_slab_name(optimizer->kind, slab),
                 tensor->name);
        tensors[n++] = describe(tensor, values, name);
    }
    return n;
}

static int write_tensors(struct pt_network *network, const struct snapshot_optimizer *optimizer,
                         struct snapshot_moment moment, const char *path, struct arena *arena,
                         struct pt_error *error)
{
    size_t n_slabs = optimizer ? pt_optimizer_n_slabs(optimizer->kind) : 0;
    size_t n = 0, n_most = (1 + n_slabs) * pt_network_n_tensors(network);
    struct safetensors_tensor *tensors = arena_alloc(arena, n_most, sizeof *tensors, error);
    char *names = arena_alloc(arena, n_most, NAME_BYTES, error);
    if (!tensors || !names)
        return PT_E_MEMORY;
    for (; n < pt_network_n_tensors(network); n++) {
        const struct pt_tensor *tensor = pt_network_tensor(network, n);
        tensors[n] = describe(tensor, pt_network_parameters(network), tensor->name);
    }
    for (size_t slab = 0; slab < n_slabs; slab++)
        n = append_state(network, optimizer, slab, names, tensors, n);
    char step[32], epoch[32];
    snprintf(step, sizeof step, "%ld", moment.step);
    snprintf(epoch, sizeof epoch, "%.17g", moment.epoch);
    const struct safetensors_pair metadata[] = {
        {"format", "pt"}, {"phasetrace.step", step}, {"phasetrace.epoch", epoch}};
    return safetensors_write(path, tensors, n, metadata, 3, error);
}

int snapshot_write(struct pt_network *network, const struct snapshot_optimizer *optimizer,
                   struct snapshot_moment moment, const char *path, struct pt_error *error)
{
    int status = check_finite("parameter", pt_network_parameters(network),
                              pt_network_n_values(network), error);
    if (!status && optimizer)
        status = check_finite(
            "optimiser state", optimizer->state,
            pt_optimizer_n_slabs(optimizer->kind) * pt_network_n_parameters(network), error);
    struct arena arena = {0};
    if (!status)
        status = write_tensors(network, optimizer, moment, path, &arena, error);
    arena_release(&arena);
    return status ? pt_error_context(error, status, "snapshot of step %ld", moment.step) : PT_OK;
}
