/* Reading of one input, with what must hold afterwards. */
#include "fuzz.h"

#include "base/fsio.h"
#include "base/mem.h"
#include "num/gemm.h"
#include "study/inspect.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MEMORY_LIMIT_BYTES ((size_t)64 << 20)
#define PATH_BYTES 1024

static char scratch[256];

_Noreturn void fuzz_fail(const char *what, const char *file, int line)
{
    fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, what);
    abort();
}

static void remove_scratch(void)
{
    directory_remove(scratch, NULL);
}

const char *fuzz_path(const char *name)
{
    static char paths[4][PATH_BYTES];
    static size_t n_calls;
    const char *place = getenv("TMPDIR");
    if (!scratch[0]) {
        snprintf(scratch, sizeof scratch, "%s/phasetrace-fuzz-XXXXXX", place ? place : "/tmp");
        fuzz_assert(mkdtemp(scratch));
        fuzz_assert(atexit(remove_scratch) == 0);
        blas_setup();
    }
    char *path = paths[n_calls++ % 4];
    fuzz_assert(path_join(path, PATH_BYTES, scratch, name, NULL) == PT_OK);
    return path;
}

/* Without the fsync() of file_replace(): there are many of them. */
void fuzz_write(const char *name, const void *bytes, size_t n_bytes)
{
    FILE *file = fopen(fuzz_path(name), "wb");
    fuzz_assert(file);
    fuzz_assert(fwrite(bytes, 1, n_bytes, file) == n_bytes);
    fuzz_assert(fclose(file) == 0);
}

void fuzz_make_directory(const char *name)
{
    fuzz_assert(directory_create(fuzz_path(name), NULL) == PT_OK);
}

void fuzz_link(const char *target, const char *name)
{
    const char *path = fuzz_path(name);
    fuzz_assert(file_exists(path) || symlink(fuzz_path(target), path) == 0);
}

static void check(int status, const struct pt_error *error, unsigned refuses)
{
    if (status == PT_OK)
        return;
    if (status > 0 || !((refuses | 1u << -PT_E_MEMORY) & 1u << -status))
        fprintf(stderr, "status %d: %s: %s\n", status, error->file, error->message);
    fuzz_assert(status < 0);
    fuzz_assert((refuses | 1u << -PT_E_MEMORY) & 1u << -status);
    fuzz_assert(error->code == status);
    fuzz_assert(error->message[0]);
}

void fuzz_read(const char *name, const uint8_t *data, size_t size, fuzz_reader *read,
               unsigned refuses)
{
    static struct pt_error error;
    memset(&error, 0, sizeof error);
    fuzz_write(name, data, size);
    size_t n_live = mem_live_bytes();
    mem_set_limit(n_live + MEMORY_LIMIT_BYTES);
    int status = read(fuzz_path(name), &error);
    mem_set_limit(0);
    check(status, &error, refuses);
    fuzz_assert(mem_live_bytes() == n_live);
}

int fuzz_inspect(const char *path, struct pt_error *error)
{
    json_t *document;
    int status = inspect(path, &document, error);
    if (status)
        return status;
    char *text = json_dumps(document, JSON_COMPACT);
    fuzz_assert(text);
    free(text);
    json_decref(document);
    return PT_OK;
}
