/* Reading of a zip archive's central directory. */
#include "fmt/zip_index.h"

#include "fmt/bytes.h"
#include "fmt/zip_format.h"

#include <string.h>

#define MAX_COMMENT_BYTES 0xffff
#define FLAG_ENCRYPTED 1u

struct archive {
    const char *path;
    const unsigned char *bytes;
    size_t n_bytes;
    uint64_t directory, directory_bytes, n_entries; /* as the end record claims */
};

static int data_error(const struct archive *a, uint64_t offset, const char *what,
                      struct pt_error *error)
{
    return pt_error_at(error, PT_E_DATA, a->path, 0, 0, "byte %llu: %s", (unsigned long long)offset,
                       what);
}

/* Whether `length` bytes at `offset` lie within the first `end` bytes. */
static int lies_within(uint64_t offset, uint64_t length, uint64_t end)
{
    return offset <= end && length <= end - offset;
}

/* The end record is the last thing of the file but for a comment, whose length it knows. */
static int find_end(const struct archive *a, size_t *end)
{
    for (size_t comment = 0; comment <= MAX_COMMENT_BYTES; comment++) {
        if (a->n_bytes < ZIP_END_BYTES + comment)
            return 0;
        size_t offset = a->n_bytes - ZIP_END_BYTES - comment;
        if (load_le32(a->bytes + offset) == ZIP_END_SIGNATURE &&
            load_le16(a->bytes + offset + 20) == comment) {
            *end = offset;
            return 1;
        }
    }
    return 0;
}

/* With 64-bit sizes, a locator lies right before the end record. */
static int read_end64(struct archive *a, size_t locator, struct pt_error *error)
{
    uint64_t offset = load_le64(a->bytes + locator + 8);
    if (!lies_within(offset, ZIP_END64_BYTES, locator) ||
        load_le32(a->bytes + offset) != ZIP_END64_SIGNATURE)
        return data_error(a, locator, "no end record where the zip64 locator points", error);
    const unsigned char *record = a->bytes + offset;
    a->n_entries = load_le64(record + 32);
    a->directory_bytes = load_le64(record + 40);
    a->directory = load_le64(record + 48);
    if (!lies_within(a->directory, a->directory_bytes, offset))
        return data_error(a, offset, "the central directory lies outside the archive", error);
    return PT_OK;
}

static int read_end(struct archive *a, struct pt_error *error)
{
    size_t end;
    if (!find_end(a, &end))
        return data_error(a, a->n_bytes, "no end of a zip archive: truncated, or not one", error);
    if (end >= ZIP_LOCATOR64_BYTES &&
        load_le32(a->bytes + end - ZIP_LOCATOR64_BYTES) == ZIP_LOCATOR64_SIGNATURE)
        return read_end64(a, end - ZIP_LOCATOR64_BYTES, error);
    const unsigned char *record = a->bytes + end;
    a->n_entries = load_le16(record + 10);
    a->directory_bytes = load_le32(record + 12);
    a->directory = load_le32(record + 16);
    if (!lies_within(a->directory, a->directory_bytes, end))
        return data_error(a, end, "the central directory lies outside the archive", error);
    return PT_OK;
}

struct sizes {
    uint64_t content, packed, local_offset;
};

/* Replaces each saturated field, in their order, by the next number of the zip64 extra field. */
static int read_extra64(const unsigned char *extra, size_t n_extra, struct sizes *sizes)
{
    uint64_t *fields[] = {&sizes->content, &sizes->packed, &sizes->local_offset};
    const unsigned char *end = extra + n_extra;
    while (end - extra >= 4) {
        size_t n = load_le16(extra + 2);
        const unsigned char *value = extra + 4;
        if (n > (size_t)(end - value))
            return 0;
        extra = value + n;
        if (load_le16(value - 4) != ZIP_EXTRA64)
            continue;
        for (int i = 0; i < 3; i++) {
            if (*fields[i] != ZIP_SATURATED)
                continue;
            if (extra - value < 8)
                return 0;
            *fields[i] = load_le64(value);
            value += 8;
        }
    }
    return extra == end;
}

/* Finds the entry's bytes behind its local header, which repeats the name. */
static int locate_content(const struct archive *a, const struct sizes *sizes,
                          struct zip_entry *entry, struct pt_error *error)
{
    uint64_t offset = sizes->local_offset;
    if (!lies_within(offset, ZIP_LOCAL_BYTES, a->directory) ||
        load_le32(a->bytes + offset) != ZIP_LOCAL_SIGNATURE)
        return data_error(a, offset, "no local header where the central directory points", error);
    const unsigned char *header = a->bytes + offset;
    size_t n_name = load_le16(header + 26), n_extra = load_le16(header + 28);
    uint64_t start = offset + ZIP_LOCAL_BYTES + n_name + n_extra;
    if (!lies_within(start, sizes->packed, a->directory))
        return data_error(a, offset, "the entry reaches beyond the central directory", error);
    if (n_name != strlen(entry->name) || memcmp(header + ZIP_LOCAL_BYTES, entry->name, n_name) != 0)
        return data_error(a, offset, "the local header has another name than the directory", error);
    entry->packed = a->bytes + start;
    entry->n_packed = (size_t)sizes->packed;
    return PT_OK;
}

