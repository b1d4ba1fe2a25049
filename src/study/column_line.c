/* What the columns of a table are taken for, for people. */
#include "study/column_line.h"

#include <stdio.h>
#include <string.h>

#define MORE_BYTES sizeof ", 1024 more"

/* The column that comes behind `last` (NULL: the first of all), by number of names, then place. */
static const struct pt_feature *next_of_names(const struct pt_dataset *d,
                                              const struct pt_feature *last)
{
    const struct pt_feature *next = NULL;
    for (const struct pt_feature *f = d->features; f < d->features + d->n_features; f++) {
        int is_behind =
            !last || f->n_levels < last->n_levels || (f->n_levels == last->n_levels && f > last);
        if (f->n_levels > 0 && is_behind && (!next || f->n_levels > next->n_levels))
            next = f;
    }
    return next;
}

void column_line(const struct pt_dataset *d, char *text, size_t text_bytes)
{
    size_t n_of_names = 0, n_listed = 0;
    text[0] = '\0';
    if (d->n_features == 0)
        return;
    for (size_t i = 0; i < d->n_features; i++)
        n_of_names += d->features[i].n_levels > 0;
    snprintf(text, text_bytes, "%zu are numbers, %zu are names", d->n_features - n_of_names,
             n_of_names);
    for (const struct pt_feature *f = NULL; (f = next_of_names(d, f)); n_listed++) {
        char part[64];
        size_t n_used = strlen(text);
        snprintf(part, sizeof part, "%s%.40s (%zu)", n_listed ? ", " : ": ", f->name, f->n_levels);
        if (n_used + strlen(part) + MORE_BYTES > text_bytes) {
            snprintf(text + n_used, text_bytes - n_used, ", %zu more", n_of_names - n_listed);
            return;
        }
        memcpy(text + n_used, part, strlen(part) + 1);
    }
}
