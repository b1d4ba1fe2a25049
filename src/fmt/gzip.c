/* Decompression of gzip files that lie whole in memory. */
#include "fmt/gzip.h"

#include "base/fsio.h"
#include "base/mem.h"
#include "fmt/zmem.h"

#include <limits.h>

#define GZIP_WINDOW_BITS (15 + 16) /* the largest window, in a gzip wrapper (zlib.h) */

struct unpacking {
    const char *path;
    const unsigned char *packed;
    size_t n_packed, position; /* bytes of the stream: in all, consumed */
    void *content;
    size_t n_content, capacity, limit_bytes;
    z_stream stream;
};

static int is_gzip(const unsigned char *bytes, size_t n_bytes)
{
    return n_bytes >= 2 && bytes[0] == 0x1f && bytes[1] == 0x8b;
}

/* zlib counts in unsigned int: long buffers go through it in pieces. */
static unsigned piece(size_t n_bytes)
{
    return n_bytes < UINT_MAX ? (unsigned)n_bytes : UINT_MAX;
}

/* One call of inflate(), with room for at least one byte of output. */
static int inflate_some(struct unpacking *u, int *result, struct pt_error *error)
{
    if (mem_grow(&u->content, &u->capacity, u->n_content + 1, 1, error))
        return pt_error_context(error, PT_E_MEMORY, "%s", u->path);
    unsigned n_in = piece(u->n_packed - u->position);
    unsigned n_out = piece(u->capacity - u->n_content);
    u->stream.next_in = (unsigned char *)u->packed + u->position;
    u->stream.avail_in = n_in;
    u->stream.next_out = (unsigned char *)u->content + u->n_content;
    u->stream.avail_out = n_out;
    *result = inflate(&u->stream, Z_NO_FLUSH);
    u->position += n_in - u->stream.avail_in;
    u->n_content += n_out - u->stream.avail_out;
    return PT_OK;
}

static int inflate_member(struct unpacking *u, struct pt_error *error)
{
    for (int result = Z_OK; result != Z_STREAM_END;) {
        int status = inflate_some(u, &result, error);
        if (status)
            return status;
        if (result == Z_MEM_ERROR)
            return pt_error_at(error, PT_E_MEMORY, u->path, 0, 0,
                               "out of memory while decompressing");
        if (result == Z_BUF_ERROR)
            return pt_error_at(error, PT_E_DATA, u->path, 0, 0,
                               "byte %zu: the file ends within a gzip stream", u->position);
        if (result != Z_OK && result != Z_STREAM_END)
            return pt_error_at(error, PT_E_DATA, u->path, 0, 0, "byte %zu: corrupt gzip stream: %s",
                               u->position, u->stream.msg ? u->stream.msg : "unknown form");
        if (u->n_content > u->limit_bytes)
            return pt_error_at(error, PT_E_DATA, u->path, 0, 0,
                               "byte %zu: decompresses to more than the limit of %zu bytes",
                               u->position, u->limit_bytes);
    }
    return PT_OK;
}

static int inflate_members(struct unpacking *u, struct pt_error *error)
{
    int status = inflate_member(u, error);
    while (!status && u->position < u->n_packed) {
        if (!is_gzip(u->packed + u->position, u->n_packed - u->position))
            return pt_error_at(error, PT_E_DATA, u->path, 0, 0,
                               "byte %zu: %zu bytes follow the end of the gzip stream", u->position,
                               u->n_packed - u->position);
        inflateReset(&u->stream);
        status = inflate_member(u, error);
    }
    return status;
}

int gzip_unpack(const char *path, size_t limit_bytes, unsigned char **data, size_t *n_bytes,
                struct pt_error *error)
{
    if (!is_gzip(*data, *n_bytes))
        return PT_OK;
    struct unpacking u = {
        .path = path, .packed = *data, .n_packed = *n_bytes, .limit_bytes = limit_bytes};
    zmem_attach(&u.stream);
    if (inflateInit2(&u.stream, GZIP_WINDOW_BITS) != Z_OK)
        return pt_error_at(error, PT_E_MEMORY, path, 0, 0, "out of memory while decompressing");
    int status = inflate_members(&u, error);
    inflateEnd(&u.stream);
    if (status) {
        mem_free(u.content);
        return status;
    }
    mem_free(*data);
    *data = u.content;
    *n_bytes = u.n_content;
    return PT_OK;
}

int gzip_read(const char *path, size_t limit_bytes, unsigned char **data, size_t *n_bytes,
              struct pt_error *error)
{
    unsigned char *bytes;
    size_t n;
    int status = file_read(path, limit_bytes, &bytes, &n, error);
    if (status)
        return status;
    status = gzip_unpack(path, limit_bytes, &bytes, &n, error);
    if (status) {
        mem_free(bytes);
        return status;
    }
    *data = bytes;
    *n_bytes = n;
    return PT_OK;
}
