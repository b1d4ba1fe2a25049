/* What a value of a key must be, in words. */
#include "base/number.h"
#include "config/layer_forms.h"
#include "config/schema.h"

#include <stdio.h>

/* "one of a, b, c" */
static void describe_choices(const struct schema_key *key, char *text, size_t text_bytes)
{
    int used = snprintf(text, text_bytes, "%s", key->choices[1] ? "one of " : "");
    for (const char *const *choice = key->choices; *choice; choice++) {
        size_t at = (size_t)used < text_bytes ? (size_t)used : text_bytes;
        used += snprintf(text + at, text_bytes - at, "%s%s", choice == key->choices ? "" : ", ",
                         *choice);
    }
}

void schema_describe(const struct schema_key *key, char *text, size_t text_bytes)
{
    char choices[192], minimum[NUMBER_REAL_BYTES], maximum[NUMBER_REAL_BYTES];
    switch (key->type) {
    case SCHEMA_PATH:
        snprintf(text, text_bytes, "a path");
        break;
    case SCHEMA_NAME:
        snprintf(text, text_bytes, "a name without '/'");
        break;
    case SCHEMA_TEXT:
        snprintf(text, text_bytes, "a text");
        break;
    case SCHEMA_NAMES:
        snprintf(text, text_bytes, "names, separated by commas");
        break;
    case SCHEMA_WORD:
    case SCHEMA_CHOICE:
        describe_choices(key, text, text_bytes);
        break;
    case SCHEMA_WHOLE:
        snprintf(text, text_bytes, "a whole number from %.0f to %.0f", key->minimum, key->maximum);
        break;
    case SCHEMA_SEED:
        snprintf(text, text_bytes, "a whole number from 0 to 9223372036854775807");
        break;
    case SCHEMA_SEEDS:
        snprintf(text, text_bytes, "at most %d whole numbers or ranges such as 1..3", PT_MAX_SEEDS);
        break;
    case SCHEMA_REAL:
        number_format_real(key->minimum, minimum);
        number_format_real(key->maximum, maximum);
        snprintf(text, text_bytes, "a real number %s %s and %s %s",
                 key->open_ends & SCHEMA_ABOVE ? ">" : ">=", minimum,
                 key->open_ends & SCHEMA_BELOW ? "<" : "<=", maximum);
        break;
    case SCHEMA_LIST:
        snprintf(text, text_bytes, "a list of whole numbers from %.0f to %.0f", key->minimum,
                 key->maximum);
        break;
    case SCHEMA_TERMS:
        snprintf(text, text_bytes,
                 "a list of terms such as and3 -2.5: 'and' or 'or', %.0f to %.0f inputs, an effect "
                 "from -%d to %d",
                 key->minimum, key->maximum, PT_MAX_STRENGTH, PT_MAX_STRENGTH);
        break;
    case SCHEMA_LAYERS:
        snprintf(text, text_bytes,
                 "at most %d layers, as in conv 32 3x3, relu, flatten, dense classes",
                 PT_MAX_LAYER_SPECS);
        break;
    case SCHEMA_CELLS:
        describe_choices(key, choices, sizeof choices);
        snprintf(text, text_bytes, "%s, or a list of whole numbers from %.0f to %.0f", choices,
                 key->minimum, key->maximum);
        break;
    }
}

const char *schema_details(const struct schema_key *key)
{
    return key->type == SCHEMA_LAYERS ? layer_grammar : NULL;
}

const char *schema_default(const struct schema_key *key)
{
    return key->default_text[0] ? key->default_text : "empty";
}
