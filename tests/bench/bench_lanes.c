/* Speed of convolutions in one thread, as lines "name value unit": operations by processor time,
 * products with the border's zeros counted as well, and their share of what the processor could do
 * were there nothing else to do. */
#include "base/mem.h"
#include "base/random.h"
#include "num/kernels.h"
#include "num/lanes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#ifndef BATCH
enum { BATCH = 64 };
#endif

static double processor_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

#if defined(__x86_64__)
#define FMA4(r, a, b, c, d)                                   \
    "vfmadd231ps %%" r "mm12, %%" r "mm13, %%" r "mm" #a "\n" \
    "vfmadd231ps %%" r "mm12, %%" r "mm13, %%" r "mm" #b "\n" \
    "vfmadd231ps %%" r "mm12, %%" r "mm13, %%" r "mm" #c "\n" \
    "vfmadd231ps %%" r "mm12, %%" r "mm13, %%" r "mm" #d "\n"
#define FMA12(r)                                                                                   \
    __asm__ volatile(FMA4(r, 0, 1, 2, 3) FMA4(r, 4, 5, 6, 7) FMA4(r, 8, 9, 10, 11)::               \
                         : "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", \
                           "xmm9", "xmm10", "xmm11")

/* Seconds that this many operations take where nothing but multiplying and adding is done. */
static double ideal_s(double n_operations)
{
    int wide = strcmp(kernels_best()->name, "avx512") == 0;
    if (!wide && strcmp(kernels_best()->name, "avx2") != 0)
        return 0;
    const long n = 200000;
    double start_s = processor_s();
    for (long i = 0; i < n; i++) {
        if (wide)
            FMA12("z");
        else
            FMA12("y");
    }
    double peak = 12.0 * 2 * (wide ? 16 : 8) * (double)n / (processor_s() - start_s);
    return n_operations / peak;
}
#else
static double ideal_s(double n_operations)
{
    (void)n_operations;
    return 0;
}
#endif

struct layer {
    const char *name;
    struct lanes_conv conv; /* without the size of the output */
};

static const struct layer layers[] = {
    {"lenet-1", {1, 28, 28, 6, 0, 0, 5, 1, 2}},
    {"lenet-2", {6, 14, 14, 16, 0, 0, 5, 1, 0}},
    {"alexnet-1", {3, 32, 32, 64, 0, 0, 11, 4, 5}},
    {"vgg-3-64@32", {3, 32, 32, 64, 0, 0, 3, 1, 1}},
    {"vgg-64-128@16", {64, 16, 16, 128, 0, 0, 3, 1, 1}},
    {"vgg-128-256@8", {128, 8, 8, 256, 0, 0, 3, 1, 1}},
    {"vgg-256-512@4", {256, 4, 4, 512, 0, 0, 3, 1, 1}},
    {"vgg-512-512@2", {512, 2, 2, 512, 0, 0, 3, 1, 1}},
    {"resnet-3-16@32", {3, 32, 32, 16, 0, 0, 3, 1, 1}},
    {"resnet-16-16@32", {16, 32, 32, 16, 0, 0, 3, 1, 1}},
    {"resnet-16-32/2", {16, 32, 32, 32, 0, 0, 3, 2, 1}},
    {"resnet-16-32-1x1/2", {16, 32, 32, 32, 0, 0, 1, 2, 0}},
    {"resnet-32-32@16", {32, 16, 16, 32, 0, 0, 3, 1, 1}},
    {"resnet-32-64/2", {32, 16, 16, 64, 0, 0, 3, 2, 1}},
    {"resnet-64-64@8", {64, 8, 8, 64, 0, 0, 3, 1, 1}},
};

struct arrays {
    float *x, *y, *w, *bias, *scratch;
};

static float *random_floats(size_t n, uint32_t index)
{
    float *values = mem_alloc(n, sizeof *values, NULL);
    struct random_stream stream = random_stream(1, RANDOM_TEST, 0, index);
    for (size_t i = 0; values && i < n; i++)
        values[i] = (float)random_uniform(&stream) - 0.5F;
    return values;
}

static void run_once(const struct lanes_conv *conv, int direction, const struct arrays *a)
{
    size_t n_groups = lanes_groups(BATCH);
    if (direction == 0)
        lanes_conv_forward(conv, n_groups, a->x, a->w, a->bias, a->y, a->scratch, NULL);
    else if (direction == 1)
        lanes_conv_input_gradient(conv, n_groups, a->w, a->y, a->x, a->scratch, NULL);
    else
        lanes_conv_weight_gradient(conv, n_groups, a->x, a->y, a->w, a->bias, a->scratch, NULL);
}

static void measure(const struct layer *layer, double least_s)
{
    static const char *const directions[] = {"forward", "input", "weight"};
    struct lanes_conv conv = layer->conv;
    conv.out_height = (conv.in_height + 2 * conv.padding - conv.kernel) / conv.stride + 1;
    conv.out_width = (conv.in_width + 2 * conv.padding - conv.kernel) / conv.stride + 1;
    size_t n_x = BATCH * conv.in_channels * conv.in_height * conv.in_width;
    size_t n_y = BATCH * conv.out_channels * conv.out_height * conv.out_width;
    size_t n_w = conv.out_channels * conv.in_channels * conv.kernel * conv.kernel;
    size_t n_scratch = lanes_conv_scratch_floats(&conv, lanes_groups(BATCH), 1);
    struct arrays a = {random_floats(n_x, 0), random_floats(n_y, 1), random_floats(n_w, 2),
                       random_floats(conv.out_channels, 3), random_floats(n_scratch, 4)};
    double n_operations = 2.0 * (double)n_y * (double)n_w / (double)conv.out_channels;
    for (int direction = 0; a.x && a.y && a.w && a.bias && a.scratch && direction < 3;
         direction++) {
        run_once(&conv, direction, &a);
        double taken_s = 0, least_taken_s = 0;
        int n = 0;
        while (taken_s < least_s) {
            least_taken_s += ideal_s(n_operations);
            double start_s = processor_s();
            run_once(&conv, direction, &a);
            taken_s += processor_s() - start_s;
            n++;
        }
        printf("%s-%s %.1f GF/s\n", layer->name, directions[direction],
               n_operations * n / taken_s * 1e-9);
        printf("%s-%s-share %.1f %%\n", layer->name, directions[direction],
               100 * least_taken_s / taken_s);
    }
    mem_free(a.x);
    mem_free(a.y);
    mem_free(a.w);
    mem_free(a.bias);
    mem_free(a.scratch);
}

/* Arguments: the time each measurement takes, in seconds; a part of the names wanted. */
int main(int argc, char **argv)
{
    double least_s = argc > 1 ? strtod(argv[1], NULL) : 0.2;
    printf("# %s\n", kernels_best()->name);
    for (size_t i = 0; i < sizeof layers / sizeof *layers; i++)
        if (argc < 3 || strstr(layers[i].name, argv[2]))
            measure(&layers[i], least_s);
    return 0;
}
