/* Finding out what a file is. */
#include "study/inspect.h"

#include "base/fsio.h"
#include "base/mem.h"
#include "data/data_file.h"
#include "fmt/gzip.h"
#include "fmt/idx.h"
#include "study/data_path.h"

#include <string.h>

#define PATH_BYTES 4096

typedef int inspect_path(const char *path, json_t **document, struct pt_error *error);
typedef int inspect_bytes(const char *path, const unsigned char *bytes, size_t n_bytes,
                          json_t **document, struct pt_error *error);

/* A kind of file, known by the end of its name (without ".gz") or by its first bytes. */
struct kind {
    const char *end, *magic;
    size_t n_magic;
    inspect_path *of_path;
    inspect_bytes *of_bytes; /* when NULL is of_path */
};

static const struct kind KINDS[] = {
    {".safetensors", NULL, 0, inspect_tensors, NULL},
    {".npz", "PK\3\4", 4, inspect_npz, NULL},
    {".npy", "\x93NUMPY", 6, inspect_npy, NULL},
    {".csv", NULL, 0, inspect_table, NULL},
    {".data", NULL, 0, inspect_table, NULL},
    {".ini", NULL, 0, inspect_config, NULL},
    {".png", "\x89PNG", 4, NULL, inspect_png},
    {"-ubyte", "\0\0\x08", 3, NULL, inspect_idx},
    {".idx", NULL, 0, NULL, inspect_idx},
    {".bin", NULL, 0, NULL, inspect_cifar},
};
#define N_KINDS (sizeof KINDS / sizeof *KINDS)

static int has_end(const char *path, size_t n, const char *end)
{
    size_t n_end = strlen(end);
    return n > n_end && strncmp(path + n - n_end, end, n_end) == 0;
}

static const struct kind *kind_by_name(const char *path)
{
    size_t n = strlen(path);
    if (has_end(path, n, ".gz"))
        n -= 3;
    for (size_t i = 0; i < N_KINDS; i++)
        if (has_end(path, n, KINDS[i].end))
            return &KINDS[i];
    return NULL;
}

static const struct kind *kind_by_bytes(const unsigned char *bytes, size_t n_bytes)
{
    for (size_t i = 0; i < N_KINDS; i++)
        if (KINDS[i].magic && n_bytes >= KINDS[i].n_magic &&
            memcmp(bytes, KINDS[i].magic, KINDS[i].n_magic) == 0)
            return &KINDS[i];
    static const struct kind *const tensors = &KINDS[0];
    return n_bytes > 8 && bytes[8] == '{' ? tensors : NULL;
}

/* Of IDX no more than its header announces. */
static int unpack(const char *path, const struct kind **kind, unsigned char **bytes,
                  size_t *n_bytes, struct pt_error *error)
{
    unsigned char first[16];
    size_t n_first;
    int status = gzip_first_bytes(path, *bytes, *n_bytes, first, sizeof first, &n_first, error);
    if (status)
        return status;
    if (!*kind)
        *kind = kind_by_bytes(first, n_first);
    if (*kind && (*kind)->of_bytes == inspect_idx)
        return idx_unpack(path, DATA_FILE_LIMIT_BYTES, idx_rank(first, n_first), bytes, n_bytes,
                          error);
    return gzip_unpack(path, DATA_FILE_LIMIT_BYTES, bytes, n_bytes, error);
}

static int inspect_content(const char *path, const struct kind *kind, json_t **document,
                           struct pt_error *error)
{
    unsigned char *bytes;
    size_t n_bytes;
    int status = file_read(path, DATA_FILE_LIMIT_BYTES, &bytes, &n_bytes, error);
    if (status)
        return status;
    status = unpack(path, &kind, &bytes, &n_bytes, error);
    if (status) {
        mem_free(bytes);
        return status;
    }
    if (kind && kind->of_bytes)
        status = kind->of_bytes(path, bytes, n_bytes, document, error);
    else if (kind)
        status = kind->of_path(path, document, error);
    else
        status = pt_error_at(error, PT_E_DATA, path, 0, 0,
                             "byte 0: no file of a kind that is known here: snapshots and models "
                             "(.safetensors), traces and arrays (.npz, .npy), data sets (IDX, "
                             "CIFAR-10, CSV, PNG; also .gz), configurations (.ini), run "
                             "directories");
    mem_free(bytes);
    return status;
}

static int is_run(const char *path)
{
    static const char *const names[] = {"config.ini", "manifest.json"};
    char file[PATH_BYTES];
    for (size_t i = 0; i < 2; i++)
        if (path_join(file, sizeof file, path, names[i], NULL) == PT_OK && file_exists(file))
            return 1;
    return 0;
}

/* A configuration is looked for as after --config. */
static int inspect_shipped(const char *name, json_t **document, struct pt_error *error)
{
    char path[PT_PATH_BYTES];
    if (name[0] == '/' || config_path_resolve(name, path, NULL) != PT_OK)
        return pt_error_at(error, PT_E_IO, name, 0, 0, "no such file or directory");
    return inspect_config(path, document, error);
}

int inspect(const char *path, json_t **document, struct pt_error *error)
{
    if (!file_exists(path))
        return inspect_shipped(path, document, error);
    if (file_is_directory(path))
        return is_run(path) ? inspect_run(path, document, error)
                            : inspect_data_folder(path, document, error);
    const struct kind *kind = kind_by_name(path);
    return kind && kind->of_path ? kind->of_path(path, document, error)
                                 : inspect_content(path, kind, document, error);
}
