/* What kind of terminal stderr is. */
#define _DEFAULT_SOURCE /* TIOCGWINSZ */
#include "app/terminal.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define DEFAULT_COLUMNS 80
#define DEFAULT_ROWS 24

int terminal_can_replace(void)
{
    const char *kind = getenv("TERM");
    return isatty(STDERR_FILENO) && kind && *kind && strcmp(kind, "dumb") != 0;
}

/* The program itself always runs in the locale "C", whose numbers have points. */
static int locale_is_utf8(void)
{
    static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    const char *locale = NULL;
    for (size_t i = 0; i < 3 && !(locale && *locale); i++)
        locale = getenv(names[i]);
    const char *charset = locale ? strchr(locale, '.') : NULL;
    return charset &&
           (strncasecmp(charset, ".UTF-8", 6) == 0 || strncasecmp(charset, ".UTF8", 5) == 0);
}

struct terminal terminal_look(void)
{
    const char *no_color = getenv("NO_COLOR");
    struct terminal terminal = {.columns = DEFAULT_COLUMNS,
                                .rows = DEFAULT_ROWS,
                                .unicode = locale_is_utf8(),
                                .coloured = !(no_color && *no_color)};
    struct winsize size;
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 && size.ws_row > 0) {
        terminal.columns = size.ws_col;
        terminal.rows = size.ws_row;
    }
    return terminal;
}

static int continues(char byte)
{
    return ((unsigned char)byte & 0xc0) == 0x80;
}

size_t terminal_width(const char *text)
{
    size_t width = 0;
    for (; *text; text++)
        width += !continues(*text);
    return width;
}

size_t terminal_append(struct text *to, const char *text, size_t width)
{
    size_t taken = 0;
    for (; *text; text++) {
        taken += !continues(*text);
        if (taken > width)
            return width;
        text_append(to, iscntrl((unsigned char)*text) ? "?" : text, 1);
    }
    return taken;
}
