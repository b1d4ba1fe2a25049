/* Directories: making them, looking whether they are there, and the space that is left. */
#include "base/fsio.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
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

int directory_is_empty(const char *path)
{
    DIR *directory = opendir(path);
    if (!directory)
        return !file_exists(path);
    int n_entries = 0;
    for (struct dirent *entry; n_entries == 0 && (entry = readdir(directory));)
        n_entries += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    closedir(directory);
    return n_entries == 0;
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
