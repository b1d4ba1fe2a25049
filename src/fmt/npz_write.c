/* Writing of .npz archives. */
#include "fmt/npz.h"

#include "base/fsio.h"
#include "base/mem.h"
#include "fmt/bytes.h"
#include "fmt/zip_format.h"

#include <stdio.h>
#include <string.h>
#include <zlib.h>

#define VERSION_NEEDED 45                   /* 4.5: 64-bit sizes */
#define VERSION_MADE_BY (3 << 8 | 45)       /* 3: Unix, so that attributes are file modes */
#define FILE_MODE (UINT32_C(0100644) << 16) /* a regular file, rw-r--r-- */
#define DOS_DATE 0x0021                     /* 1980-01-01, the first there is */
#define LOCAL_EXTRA_BYTES (4 + 16)          /* tag, length, two sizes */
#define CENTRAL_EXTRA_BYTES (4 + 24)        /* the same with the offset */

struct written_entry {
    char name[NPZ_NAME_BYTES + 4]; /* with ".npy" */
    uint32_t crc;
    uint64_t n_bytes, offset;
};

struct npz_writer {
    struct file_writer *file;
    uint64_t position;
    size_t n_entries;
    struct written_entry entries[NPZ_MAX_ARRAYS];
};

int npz_create(const char *path, struct npz_writer **writer, struct pt_error *error)
{
    struct npz_writer *w = mem_alloc(1, sizeof *w, error);
    if (!w)
        return PT_E_MEMORY;
    int status = file_create(path, &w->file, error);
    if (status) {
        mem_free(w);
        return status;
    }
    *writer = w;
    return PT_OK;
}

static int put(struct npz_writer *w, const void *data, size_t n_bytes, struct pt_error *error)
{
    w->position += n_bytes;
    return file_write(w->file, data, n_bytes, error);
}

/* The fields that a local header and an entry of the directory have in common, in their order. */
static unsigned char *store_common(unsigned char *p, const struct written_entry *e,
                                   size_t extra_bytes)
{
    p = store_le(p, VERSION_NEEDED, 2);
    p = store_le(p, 0, 2); /* flags */
    p = store_le(p, ZIP_STORED, 2);
    p = store_le(p, 0, 2); /* time */
    p = store_le(p, DOS_DATE, 2);
    p = store_le(p, e->crc, 4);
    p = store_le(p, ZIP_SATURATED, 4); /* both sizes are in the extra field */
    p = store_le(p, ZIP_SATURATED, 4);
    p = store_le(p, strlen(e->name), 2);
    return store_le(p, extra_bytes, 2);
}

static unsigned char *store_extra(unsigned char *p, const struct written_entry *e,
                                  size_t extra_bytes)
{
    p = store_le(p, ZIP_EXTRA64, 2);
    p = store_le(p, extra_bytes - 4, 2);
    p = store_le(p, e->n_bytes, 8);
    return store_le(p, e->n_bytes, 8);
}

static int put_local_header(struct npz_writer *w, const struct written_entry *e,
                            struct pt_error *error)
{
    unsigned char header[ZIP_LOCAL_BYTES + sizeof e->name + LOCAL_EXTRA_BYTES];
    unsigned char *p = store_le(header, ZIP_LOCAL_SIGNATURE, 4);
    p = store_common(p, e, LOCAL_EXTRA_BYTES);
    size_t n_name = strlen(e->name);
    memcpy(p, e->name, n_name);
    p = store_extra(p + n_name, e, LOCAL_EXTRA_BYTES);
    return put(w, header, (size_t)(p - header), error);
}

