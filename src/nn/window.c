/* Windows of the pools. */
#include "nn/window.h"

#include "num/lanes.h"

/* The part of [start - padding, start - padding + kernel) that lies in [0, size). */
static void clip(const struct layer *layer, size_t index, size_t size, size_t *first, size_t *end)
{
    size_t start = index * layer->stride, stop = start + layer->kernel;
    *first = start > layer->padding ? start - layer->padding : 0;
    *end = stop - layer->padding < size ? stop - layer->padding : size;
}

struct window window_at(const struct layer *layer, size_t y, size_t x)
{
    struct window window;
    clip(layer, y, layer->input.height, &window.top, &window.bottom);
    clip(layer, x, layer->input.width, &window.left, &window.right);
    return window;
}

size_t window_planes(const struct layer *layer, size_t n)
{
    return lanes_groups(n) * layer->input.channels;
}

int window_make(struct layer *layer, size_t kernel, size_t stride, size_t padding,
                struct pt_error *error)
{
    layer->output.channels = layer->input.channels;
    int status = layer_slide(layer, kernel, stride, padding, error);
    if (!status && padding > kernel / 2)
        status = pt_error_set(error, PT_E_CONFIG,
                              "layer %s: padding %zu is more than half the kernel, %zu",
                              layer->name, padding, kernel);
    layer->flops = (double)shape_count(&layer->output) * (double)(kernel * kernel);
    return status;
}
