/* Which build of phasetrace this is. */
#ifndef PHASETRACE_VERSION_H
#define PHASETRACE_VERSION_H

#include "phasetrace/status.h"

#ifdef __cplusplus
extern "C" {
#endif

PT_API const char *pt_version(void);  /* "0.1.0" */
PT_API const char *pt_compiler(void); /* "gcc 12.2.0" */

#ifdef __cplusplus
}
#endif

#endif
