/* Snapshots as safetensors files. */
#include "train/snapshot.h"

#include "base/mem.h"
#include "fmt/crc.h"
#include "fmt/safetensors.h"
#include "train/weights.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME_BYTES (sizeof((struct pt_tensor *)0)->name + 32)
#define CHECKSUM_BYTES 16

static int check_finite(const char *what, const float *values, size_t n, struct pt_error *error)
{
    for (size_t i = 0; i < n; i++)
        if (!isfinite(values[i]))
            return pt_error_set(error, PT_E_DIVERGED, "%s %zu is not finite", what, i);
    return PT_OK;
}

/* Of the step and all values, which are floats in the file as in memory. */
static void compute_checksum(const char *step, const struct safetensors_tensor *tensors, size_t n,
                             char checksum[CHECKSUM_BYTES])
{
    uint32_t crc = crc_add(0, step, strlen(step));
    for (size_t i = 0; i < n; i++)
        crc = crc_add(crc, tensors[i].values, tensors[i].count * sizeof(float));
    snprintf(checksum, CHECKSUM_BYTES, "%08x", (unsigned)crc);
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
    char step[32], epoch[32], checksum[CHECKSUM_BYTES];
    snprintf(step, sizeof step, "%ld", moment.step);
    snprintf(epoch, sizeof epoch, "%.17g", moment.epoch);
    compute_checksum(step, tensors, n, checksum);
    const struct safetensors_pair metadata[] = {{"format", "pt"},
                                                {"phasetrace.step", step},
                                                {"phasetrace.epoch", epoch},
                                                {"phasetrace.crc32", checksum}};
    return safetensors_write(path, tensors, n, metadata, 4, error);
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

/* ---- Reading ---- */

static int bad_file(const char *path, const char *what, struct pt_error *error)
{
    return pt_error_at(error, PT_E_DATA, path, 0, 0, "%s", what);
}

static int check_checksum(const struct safetensors *file, const char *path, struct pt_error *error)
{
    char checksum[CHECKSUM_BYTES];
    const char *step = safetensors_metadata(file, "phasetrace.step");
    const char *stored = safetensors_metadata(file, "phasetrace.crc32");
    if (!step || !stored)
        return bad_file(path, "it has no step or no checksum: no snapshot of a run", error);
    for (size_t i = 0; i < file->n_tensors; i++)
        if (strcmp(file->tensors[i].dtype, "F32") != 0)
            return bad_file(path, "a tensor is not F32", error);
    compute_checksum(step, file->tensors, file->n_tensors, checksum);
    if (strcmp(checksum, stored) != 0)
        return bad_file(path, "its checksum does not match: it is damaged", error);
    return PT_OK;
}

/* One slab of the optimiser's state; with `slab` NULL it is only looked at. */
static int read_slab(const struct pt_network *network, const struct safetensors *file,
                     const char *kind, float *slab, const char *path, struct pt_error *error)
{
    char name[NAME_BYTES];
    for (size_t i = 0; i < pt_network_n_tensors(network); i++) {
        const struct pt_tensor *tensor = pt_network_tensor(network, i);
        if (tensor->is_buffer)
            continue;
        snprintf(name, sizeof name, "optimizer.%s.%s", kind, tensor->name);
        const struct safetensors_tensor *found = safetensors_find(file, name);
        if (!found || !found->values || found->count != tensor->count)
            return pt_error_at(error, PT_E_DATA, path, 0, 0, "tensor %s is missing or misshapen",
                               name);
        for (size_t k = 0; k < found->count; k++)
            if (!isfinite(found->values[k]))
                return pt_error_at(error, PT_E_DATA, path, 0, 0, "tensor %s: number %zu is %g",
                                   name, k, (double)found->values[k]);
        if (slab)
            memcpy(slab + tensor->offset, found->values, found->count * sizeof *slab);
    }
    return PT_OK;
}

static int read_state(const struct pt_network *network, const struct safetensors *file,
                      enum pt_optimizer kind, float *state, const char *path,
                      struct pt_error *error)
{
    size_t n_parameters = pt_network_n_parameters(network);
    int status = PT_OK;
    for (size_t slab = 0; slab < pt_optimizer_n_slabs(kind) && !status; slab++)
        status = read_slab(network, file, pt_optimizer_slab_name(kind, slab),
                           state ? state + slab * n_parameters : NULL, path, error);
    return status;
}

static int take(struct pt_network *network, const struct snapshot_target *target,
                const struct safetensors *file, const char *path, struct pt_error *error)
{
    int status = check_checksum(file, path, error);
    if (status)
        return status;
    long step = strtol(safetensors_metadata(file, "phasetrace.step"), NULL, 10);
    if (step < target->first_step || step > target->last_step)
        return pt_error_at(error, PT_E_DATA, path, 0, 0, "it is of step %ld, not of %ld to %ld",
                           step, target->first_step, target->last_step);
    if (target->state)
        status = read_state(network, file, target->kind, NULL, path, error);
    if (!status)
        status = weights_take(network, file, path, error);
    if (!status && target->state)
        status = read_state(network, file, target->kind, target->state, path, error);
    if (!status)
        *target->step = step;
    return status;
}

int snapshot_read(struct pt_network *network, const struct snapshot_target *target,
                  const char *path, struct pt_error *error)
{
    struct safetensors *file;
    int status = safetensors_read(path, &file, error);
    if (status)
        return status;
    status = take(network, target, file, path, error);
    safetensors_free(file);
    return status;
}