static int put_central_header(struct npz_writer *w, const struct written_entry *e,
                              struct pt_error *error)
{
    unsigned char header[ZIP_CENTRAL_BYTES + sizeof e->name + CENTRAL_EXTRA_BYTES];
    unsigned char *p = store_le(header, ZIP_CENTRAL_SIGNATURE, 4);
    p = store_le(p, VERSION_MADE_BY, 2);
    p = store_common(p, e, CENTRAL_EXTRA_BYTES);
    p = store_le(p, 0, 6); /* comment length, disk, internal attributes */
    p = store_le(p, FILE_MODE, 4);
    p = store_le(p, ZIP_SATURATED, 4); /* offset of the local header: in the extra field */
    size_t n_name = strlen(e->name);
    memcpy(p, e->name, n_name);
    p = store_extra(p + n_name, e, CENTRAL_EXTRA_BYTES);
    p = store_le(p, e->offset, 8);
    return put(w, header, (size_t)(p - header), error);
}

/* The end record with 64-bit sizes, its locator, the classic end record that points to them. */
static int put_end(struct npz_writer *w, uint64_t directory_offset, struct pt_error *error)
{
    uint64_t end64_offset = w->position;
    unsigned char records[ZIP_END64_BYTES + ZIP_LOCATOR64_BYTES + ZIP_END_BYTES];
    unsigned char *p = store_le(records, ZIP_END64_SIGNATURE, 4);
    p = store_le(p, ZIP_END64_BYTES - 12, 8);
    p = store_le(p, VERSION_MADE_BY, 2);
    p = store_le(p, VERSION_NEEDED, 2);
    p = store_le(p, 0, 8); /* this disk, the directory's disk */
    p = store_le(p, w->n_entries, 8);
    p = store_le(p, w->n_entries, 8);
    p = store_le(p, end64_offset - directory_offset, 8);
    p = store_le(p, directory_offset, 8);

    p = store_le(p, ZIP_LOCATOR64_SIGNATURE, 4);
    p = store_le(p, 0, 4); /* disk */
    p = store_le(p, end64_offset, 8);
    p = store_le(p, 1, 4); /* disks in all */

    p = store_le(p, ZIP_END_SIGNATURE, 4);
    p = store_le(p, 0, 4); /* disks */
    p = store_le(p, 0xffff, 2);
    p = store_le(p, 0xffff, 2);
    p = store_le(p, ZIP_SATURATED, 4);
    p = store_le(p, ZIP_SATURATED, 4);
    p = store_le(p, 0, 2); /* comment length */
    return put(w, records, (size_t)(p - records), error);
}

/* Room for a new entry, named; NULL when the name does not fit or is taken. */
static struct written_entry *new_entry(struct npz_writer *w, const char *name)
{
    if (w->n_entries == NPZ_MAX_ARRAYS || strlen(name) >= NPZ_NAME_BYTES)
        return NULL;
    struct written_entry *e = &w->entries[w->n_entries];
    snprintf(e->name, sizeof e->name, "%s.npy", name);
    for (size_t i = 0; i < w->n_entries; i++)
        if (strcmp(w->entries[i].name, e->name) == 0)
            return NULL;
    w->n_entries++;
    return e;
}

/* Values as they go to the file: as they lie in memory, or doubles that are rounded, a piece at a
 * time. */
struct source {
    const unsigned char *bytes; /* NULL: `doubles` */
    const double *doubles;
    size_t n_bytes; /* in the file */
};

#define PIECE_BYTES ((size_t)1 << 14)

/* The next at most `most` bytes from `offset` on; `rounded` is room for a piece of such. */
static const void *next_piece(const struct source *source, size_t offset,
                              float rounded[PIECE_BYTES / sizeof(float)], size_t *n_bytes)
{
    size_t left = source->n_bytes - offset;
    if (source->bytes) {
        *n_bytes = left;
        return source->bytes + offset;
    }
    *n_bytes = left < PIECE_BYTES ? left : PIECE_BYTES;
    for (size_t i = 0; i < *n_bytes / sizeof *rounded; i++)
        rounded[i] = (float)source->doubles[offset / sizeof *rounded + i];
    return rounded;
}

