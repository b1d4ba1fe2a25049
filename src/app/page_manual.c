/* The manual page. */
#include "app/option_table.h"
#include "app/pages.h"
#include "config/sweep.h"
#include "phasetrace/version.h"

#include <string.h>

#define PAGE_DATE "November 22, 2026"
#define LINE_BYTES 79

/* One line of text, in which nothing is taken for a request or an escape. */
static void print_line(FILE *stream, const char *text, size_t n_bytes)
{
    if (n_bytes > 0 && (text[0] == '.' || text[0] == '\''))
        fputs("\\&", stream);
    for (size_t i = 0; i < n_bytes; i++) {
        if (text[i] == '\\')
            fputs("\\e", stream);
        else
            fputc(text[i], stream);
    }
    fputc('\n', stream);
}

/* How much of the text fits into a line: up to its end, the end of a sentence, a blank. */
static size_t line_length(const char *text)
{
    size_t n = strcspn(text, "\n"), n_words = 0;
    for (size_t i = 0; i < n; i++) {
        if (text[i] != ' ')
            continue;
        if (i > LINE_BYTES && n_words > 0)
            return n_words;
        if (i > 0 && text[i - 1] == '.')
            return i;
        n_words = i;
    }
    return n <= LINE_BYTES || n_words == 0 ? n : n_words;
}

/* Sentences begin on lines of their own, as mdoc(7) wants it. */
static void print_text(FILE *stream, const char *text)
{
    while (*text) {
        size_t n = line_length(text);
        print_line(stream, text, n);
        text += n;
        text += *text != '\0';
    }
}

static void print_verb(FILE *stream, int verb)
{
    fprintf(stream, ".Nm%s%s\n", verb_table[verb].name ? " Cm " : "",
            verb_table[verb].name ? verb_table[verb].name : "");
    print_line(stream, verb_table[verb].arguments, strlen(verb_table[verb].arguments));
    fputs(".Op Ar option ...\n", stream);
}

static void print_option(FILE *stream, const struct option_entry *option)
{
    fputs(".It ", stream);
    if (option->letter)
        fprintf(stream, "Fl %s , ", option->letter + 1);
    fprintf(stream, "Fl %s", option->name + 1);
    if (option->argument && option->argument[0] == '[')
        fprintf(stream, " Op Ar %.*s", (int)strlen(option->argument) - 2, option->argument + 1);
    else if (option->argument)
        fprintf(stream, " Ar %s", option->argument);
    fputc('\n', stream);
    print_text(stream, option->help);
}

static void print_options(FILE *stream, int verbs)
{
    fputs(".Bl -tag -width Ds\n", stream);
    for (size_t i = 0; i < n_options; i++) {
        int of = option_table[i].verbs;
        if (verbs == OF_ALL ? of == OF_ALL : of != OF_ALL && of & verbs)
            print_option(stream, &option_table[i]);
    }
    fputs(".El\n", stream);
}

static int has_options(int verb)
{
    for (size_t i = 0; i < n_options; i++)
        if (option_table[i].verbs != OF_ALL && option_table[i].verbs & 1 << verb)
            return 1;
    return 0;
}

static void print_description(FILE *stream)
{
    fputs(".Sh DESCRIPTION\n.Nm\n"
          "trains a small neural network and traces the AND/OR interactions it encodes,\n"
          "order by order, on training and on held-out samples.\n",
          stream);
    for (int verb = 0; verb < N_VERBS; verb++) {
        const char *name = verb_table[verb].name;
        fprintf(stream, ".Ss train%s%s\n", name ? " " : "", name ? name : "");
        print_text(stream, verb_table[verb].help);
        if (has_options(verb))
            print_options(stream, 1 << verb);
    }
    fputs(".Ss With any of them\n", stream);
    print_options(stream, OF_ALL);
    fputs(".Pp\nResults go to standard output, the name of what was written last;\n"
          "progress goes to standard error.\n",
          stream);
}

static void print_key(FILE *stream, const struct schema_key *key)
{
    char expected[SCHEMA_DESCRIPTION_BYTES];
    schema_describe(key, expected, sizeof expected);
    fprintf(stream, ".It Cm %s\n", key->key);
    print_text(stream, key->help);
    fputs("Value:\n", stream);
    print_text(stream, expected);
    fputs("Default:\n", stream);
    print_text(stream, schema_default(key));
}

static void print_keys(FILE *stream)
{
    fputs(".Sh CONFIGURATION\n"
          "A configuration is an INI file.\n"
          "Its sections and keys, also for\n.Fl -set Ar SECTION.KEY=VALUE :\n",
          stream);
    for (size_t i = 0; i < schema_n_keys; i++) {
        int is_first = i == 0 || strcmp(schema[i].section, schema[i - 1].section) != 0;
        int is_last =
            i + 1 == schema_n_keys || strcmp(schema[i].section, schema[i + 1].section) != 0;
        if (is_first)
            fprintf(stream, ".Ss Section %s\n.Bl -tag -width Ds\n", schema[i].section);
        print_key(stream, &schema[i]);
        if (is_last)
            fputs(".El\n", stream);
    }
    fprintf(stream, ".Ss Section %s\n.Bl -tag -width Ds\n.It Cm %s\n", SWEEP_SECTION, SWEEP_ENTRY);
    print_text(stream, sweep_help);
    fputs(".El\n", stream);
}

static void print_exits(FILE *stream)
{
    fputs(".Sh EXIT STATUS\n.Bl -tag -width Ds\n", stream);
    for (size_t i = 0; i < n_exits; i++) {
        fprintf(stream, ".It %s\n", exit_table[i].status);
        print_text(stream, exit_table[i].meaning);
    }
    fputs(".El\n", stream);
}

void page_print_manual(FILE *stream)
{
    fprintf(stream, ".Dd %s\n.Dt TRAIN 1\n.Os phasetrace %s\n.Sh NAME\n.Nm train\n", PAGE_DATE,
            pt_version());
    fputs(".Nd train a neural network and trace the interactions it encodes\n.Sh SYNOPSIS\n",
          stream);
    for (int verb = 0; verb < N_VERBS; verb++)
        print_verb(stream, verb);
    print_description(stream);
    print_keys(stream);
    fputs(".Sh ENVIRONMENT\n.Bl -tag -width Ds\n"
          ".It Ev PHASETRACE_DATA\nA folder in which data sets are looked for, too.\n"
          ".It Ev NO_COLOR\nWhen set, nothing is printed in colour.\n.El\n",
          stream);
    print_exits(stream);
    fputs(".Sh EXAMPLES\n"
          "Train a network on MNIST digits, trace every snapshot, draw the figures:\n"
          ".Pp\n.Dl train --config mnist.ini --trace\n"
          ".Pp\nThe snapshots of that run once more, with eight players:\n"
          ".Pp\n.Dl train trace runs/mnist-001 --set trace.players=8\n"
          ".Pp\nWhat came of it:\n"
          ".Pp\n.Dl train inspect runs/mnist-002\n",
          stream);
}
