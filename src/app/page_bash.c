/* The completion script for bash. */
#include "app/option_table.h"
#include "app/pages.h"
#include "config/schema.h"

#include <ctype.h>
#include <string.h>

/* The words of a line come from the line itself: readline breaks "--set a.b=c" at the equals sign,
 * which is also why a reply has only what stands behind it. */
static const char HEAD[] =
    "# Completion of train(1) for bash.\n"
    "\n"
    "_train_words()\n"
    "{\n"
    "    mapfile -t COMPREPLY < <(compgen -W \"$1\" -- \"$2\")\n"
    "}\n"
    "\n"
    "# Files whose names end as $1 says, and folders.\n"
    "_train_files()\n"
    "{\n"
    "    compopt -o filenames 2> /dev/null\n"
    "    mapfile -t COMPREPLY < <(compgen -f -X \"!$1\" -- \"$2\"; compgen -d -- \"$2\")\n"
    "}\n"
    "\n"
    "# Configurations here, and those that came with the program.\n"
    "_train_configs()\n"
    "{\n"
    "    _train_files '*.ini' \"$1\"\n"
    "    mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(\n"
    "        cd \"$(dirname \"$(type -P train)\")/" PT_SHARE_FROM_PROGRAM "/configs\" "
    "2> /dev/null ||\n"
    "            cd '" PT_SHARE_DIRECTORY "/configs' 2> /dev/null || return\n"
    "        compgen -f -X '!*.ini' -- \"$1\"\n"
    "        compgen -d -- \"$1\"\n"
    "    )\n"
    "}\n"
    "\n";

static const char TAIL[] =
    "_train()\n"
    "{\n"
    "    local line=${COMP_LINE:0:COMP_POINT} verb= cur prev= words\n"
    "    COMPREPLY=()\n"
    "    read -ra words <<< \"$line\"\n"
    "    [[ $line == *[[:space:]] ]] && words+=(\"\")\n"
    "    cur=${words[-1]}\n"
    "    ((${#words[@]} > 1)) && prev=${words[-2]}\n"
    "    if [[ $cur == --*=* ]]; then\n"
    "        prev=${cur%%=*} cur=${cur#*=}\n"
    "    fi\n"
    "    if ((${#words[@]} > 2)) && [[ \" $_train_verbs \" == *\" ${words[1]} \"* ]]; then\n"
    "        verb=${words[1]}\n"
    "    fi\n"
    "    _train_value \"$verb\" \"$prev\" \"$cur\" && return\n"
    "    if [[ $cur == -* ]]; then\n"
    "        _train_options \"$verb\" \"$cur\"\n"
    "    elif ((${#words[@]} == 2)); then\n"
    "        _train_words \"$_train_verbs\" \"$cur\"\n"
    "    else\n"
    "        _train_arguments \"$verb\" \"$cur\"\n"
    "    fi\n"
    "}\n"
    "\n"
    "complete -F _train train\n";

static const char *verb_name(int verb)
{
    return verb_table[verb].name ? verb_table[verb].name : "";
}

static void print_verbs(FILE *stream)
{
    fputs("_train_verbs='", stream);
    for (int verb = 0, n = 0; verb < N_VERBS; verb++)
        if (verb_table[verb].name)
            fprintf(stream, "%s%s", n++ ? " " : "", verb_table[verb].name);
    fputs("'\n\n", stream);
}

static void print_options(FILE *stream)
{
    fputs("_train_options()\n{\n    case $1 in\n", stream);
    for (int verb = 0; verb < N_VERBS; verb++) {
        fprintf(stream, "    '%s') _train_words '", verb_name(verb));
        for (size_t i = 0, n = 0; i < n_options; i++)
            if (option_table[i].verbs & 1 << verb)
                fprintf(stream, "%s%s", n++ ? " " : "", option_table[i].name);
        fputs("' \"$2\" ;;\n", stream);
    }
    fputs("    esac\n}\n\n", stream);
}

/* "a b c" of "a|b|c", or of what of it is a word to be typed as it stands. */
static size_t print_choices(FILE *stream, const char *argument)
{
    size_t n = 0;
    while (*argument) {
        size_t length = strcspn(argument, "|");
        if (islower((unsigned char)*argument)) {
            if (stream)
                fprintf(stream, "%s%.*s", n ? " " : "", (int)length, argument);
            n++;
        }
        argument += length + (argument[length] == '|');
    }
    return n;
}

