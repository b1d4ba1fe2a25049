/* Reading of the configuration that a run keeps. */
#include "report/run_settings.h"

#include "base/fsio.h"
#include "fmt/ini.h"

#include <limits.h>
#include <string.h>

static int is_shown(const char *section, const char *key)
{
    return strcmp(section, "run") != 0 || (strcmp(key, "out") != 0 && strcmp(key, "threads") != 0);
}

static int copy_entry(const struct ini *ini, const struct ini_entry *entry,
                      struct run_settings *settings, struct arena *arena, struct pt_error *error)
{
    const char *section = ini->sections[entry->section].name;
    if (!is_shown(section, entry->key))
        return PT_OK;
    struct run_setting *setting = &settings->settings[settings->n];
    setting->section = arena_string(arena, section, error);
    setting->key = arena_string(arena, entry->key, error);
    setting->value = arena_string(arena, entry->value, error);
    if (!setting->section || !setting->key || !setting->value)
        return PT_E_MEMORY;
    settings->n++;
    return PT_OK;
}

static int copy_entries(const struct ini *ini, struct run_settings *settings, struct arena *arena,
                        struct pt_error *error)
{
    settings->settings = arena_alloc(arena, ini->n_entries, sizeof *settings->settings, error);
    int status = settings->settings ? PT_OK : PT_E_MEMORY;
    for (size_t i = 0; i < ini->n_entries && !status; i++)
        status = copy_entry(ini, &ini->entries[i], settings, arena, error);
    return status;
}

int run_settings_load(const char *run_directory, struct run_settings *settings, struct arena *arena,
                      struct pt_error *error)
{
    char path[PATH_MAX];
    *settings = (struct run_settings){0};
    int status = path_join(path, sizeof path, run_directory, "config.ini", error);
    if (status || !file_exists(path))
        return status;
    struct ini *ini = mem_alloc(1, sizeof *ini, error);
    if (!ini)
        return PT_E_MEMORY;
    status = ini_read(path, ini, error);
    if (!status) {
        status = copy_entries(ini, settings, arena, error);
        ini_release(ini);
    }
    mem_free(ini);
    return status;
}

const char *run_settings_find(const struct run_settings *settings, const char *section,
                              const char *key)
{
    for (size_t i = 0; i < settings->n; i++)
        if (strcmp(settings->settings[i].section, section) == 0 &&
            strcmp(settings->settings[i].key, key) == 0)
            return settings->settings[i].value;
    return NULL;
}
