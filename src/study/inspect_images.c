/* Describing files of images or of their labels. */
#include "base/mem.h"
#include "fmt/idx.h"
#include "fmt/png_read.h"
#include "study/inspect.h"
#include "study/inspect_numbers.h"

#define CIFAR_PIXELS ((size_t)3072)
#define CIFAR_RECORD (1 + CIFAR_PIXELS)
#define CIFAR_LABELS 10
#define N_BYTES_VALUES 256

static void describe_pixels(const unsigned char *pixels, size_t n, json_t *object)
{
    struct number_summary summary = {0};
    for (size_t i = 0; i < n; i++)
        number_summary_add(&summary, pixels[i]);
    number_summary_describe(&summary, object);
}

int inspect_idx(const char *path, const unsigned char *bytes, size_t n_bytes, json_t **document,
                struct pt_error *error)
{
    struct idx_array array;
    size_t counts[N_BYTES_VALUES] = {0}, rank = n_bytes > 3 ? bytes[3] : 1;
    rank = rank < 1 || rank > IDX_MAX_RANK ? 1 : rank;
    int status = idx_parse(path, bytes, n_bytes, rank, &array, error);
    if (status)
        return status;
    *document =
        json_pack("{s:s, s:o, s:I}", "kind", rank == 1 ? "IDX labels" : "IDX images", "shape",
                  inspect_shape(array.shape, array.rank), "samples", (json_int_t)array.shape[0]);
    if (rank > 1) {
        describe_pixels(array.values, array.count, *document);
        return PT_OK;
    }
    for (size_t i = 0; i < array.count; i++)
        counts[array.values[i]]++;
    json_object_set_new(*document, "labels", inspect_label_counts(counts, N_BYTES_VALUES));
    return PT_OK;
}

int inspect_cifar(const char *path, const unsigned char *bytes, size_t n_bytes, json_t **document,
                  struct pt_error *error)
{
    size_t counts[CIFAR_LABELS] = {0}, n = n_bytes / CIFAR_RECORD;
    struct number_summary summary = {0};
    if (n == 0 || n_bytes % CIFAR_RECORD != 0)
        return pt_error_at(error, PT_E_DATA, path, 0, 0,
                           "byte %zu: the file ends with %zu bytes, expected a record of %zu",
                           n * CIFAR_RECORD, n_bytes % CIFAR_RECORD, CIFAR_RECORD);
    for (size_t i = 0; i < n; i++) {
        const unsigned char *record = bytes + i * CIFAR_RECORD;
        if (record[0] >= CIFAR_LABELS)
            return pt_error_at(error, PT_E_DATA, path, 0, 0,
                               "byte %zu: the label of sample %zu is %d, expected 0 to %d",
                               i * CIFAR_RECORD, i, record[0], CIFAR_LABELS - 1);
        counts[record[0]]++;
        for (size_t k = 0; k < CIFAR_PIXELS; k++)
            number_summary_add(&summary, record[1 + k]);
    }
    *document = json_pack("{s:s, s:s, s:I}", "kind", "CIFAR-10 batch", "shape", "[3, 32, 32]",
                          "samples", (json_int_t)n);
    number_summary_describe(&summary, *document);
    json_object_set_new(*document, "labels", inspect_label_counts(counts, CIFAR_LABELS));
    return PT_OK;
}

int inspect_png(const char *path, const unsigned char *bytes, size_t n_bytes, json_t **document,
                struct pt_error *error)
{
    struct png_image image;
    int status = png_decode(path, bytes, n_bytes, &image, error);
    if (status)
        return status;
    *document =
        json_pack("{s:s, s:I, s:I, s:I}", "kind", "PNG image", "height", (json_int_t)image.height,
                  "width", (json_int_t)image.width, "channels", (json_int_t)image.channels);
    describe_pixels(image.pixels, image.height * image.width * image.channels, *document);
    mem_free(image.pixels);
    return PT_OK;
}
