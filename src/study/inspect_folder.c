/* Describing folders of data: IDX files, batches of CIFAR-10, images in class folders. */
#include "base/fsio.h"
#include "data/image_trees.h"
#include "study/inspect.h"
#include "study/json_file.h"

#include <string.h>

static int ends_with(const char *name, const char *end)
{
    size_t n = strlen(name), n_end = strlen(end);
    return n >= n_end && strcmp(name + n - n_end, end) == 0;
}

static int is_data_file(const char *name)
{
    static const char *const ends[] = {"-ubyte", "-ubyte.gz", ".bin", ".bin.gz",
                                       ".csv",   ".csv.gz",   ".idx", ".idx.gz"};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (ends_with(name, ends[i]))
            return 1;
    return 0;
}

/* Each file's own document without what would not fit into a row. */
static int add_file(const char *folder, const char *name, json_t *files, struct pt_error *error)
{
    char path[PATH_MAX];
    json_t *document;
    int status = path_join(path, sizeof path, folder, name, error);
    if (!status)
        status = inspect(path, &document, error);
    if (status)
        return status;
    json_t *row = json_pack("{s:o}", "file", json_text(name));
    static const char *const keys[] = {"kind", "shape", "samples", "rows", "mean", "deviation"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (json_object_get(document, keys[i]))
            json_object_set(row, keys[i], json_object_get(document, keys[i]));
    json_array_append_new(files, row);
    json_decref(document);
    return PT_OK;
}

static int add_files(const char *folder, json_t *files, struct pt_error *error)
{
    struct arena arena = {0};
    char **names;
    size_t n_names;
    int status = directory_list(folder, &arena, &names, &n_names, error);
    for (size_t i = 0; !status && i < n_names; i++)
        if (is_data_file(names[i]))
            status = add_file(folder, names[i], files, error);
    arena_release(&arena);
    return status;
}

static json_int_t count(const struct image_tree *tree, size_t label)
{
    json_int_t n = 0;
    for (size_t i = 0; i < tree->n_files; i++)
        n += tree->files[i].label == label;
    return n;
}

static json_t *describe_trees(const struct image_trees *trees)
{
    json_t *classes = json_array();
    for (size_t i = 0; i < trees->n_classes; i++) {
        json_t *row = json_pack("{s:o, s:I}", "class", json_text(trees->classes[i]),
                                trees->is_one ? "images" : "training", count(&trees->train, i));
        if (!trees->is_one)
            json_object_set_new(row, "testing", json_integer(count(&trees->test, i)));
        json_array_append_new(classes, row);
    }
    return json_pack("{s:s, s:I, s:o}", "kind", "images in class folders", "images",
                     (json_int_t)(trees->train.n_files + trees->test.n_files), "classes", classes);
}

int inspect_data_folder(const char *path, json_t **document, struct pt_error *error)
{
    struct image_trees trees = {0};
    json_t *files = json_array();
    int has_files = 0, status = add_files(path, files, error);
    if (!status) {
        has_files = json_array_size(files) > 0;
        status = has_files ? PT_OK : image_trees_find(path, &trees, error);
    }
    if (!status && has_files) {
        *document = json_pack("{s:s, s:O}", "kind", "folder of data files", "files", files);
    } else if (!status) {
        *document = describe_trees(&trees);
    } else if (status == PT_E_DATA && json_array_size(files) == 0 && trees.n_classes == 0) {
        status = pt_error_at(error, PT_E_DATA, path, 0, 0,
                             "is no run directory (it has no config.ini), and has neither data "
                             "files nor class folders of PNG images");
    }
    image_trees_free(&trees);
    json_decref(files);
    return status;
}
