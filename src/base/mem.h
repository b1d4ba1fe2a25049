/*
 * Memory: the one checked allocator, and arenas that hold what lives and dies together.
 *
 * Every allocation of the program goes through mem_alloc(), so that sizes are checked for
 * overflow, tests can make the Nth allocation fail, and the peak can be reported.
 */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include "phasetrace/status.h"

#include <stddef.h>
#include <stdint.h>

#define MEM_ALIGNMENT 64 /* bytes: a cache line, and the widest vector register */

/*
 * Zeroed memory for `count` elements of `element_bytes`, aligned to MEM_ALIGNMENT. The caller
 * frees it with mem_free(). count * element_bytes == 0 gives a valid pointer. On failure NULL,
 * with PT_E_MEMORY and the size asked for in `error`.
 */
void *mem_alloc(size_t count, size_t element_bytes, struct pt_error *error);
void mem_free(void *memory);

/* A copy of `text` that mem_free() frees. */
char *mem_string(const char *text, struct pt_error *error);

/* Grows (never shrinks) an array to hold at least `wanted` elements, doubling its capacity.
 * `*memory` may be NULL with `*capacity` 0. On failure the old array stays valid. */
int mem_grow(void **memory, size_t *capacity, size_t wanted, size_t element_bytes,
             struct pt_error *error);

/* Refuses allocations that would take the total above `bytes`; 0 removes the limit. */
void mem_set_limit(size_t bytes);
size_t mem_limit_bytes(void); /* 0: none */
size_t mem_live_bytes(void);
size_t mem_peak_bytes(void);
size_t mem_allocation_count(void); /* since the start; a training step must not change it */

/*
 * Fault injection for tests: the `nth` allocation from now (1 is the next) fails, and with
 * `and_after` every later one too. 0 switches injection off. Returns nothing; the number of
 * allocations seen since is mem_allocation_count().
 */
void mem_fail_at(long nth, int and_after);

/*
 * An arena: many small allocations, one release. Pieces are zeroed and aligned to 16 bytes
 * (arena_alloc) and stay where they are until arena_release().
 */
struct arena {
    struct arena_block *newest;
};

void *arena_alloc(struct arena *arena, size_t count, size_t element_bytes, struct pt_error *error);
char *arena_string(struct arena *arena, const char *text, struct pt_error *error);
void arena_release(struct arena *arena);

#endif
