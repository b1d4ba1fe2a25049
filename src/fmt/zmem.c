/* zlib's working memory, taken from the checked allocator. */
#include "fmt/zmem.h"

#include "base/mem.h"

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

void zmem_attach(z_stream *stream)
{
    stream->zalloc = allocate;
    stream->zfree = release;
    stream->opaque = NULL;
}
