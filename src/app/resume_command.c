/* Printing of the command that goes on with a run. */
#include "app/resume_command.h"

#include <string.h>

static int n_words;
static char **words;

void resume_command_note(int argc, char **argv)
{
    n_words = argc;
    words = argv;
}

/* In single quotes where a shell would take the word for anything but itself. */
static void print_word(FILE *stream, const char *word)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "_-+=:,./%@";
    if (word[0] && word[strspn(word, plain)] == '\0') {
        fputs(word, stream);
        return;
    }
    fputc('\'', stream);
    for (; *word; word++)
        if (*word == '\'')
            fputs("'\\''", stream);
        else
            fputc(*word, stream);
    fputc('\'', stream);
}

void resume_command_print(FILE *stream, const char *directory)
{
    fputs("to go on: ", stream);
    for (int i = 0; i < n_words; i++) {
        if (strcmp(words[i], "--out") == 0) {
            i++;
            continue;
        }
        if (strncmp(words[i], "--out=", 6) == 0 || strcmp(words[i], "--resume") == 0)
            continue;
        print_word(stream, words[i]);
        fputc(' ', stream);
    }
    fputs("--out ", stream);
    print_word(stream, directory);
    fputs(" --resume\n", stream);
}
