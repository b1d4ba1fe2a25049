/* Interactions as JSON files that the Python package shapiq loads. */
#ifndef STUDY_SHAPIQ_EXPORT_H
#define STUDY_SHAPIQ_EXPORT_H

#include "study/extract.h"

/*
 * Writes two files for each table beside the .npz file `path`, each atomically, each an
 * InteractionValues object of shapiq 1.3 or newer with the index "Moebius": PATH.and.json and
 * PATH.or.json without the .npz, or PATH.K.and.json and so on for table K of several.
 *
 * I_and is the Moebius transform of the AND part a of v - noise, with v(0) as the empty set's
 * value. I_or is the Moebius transform of the OR part's dual game T -> o(N) - o(N without T), whose
 * AND it is. PT_E_IO, PT_E_MEMORY.
 */
int shapiq_export(const struct extraction *extraction, const char *path, struct pt_error *error);

#endif
