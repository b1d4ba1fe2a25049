/* Reading the parameters of a network from a safetensors file. */
#include "phasetrace/weights.h"

#include "base/mem.h"
#include "base/text.h"
#include "fmt/safetensors.h"
#include "phasetrace/optimizer.h"
#include "train/weights.h"

#include <math.h>
#include <string.h>

/* What does not fit, as it is told: "; missing: a, b; unexpected: c". */
struct misfits {
    const char *kind; /* of the last one */
    struct text text;
};

static void add_misfit(struct misfits *misfits, const char *kind, const char *name)
{
    if (misfits->kind != kind)
        text_printf(&misfits->text, "; %s: %s", kind, name);
    else
        text_printf(&misfits->text, ", %s", name);
    misfits->kind = kind;
}

static void print_shape(struct text *text, const size_t *shape, size_t rank)
{
    text_append(text, "[", 1);
    for (size_t i = 0; i < rank; i++)
        text_printf(text, i ? ", %zu" : "%zu", shape[i]);
    text_append(text, "]", 1);
}

static void find_missing(const struct pt_network *network, const struct safetensors *file,
                         struct misfits *misfits)
{
    static const char kind[] = "missing";
    for (size_t i = 0; i < pt_network_n_tensors(network); i++) {
        const char *name = pt_network_tensor(network, i)->name;
        if (!safetensors_find(file, name))
            add_misfit(misfits, kind, name);
    }
}

static int has_shape(const struct safetensors_tensor *found, const struct pt_tensor *wanted)
{
    return found->rank == wanted->rank &&
           memcmp(found->shape, wanted->shape, wanted->rank * sizeof *wanted->shape) == 0;
}

static void find_misshapen(const struct pt_network *network, const struct safetensors *file,
                           struct misfits *misfits)
{
    static const char kind[] = "of another shape or type";
    for (size_t i = 0; i < pt_network_n_tensors(network); i++) {
        const struct pt_tensor *wanted = pt_network_tensor(network, i);
        const struct safetensors_tensor *found = safetensors_find(file, wanted->name);
        if (!found || (found->values && has_shape(found, wanted)))
            continue;
        add_misfit(misfits, kind, wanted->name);
        text_printf(&misfits->text, " %s ", found->dtype);
        print_shape(&misfits->text, found->shape, found->rank);
        text_printf(&misfits->text, " instead of %s", has_shape(found, wanted) ? "F32 " : "");
        print_shape(&misfits->text, wanted->shape, wanted->rank);
    }
}

static int is_passed_over(const char *name)
{
    static const char prefix[] = "optimizer.", counter[] = "num_batches_tracked";
    size_t n = strlen(name), n_counter = sizeof counter - 1;
    return strncmp(name, prefix, sizeof prefix - 1) == 0 ||
           (n >= n_counter && strcmp(name + n - n_counter, counter) == 0);
}

static int has_tensor(const struct pt_network *network, const char *name)
{
    for (size_t i = 0; i < pt_network_n_tensors(network); i++)
        if (strcmp(pt_network_tensor(network, i)->name, name) == 0)
            return 1;
    return 0;
}

static void find_unexpected(const struct pt_network *network, const struct safetensors *file,
                            struct misfits *misfits)
{
    static const char kind[] = "unexpected";
    for (size_t i = 0; i < file->n_tensors; i++) {
        const char *name = file->tensors[i].name;
        if (!is_passed_over(name) && !has_tensor(network, name))
            add_misfit(misfits, kind, name);
    }
}

static int check_tensors(const struct pt_network *network, const struct safetensors *file,
                         const char *path, struct pt_error *error)
{
    struct misfits misfits = {0};
    find_missing(network, file, &misfits);
    find_unexpected(network, file, &misfits);
    find_misshapen(network, file, &misfits);
    if (!misfits.kind)
        return PT_OK;
    char *list;
    int status = text_take(&misfits.text, &list, error);
    if (status)
        return status;
    pt_error_at(error, PT_E_DATA, path, 0, 0, "the tensors are not those of the network%s", list);
    mem_free(list);
    return PT_E_DATA;
}

int weights_check_values(const struct safetensors_tensor *tensor, const char *path,
                         struct pt_error *error)
{
    for (size_t i = 0; i < tensor->count; i++)
        if (!(fabsf(tensor->values[i]) <= (float)PT_OPTIMIZER_LARGEST))
            return pt_error_at(error, PT_E_DATA, path, 0, 0,
                               "tensor %s: number %zu is %g, expected at most %g in size",
                               tensor->name, i, (double)tensor->values[i], PT_OPTIMIZER_LARGEST);
    return PT_OK;
}

int weights_take(struct pt_network *network, const struct safetensors *file, const char *path,
                 struct pt_error *error)
{
    size_t n_tensors = pt_network_n_tensors(network);
    int status = check_tensors(network, file, path, error);
    for (size_t i = 0; i < n_tensors && !status; i++)
        status = weights_check_values(safetensors_find(file, pt_network_tensor(network, i)->name),
                                      path, error);
    for (size_t i = 0; i < n_tensors && !status; i++) {
        const struct pt_tensor *tensor = pt_network_tensor(network, i);
        memcpy(pt_network_parameters(network) + tensor->offset,
               safetensors_find(file, tensor->name)->values, tensor->count * sizeof(float));
    }
    return status;
}

int pt_weights_read(struct pt_network *network, const char *path, struct pt_error *error)
{
    struct safetensors *file;
    int status = safetensors_read(path, &file, error);
    if (status)
        return status;
    status = weights_take(network, file, path, error);
    safetensors_free(file);
    return status;
}
