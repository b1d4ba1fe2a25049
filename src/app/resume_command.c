/* Printing of the command that goes on with a run. */
#include "app/resume_command.h"

#include <stdio.h>
#include <string.h>

static int n_words;
static char **words;

void resume_command_note(int argc, char **argv)
{
    n_words = argc;
    words = argv;
}

/* In single quotes where a shell would take the word for anything but itself. */
static void print_word(const char *word)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "_-+=:,./%@";
    if (word[0] && word[strspn(word, plain)] == '\0') {
        fputs(word, stderr);
        return;
    }
    fputc('\'', stderr);
    for (; *word; word++)
        if (*word == '\'')
            fputs("'\\''", stderr);
        else
            fputc(*word, stderr);
    fputc('\'', stderr);
}

/* What was stopped, and what failed for a reason that may go away, can go on. */
static int can_go_on(int code)
{
    return code == PT_E_STOPPED || code == PT_E_IO || code == PT_E_MEMORY || code == PT_E_INTERNAL;
}

void resume_command_print(const struct pt_error *error, const char *directory)
{
    if (!directory[0] || !can_go_on(error->code))
        return;
    fputs("to go on: ", stderr);
    for (int i = 0; i < n_words; i++) {
        if (strcmp(words[i], "--out") == 0) {
            i++;
            continue;
        }
        if (strncmp(words[i], "--out=", 6) == 0 || strcmp(words[i], "--resume") == 0)
            continue;
        print_word(words[i]);
        fputc(' ', stderr);
    }
    fputs("--out ", stderr);
    print_word(directory);
    fputs(" --resume\n", stderr);
}
