/* What all layers need: arithmetic of shapes, checked before anything is allocated by it. */
#include "nn/layer.h"

#include "base/crew.h"
#include "num/lanes.h"

#include <limits.h>
#include <stdio.h>

size_t layer_array_count(const struct pt_shape *shape, size_t n, enum layout layout)
{
    size_t n_samples = layout == LAYOUT_LANES ? lanes_groups(n) * LANES : n;
    return n_samples * shape_count(shape);
}

struct shared_pass {
    const struct layer *layer;
    const struct layer_pass *pass;
    layer_piece *piece;
};

static void run_piece(void *context, size_t index, int member)
{
    const struct shared_pass *shared = context;
    (void)member;
    shared->piece(shared->layer, shared->pass, index);
}

void layer_share(const struct layer *layer, const struct layer_pass *pass, size_t n_pieces,
                 layer_piece *piece)
{
    struct shared_pass shared = {layer, pass, piece};
    crew_share(pass->crew, n_pieces, run_piece, &shared);
}

static void print_sizes(const size_t *sizes, size_t n, char *text, size_t text_bytes)
{
    size_t used = 0;
    for (size_t i = 0; i < n && used < text_bytes; i++)
        used += (size_t)snprintf(text + used, text_bytes - used, "%s%zu", i ? ", " : "", sizes[i]);
}

int layer_count(const char *name, const char *what, const size_t *sizes, size_t n, size_t *count,
                struct pt_error *error)
{
    int fits = 1;
    *count = 1;
    for (size_t i = 0; i < n && fits; i++)
        fits =
            sizes[i] > 0 && !__builtin_mul_overflow(*count, sizes[i], count) && *count <= INT_MAX;
    if (fits)
        return PT_OK;
    char text[128] = "";
    print_sizes(sizes, n, text, sizeof text);
    return pt_error_set(error, PT_E_CONFIG, "layer %s: %s [%s] must have 1 to %d elements", name,
                        what, text, INT_MAX);
}

int layer_slide(struct layer *layer, size_t kernel, size_t stride, size_t padding,
                struct pt_error *error)
{
    const struct pt_shape *input = &layer->input;
    if (kernel == 0 || kernel > INT_MAX || stride == 0)
        return pt_error_set(error, PT_E_CONFIG,
                            "layer %s: kernel %zu or stride %zu is out of range", layer->name,
                            kernel, stride);
    if (padding >= kernel)
        return pt_error_set(error, PT_E_CONFIG,
                            "layer %s: padding %zu must be below the kernel, %zu", layer->name,
                            padding, kernel);
    size_t padded_height = input->height + 2 * padding, padded_width = input->width + 2 * padding;
    if (kernel > padded_height || kernel > padded_width)
        return pt_error_set(error, PT_E_CONFIG,
                            "layer %s: the %zux%zu kernel does not fit the input "
                            "[%zu, %zu, %zu] with padding %zu",
                            layer->name, kernel, kernel, input->channels, input->height,
                            input->width, padding);
    layer->kernel = kernel;
    layer->stride = stride;
    layer->padding = padding;
    layer->output.height = (padded_height - kernel) / stride + 1;
    layer->output.width = (padded_width - kernel) / stride + 1;
    return PT_OK;
}
