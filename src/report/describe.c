/* What runs say about themselves, in words. */
#include "report/describe.h"

#include "report/scales.h"

#include <stdio.h>
#include <string.h>

#define DOT " \xc2\xb7 " /* middle dot */
#define PART_BYTES 1280  /* a string of about.json with a few words */

enum part {
    PART_TITLE,
    PART_NETWORK,
    PART_SAMPLES,
    PART_TRACED,
    PART_PLAYERS,
    PART_SEEDS,
    PART_EXTRACTION,
    PART_MASKING,
    PART_VERSION,
    N_PARTS
};

/* "2,000 training (5% of labels wrong) + 500 held-out samples" */
static void describe_samples(const struct result_about *about, char *text, size_t text_bytes)
{
    char training[32], held_out[32], noise[64] = "";
    format_count((double)about->n_samples[PT_TRAIN], training, sizeof training);
    format_count((double)about->n_samples[PT_TEST], held_out, sizeof held_out);
    if (about->label_noise > 0)
        snprintf(noise, sizeof noise, " (%.3g%% of labels wrong)", 100 * about->label_noise);
    snprintf(text, text_bytes, "%s training%s + %s held-out samples", training, noise, held_out);
}

static void describe_part(const struct result_about *about, enum part part, char *text,
                          size_t text_bytes)
{
    switch (part) {
    case PART_TITLE:
        snprintf(text, text_bytes, "%s", about->title);
        return;
    case PART_NETWORK:
        snprintf(text, text_bytes, "%s", about->network);
        return;
    case PART_SAMPLES:
        describe_samples(about, text, text_bytes);
        return;
    case PART_TRACED:
        snprintf(text, text_bytes, "traced: %ld + %ld", about->n_traced[PT_TRAIN],
                 about->n_traced[PT_TEST]);
        return;
    case PART_PLAYERS:
        snprintf(text, text_bytes, "%ld players", about->n_players);
        return;
    case PART_SEEDS:
        snprintf(text, text_bytes, "%ld %s", about->n_seeds,
                 about->n_seeds == 1 ? "seed" : "seeds");
        return;
    case PART_EXTRACTION:
        snprintf(text, text_bytes, "extraction: %s", about->extraction);
        return;
    case PART_MASKING:
        snprintf(text, text_bytes, "masking: %s", about->masking);
        return;
    default:
        snprintf(text, text_bytes, "phasetrace %s", about->version);
    }
}

static int is_shared(const struct result_about *runs, size_t n_runs, enum part part,
                     const char *text)
{
    char other[PART_BYTES];
    for (size_t i = 1; i < n_runs; i++) {
        describe_part(&runs[i], part, other, sizeof other);
        if (strcmp(text, other) != 0)
            return 0;
    }
    return 1;
}

static void describe_parts(const struct result_about *runs, size_t n_runs, enum part first,
                           enum part end, char *text, size_t text_bytes)
{
    size_t length = 0;
    text[0] = '\0';
    for (enum part part = first; part < end && n_runs > 0; part++) {
        char words[PART_BYTES];
        describe_part(&runs[0], part, words, sizeof words);
        if (length < text_bytes && is_shared(runs, n_runs, part, words))
            length += (size_t)snprintf(text + length, text_bytes - length, "%s%s",
                                       length > 0 ? DOT : "", words);
    }
}

void describe_runs(const struct result_about *runs, size_t n_runs, char *text, size_t text_bytes)
{
    describe_parts(runs, n_runs, PART_TITLE, PART_EXTRACTION, text, text_bytes);
}

void describe_method(const struct result_about *runs, size_t n_runs, char *text, size_t text_bytes)
{
    describe_parts(runs, n_runs, PART_EXTRACTION, N_PARTS, text, text_bytes);
}
