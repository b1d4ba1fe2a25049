/* Writing the parameters of a network as safetensors. */
#include "train/snapshot.h"

#include "base/mem.h"
#include "fmt/safetensors.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define MOMENTUM_PREFIX "optimizer.momentum."
#define NAME_BYTES (sizeof MOMENTUM_PREFIX + sizeof((struct pt_tensor *)0)->name)

static int check_finite(const float *values, size_t n, struct pt_error *error)
{
    for (size_t i = 0; i < n; i++)
        if (!isfinite(values[i]))
            return pt_error_set(error, PT_E_DIVERGED, "parameter %zu is not finite", i);
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

static int write_tensors(const struct pt_network *network, const float *slab, const float *velocity,
                         struct snapshot_moment moment, const char *path, struct arena *arena,
                         struct pt_error *error)
{
    size_t n = pt_network_n_tensors(network);
    struct safetensors_tensor *tensors = arena_alloc(arena, 2 * n, sizeof *tensors, error);
    char *names = arena_alloc(arena, n, NAME_BYTES, error);
    if (!tensors || !names)
        return PT_E_MEMORY;
    for (size_t i = 0; i < n; i++) {
        const struct pt_tensor *tensor = pt_network_tensor(network, i);
        char *name = names + i * NAME_BYTES;
        snprintf(name, NAME_BYTES, MOMENTUM_PREFIX "%s", tensor->name);
        tensors[i] = describe(tensor, slab, tensor->name);
        if (velocity)
            tensors[n + i] = describe(tensor, velocity, name);
    }
    char step[32], epoch[32];
    snprintf(step, sizeof step, "%ld", moment.step);
    snprintf(epoch, sizeof epoch, "%.17g", moment.epoch);
    const struct safetensors_pair metadata[] = {
        {"format", "pt"}, {"phasetrace.step", step}, {"phasetrace.epoch", epoch}};
    return safetensors_write(path, tensors, velocity ? 2 * n : n, metadata, 3, error);
}

int snapshot_write(struct pt_network *network, const float *velocity, struct snapshot_moment moment,
                   const char *path, struct pt_error *error)
{
    const float *slab = pt_network_parameters(network);
    size_t n_parameters = pt_network_n_parameters(network);
    int status = check_finite(slab, n_parameters, error);
    if (!status && velocity)
        status = check_finite(velocity, n_parameters, error);
    struct arena arena = {0};
    if (!status)
        status = write_tensors(network, slab, velocity, moment, path, &arena, error);
    arena_release(&arena);
    return status ? pt_error_context(error, status, "snapshot of step %ld", moment.step) : PT_OK;
}
