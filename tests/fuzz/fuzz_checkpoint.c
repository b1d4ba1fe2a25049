/* Fuzz target: checkpoints, from which training goes on. */
#include "fuzz.h"

#include "fmt/crc.h"
#include "fmt/safetensors.h"
#include "fuzz_network.h"
#include "train/snapshot.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static float *state; /* of the optimiser */

static int read_checkpoint(const char *path, struct pt_error *error)
{
    long step = -1;
    const struct snapshot_target target = {
        .kind = PT_OPTIMIZER_ADAM, .state = state, .last_step = LONG_MAX, .step = &step};
    int status = snapshot_read(fuzz_network(), &target, path, error);
    if (status)
        return status;
    /* What was taken over is finite: it can be written, and read again. */
    const struct snapshot_optimizer optimizer = {PT_OPTIMIZER_ADAM, state};
    const char *copy = fuzz_path("copy.safetensors");
    long step_again = -1;
    const struct snapshot_target again = {.kind = PT_OPTIMIZER_ADAM,
                                          .state = state,
                                          .first_step = step,
                                          .last_step = step,
                                          .step = &step_again};
    fuzz_assert(step >= 0);
    fuzz_assert(snapshot_write(fuzz_network(), &optimizer, (struct snapshot_moment){step, 0}, copy,
                               NULL) == PT_OK);
    fuzz_assert(snapshot_read(fuzz_network(), &again, copy, NULL) == PT_OK);
    fuzz_assert(step_again == step);
    return PT_OK;
}

/* The checksum of step and values, as doc/FORMATS.md has it. */
static uint32_t checksum_of(const struct safetensors *file, const char *step)
{
    uint32_t crc = crc_add(0, step, strlen(step));
    for (size_t i = 0; i < file->n_tensors; i++)
        if (file->tensors[i].values)
            crc = crc_add(crc, file->tensors[i].values, file->tensors[i].count * sizeof(float));
    return crc;
}

static char *find(char *bytes, size_t size, const char *text)
{
    size_t n = strlen(text);
    for (char *at = bytes; n > 0 && (size_t)(bytes + size - at) >= n; at++)
        if (memcmp(at, text, n) == 0)
            return at;
    return NULL;
}

/* Puts the right checksum into the place of the stored one. */
static void repair(const char *path, char *bytes, size_t size)
{
    struct safetensors *file;
    if (safetensors_read(path, &file, NULL) != PT_OK)
        return;
    const char *step = safetensors_metadata(file, "phasetrace.step");
    const char *stored = safetensors_metadata(file, "phasetrace.crc32");
    char *place = step && stored && strlen(stored) == 8 ? find(bytes, size, stored) : NULL;
    if (place) {
        char text[9];
        snprintf(text, sizeof text, "%08x", (unsigned)checksum_of(file, step));
        memcpy(place, text, 8);
    }
    safetensors_free(file);
}

static void free_state(void)
{
    free(state);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t n_parameters = pt_network_n_parameters(fuzz_network());
    if (!state) {
        state = calloc(n_parameters * pt_optimizer_n_slabs(PT_OPTIMIZER_ADAM), sizeof *state);
        fuzz_assert(state && atexit(free_state) == 0);
    }
    fuzz_read("a.safetensors", data, size, read_checkpoint, REFUSES_DATA);
    char *bytes = malloc(size + 1);
    fuzz_assert(bytes);
    memcpy(bytes, data, size);
    repair(fuzz_path("a.safetensors"), bytes, size);
    fuzz_read("a.safetensors", (const uint8_t *)bytes, size, read_checkpoint, REFUSES_DATA);
    free(bytes);
    return 0;
}
