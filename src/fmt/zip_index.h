/* What is in a zip archive that lies whole in memory. */
#ifndef FMT_ZIP_INDEX_H
#define FMT_ZIP_INDEX_H

#include "base/mem.h"
#include "phasetrace/status.h"

#include <stddef.h>
#include <stdint.h>

/* One file of the archive. Pointers are valid as long as the index and the archive's bytes. */
struct zip_entry {
    const char *name;
    unsigned method; /* ZIP_STORED or ZIP_DEFLATED */
    uint32_t crc;    /* claimed for the content */
    size_t n_bytes;  /* claimed for the content; checked only where it is stored */
    const unsigned char *packed;
    size_t n_packed;
};

struct zip_index {
    size_t n_entries;
    struct zip_entry *entries;
    struct arena arena; /* holds all of it */
};

/*
 * Reads the central directory; every entry's bytes are checked to lie within the archive, names
 * to differ. At most `max_entries`. PT_E_DATA gives path and byte; encrypted and otherwise
 * compressed entries are refused. The caller ends, also after a failure, with
 * arena_release(&index->arena).
 */
int zip_index_read(const char *path, const unsigned char *bytes, size_t n_bytes, size_t max_entries,
                   struct zip_index *index, struct pt_error *error);

#endif
