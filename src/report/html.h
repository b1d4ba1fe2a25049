/* Text for HTML: escaped for where it stands. */
#ifndef REPORT_HTML_H
#define REPORT_HTML_H

#include "base/text.h"

#include <stddef.h>
#include <stdint.h>

/* For text and for attributes in double quotes: & < > " ' become entities, bytes that are no UTF-8
 * and control characters a replacement character. */
void html_text(struct text *out, const char *words);

/* A number for JSON within a script element, with seven significant digits; null if not finite. */
void html_json_number(struct text *out, double value);

/* A string for JSON within a script element, quotes included: no < > & is left in it. */
void html_json_string(struct text *out, const char *words);

/* As people read numbers: "1,024", "0.0213", "2.3e-9", a true minus sign; a dash if not finite. */
void html_number(struct text *out, double value);

/* "+2.1", two digits: an effect in log-odds. */
void html_effect(struct text *out, double value);

/* "1,024": a count. */
void html_count(struct text *out, double count);

/* "73%" of 0.73; a dash if not finite. */
void html_percent(struct text *out, double share);

/* A "data:" address of bytes. */
void html_data_uri(struct text *out, const char *media_type, const unsigned char *data,
                   size_t n_bytes);

#endif
