/* Which phases a run has, by the boundaries that its analysis found. */
#include "report/phase_list.h"

#include <math.h>

static size_t list_three(const struct result_three_phases *three, struct phase phases[PHASES_MAX])
{
    if (isnan(three->t1))
        return 0;
    int has_third = three->t2 > three->t1;
    phases[0] = (struct phase){three->t1, "removes noise, learns what generalises"};
    phases[1] = (struct phase){has_third ? three->t2 : NAN,
                               has_third ? "what it adds generalises less"
                                         : "what it adds generalises less; no phase 3 in this run"};
    phases[2] = (struct phase){NAN, "mostly adds what does not generalise"};
    return has_third ? 3 : 2;
}

static size_t list_two(const struct result_phases *two, struct phase phases[PHASES_MAX])
{
    if (isnan(two->t_star))
        return 0;
    int forgets = two->mean_order_star < two->mean_order_start;
    phases[0] = (struct phase){two->t_star, forgets ? "complex interactions are forgotten" : ""};
    phases[1] = (struct phase){NAN, isnan(two->t_rise) ? "no lasting rise"
                                                       : "ever more complex ones are learnt"};
    return 2;
}

size_t phases_list(const struct results *results, enum phase_kind kind,
                   struct phase phases[PHASES_MAX])
{
    if (kind == PHASES_THREE && results->three_phases.is_known)
        return list_three(&results->three_phases, phases);
    return list_two(&results->phases[PT_TEST], phases);
}
