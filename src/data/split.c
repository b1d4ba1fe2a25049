/* The memory of a split. */
#include "data/split.h"

#include "base/mem.h"

int split_allocate(struct pt_split *split, size_t n_samples, size_t n_values,
                   struct pt_error *error)
{
    split->n_samples = n_samples;
    split->inputs = mem_alloc(n_samples, n_values * sizeof(float), error);
    split->labels = split->inputs ? mem_alloc(n_samples, 1, error) : NULL;
    split->true_labels = split->labels ? mem_alloc(n_samples, 1, error) : NULL;
    split->source_index = split->true_labels ? mem_alloc(n_samples, sizeof(uint32_t), error) : NULL;
    return split->source_index ? PT_OK : PT_E_MEMORY;
}

void split_release(struct pt_split *split)
{
    mem_free(split->inputs);
    mem_free(split->labels);
    mem_free(split->true_labels);
    mem_free(split->source_index);
}
