/* Looking for data sets and configurations in their usual places. */
#include "study/data_path.h"

#include "base/fsio.h"

#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Tries ROOT/FOLDER/NAME; notes the place in `tried`. */
static int try_place(const char *root, const char *folder, const char *name, char *path,
                     char *tried, size_t tried_bytes)
{
    int length =
        snprintf(path, PT_PATH_BYTES, "%s%s%s/%s", root, folder[0] ? "/" : "", folder, name);
    if (length < 0 || length >= PT_PATH_BYTES)
        return 0;
    size_t used = strlen(tried);
    snprintf(tried + used, tried_bytes - used, "%s%s", used ? ", " : "", path);
    return file_exists(path);
}

/* The share folder of the installation that the running program belongs to; empty when there is no
 * telling. So an installation can be moved as a whole. */
static void share_beside_program(char *share)
{
    char program[PT_PATH_BYTES];
    ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    share[0] = '\0';
    if (length < 0)
        return;
    program[length] = '\0';
    int n = snprintf(share, PT_PATH_BYTES, "%s/%s", dirname(program), PT_SHARE_FROM_PROGRAM);
    if (n >= PT_PATH_BYTES)
        share[0] = '\0';
}

/* FOLDER/NAME in the source tree or in the installed share folder. */
static int try_shipped(const char *folder, const char *name, char *path, char *tried,
                       size_t tried_bytes)
{
    char share[PT_PATH_BYTES];
    share_beside_program(share);
    return try_place(PT_SOURCE_ROOT, folder, name, path, tried, tried_bytes) ||
           (share[0] && try_place(share, folder, name, path, tried, tried_bytes)) ||
           try_place(PT_SHARE_DIRECTORY, folder, name, path, tried, tried_bytes);
}

static void directory_of(const char *file, char *directory)
{
    char copy[PT_PATH_BYTES];
    snprintf(copy, sizeof copy, "%s", file);
    snprintf(directory, PT_PATH_BYTES, "%s", dirname(copy));
}

int data_path_resolve(const char *data_path, const char *config_path, char *path,
                      struct pt_error *error)
{
    char tried[PT_ERROR_MESSAGE_BYTES / 2] = "";
    char beside[PT_PATH_BYTES];
    if (data_path[0] == '/') {
        if (try_place("", "", data_path + 1, path, tried, sizeof tried))
            return PT_OK;
        return pt_error_set(error, PT_E_IO, "data.path: there is no %s", data_path);
    }
    directory_of(config_path ? config_path : ".", beside);
    const char *from_environment = getenv("PHASETRACE_DATA");
    if (try_place(beside, "", data_path, path, tried, sizeof tried))
        return PT_OK;
    if (from_environment && *from_environment &&
        try_place(from_environment, "", data_path, path, tried, sizeof tried))
        return PT_OK;
    if (try_shipped("datasets", data_path, path, tried, sizeof tried))
        return PT_OK;
    return pt_error_set(
        error, PT_E_IO,
        "data.path = %s: no such file or folder (looked for %s); `datasets/fetch` gets "
        "the full data sets",
        data_path, tried);
}

int weights_path_resolve(const char *weights_path, const char *config_path, char *path,
                         struct pt_error *error)
{
    char tried[PT_ERROR_MESSAGE_BYTES / 2] = "";
    char beside[PT_PATH_BYTES];
    directory_of(config_path ? config_path : ".", beside);
    if (weights_path[0] == '/' ? try_place("", "", weights_path + 1, path, tried, sizeof tried)
                               : try_place(beside, "", weights_path, path, tried, sizeof tried) ||
                                     (strcmp(beside, ".") != 0 &&
                                      try_place(".", "", weights_path, path, tried, sizeof tried)))
        return PT_OK;
    return pt_error_set(error, PT_E_IO, "there is no %s", tried);
}

int config_path_resolve(const char *file, char *path, struct pt_error *error)
{
    char tried[PT_ERROR_MESSAGE_BYTES / 2] = "";
    if (file_exists(file) || file[0] == '/') {
        snprintf(path, PT_PATH_BYTES, "%s", file);
        return PT_OK;
    }
    if (try_shipped("configs", file, path, tried, sizeof tried))
        return PT_OK;
    return pt_error_set(error, PT_E_IO, "there is no configuration %s here, nor %s", file, tried);
}
