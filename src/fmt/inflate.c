/* zlib's inflate() over buffers of any length, with memory from the checked allocator. */
#include "fmt/inflate.h"

#include "base/mem.h"

#include <limits.h>

static void *allocate(void *unused, unsigned n_items, unsigned item_bytes)
{
    (void)unused;
    return mem_alloc(n_items, item_bytes, NULL);
}

static void release(void *unused, void *memory)
{
    (void)unused;
    mem_free(memory);
}

int inflation_begin(struct inflation *inflation, int window_bits)
{
    inflation->stream.zalloc = allocate;
    inflation->stream.zfree = release;
    return inflateInit2(&inflation->stream, window_bits);
}

/* zlib counts in unsigned int: long buffers go through it in pieces. */
static unsigned piece(size_t n_bytes)
{
    return n_bytes < UINT_MAX ? (unsigned)n_bytes : UINT_MAX;
}

int inflation_step(struct inflation *inflation, unsigned char *out, size_t room, size_t *n_out)
{
    z_stream *stream = &inflation->stream;
    unsigned n_in = piece(inflation->n_packed - inflation->n_consumed);
    unsigned n_room = piece(room);
    stream->next_in = (unsigned char *)inflation->packed + inflation->n_consumed;
    stream->avail_in = n_in;
    stream->next_out = out;
    stream->avail_out = n_room;
    int result = inflate(stream, Z_NO_FLUSH);
    inflation->n_consumed += n_in - stream->avail_in;
    *n_out += n_room - stream->avail_out;
    return result;
}

int inflation_restart(struct inflation *inflation)
{
    return inflateReset(&inflation->stream);
}

void inflation_end(struct inflation *inflation)
{
    inflateEnd(&inflation->stream);
}
