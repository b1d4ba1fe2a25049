/* What the columns of a table are taken for, for people. */
#ifndef STUDY_COLUMN_LINE_H
#define STUDY_COLUMN_LINE_H

#include "phasetrace/dataset.h"

/* "2 are numbers, 3 are names: job (14), sex (2), one (1)": those with the most names first, each
 * with how many it has, and how many more there are where text[text_bytes] does not hold them all.
 * Empty for a data set that is no table. */
void column_line(const struct pt_dataset *dataset, char *text, size_t text_bytes);

#endif
