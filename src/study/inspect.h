/*
 * What is in a file or a run directory, as a JSON document.
 *
 * A document is an object whose first member, "kind", says what it describes. Scalars come first,
 * then objects, then arrays of objects, which are tables: so a document can be shown to people by
 * a function that knows nothing of kinds.
 */
#ifndef STUDY_INSPECT_H
#define STUDY_INSPECT_H

#include "phasetrace/config.h"
#include "phasetrace/status.h"
#include "study/manifest.h"

#include <jansson.h>
#include <stddef.h>

/*
 * Finds out what `path` is and describes it; the caller ends with json_decref(). PT_E_DATA: it is
 * damaged, with the position, or of no kind that is known; PT_E_CONFIG: a configuration with
 * mistakes, all of which the message has; PT_E_IO.
 */
int inspect(const char *path, json_t **document, struct pt_error *error);

/* The kinds. Each makes a document of a file that is expected to be of its kind. */
int inspect_tensors(const char *path, json_t **document, struct pt_error *error);
int inspect_npy(const char *path, json_t **document, struct pt_error *error);
int inspect_npz(const char *path, json_t **document, struct pt_error *error);
int inspect_config(const char *path, json_t **document, struct pt_error *error);
int inspect_table(const char *path, json_t **document, struct pt_error *error);
int inspect_run(const char *path, json_t **document, struct pt_error *error);
/* A directory that is no run: a data set. */
int inspect_data_folder(const char *path, json_t **document, struct pt_error *error);

/* The same for files whose content, unpacked, lies in memory. */
int inspect_idx(const char *path, const unsigned char *bytes, size_t n_bytes, json_t **document,
                struct pt_error *error);
int inspect_cifar(const char *path, const unsigned char *bytes, size_t n_bytes, json_t **document,
                  struct pt_error *error);
int inspect_png(const char *path, const unsigned char *bytes, size_t n_bytes, json_t **document,
                struct pt_error *error);

/* "step", "epoch" and what a trace file says of its samples; `document` gets the members. */
int inspect_trace(const char *path, json_t *document, struct pt_error *error);

/*
 * "value_tables" and, layer by layer, "value_layers": what all masked outputs of a sample cost in
 * the first run of the configuration, which was read from `config_path`. Data are also looked for
 * where `record` (may be NULL) says they were. What cannot be found out is said as "unknown", with
 * the reason; PT_E_MEMORY.
 */
int inspect_costs(const struct pt_config *config, const char *config_path,
                  const struct manifest_record *record, json_t *document, struct pt_error *error);

#endif
