/* Arenas: blocks of memory that are handed out in pieces and released together. */
#include "base/mem.h"

#include <string.h>

#define ARENA_BLOCK_BYTES ((size_t)16 * 1024)
#define ARENA_ALIGNMENT ((size_t)16)

struct arena_block {
    struct arena_block *older;
    size_t used_bytes;
    size_t capacity_bytes;
    _Alignas(16) char bytes[];
};

static struct arena_block *block_with_room(struct arena *arena, size_t bytes,
                                           struct pt_error *error)
{
    struct arena_block *block = arena->newest;
    if (block && block->capacity_bytes - block->used_bytes >= bytes)
        return block;
    size_t capacity = bytes > ARENA_BLOCK_BYTES ? bytes : ARENA_BLOCK_BYTES;
    block = mem_alloc(1, sizeof *block + capacity, error);
    if (!block)
        return NULL;
    block->capacity_bytes = capacity;
    block->older = arena->newest;
    arena->newest = block;
    return block;
}

void *arena_alloc(struct arena *arena, size_t count, size_t element_bytes, struct pt_error *error)
{
    size_t bytes;
    if (__builtin_mul_overflow(count, element_bytes, &bytes) ||
        bytes > SIZE_MAX / 2 - ARENA_ALIGNMENT) {
        pt_error_set(error, PT_E_MEMORY, "%zu elements of %zu bytes are more than an address holds",
                     count, element_bytes);
        return NULL;
    }
    bytes = (bytes + ARENA_ALIGNMENT - 1) & ~(ARENA_ALIGNMENT - 1);
    struct arena_block *block = block_with_room(arena, bytes, error);
    if (!block)
        return NULL;
    void *piece = block->bytes + block->used_bytes;
    block->used_bytes += bytes;
    return piece;
}

char *arena_string(struct arena *arena, const char *text, struct pt_error *error)
{
    size_t bytes = strlen(text) + 1;
    char *copy = arena_alloc(arena, bytes, 1, error);
    if (copy)
        memcpy(copy, text, bytes);
    return copy;
}

void arena_release(struct arena *arena)
{
    while (arena->newest) {
        struct arena_block *block = arena->newest;
        arena->newest = block->older;
        mem_free(block);
    }
}
