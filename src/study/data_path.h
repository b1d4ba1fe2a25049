/* Where files named in a configuration are looked for. */
#ifndef STUDY_DATA_PATH_H
#define STUDY_DATA_PATH_H

#include "phasetrace/config.h"
#include "phasetrace/status.h"

/*
 * Resolves data.path into `path` [PT_PATH_BYTES]: as it is when absolute; otherwise the first
 * file or folder of that name beside the configuration file (`config_path` may be NULL), in
 * $PHASETRACE_DATA, in the source tree's datasets/, in the share folder beside the running program
 * or in the one it was built for. PT_E_IO lists the places that were tried.
 */
int data_path_resolve(const char *data_path, const char *config_path, char *path,
                      struct pt_error *error);

/* The same for model.weights, a file: beside the configuration file or in the working directory. */
int weights_path_resolve(const char *weights_path, const char *config_path, char *path,
                         struct pt_error *error);

/* FILE as given, or in configs/ of the source tree, or in a share folder as above. */
int config_path_resolve(const char *file, char *path, struct pt_error *error);

#endif
