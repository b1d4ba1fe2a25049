/* Right checksums for archives and images that a fuzzer made. */
#include "fuzz.h"

#include "fmt/bytes.h"
#include "fmt/crc.h"
#include "fmt/npz.h"
#include "fmt/zip_format.h"
#include "fmt/zip_index.h"

#include <stdlib.h>
#include <string.h>

static uint8_t *copy_of(const uint8_t *data, size_t size)
{
    static uint8_t *copy;
    free(copy);
    copy = malloc(size + 1);
    fuzz_assert(copy);
    memcpy(copy, data, size);
    return copy;
}

/* The central directory lies behind the entries, in their order. */
static uint8_t *next_directory_entry(uint8_t *from, const uint8_t *end)
{
    while (end - from >= ZIP_CENTRAL_BYTES && load_le32(from) != ZIP_CENTRAL_SIGNATURE)
        from++;
    return end - from >= ZIP_CENTRAL_BYTES ? from : NULL;
}

static void repair_entries(const struct zip_index *index, uint8_t *bytes, size_t size)
{
    const uint8_t *last = bytes;
    for (size_t i = 0; i < index->n_entries; i++) {
        const uint8_t *behind = index->entries[i].packed + index->entries[i].n_packed;
        last = behind > last ? behind : last;
    }
    uint8_t *at = bytes + (last - bytes);
    for (size_t i = 0; i < index->n_entries; i++, at += ZIP_CENTRAL_BYTES) {
        const struct zip_entry *entry = &index->entries[i];
        if (!(at = next_directory_entry(at, bytes + size)))
            return;
        if (entry->method == ZIP_STORED)
            store_le(at + 16, crc_add(0, entry->packed, entry->n_packed), 4);
    }
}

const uint8_t *fuzz_repair_zip(const uint8_t *data, size_t size)
{
    uint8_t *bytes = copy_of(data, size);
    struct zip_index index = {0};
    if (zip_index_read("", bytes, size, NPZ_MAX_ARRAYS, &index, NULL) == PT_OK)
        repair_entries(&index, bytes, size);
    arena_release(&index.arena);
    return bytes;
}

/* A chunk is its length, its name, so many bytes, and the checksum of name and bytes. */
const uint8_t *fuzz_repair_png(const uint8_t *data, size_t size)
{
    enum { SIGNATURE_BYTES = 8, AROUND_BYTES = 12 };
    uint8_t *bytes = copy_of(data, size);
    for (size_t at = SIGNATURE_BYTES; at + AROUND_BYTES <= size;) {
        size_t n_bytes = load_be32(bytes + at);
        if (n_bytes > size - at - AROUND_BYTES)
            break;
        uint32_t crc = crc_add(0, bytes + at + 4, n_bytes + 4);
        for (size_t i = 0; i < 4; i++)
            bytes[at + 8 + n_bytes + i] = (uint8_t)(crc >> (24 - 8 * i));
        at += n_bytes + AROUND_BYTES;
    }
    return bytes;
}
