/* Finding the files of a set of images. */
#include "data/image_trees.h"

#include "base/fsio.h"
#include "phasetrace/dataset.h"

#include <stdio.h>
#include <string.h>

#define MAX_FILES ((size_t)1000000) /* of a tree */

static int is_hidden(const char *name)
{
    return name[0] == '.';
}

/* Names in a folder, hidden ones left out. */
static int list_visible(struct image_trees *t, const char *path, char ***names, size_t *n,
                        struct pt_error *error)
{
    size_t n_all;
    int status = directory_list(path, &t->arena, names, &n_all, error);
    *n = 0;
    for (size_t i = 0; i < n_all && !status; i++)
        if (!is_hidden((*names)[i]))
            (*names)[(*n)++] = (*names)[i];
    return status;
}

static int list_classes(struct image_trees *t, const char *path, char ***classes, size_t *n_classes,
                        struct pt_error *error)
{
    char **names, entry[PATH_MAX];
    size_t n = 0;
    int status = list_visible(t, path, &names, &n, error);
    *classes = names;
    *n_classes = 0;
    for (size_t i = 0; i < n && !status; i++) {
        status = path_join(entry, sizeof entry, path, names[i], error);
        if (!status && file_is_directory(entry))
            names[(*n_classes)++] = names[i];
    }
    if (!status && *n_classes == 0)
        status = pt_error_at(error, PT_E_DATA, path, 0, 0,
                             "has no folders: expected one of PNG files for each class");
    return status;
}

static int add_file(struct image_trees *t, struct image_tree *tree, const char *class,
                    const char *name, unsigned char label, struct pt_error *error)
{
    char both[PATH_MAX];
    int status = path_join(both, sizeof both, class, name, error);
    if (!status && tree->n_files == MAX_FILES)
        status =
            pt_error_at(error, PT_E_DATA, tree->path, 0, 0, "has more than %zu files", MAX_FILES);
    if (!status)
        status = mem_grow((void **)&tree->files, &tree->capacity, tree->n_files + 1,
                          sizeof *tree->files, error);
    if (status)
        return status;
    struct image_file file = {arena_string(&t->arena, both, error), label};
    if (!file.name)
        return PT_E_MEMORY;
    tree->files[tree->n_files++] = file;
    return PT_OK;
}

static int list_class(struct image_trees *t, struct image_tree *tree, const char *class,
                      unsigned char label, struct pt_error *error)
{
    char path[PATH_MAX], entry[PATH_MAX], **names;
    size_t n = 0;
    int status = path_join(path, sizeof path, tree->path, class, error);
    if (!status)
        status = list_visible(t, path, &names, &n, error);
    if (!status && n == 0)
        status = pt_error_at(error, PT_E_DATA, path, 0, 0, "is empty: expected PNG files");
    for (size_t i = 0; i < n && !status; i++) {
        status = path_join(entry, sizeof entry, path, names[i], error);
        if (!status && file_is_directory(entry))
            status = pt_error_at(error, PT_E_DATA, entry, 0, 0,
                                 "a folder within class %s: expected PNG files only", class);
        if (!status)
            status = add_file(t, tree, class, names[i], label, error);
    }
    return status;
}

static int list_training_tree(struct image_trees *t, struct pt_error *error)
{
    struct image_tree *tree = &t->train;
    int status = list_classes(t, tree->path, &t->classes, &t->n_classes, error);
    if (!status && (t->n_classes < 2 || t->n_classes > PT_MAX_CLASSES))
        status = pt_error_at(error, PT_E_DATA, tree->path, 0, 0,
                             "has %zu folders, one a class: expected 2 to %d", t->n_classes,
                             PT_MAX_CLASSES);
    for (size_t i = 0; i < t->n_classes && !status; i++)
        status = list_class(t, tree, t->classes[i], (unsigned char)i, error);
    return status;
}

static int list_testing_tree(struct image_trees *t, struct pt_error *error)
{
    struct image_tree *tree = &t->test;
    char **classes;
    size_t n_classes;
    int status = list_classes(t, tree->path, &classes, &n_classes, error);
    for (size_t i = 0; i < n_classes && !status; i++) {
        size_t label = 0;
        while (label < t->n_classes && strcmp(t->classes[label], classes[i]) != 0)
            label++;
        status = label < t->n_classes ? list_class(t, tree, classes[i], (unsigned char)label, error)
                                      : pt_error_at(error, PT_E_DATA, tree->path, 0, 0,
                                                    "has a folder %s: there is none in %s",
                                                    classes[i], t->train.path);
    }
    return status;
}

/* Two trees where there are folders train and test, else one. */
int image_trees_find(const char *root, struct image_trees *t, struct pt_error *error)
{
    int status = path_join(t->train.path, PATH_MAX, root, "train", error);
    if (!status)
        status = path_join(t->test.path, PATH_MAX, root, "test", error);
    if (status)
        return status;
    t->is_one = !file_is_directory(t->train.path) || !file_is_directory(t->test.path);
    if (t->is_one)
        snprintf(t->train.path, PATH_MAX, "%s", root);
    status = list_training_tree(t, error);
    return status || t->is_one ? status : list_testing_tree(t, error);
}

void image_trees_free(struct image_trees *t)
{
    mem_free(t->train.files);
    mem_free(t->test.files);
    arena_release(&t->arena);
    *t = (struct image_trees){0};
}
