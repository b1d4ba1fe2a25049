/* Reading of .npz archives. */
#include "fmt/npz.h"

#include "base/fsio.h"
#include "base/mem.h"
#include "fmt/inflate.h"
#include "fmt/zip_format.h"
#include "fmt/zip_index.h"

#include <string.h>

/* Deflate encodes at most 258 bytes in 2 bits: a larger claim is false (zlib, algorithm.txt). */
#define MAX_DEFLATE_RATIO 1032

struct npz_reader {
    char *path;
    unsigned char *bytes;
    struct zip_index index;
};

static int open_archive(struct npz_reader *r, const char *path, struct pt_error *error)
{
    size_t n_bytes;
    r->path = mem_string(path, error);
    if (!r->path)
        return PT_E_MEMORY;
    int status = file_read(path, NPZ_LIMIT_BYTES, &r->bytes, &n_bytes, error);
    if (status)
        return status;
    return zip_index_read(path, r->bytes, n_bytes, NPZ_MAX_ARRAYS, &r->index, error);
}

int npz_open(const char *path, struct npz_reader **reader, struct pt_error *error)
{
    struct npz_reader *r = mem_alloc(1, sizeof *r, error);
    if (!r)
        return PT_E_MEMORY;
    int status = open_archive(r, path, error);
    if (status) {
        npz_close(r);
        return status;
    }
    *reader = r;
    return PT_OK;
}

void npz_close(struct npz_reader *r)
{
    if (!r)
        return;
    arena_release(&r->index.arena);
    mem_free(r->bytes);
    mem_free(r->path);
    mem_free(r);
}

size_t npz_n_entries(const struct npz_reader *r)
{
    return r->index.n_entries;
}

const char *npz_entry_name(const struct npz_reader *r, size_t index)
{
    return r->index.entries[index].name;
}

/* Inflates into content[n_bytes]; returns zlib's last result, Z_STREAM_END only when that is
 * exactly what the packed bytes hold. */
static int inflate_exactly(const struct zip_entry *entry, unsigned char *content)
{
    struct inflation inflation = {.packed = entry->packed, .n_packed = entry->n_packed};
    int result = inflation_begin(&inflation, INFLATE_RAW);
    if (result != Z_OK)
        return result;
    size_t n_out = 0;
    while (result == Z_OK)
        result = inflation_step(&inflation, content + n_out, entry->n_bytes - n_out, &n_out);
    inflation_end(&inflation);
    int whole = inflation.n_consumed == entry->n_packed && n_out == entry->n_bytes;
    return result == Z_STREAM_END && !whole ? Z_DATA_ERROR : result;
}

/* `*owned` is the content to be freed, NULL where it lies in the archive itself. */
static int unpack(const struct npz_reader *r, const struct zip_entry *entry,
                  const unsigned char **content, unsigned char **owned, struct pt_error *error)
{
    *owned = NULL;
    *content = entry->packed;
    if (entry->method == ZIP_STORED)
        return PT_OK;
    if (entry->n_bytes > NPZ_LIMIT_BYTES || entry->n_bytes / MAX_DEFLATE_RATIO > entry->n_packed)
        return pt_error_at(error, PT_E_DATA, r->path, 0, 0,
                           "claims to hold %zu bytes in %zu: over the limit", entry->n_bytes,
                           entry->n_packed);
    unsigned char *buffer = mem_alloc(entry->n_bytes, 1, error);
    if (!buffer)
        return PT_E_MEMORY;
    int result = inflate_exactly(entry, buffer);
    if (result != Z_STREAM_END) {
        mem_free(buffer);
        if (result == Z_MEM_ERROR)
            return pt_error_at(error, PT_E_MEMORY, r->path, 0, 0, "out of memory");
        return pt_error_at(error, PT_E_DATA, r->path, 0, 0,
                           "corrupt deflate stream, or not of the size it claims");
    }
    *content = *owned = buffer;
    return PT_OK;
}

static int read_entry(const struct npz_reader *r, const struct zip_entry *entry, enum npy_type type,
                      struct npy_array *array, struct pt_error *error)
{
    const unsigned char *content;
    unsigned char *owned;
    int status = unpack(r, entry, &content, &owned, error);
    if (status)
        return status;
    uint32_t crc = (uint32_t)crc32_z(0, content, entry->n_bytes);
    if (crc != entry->crc)
        status = pt_error_at(error, PT_E_DATA, r->path, 0, 0, "CRC-32 %08x, expected %08x",
                             (unsigned)crc, (unsigned)entry->crc);
    if (!status)
        status = npy_decode(r->path, content, entry->n_bytes, type, array, error);
    mem_free(owned);
    return status;
}

int npz_entry_header(const struct npz_reader *r, size_t index, struct npy_header *header,
                     struct pt_error *error)
{
    const struct zip_entry *entry = &r->index.entries[index];
    const unsigned char *content;
    unsigned char *owned;
    int status = unpack(r, entry, &content, &owned, error);
    if (!status)
        status = npy_parse_header(r->path, content, entry->n_bytes, header, error);
    mem_free(owned);
    return status ? pt_error_context(error, status, "entry %s", entry->name) : PT_OK;
}

static const struct zip_entry *find_entry(const struct npz_reader *r, const char *name)
{
    size_t n_name = strlen(name);
    for (size_t i = 0; i < r->index.n_entries; i++) {
        const struct zip_entry *entry = &r->index.entries[i];
        if (strncmp(entry->name, name, n_name) == 0 && strcmp(entry->name + n_name, ".npy") == 0)
            return entry;
    }
    return NULL;
}

int npz_has(const struct npz_reader *r, const char *name)
{
    return find_entry(r, name) != NULL;
}

int npz_read(const struct npz_reader *r, const char *name, enum npy_type type,
             struct npy_array *array, struct pt_error *error)
{
    const struct zip_entry *entry = find_entry(r, name);
    if (!entry)
        return pt_error_at(error, PT_E_DATA, r->path, 0, 0, "has no array %s", name);
    int status = read_entry(r, entry, type, array, error);
    return status ? pt_error_context(error, status, "array %s", name) : PT_OK;
}

int npz_read_number(const struct npz_reader *r, const char *name, enum npy_type type, void *number,
                    struct pt_error *error)
{
    struct npy_array array;
    int status = npz_read(r, name, type, &array, error);
    if (status)
        return status;
    if (array.count == 1)
        memcpy(number, array.values, npy_type_bytes(type));
    else
        status = pt_error_at(error, PT_E_DATA, r->path, 0, 0, "array %s: %zu numbers, expected 1",
                             name, array.count);
    mem_free(array.values);
    return status;
}