static uint32_t checksum(uint32_t crc, const struct source *source)
{
    float rounded[PIECE_BYTES / sizeof(float)];
    for (size_t offset = 0, n = 0; offset < source->n_bytes; offset += n) {
        const void *piece = next_piece(source, offset, rounded, &n);
        crc = (uint32_t)crc32_z(crc, piece, n);
    }
    return crc;
}

static int put_values(struct npz_writer *w, const struct source *source, struct pt_error *error)
{
    float rounded[PIECE_BYTES / sizeof(float)];
    int status = PT_OK;
    for (size_t offset = 0, n = 0; !status && offset < source->n_bytes; offset += n) {
        const void *piece = next_piece(source, offset, rounded, &n);
        status = put(w, piece, n, error);
    }
    return status;
}

static size_t values_bytes(enum npy_type type, size_t rank, const size_t *shape)
{
    size_t n_values = npy_type_bytes(type);
    for (size_t i = 0; i < rank; i++)
        n_values *= shape[i];
    return n_values;
}

static int add(struct npz_writer *w, const char *name, enum npy_type type, size_t rank,
               const size_t *shape, struct source source, struct pt_error *error)
{
    struct written_entry *e = new_entry(w, name);
    if (!e || rank > NPY_MAX_RANK)
        return pt_error_set(error, PT_E_INTERNAL, "array %s: duplicate, one too many, or too big",
                            name);
    source.n_bytes = values_bytes(type, rank, shape);
    unsigned char header[NPY_MAX_HEADER_BYTES];
    size_t n_header = npy_format_header(type, rank, shape, header);

    e->offset = w->position;
    e->n_bytes = n_header + source.n_bytes;
    e->crc = checksum((uint32_t)crc32_z(0, header, n_header), &source);
    int status = put_local_header(w, e, error);
    if (!status)
        status = put(w, header, n_header, error);
    return status ? status : put_values(w, &source, error);
}

int npz_add(struct npz_writer *w, const char *name, enum npy_type type, size_t rank,
            const size_t *shape, const void *values, struct pt_error *error)
{
    return add(w, name, type, rank, shape, (struct source){.bytes = values}, error);
}

int npz_add_rounded(struct npz_writer *w, const char *name, size_t rank, const size_t *shape,
                    const double *values, struct pt_error *error)
{
    return add(w, name, NPY_F4, rank, shape, (struct source){.doubles = values}, error);
}

uint64_t npz_array_bytes(const char *name, enum npy_type type, size_t rank, const size_t *shape)
{
    unsigned char header[NPY_MAX_HEADER_BYTES];
    uint64_t name_bytes = strlen(name) + strlen(".npy");
    return ZIP_LOCAL_BYTES + name_bytes + LOCAL_EXTRA_BYTES +
           npy_format_header(type, rank, shape, header) + values_bytes(type, rank, shape) +
           ZIP_CENTRAL_BYTES + name_bytes + CENTRAL_EXTRA_BYTES;
}

uint64_t npz_empty_bytes(void)
{
    return ZIP_END64_BYTES + ZIP_LOCATOR64_BYTES + ZIP_END_BYTES;
}

int npz_commit(struct npz_writer *w, struct pt_error *error)
{
    uint64_t directory_offset = w->position;
    int status = PT_OK;
    for (size_t i = 0; !status && i < w->n_entries; i++)
        status = put_central_header(w, &w->entries[i], error);
    if (!status)
        status = put_end(w, directory_offset, error);
    if (status) {
        npz_abandon(w);
        return status;
    }
    status = file_commit(w->file, error);
    mem_free(w);
    return status;
}

void npz_abandon(struct npz_writer *w)
{
    if (!w)
        return;
    file_abandon(w->file);
    mem_free(w);
}

int npz_finish(struct npz_writer *w, int status, struct pt_error *error)
{
    if (!status)
        return npz_commit(w, error);
    npz_abandon(w);
    return status;
}
