/* Escaping for HTML. */
#include "report/html.h"

#include "report/scales.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define REPLACEMENT "\xef\xbf\xbd"
#define DASH "\xe2\x80\x93"
#define MINUS "\xe2\x88\x92"

/* The length of the character of UTF-8 that `bytes` begin with; 0: it is none, or a control. */
static size_t character_length(const unsigned char *bytes)
{
    static const struct {
        unsigned char mask, lead;
        uint32_t least;
    } forms[] = {
        {0x80, 0x00, 0x20}, {0xe0, 0xc0, 0x80}, {0xf0, 0xe0, 0x800}, {0xf8, 0xf0, 0x10000}};
    for (size_t n = 1; n <= 4; n++) {
        if ((bytes[0] & forms[n - 1].mask) != forms[n - 1].lead)
            continue;
        uint32_t code = bytes[0] & (unsigned char)~forms[n - 1].mask;
        for (size_t i = 1; i < n; i++) {
            if ((bytes[i] & 0xc0) != 0x80)
                return 0;
            code = code << 6 | (bytes[i] & 0x3f);
        }
        int is_control = code == 0x7f || (code >= 0x80 && code < 0xa0);
        int is_valid = code >= forms[n - 1].least && code <= 0x10ffff && !(code >> 11 == 0x1b);
        return is_valid && !is_control ? n : 0;
    }
    return 0;
}

static const char *entity_of(char byte)
{
    switch (byte) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    case '\n':
    case '\t':
        return " ";
    default:
        return NULL;
    }
}

static const char *json_escape_of(char byte)
{
    switch (byte) {
    case '&':
        return "\\u0026";
    case '<':
        return "\\u003c";
    case '>':
        return "\\u003e";
    case '"':
        return "\\\"";
    case '\\':
        return "\\\\";
    case '\n':
    case '\t':
        return " ";
    default:
        return NULL;
    }
}

static void append_escaped(struct text *out, const char *words, const char *(*escape_of)(char byte))
{
    while (*words) {
        const char *escape = escape_of(*words);
        size_t length = escape ? 1 : character_length((const unsigned char *)words);
        if (escape || length == 0)
            text_printf(out, "%s", escape ? escape : REPLACEMENT);
        else
            text_append(out, words, length);
        words += length > 0 ? length : 1;
    }
}

void html_text(struct text *out, const char *words)
{
    append_escaped(out, words, entity_of);
}

void html_json_string(struct text *out, const char *words)
{
    text_printf(out, "\"");
    append_escaped(out, words, json_escape_of);
    text_printf(out, "\"");
}

void html_json_number(struct text *out, double value)
{
    if (isfinite(value))
        text_printf(out, "%.7g", value);
    else
        text_printf(out, "null");
}

void html_count(struct text *out, double count)
{
    char digits[64];
    format_count(count, digits, sizeof digits);
    text_printf(out, "%s", digits);
}

void html_number(struct text *out, double value)
{
    char digits[32];
    if (!isfinite(value)) {
        text_printf(out, DASH);
        return;
    }
    if (value < 0)
        text_printf(out, MINUS);
    value = fabs(value);
    snprintf(digits, sizeof digits, "%.3g", value);
    char *exponent = strchr(digits, 'e');
    if (value >= 1000 && value < 1e9)
        html_count(out, value);
    else if (exponent)
        text_printf(out, "%.*s &times; 10<sup>%d</sup>", (int)(exponent - digits), digits,
                    atoi(exponent + 1));
    else
        text_printf(out, "%s", digits);
}

void html_effect(struct text *out, double value)
{
    text_printf(out, value < 0 ? MINUS : value > 0 ? "+" : "");
    text_printf(out, fabs(value) < 10 ? "%.2g" : "%.0f", fabs(value));
}

void html_percent(struct text *out, double share)
{
    if (isfinite(share))
        text_printf(out, "%.0f%%", floor(100 * share + 0.5)); /* as Math.round() in report.js */
    else
        text_printf(out, DASH);
}

void html_data_uri(struct text *out, const char *media_type, const unsigned char *data,
                   size_t n_bytes)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    text_printf(out, "data:%s;base64,", media_type);
    for (size_t i = 0; i < n_bytes; i += 3) {
        size_t n = n_bytes - i < 3 ? n_bytes - i : 3;
        uint32_t bits = (uint32_t)data[i] << 16;
        bits |= n > 1 ? (uint32_t)data[i + 1] << 8 : 0;
        bits |= n > 2 ? data[i + 2] : 0;
        char quad[4] = {digits[bits >> 18], digits[bits >> 12 & 63], digits[bits >> 6 & 63],
                        digits[bits & 63]};
        if (n < 3)
            quad[3] = '=';
        if (n < 2)
            quad[2] = '=';
        text_append(out, quad, sizeof quad);
    }
}
