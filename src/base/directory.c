/* Directories: making them, looking into them, removing them, and the space that is left. */
#include "base/fsio.h"

#include "base/mem.h"

#include <dirent.h>
#include <errno.h>
#include <ftw.h>
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

int directory_has(const char *path, const char *name)
{
    char entry[PATH_MAX];
    return path_join(entry, sizeof entry, path, name, NULL) == PT_OK && file_exists(entry);
}

static int is_entry(const struct dirent *entry)
{
    return strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
}

int directory_has_only(const char *path, const char *name)
{
    DIR *directory = opendir(path);
    if (!directory)
        return !file_exists(path);
    int n_entries = 0;
    for (struct dirent *entry; n_entries == 0 && (entry = readdir(directory));)
        n_entries += is_entry(entry) && strcmp(entry->d_name, name) != 0;
    closedir(directory);
    return n_entries == 0;
}

int directory_is_empty(const char *path)
{
    return directory_has_only(path, "");
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Adds the names to an array that grows; the caller frees it after a failure too. */
static int collect_names(DIR *directory, struct arena *arena, void **names, size_t *n_names,
                         struct pt_error *error)
{
    size_t capacity = 0;
    int status = PT_OK;
    for (struct dirent *entry; !status && (entry = readdir(directory));) {
        if (!is_entry(entry))
            continue;
        status = mem_grow(names, &capacity, *n_names + 1, sizeof(char *), error);
        char *name = status ? NULL : arena_string(arena, entry->d_name, error);
        if (!name)
            return PT_E_MEMORY;
        ((char **)*names)[(*n_names)++] = name;
    }
    return status;
}

int directory_list(const char *path, struct arena *arena, char ***names, size_t *n_names,
                   struct pt_error *error)
{
    void *found = NULL;
    *names = NULL;
    *n_names = 0;
    DIR *directory = opendir(path);
    if (!directory)
        return pt_error_at(error, PT_E_IO, path, 0, 0, "cannot read the directory: %s",
                           strerror(errno));
    int status = collect_names(directory, arena, &found, n_names, error);
    closedir(directory);
    if (!status && !(*names = arena_alloc(arena, *n_names, sizeof(char *), error)))
        status = PT_E_MEMORY;
    if (!status && *n_names > 0) {
        memcpy(*names, found, *n_names * sizeof(char *));
        qsort(*names, *n_names, sizeof(char *), compare_names);
    }
    mem_free(found);
    return status;
}

static int remove_entry(const char *path, const struct stat *info, int kind, struct FTW *place)
{
    (void)info;
    (void)kind;
    (void)place;
    return remove(path);
}

int directory_remove(const char *path, struct pt_error *error)
{
    if (nftw(path, remove_entry, 16, FTW_DEPTH | FTW_PHYS) == 0)
        return PT_OK;
    return pt_error_at(error, PT_E_IO, path, 0, 0, "cannot remove the directory: %s",
                       strerror(errno));
}

/* "NAME.tmp-PID" */
static int is_temporary(const char *name)
{
    const char *mark = strstr(name, ".tmp-");
    return mark && mark[5] && mark[5 + strspn(mark + 5, "0123456789")] == '\0';
}

/* "NAME.work", and NAME is there */
static int is_used_up(const char *path)
{
    char finished[PATH_MAX];
    size_t length = strlen(path);
    if (length < 5 || length >= sizeof finished || strcmp(path + length - 5, ".work") != 0)
        return 0;
    snprintf(finished, sizeof finished, "%.*s", (int)length - 5, path);
    return file_exists(finished);
}

static int remove_temporary(const char *path, const struct stat *info, int kind, struct FTW *place)
{
    (void)info;
    int goes = kind == FTW_F && (is_temporary(path + place->base) || is_used_up(path));
    return goes ? remove(path) : 0;
}

int directory_remove_temporaries(const char *path, struct pt_error *error)
{
    if (nftw(path, remove_temporary, 16, FTW_PHYS) == 0)
        return PT_OK;
    return pt_error_at(error, PT_E_IO, path, 0, 0, "cannot remove temporary files: %s",
                       strerror(errno));
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

void directory_explain_full(const char *path, const char *needs, uint64_t n_needed,
                            struct pt_error *error)
{
    uint64_t n_free = directory_free_bytes(path);
    if (!error || error->code != PT_E_IO || n_free >= n_needed)
        return;
    size_t n = strlen(error->message);
    snprintf(error->message + n, sizeof error->message - n,
             "; %s about %llu bytes in all, %llu are free", needs, (unsigned long long)n_needed,
             (unsigned long long)n_free);
}
