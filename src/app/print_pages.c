/* Prints a text about the command line, while the program is built: print_pages man|bash. */
#include "app/pages.h"

#include <string.h>

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "man") == 0)
        page_print_manual(stdout);
    else if (argc == 2 && strcmp(argv[1], "bash") == 0)
        page_print_bash(stdout);
    else
        return 2;
    return fflush(stdout) == 0 ? 0 : 4;
}
