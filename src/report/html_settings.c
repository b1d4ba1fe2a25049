/* The configuration, section by section. */
#include "report/html_parts.h"

#include "report/html.h"

#include <string.h>

static void append_setting(struct text *out, const struct run_setting *setting)
{
    text_printf(out, "<tr><th scope=\"row\">");
    html_text(out, setting->key);
    text_printf(out, "</th><td>");
    html_text(out, setting->value);
    text_printf(out, "</td></tr>\n");
}

void html_settings(struct text *out, const struct run_settings *settings)
{
    if (settings->n == 0)
        return;
    text_printf(out, "<section id=\"configuration\" aria-labelledby=\"configuration-title\">\n"
                     "<h2 id=\"configuration-title\">Configuration</h2>\n"
                     "<p>What was asked for. <code>train --config config.ini --trace</code> with "
                     "the run&rsquo;s <code>config.ini</code> repeats it.</p>\n"
                     "<div class=\"settings\">\n");
    const char *section = "";
    for (size_t i = 0; i < settings->n; i++) {
        const struct run_setting *setting = &settings->settings[i];
        if (strcmp(section, setting->section) != 0) {
            text_printf(out, "%s<table><caption>", *section ? "</tbody></table>\n" : "");
            html_text(out, setting->section);
            text_printf(out, "</caption><tbody>\n");
            section = setting->section;
        }
        if (*setting->value)
            append_setting(out, setting);
    }
    text_printf(out, "</tbody></table>\n</div>\n</section>\n");
}
