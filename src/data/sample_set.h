/* Samples as they lie in files, before any is drawn. */
#ifndef DATA_SAMPLE_SET_H
#define DATA_SAMPLE_SET_H

#include "phasetrace/dataset.h"

#define CELL_UNSEEN (-1.0) /* in place of a level's number: a level of the testing file alone */

/* Images or a table; empty when zeroed. */
struct sample_set {
    size_t n_samples, channels, height, width; /* of a table 1, 1, its inputs */
    const unsigned char *pixels; /* [n_samples, channels, height, width]; NULL: a table */
    /* [n_samples, n_features]: a number, a level's number or CELL_UNSEEN; NAN: missing. */
    const double *cells;
    const unsigned char *labels; /* [n_samples] */
    void *memory[2];             /* from mem_alloc(): what the others point into */
};

void sample_set_free(struct sample_set *set);

/* Makes every image side x side pixels, as pt_dataset_load() says; 0 leaves them as they are. The
 * old memory is freed. PT_E_DATA: together they would be too large. */
int sample_set_to_side(struct sample_set *set, size_t side, struct pt_error *error);

/* Bytes of `n_images` images. PT_E_DATA when they are more than a set may have. */
int sample_set_bytes(size_t n_images, size_t channels, size_t height, size_t width, size_t *n_bytes,
                     struct pt_error *error);

#endif
