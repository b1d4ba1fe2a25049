/* What the run was, for readers of its results, in analysis/about.json. */
#include "analysis/output.h"
#include "analysis/state.h"

static int about_finish(struct pt_analysis *analysis, const char *directory, struct pt_error *error)
{
    const struct pt_analysis_options *o = &analysis->options;
    json_t *document =
        json_pack("{s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:o, s:I, s:I, s:o, s:s, s:s, s:s}", "title",
                  o->title, "network", o->network, "n_players", (json_int_t)analysis->n_players,
                  "n_train_traced", (json_int_t)split_size(analysis, PT_TRAIN), "n_test_traced",
                  (json_int_t)split_size(analysis, PT_TEST), "n_train", (json_int_t)o->n_train,
                  "n_test", (json_int_t)o->n_test, "label_noise", json_number(o->label_noise),
                  "seed", (json_int_t)o->seed, "n_seeds", (json_int_t)o->n_seeds, "salience",
                  json_number(o->salience), "extraction", o->extraction, "masking", o->masking,
                  "version", o->version);
    return json_write(directory, "about.json", document, error);
}

const struct quantity quantity_about = {NULL, about_finish};
