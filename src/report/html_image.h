/* Pictures of samples within a page. */
#ifndef REPORT_HTML_IMAGE_H
#define REPORT_HTML_IMAGE_H

#include "base/text.h"
#include "report/examples.h"

/* A "data:" address of the sample's pixels as PNG; out->status says when that failed. */
void html_image_uri(struct text *out, const struct shown_examples *examples,
                    const struct shown_sample *sample);

#endif
