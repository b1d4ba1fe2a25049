/* The table of a network's layers, for people. */
#include "study/layer_table.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* A text that is written from its start; what does not fit is left out. */
struct text {
    char *bytes;
    size_t n_used, n_bytes;
};

static void __attribute__((format(printf, 2, 3))) append(struct text *text, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int n = vsnprintf(text->bytes + text->n_used, text->n_bytes - text->n_used, format, arguments);
    va_end(arguments);
    size_t n_free = text->n_bytes - text->n_used;
    if (n >= 0 && (size_t)n < n_free)
        text->n_used += (size_t)n;
    else
        text->bytes[text->n_used] = '\0';
}

static const char *shape_text(const struct pt_shape *shape, char text[64])
{
    if (shape->height == 1 && shape->width == 1)
        snprintf(text, 64, "%zu", shape->channels);
    else
        snprintf(text, 64, "%zu x %zu x %zu", shape->channels, shape->height, shape->width);
    return text;
}

static int name_width(const struct pt_network *network)
{
    size_t width = strlen("layer");
    for (size_t i = 0; i < pt_network_n_layers(network); i++) {
        size_t n = strlen(pt_network_layer(network, i).name);
        width = n > width ? n : width;
    }
    return (int)width;
}

void layer_table(const struct pt_network *network, char *text_bytes, size_t n_bytes)
{
    struct text text = {text_bytes, 0, n_bytes};
    int width = name_width(network);
    double flops = 0, kib = 0;
    append(&text, "  %-*s %-14s %16s %11s %11s %9s\n", width, "layer", "kind", "output",
           "parameters", "kFLOP", "KiB");
    for (size_t i = 0; i < pt_network_n_layers(network); i++) {
        struct pt_layer_info layer = pt_network_layer(network, i);
        char shape[64];
        append(&text, "  %-*s %-14s %16s %11zu %11.1f %9.1f\n", width, layer.name, layer.kind,
               shape_text(&layer.output, shape), layer.n_parameters, layer.flops / 1e3,
               (double)layer.bytes / 1024);
        flops += layer.flops;
        kib += (double)layer.bytes / 1024;
    }
    append(&text, "  %-*s %-14s %16s %11zu %11.1f %9.1f\n", width, "a sample", "", "",
           pt_network_n_parameters(network), flops / 1e3, kib);
}
