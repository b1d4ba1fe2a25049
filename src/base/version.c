/* Which build of phasetrace this is. */
#include "phasetrace/version.h"

#define TEXT_OF(x) #x
#define TEXT(x) TEXT_OF(x)

const char *pt_version(void)
{
    return PT_VERSION;
}

const char *pt_compiler(void)
{
#if defined(__clang__)
    return "clang " TEXT(__clang_major__) "." TEXT(__clang_minor__) "." TEXT(__clang_patchlevel__);
#elif defined(__GNUC__)
    return "gcc " TEXT(__GNUC__) "." TEXT(__GNUC_MINOR__) "." TEXT(__GNUC_PATCHLEVEL__);
#else
    return "unknown compiler";
#endif
}