static const char *files_of(const struct option_entry *option)
{
    if (strcmp(option->argument, "FILE.npz") == 0)
        return "*.npz";
    if (strcmp(option->argument, "FILE.html") == 0)
        return "*.html";
    return strcmp(option->argument, "DIR") == 0 ? "/" : NULL;
}

/* What may stand behind an option: $1 verb, $2 option, $3 what is there already. */
static void print_values(FILE *stream)
{
    fputs("_train_value()\n{\n    case $1/$2 in\n", stream);
    for (size_t i = 0; i < n_options; i++) {
        const struct option_entry *o = &option_table[i];
        for (int verb = 0; o->argument && verb < N_VERBS; verb++) {
            if (!(o->verbs & 1 << verb))
                continue;
            fprintf(stream, "    %s/%s) ", verb_name(verb), o->name);
            if (strcmp(o->name, "--set") == 0) {
                fputs("_train_set \"$3\"", stream);
            } else if (strcmp(o->name, "--help-config") == 0) {
                fputs("_train_words \"${_train_keys//=/}\" \"$3\"", stream);
            } else if (strcmp(o->name, "--config") == 0) {
                fputs("_train_configs \"$3\"", stream);
            } else if (files_of(o)) {
                fprintf(stream, "_train_files '%s' \"$3\"", files_of(o));
            } else if (print_choices(NULL, o->argument) > 0) {
                fputs("_train_words '", stream);
                print_choices(stream, o->argument);
                fputs("' \"$3\"", stream);
            } else {
                fputc(':', stream);
            }
            fputs(" ;;\n", stream);
        }
    }
    fputs("    *) return 1 ;;\n    esac\n    return 0\n}\n\n", stream);
}

static void print_keys(FILE *stream)
{
    fputs("_train_keys='", stream);
    for (size_t i = 0; i < schema_n_keys; i++)
        fprintf(stream, "%s%s.%s=", i ? " " : "", schema[i].section, schema[i].key);
    fputs("'\n\n_train_choices()\n{\n    case $1 in\n", stream);
    for (size_t i = 0; i < schema_n_keys; i++) {
        if (!schema[i].choices[0])
            continue;
        fprintf(stream, "    %s.%s) echo '", schema[i].section, schema[i].key);
        for (size_t k = 0; schema[i].choices[k]; k++)
            fprintf(stream, "%s%s", k ? " " : "", schema[i].choices[k]);
        fputs("' ;;\n", stream);
    }
    fputs("    esac\n}\n\n"
          "_train_set()\n{\n"
          "    if [[ $1 == *=* ]]; then\n"
          "        _train_words \"$(_train_choices \"${1%%=*}\")\" \"${1#*=}\"\n"
          "        [[ $COMP_WORDBREAKS == *=* ]] || COMPREPLY=(\"${COMPREPLY[@]/#/${1%%=*}=}\")\n"
          "    else\n"
          "        compopt -o nospace 2> /dev/null\n"
          "        _train_words \"$_train_keys\" \"$1\"\n"
          "    fi\n"
          "}\n\n",
          stream);
}

/* What the verbs work on. */
static void print_arguments(FILE *stream)
{
    static const char *const patterns[N_VERBS] = {
        [VERB_RUN] = NULL,       [VERB_TRACE] = "*.safetensors", [VERB_ANALYSE] = "/",
        [VERB_REPORT] = "*.npz", [VERB_EXTRACT] = "*.npy",       [VERB_INSPECT] = "*",
    };
    fputs("_train_arguments()\n{\n    case $1 in\n", stream);
    for (int verb = 0; verb < N_VERBS; verb++)
        if (patterns[verb])
            fprintf(stream, "    %s) _train_files '%s' \"$2\" ;;\n", verb_name(verb),
                    patterns[verb]);
    fputs("    esac\n}\n\n", stream);
}

void page_print_bash(FILE *stream)
{
    fputs(HEAD, stream);
    print_verbs(stream);
    print_options(stream);
    print_keys(stream);
    print_values(stream);
    print_arguments(stream);
    fputs(TAIL, stream);
}
