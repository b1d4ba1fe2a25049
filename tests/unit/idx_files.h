/* Small IDX data sets on disk, whose pixels tell the sample's number. */
#ifndef IDX_FILES_H
#define IDX_FILES_H

#include "base/fsio.h"
#include "base/mem.h"

/* Writes DIRECTORY/NAME: a header of these dimensions, then the values. */
static inline void write_idx(const char *directory, const char *name, size_t rank,
                             const size_t *shape, const unsigned char *values, size_t n_values)
{
    char path[700];
    unsigned char header[16] = {0, 0, 8, (unsigned char)rank};
    for (size_t i = 0; i < rank; i++)
        for (int b = 0; b < 4; b++)
            header[4 + 4 * i + b] = (unsigned char)(shape[i] >> (24 - 8 * b));
    struct file_writer *writer;
    assert_int_equal(path_join(path, sizeof path, directory, name, NULL), PT_OK);
    assert_int_equal(file_create(path, &writer, NULL), PT_OK);
    assert_int_equal(file_write(writer, header, 4 + 4 * rank, NULL), PT_OK);
    assert_int_equal(file_write(writer, values, n_values, NULL), PT_OK);
    assert_int_equal(file_commit(writer, NULL), PT_OK);
}

/* n images of 2 x 2 pixels: (i >> 8, i & 255, label, 200) for sample i; labels i % n_labels. */
static inline void write_pair(const char *directory, const char *images, const char *labels,
                              size_t n, size_t n_labels)
{
    unsigned char *pixels = mem_alloc(n, 4, NULL), *label = mem_alloc(n, 1, NULL);
    for (size_t i = 0; i < n; i++) {
        label[i] = (unsigned char)(i % n_labels);
        memcpy(pixels + 4 * i,
               (unsigned char[]){(unsigned char)(i >> 8), (unsigned char)i, label[i], 200}, 4);
    }
    write_idx(directory, images, 3, (size_t[]){n, 2, 2}, pixels, 4 * n);
    write_idx(directory, labels, 1, (size_t[]){n}, label, n);
    mem_free(pixels);
    mem_free(label);
}

#endif
