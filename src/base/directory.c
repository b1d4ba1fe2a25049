/* Directories: making them, looking whether they are there, what is in them, and the space left. */
#include "base/fsio.h"

#include "base/mem.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

int file_exists(const char *path)
{
    struct stat info;
    return lstat(path, &info) == 0;
}

int file_is_directory(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

static int make_one(const char *path, struct pt_error *error)
{
    if (mkdir(path, 0777) == 0)
        return PT_OK;
    return pt_error_at(error, PT_E_IO, path, 0, 0, "cannot create the directory: %s",
                       strerror(errno));
}

static int make_parents(const char *path, struct pt_error *error)
{
    char partial[PATH_MAX];
    int length = snprintf(partial, sizeof partial, "%s", path);
    if (length < 0 || (size_t)length >= sizeof partial)
        return pt_error_at(error, PT_E_IO, path, 0, 0, "path too long");
    for (char *p = partial + 1; *p; p++) {
        if (*p != '/')
            continue;
        *p = '\0';
        /* Another process may make it at the same moment: that is as good. */
        int status = file_is_directory(partial) ? PT_OK : make_one(partial, error);
        if (status && file_is_directory(partial))
            status = PT_OK;
        *p = '/';
        if (status)
            return status;
    }
    return PT_OK;
}

int directory_create_new(const char *path, int *existed, struct pt_error *error)
{
    *existed = 0;
    int status = make_parents(path, error);
    if (status)
        return status;
    status = make_one(path, error);
    *existed = status && file_exists(path);
    return status;
}

int directory_create(const char *path, struct pt_error *error)
{
    int existed;
    int status = directory_create_new(path, &existed, error);
    return existed && file_is_directory(path) ? PT_OK : status;
}

static int is_entry(const char *name)
{
    return strcmp(name, ".") != 0 && strcmp(name, "..") != 0;
}

int directory_is_empty(const char *path)
{
    DIR *directory = opendir(path);
    if (!directory)
        return !file_exists(path);
    int n_entries = 0;
    for (struct dirent *entry; n_entries == 0 && (entry = readdir(directory));)
        n_entries += is_entry(entry->d_name);
    closedir(directory);
    return n_entries == 0;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

int directory_list(const char *path, struct arena *arena, char ***names, size_t *n_names,
                   struct pt_error *error)
{
    DIR *directory = opendir(path);
    if (!directory)
        return pt_error_at(error, PT_E_IO, path, 0, 0, "cannot read the directory: %s",
                           strerror(errno));
    size_t n = 0, capacity = 0;
    void *list = NULL;
    int status = PT_OK;
    for (struct dirent *entry; !status && (entry = readdir(directory));) {
        if (!is_entry(entry->d_name))
            continue;
        status = mem_grow(&list, &capacity, n + 1, sizeof(char *), error);
        if (!status && !(((char **)list)[n++] = arena_string(arena, entry->d_name, error)))
            status = PT_E_MEMORY;
    }
    closedir(directory);
    *n_names = n;
    *names = status ? NULL : arena_alloc(arena, n, sizeof **names, error);
    if (*names && n > 0) {
        qsort(list, n, sizeof **names, compare_names);
        memcpy(*names, list, n * sizeof **names);
    }
    mem_free(list);
    return *names ? PT_OK : status ? status : PT_E_MEMORY;
}

uint64_t directory_free_bytes(const char *path)
{
    char existing[PATH_MAX];
    snprintf(existing, sizeof existing, "%s", path);
    struct statvfs info;
    while (statvfs(existing, &info) != 0) {
        char *slash = strrchr(existing, '/');
        if (!slash)
            return statvfs(".", &info) == 0 ? (uint64_t)info.f_bavail * info.f_frsize : 0;
        *(slash == existing ? slash + 1 : slash) = '\0';
    }
    return (uint64_t)info.f_bavail * info.f_frsize;
}