static int check_entry(const struct archive *a, uint64_t offset, const struct zip_entry *entry,
                       const struct sizes *sizes, struct pt_error *error)
{
    if (load_le16(a->bytes + offset + 8) & FLAG_ENCRYPTED)
        return data_error(a, offset, "encrypted entry", error);
    if (entry->method != ZIP_STORED && entry->method != ZIP_DEFLATED)
        return data_error(a, offset, "neither a stored nor a deflated entry", error);
    if (entry->method == ZIP_STORED && sizes->content != sizes->packed)
        return data_error(a, offset, "a stored entry has two different sizes", error);
    return PT_OK;
}

/* A copy of the name that is zero-terminated, checked against those of the entries before. */
static int read_name(const struct archive *a, uint64_t offset, struct zip_index *index, char **name,
                     struct pt_error *error)
{
    const unsigned char *header = a->bytes + offset;
    size_t n_name = load_le16(header + 28);
    *name = arena_alloc(&index->arena, n_name + 1, 1, error);
    if (!*name)
        return pt_error_context(error, PT_E_MEMORY, "%s", a->path);
    memcpy(*name, header + ZIP_CENTRAL_BYTES, n_name);
    if (strlen(*name) != n_name)
        return data_error(a, offset, "an entry's name has a zero byte", error);
    for (size_t i = 0; i < index->n_entries; i++)
        if (strcmp(*name, index->entries[i].name) == 0)
            return data_error(a, offset, "two entries have the same name", error);
    return PT_OK;
}

/* Reads the directory's entry at `*offset`, moves on to the next. */
static int read_entry(const struct archive *a, uint64_t *offset, struct zip_index *index,
                      struct pt_error *error)
{
    uint64_t end = a->directory + a->directory_bytes;
    const unsigned char *header = a->bytes + *offset;
    if (!lies_within(*offset, ZIP_CENTRAL_BYTES, end) || load_le32(header) != ZIP_CENTRAL_SIGNATURE)
        return data_error(a, *offset, "no entry of a central directory", error);
    size_t n_name = load_le16(header + 28), n_extra = load_le16(header + 30);
    uint64_t n_entry = ZIP_CENTRAL_BYTES + n_name + n_extra + load_le16(header + 32);
    if (!lies_within(*offset, n_entry, end))
        return data_error(a, *offset, "the entry reaches beyond the central directory", error);

    char *name;
    int status = read_name(a, *offset, index, &name, error);
    if (status)
        return status;
    struct sizes sizes = {load_le32(header + 24), load_le32(header + 20), load_le32(header + 42)};
    if (!read_extra64(header + ZIP_CENTRAL_BYTES + n_name, n_extra, &sizes))
        return data_error(a, *offset, "malformed extra field", error);
    struct zip_entry *entry = &index->entries[index->n_entries++];
    *entry = (struct zip_entry){.name = name,
                                .method = load_le16(header + 10),
                                .crc = load_le32(header + 16),
                                .n_bytes = (size_t)sizes.content};
    status = check_entry(a, *offset, entry, &sizes, error);
    if (!status)
        status = locate_content(a, &sizes, entry, error);
    *offset += n_entry;
    return status;
}

int zip_index_read(const char *path, const unsigned char *bytes, size_t n_bytes, size_t max_entries,
                   struct zip_index *index, struct pt_error *error)
{
    *index = (struct zip_index){0};
    struct archive a = {.path = path, .bytes = bytes, .n_bytes = n_bytes};
    int status = read_end(&a, error);
    if (status)
        return status;
    if (a.n_entries > max_entries)
        return pt_error_at(error, PT_E_DATA, path, 0, 0, "%llu entries, at most %zu are allowed",
                           (unsigned long long)a.n_entries, max_entries);
    index->entries = arena_alloc(&index->arena, (size_t)a.n_entries, sizeof *index->entries, error);
    if (!index->entries)
        return pt_error_context(error, PT_E_MEMORY, "%s", path);
    uint64_t offset = a.directory;
    for (uint64_t i = 0; !status && i < a.n_entries; i++)
        status = read_entry(&a, &offset, index, error);
    if (!status && offset != a.directory + a.directory_bytes)
        return data_error(&a, offset, "bytes follow the last entry of the central directory",
                          error);
    return status;
}
