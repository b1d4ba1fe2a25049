/* The style sheet and the script of a page, which src/report/page/embed.py puts into the program.
 */
#ifndef REPORT_PAGE_ASSETS_H
#define REPORT_PAGE_ASSETS_H

#include <stddef.h>

extern const char page_style[], page_script[];
extern const size_t page_style_bytes, page_script_bytes;

#endif
