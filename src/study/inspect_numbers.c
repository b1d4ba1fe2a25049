/* Extremes and moments of the numbers in a file. */
#include "study/inspect_numbers.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

void number_summary_add(struct number_summary *s, double value)
{
    s->n++;
    if (!isfinite(value)) {
        s->n_not_finite++;
        return;
    }
    int is_first = s->n - s->n_not_finite == 1;
    s->least = is_first || value < s->least ? value : s->least;
    s->most = is_first || value > s->most ? value : s->most;
    s->sum += value;
    s->sum_of_squares += value * value;
}

static void set_number(json_t *object, const char *key, double value)
{
    json_object_set_new(object, key, isfinite(value) ? json_real(value) : json_null());
}

void number_summary_describe(const struct number_summary *s, json_t *object)
{
    double n = (double)(s->n - s->n_not_finite);
    double mean = s->sum / n;
    set_number(object, "min", n > 0 ? s->least : NAN);
    set_number(object, "max", n > 0 ? s->most : NAN);
    set_number(object, "mean", mean);
    set_number(object, "deviation",
               n > 0 ? sqrt(fmax(0, s->sum_of_squares / n - mean * mean)) : NAN);
    if (s->n_not_finite)
        json_object_set_new(object, "not_finite", json_integer((json_int_t)s->n_not_finite));
}

json_t *inspect_shape(const size_t *shape, size_t rank)
{
    char text[256] = "[";
    size_t used = 1;
    for (size_t i = 0; i < rank && used < sizeof text - 32; i++)
        used += (size_t)snprintf(text + used, sizeof text - used, i ? ", %zu" : "%zu", shape[i]);
    snprintf(text + used, sizeof text - used, "]");
    return json_string(text);
}

json_t *inspect_label_counts(const size_t *counts, size_t n_labels)
{
    json_t *labels = json_array();
    for (size_t i = 0; i < n_labels; i++)
        if (counts[i])
            json_array_append_new(labels, json_pack("{s:I, s:I}", "label", (json_int_t)i, "samples",
                                                    (json_int_t)counts[i]));
    return labels;
}
