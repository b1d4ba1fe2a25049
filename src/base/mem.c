/* The checked allocator: every allocation of the program, counted and made to fail on demand. */
#include "base/mem.h"

#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Sits before each block, in a slot of MEM_ALIGNMENT bytes, so that frees can be accounted for. */
struct block_header {
    size_t total_bytes;
    void *allocated; /* what calloc() returned, at or before the block */
};

static atomic_size_t live_bytes;
static atomic_size_t peak_bytes;
static atomic_size_t limit_bytes;
static atomic_size_t n_allocations;
static atomic_long fail_countdown; /* 0: off; 1: the next allocation fails */
static atomic_int fail_and_after;

static int injected_failure(void)
{
    if (atomic_load(&fail_countdown) == 0)
        return 0;
    long before = atomic_fetch_sub(&fail_countdown, 1);
    if (before > 1)
        return 0;
    if (atomic_load(&fail_and_after))
        atomic_store(&fail_countdown, 1);
    else
        atomic_store(&fail_countdown, 0);
    return before == 1;
}

static void raise_peak(size_t now_bytes)
{
    size_t peak = atomic_load(&peak_bytes);
    while (now_bytes > peak && !atomic_compare_exchange_weak(&peak_bytes, &peak, now_bytes)) {
    }
}

/* What to ask for: the data, the header before them, room to align both; 0 on overflow. */
static size_t block_bytes(size_t count, size_t element_bytes)
{
    size_t bytes;
    if (__builtin_mul_overflow(count, element_bytes, &bytes) ||
        __builtin_add_overflow(bytes, 2 * (size_t)MEM_ALIGNMENT, &bytes))
        return 0;
    return bytes;
}

void *mem_alloc(size_t count, size_t element_bytes, struct pt_error *error)
{
    atomic_fetch_add(&n_allocations, 1);
    size_t total = block_bytes(count, element_bytes);
    if (total == 0) {
        pt_error_set(error, PT_E_MEMORY, "%zu elements of %zu bytes are more than an address holds",
                     count, element_bytes);
        return NULL;
    }
    size_t limit = atomic_load(&limit_bytes);
    size_t live = atomic_fetch_add(&live_bytes, total) + total;
    char *allocated = NULL;
    /* calloc() takes large blocks from the system, which are zero without being touched: what does
     * not fit in the end is refused before the machine's memory has been filled. */
    if (!injected_failure() && (limit == 0 || live <= limit))
        allocated = calloc(1, total);
    if (!allocated) {
        atomic_fetch_sub(&live_bytes, total);
        pt_error_set(error, PT_E_MEMORY, "out of memory: %zu bytes wanted, %zu in use",
                     total - 2 * (size_t)MEM_ALIGNMENT, live - total);
        return NULL;
    }
    raise_peak(live);
    char *block = allocated + (MEM_ALIGNMENT - (uintptr_t)allocated % MEM_ALIGNMENT);
    *(struct block_header *)(void *)block = (struct block_header){total, allocated};
    return block + MEM_ALIGNMENT;
}

void mem_free(void *memory)
{
    if (!memory)
        return;
    const struct block_header *header = (void *)((char *)memory - MEM_ALIGNMENT);
    atomic_fetch_sub(&live_bytes, header->total_bytes);
    free(header->allocated);
}

char *mem_string(const char *text, struct pt_error *error)
{
    size_t bytes = strlen(text) + 1;
    char *copy = mem_alloc(bytes, 1, error);
    if (copy)
        memcpy(copy, text, bytes);
    return copy;
}

int mem_grow(void **memory, size_t *capacity, size_t wanted, size_t element_bytes,
             struct pt_error *error)
{
    if (wanted <= *capacity)
        return PT_OK;
    size_t larger = *capacity ? *capacity : 16;
    while (larger < wanted) {
        if (larger > SIZE_MAX / 2)
            return pt_error_set(error, PT_E_MEMORY, "an array of %zu elements is too long", wanted);
        larger *= 2;
    }
    void *grown = mem_alloc(larger, element_bytes, error);
    if (!grown)
        return PT_E_MEMORY;
    if (*memory)
        memcpy(grown, *memory, *capacity * element_bytes);
    mem_free(*memory);
    *memory = grown;
    *capacity = larger;
    return PT_OK;
}

void mem_set_limit(size_t bytes)
{
    atomic_store(&limit_bytes, bytes);
}

size_t mem_limit_bytes(void)
{
    return atomic_load(&limit_bytes);
}

size_t mem_live_bytes(void)
{
    return atomic_load(&live_bytes);
}

size_t mem_peak_bytes(void)
{
    return atomic_load(&peak_bytes);
}

size_t mem_allocation_count(void)
{
    return atomic_load(&n_allocations);
}

void mem_fail_at(long nth, int and_after)
{
    atomic_store(&fail_and_after, and_after);
    atomic_store(&fail_countdown, nth);
}
