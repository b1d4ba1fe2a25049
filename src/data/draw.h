/* Drawing the samples of the three splits. */
#ifndef DATA_DRAW_H
#define DATA_DRAW_H

#include "data/loading.h"

/*
 * Numbers the classes and fills, of every split, n_samples, labels, true_labels, source_index, with
 * room for the inputs. The third split does not depend on the size of the others. PT_E_CONFIG: a
 * class or more samples wanted than there are; PT_E_DATA: fewer than two classes
 * to train on, in the files or among what is drawn; a class that only the testing file has.
 */
int draw_splits(struct loading *loading, struct pt_error *error);

#endif
