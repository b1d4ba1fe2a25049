/* Max pooling over square windows, sixteen samples at a time (num/lanes_pool.h). */
#include "nn/layer.h"

#include "nn/window.h"
#include "num/lanes.h"
#include "num/lanes_pool.h"

static struct lanes_pool describe(const struct layer *layer, const struct layer_pass *pass)
{
    return (struct lanes_pool){
        .in_height = layer->input.height,
        .in_width = layer->input.width,
        .out_height = layer->output.height,
        .out_width = layer->output.width,
        .kernel = layer->kernel,
        .stride = layer->stride,
        .padding = layer->padding,
        .rectifies = pass->rectifies,
    };
}

static size_t plane_floats(const struct pt_shape *shape)
{
    return shape->height * shape->width * LANES;
}

/* From the last plane on: it is what the layer before has written last, and still in the cache. */
static size_t plane_of_turn(const struct layer *layer, const struct layer_pass *pass, size_t turn)
{
    return window_planes(layer, pass->n) - 1 - turn;
}

static void pool_plane(const struct layer *layer, const struct layer_pass *pass, size_t turn)
{
    size_t plane = plane_of_turn(layer, pass, turn);
    struct lanes_pool pool = describe(layer, pass);
    lanes_pool_forward(&pool, pass->input + plane * plane_floats(&layer->input),
                       pass->output + plane * plane_floats(&layer->output));
}

static void maxpool2d_forward(const struct layer *layer, const struct layer_pass *pass)
{
    layer_share(layer, pass, window_planes(layer, pass->n), pool_plane);
}

/* Searches again instead of keeping what forward found: layers stay without state. */
static void plane_gradient(const struct layer *layer, const struct layer_pass *pass, size_t turn)
{
    size_t plane = plane_of_turn(layer, pass, turn);
    struct lanes_pool pool = describe(layer, pass);
    size_t input_at = plane * plane_floats(&layer->input);
    lanes_pool_gradient(&pool, pass->input + input_at,
                        pass->output_gradient + plane * plane_floats(&layer->output),
                        pass->input_gradient + input_at);
}

static void maxpool2d_backward(const struct layer *layer, const struct layer_pass *pass)
{
    if (pass->input_gradient)
        layer_share(layer, pass, window_planes(layer, pass->n), plane_gradient);
}

static const struct layer_ops maxpool2d_ops = {
    .kind = "maxpool2d",
    .layout = LAYOUT_LANES,
    .forward = maxpool2d_forward,
    .backward = maxpool2d_backward,
};

int maxpool2d_make(struct layer *layer, size_t kernel, size_t stride, size_t padding,
                   struct pt_error *error)
{
    layer->ops = &maxpool2d_ops;
    return window_make(layer, kernel, stride, padding, error);
}
