/* The files of a set of images: a folder for each class, or two such trees. */
#ifndef DATA_IMAGE_TREES_H
#define DATA_IMAGE_TREES_H

#include "base/mem.h"
#include "phasetrace/status.h"

#include <limits.h>
#include <stddef.h>

struct image_file {
    const char *name; /* "class/name" */
    unsigned char label;
};

/* A folder of class folders. */
struct image_tree {
    char path[PATH_MAX];
    struct image_file *files; /* [n_files], in the order of classes, then names */
    size_t n_files, capacity;
};

struct image_trees {
    struct arena arena; /* what holds the names */
    char **classes;     /* [n_classes], sorted by their bytes; a label is an index */
    size_t n_classes;
    struct image_tree train, test; /* `test` without files when there is one tree */
    int is_one;
};

/*
 * Lists the files of root/train and root/test where both are folders, else of root, into `trees`
 * (zeroed). Whatever is hidden is passed over, and what stands beside the class folders. PT_E_IO;
 * PT_E_DATA: not 2 to PT_MAX_CLASSES classes, one without files, one that only `test` has, one with
 * a folder in it. The caller ends, after a failure too, with image_trees_free().
 */
int image_trees_find(const char *root, struct image_trees *trees, struct pt_error *error);
void image_trees_free(struct image_trees *trees);

#endif
