/* Prints the reference of all configuration keys, the generated part of doc/CONFIGURATION.md. */
#include "phasetrace/config.h"

#include <stdio.h>

int main(void)
{
    char *text;
    struct pt_error error = {0};
    if (pt_config_manual(&text, &error)) {
        fprintf(stderr, "print_manual: %s\n", error.message);
        return 1;
    }
    int failed = fputs(text, stdout) == EOF || fflush(stdout) != 0;
    pt_config_free_text(text);
    return failed;
}
