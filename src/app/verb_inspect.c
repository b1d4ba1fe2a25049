/* `train inspect`: describing files and run directories. */
#include "app/verb_inspect.h"

#include "app/json_view.h"
#include "app/outcome.h"
#include "study/inspect.h"
#include "study/json_file.h"

#include <stdio.h>

static void print(const char *path, json_t *document, int as_json)
{
    if (as_json) {
        json_object_set_new(document, "path", json_text(path));
        json_dumpf(document, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(17));
        putchar('\n');
    } else {
        printf("%s\n", path);
        json_view_print(stdout, document);
    }
}

int verb_inspect(const struct options *options)
{
    int exit_status = 0;
    for (size_t i = 0; i < options->n_arguments; i++) {
        struct pt_error error = {0};
        json_t *document;
        if (inspect(options->arguments[i], &document, &error)) {
            exit_status = outcome_fail(&error);
            continue;
        }
        if (i > 0 && !options->json)
            putchar('\n');
        print(options->arguments[i], document, options->json);
        json_decref(document);
    }
    return outcome_finish(exit_status);
}
