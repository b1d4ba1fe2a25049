/* Windows over maps on tables, by the players of their inputs. */
#include "trace/table_window.h"

/* The group of the inputs that depend on `players`; a new one when there was none. */
static uint32_t find_group(struct window *window, uint32_t players)
{
    uint32_t i = (uint32_t)window->n_groups;
    while (i > 0 && window->groups[i - 1].players != players)
        i--;
    if (i > 0)
        return i - 1;
    i = (uint32_t)window->n_groups++;
    size_t n_rows = subset_count(players);
    window->groups[i] = (struct window_group){players, 0, window->n_rows, n_rows};
    window->players |= players;
    window->n_rows += n_rows;
    return i;
}

void window_find(const struct pt_layer_info *layer, const struct table_map *input, size_t position,
                 struct window *window)
{
    size_t top = position / layer->output.width * layer->stride;
    size_t left = position % layer->output.width * layer->stride;
    window->players = 0;
    window->n_inputs = window->n_groups = window->n_rows = 0;
    for (uint32_t ty = 0; ty < layer->kernel; ty++) {
        /* Above and left of the map the differences wrap around to huge numbers. */
        size_t y = top + ty - layer->padding;
        for (uint32_t tx = 0; tx < layer->kernel && y < layer->input.height; tx++) {
            size_t x = left + tx - layer->padding, q = y * layer->input.width + x;
            if (x >= layer->input.width)
                continue;
            uint32_t group = find_group(window, input->players[q]);
            window->groups[group].n_inputs++;
            window->inputs[window->n_inputs++] =
                (struct window_input){q, ty * (uint32_t)layer->kernel + tx, group};
        }
    }
}

/* Adding one group to another costs reading both and writing one, adding it to the window reading
 * as many rows as that has. */
static int pays(const struct window *window, size_t few_rows, const struct window_group *outer)
{
    return outer->n_rows <= few_rows || 3 * outer->n_rows < subset_count(window->players);
}

/* The smallest group that has the players of group g, and more. */
static uint32_t find_outer(const struct window *window, size_t few_rows, uint32_t g)
{
    uint32_t players = window->groups[g].players, outer = NO_GROUP;
    for (uint32_t h = 0; h < window->n_groups; h++)
        if (!(players & ~window->groups[h].players) && h != g &&
            pays(window, few_rows, &window->groups[h]) &&
            (outer == NO_GROUP || window->groups[h].n_rows < window->groups[outer].n_rows))
            outer = h;
    return outer;
}

void window_nest_groups(const struct window *window, size_t few_rows, struct window_nest *nest)
{
    nest->n_roots = 0;
    for (uint32_t g = 0; g < window->n_groups; g++) {
        uint32_t at = g;
        nest->n_added[g] = 0;
        for (; at > 0 && window->groups[nest->order[at - 1]].n_rows > window->groups[g].n_rows;
             at--)
            nest->order[at] = nest->order[at - 1];
        nest->order[at] = g;
    }
    for (uint32_t g = 0; g < window->n_groups; g++) {
        nest->into[g] = find_outer(window, few_rows, g);
        if (nest->into[g] == NO_GROUP)
            nest->n_roots++;
        else
            nest->n_added[nest->into[g]]++;
    }
}
