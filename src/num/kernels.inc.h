/*
 * The body of each kernels_*.c: all hot loops, written once with vectors of KERNEL_LANES doubles.
 */
#include "num/kernels.h"

#define INLINE static inline __attribute__((always_inline))

typedef double lanes __attribute__((vector_size(8 * KERNEL_LANES)));

#include "num/singles.inc.h"

#include "num/column_runs.inc.h"
#include "num/kron.inc.h"
#include "num/lanes.inc.h"
#include "num/lanes_pool.inc.h"
#include "num/listed.inc.h"
#include "num/log_odds.inc.h"
#include "num/moves.inc.h"
#include "num/prox.inc.h"
#include "num/row_sums.inc.h"
#include "num/rows.inc.h"
#include "num/small_gemm.inc.h"
#if KERNEL_LANES >= 4
#include "num/sgemm.inc.h"
#define SGEMM_KERNELS &sgemm_kernels
#else
#define SGEMM_KERNELS NULL
#endif

#define KERNEL_SET(set_name)                                                                     \
    {                                                                                            \
        .name = set_name, .subset_sum = subset_sum, .moebius = moebius,                          \
        .superset_sum = superset_sum, .superset_difference = superset_difference,                \
        .disjoint_sum = disjoint_sum, .golden = golden, .golden_transposed = golden_transposed,  \
        .reflect_soft = reflect_soft, .reflect_weighted = reflect_weighted,                      \
        .reflect_clip = reflect_clip, .anchored_step = anchored_step, .add = add,                \
        .add_difference = add_difference, .multiply = multiply, .subtract_from = subtract_from,  \
        .small_gemm = small_gemm, .transpose = transpose, .gather = gather, .scatter = scatter,  \
        .rectify_gradient = rectify_gradient, .add_up_rows = add_up_rows, .lanes = &lanes_set,   \
        .max_pool = max_pool, .max_pool_gradient = max_pool_gradient,                            \
        .max_pool_twos = max_pool_twos, .max_pool_twos_gradient = max_pool_twos_gradient,        \
        .sum_rows = sum_rows, .largest_rows = largest_rows, .log_odds_rows = log_odds_rows,      \
        .listed_pack = listed_pack, .listed_product = listed_product,                            \
        .mark_columns = mark_columns, .list_columns = list_columns, .spread_rows = spread_rows,  \
        .varying_columns = varying_columns, .keep_columns = keep_columns,                        \
        .restore_columns = restore_columns, .add_products = add_products, .sgemm = SGEMM_KERNELS \
    }
