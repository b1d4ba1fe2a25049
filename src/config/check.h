/* What must hold between the values of several keys. */
#ifndef CONFIG_CHECK_H
#define CONFIG_CHECK_H

#include "config/schema.h"
#include "config/written.h"

/* Where the value of a key comes from. */
enum key_origin {
    KEY_DEFAULT = 0,
    KEY_GIVEN,
    KEY_WRONG /* given, but no value of the key */
};

struct key_state {
    enum key_origin origin;
    struct written value; /* unless KEY_DEFAULT */
};

/*
 * Adds a problem for each rule that is broken, at the value of a key that was given. `states` is
 * indexed like `schema`; a rule about a key that is KEY_WRONG is skipped. `path` (may be NULL) is
 * the place of problems that have no other.
 */
void config_check(const struct pt_config *config, const struct key_state *states, const char *path,
                  struct diagnostics *diagnostics);

#endif
