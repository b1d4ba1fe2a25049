/* Decompression of gzip files that lie whole in memory. */
#include "fmt/gzip.h"

#include "base/fsio.h"
#include "base/mem.h"
#include "fmt/inflate.h"

#include <stdint.h>
#include <string.h>

struct unpacking {
    const char *path;
    struct inflation inflation;
    void *content;
    size_t n_content, capacity, limit_bytes;
    size_t stop_bytes; /* of the content, behind which it is not looked at */
};

static int is_gzip(const unsigned char *bytes, size_t n_bytes)
{
    return n_bytes >= 2 && bytes[0] == 0x1f && bytes[1] == 0x8b;
}

/* What `result`, neither Z_OK nor Z_STREAM_END, means to the user. */
static int inflate_error(const struct unpacking *u, int result, struct pt_error *error)
{
    size_t offset = u->inflation.n_consumed;
    if (result == Z_MEM_ERROR)
        return pt_error_at(error, PT_E_MEMORY, u->path, 0, 0, "out of memory while decompressing");
    if (result == Z_BUF_ERROR)
        return pt_error_at(error, PT_E_DATA, u->path, 0, 0,
                           "byte %zu: the file ends within a gzip stream", offset);
    const char *reason = u->inflation.stream.msg;
    return pt_error_at(error, PT_E_DATA, u->path, 0, 0, "byte %zu: corrupt gzip stream: %s", offset,
                       reason ? reason : "unknown form");
}

static int inflate_member(struct unpacking *u, struct pt_error *error)
{
    for (int result = Z_OK; result != Z_STREAM_END && u->n_content < u->stop_bytes;) {
        if (mem_grow(&u->content, &u->capacity, u->n_content + 1, 1, error))
            return pt_error_context(error, PT_E_MEMORY, "%s", u->path);
        result = inflation_step(&u->inflation, (unsigned char *)u->content + u->n_content,
                                u->capacity - u->n_content, &u->n_content);
        if (result != Z_OK && result != Z_STREAM_END)
            return inflate_error(u, result, error);
        if (u->n_content > u->limit_bytes)
            return pt_error_at(error, PT_E_DATA, u->path, 0, 0,
                               "byte %zu: decompresses to more than the limit of %zu bytes",
                               u->inflation.n_consumed, u->limit_bytes);
    }
    return PT_OK;
}

static int inflate_members(struct unpacking *u, struct pt_error *error)
{
    struct inflation *in = &u->inflation;
    int status = inflate_member(u, error);
    while (!status && u->n_content < u->stop_bytes && in->n_consumed < in->n_packed) {
        size_t n_left = in->n_packed - in->n_consumed;
        if (!is_gzip(in->packed + in->n_consumed, n_left))
            return pt_error_at(error, PT_E_DATA, u->path, 0, 0,
                               "byte %zu: %zu bytes follow the end of the gzip stream",
                               in->n_consumed, n_left);
        inflation_restart(in);
        status = inflate_member(u, error);
    }
    return status;
}

/* The content is the caller's to free, after a failure too. */
static int unpack(struct unpacking *u, struct pt_error *error)
{
    int result = inflation_begin(&u->inflation, INFLATE_GZIP);
    if (result != Z_OK)
        return inflate_error(u, result, error);
    int status = inflate_members(u, error);
    inflation_end(&u->inflation);
    return status;
}

int gzip_unpack(const char *path, size_t limit_bytes, unsigned char **data, size_t *n_bytes,
                struct pt_error *error)
{
    if (!is_gzip(*data, *n_bytes))
        return PT_OK;
    struct unpacking u = {.path = path,
                          .inflation = {.packed = *data, .n_packed = *n_bytes},
                          .limit_bytes = limit_bytes,
                          .stop_bytes = SIZE_MAX};
    int status = unpack(&u, error);
    if (status) {
        mem_free(u.content);
        return status;
    }
    mem_free(*data);
    *data = u.content;
    *n_bytes = u.n_content;
    return PT_OK;
}

int gzip_first_bytes(const char *path, const unsigned char *data, size_t n_bytes,
                     unsigned char *first, size_t n_wanted, size_t *n_first, struct pt_error *error)
{
    struct unpacking u = {.path = path,
                          .inflation = {.packed = data, .n_packed = n_bytes},
                          .limit_bytes = SIZE_MAX,
                          .stop_bytes = n_wanted};
    int packed = is_gzip(data, n_bytes);
    int status = packed ? unpack(&u, error) : PT_OK;
    if (!status) {
        size_t n = packed ? u.n_content : n_bytes;
        *n_first = n < n_wanted ? n : n_wanted;
        memcpy(first, packed ? u.content : data, *n_first);
    }
    mem_free(u.content);
    return status;
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
