/* Reads every array of an .npz archive and writes it to another: for NumPy to make and compare.
 *
 * usage: npz_copy IN.npz OUT.npz
 * The first two letters of an array's name say what it is read as, the rest is free. */
#include "base/mem.h"
#include "fmt/npz.h"

#include <stdio.h>
#include <string.h>

static enum npy_type type_for(const char *name)
{
    static const enum npy_type types[] = {NPY_F8, NPY_F4, NPY_I8, NPY_I4, NPY_U1, NPY_B1};
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        if (strncmp(name, npy_type_name(types[i]) + 1, 2) == 0)
            return types[i];
    return NPY_F8;
}

static int copy_array(const struct npz_reader *reader, size_t index, struct npz_writer *writer,
                      struct pt_error *error)
{
    char name[NPZ_NAME_BYTES];
    snprintf(name, sizeof name, "%s", npz_entry_name(reader, index));
    *strrchr(name, '.') = '\0';
    struct npy_array array;
    int status = npz_read(reader, name, type_for(name), &array, error);
    if (status)
        return status;
    status = npz_add(writer, name, array.type, array.rank, array.shape, array.values, error);
    mem_free(array.values);
    return status;
}

static int copy_archive(const char *from, const char *to, struct pt_error *error)
{
    struct npz_reader *reader;
    struct npz_writer *writer;
    int status = npz_open(from, &reader, error);
    if (status)
        return status;
    status = npz_create(to, &writer, error);
    if (!status) {
        for (size_t i = 0; !status && i < npz_n_entries(reader); i++)
            status = copy_array(reader, i, writer, error);
        if (status)
            npz_abandon(writer);
        else
            status = npz_commit(writer, error);
    }
    npz_close(reader);
    return status;
}

int main(int argc, char **argv)
{
    struct pt_error error = {0};
    if (argc != 3)
        return 2;
    int status = copy_archive(argv[1], argv[2], &error);
    if (status) {
        char text[4096];
        pt_error_format(&error, text, sizeof text);
        fprintf(stderr, "npz_copy: %s\n", text);
    }
    return -status;
}
