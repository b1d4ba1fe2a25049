/* Gives files to a fuzz target, one after the other; of a directory all files in it.
 *
 * usage: replay_NAME FILE|DIRECTORY... */
#include "fuzz.h"

#include "base/fsio.h"
#include "base/mem.h"

#include <stdio.h>

#define LIMIT_BYTES ((size_t)64 << 20)

static void replay(const char *path)
{
    unsigned char *bytes;
    size_t n_bytes;
    fuzz_assert(file_read(path, LIMIT_BYTES, &bytes, &n_bytes, NULL) == PT_OK);
    fprintf(stderr, "%s\n", path);
    LLVMFuzzerTestOneInput(bytes, n_bytes);
    mem_free(bytes);
}

static size_t replay_directory(const char *directory)
{
    struct arena arena = {0};
    char path[4096], **names;
    size_t n_names;
    fuzz_assert(directory_list(directory, &arena, &names, &n_names, NULL) == PT_OK);
    for (size_t i = 0; i < n_names; i++) {
        fuzz_assert(path_join(path, sizeof path, directory, names[i], NULL) == PT_OK);
        replay(path);
    }
    arena_release(&arena);
    return n_names;
}

int main(int argc, char **argv)
{
    size_t n_replayed = 0;
    for (int i = 1; i < argc; i++) {
        if (file_is_directory(argv[i])) {
            n_replayed += replay_directory(argv[i]);
        } else {
            replay(argv[i]);
            n_replayed++;
        }
    }
    printf("%zu files\n", n_replayed);
    return n_replayed > 0 ? 0 : 2;
}
