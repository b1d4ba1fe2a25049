/* The name of a setting of a sweep, as part of a path. */
#include "study/setting_name.h"

#include "base/mem.h"
#include "base/text.h"
#include "config/sweep.h"

#include <string.h>

int setting_value(const struct pt_config *config, size_t index, size_t key, char **value,
                  struct pt_error *error)
{
    struct pt_config setting;
    int status = pt_config_setting(config, index, &setting, error);
    if (status)
        return status;
    struct text text = {0};
    text_append(&text, "", 0);
    value_print(&schema[sweep_find(config->sweep.keys[key].key)], &setting, &text);
    return text_take(&text, value, error);
}

static const char *key_of(const char *name)
{
    return strchr(name, '.') + 1;
}

static const char *short_key(const struct pt_sweep *sweep, size_t key)
{
    const char *name = sweep->keys[key].key;
    for (size_t i = 0; i < sweep->n; i++)
        if (i != key && strcmp(key_of(sweep->keys[i].key), key_of(name)) == 0)
            return name;
    return key_of(name);
}

static int is_plain(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '+' || c == '-';
}

static void append_escaped(struct text *text, const char *value)
{
    for (; *value; value++) {
        if (is_plain(*value))
            text_append(text, value, 1);
        else
            text_printf(text, "%%%02X", (unsigned)(unsigned char)*value);
    }
}

int setting_name(const struct pt_config *config, size_t index, char name[PT_TEXT_BYTES],
                 struct pt_error *error)
{
    struct text text = {0};
    char *whole = NULL;
    int status = PT_OK;
    text_append(&text, "", 0);
    for (size_t i = 0; i < config->sweep.n && !status; i++) {
        char *value = NULL;
        status = setting_value(config, index, i, &value, error);
        if (status)
            break;
        text_printf(&text, "%s%s=", i ? "_" : "", short_key(&config->sweep, i));
        append_escaped(&text, value);
        mem_free(value);
    }
    if (status)
        text_release(&text);
    else
        status = text_take(&text, &whole, error);
    if (status)
        return status;
    size_t n_bytes = strlen(whole);
    if (n_bytes > SETTING_MAX_NAME)
        status = pt_error_set(error, PT_E_CONFIG,
                              "the values of setting %zu of the sweep are too long for the name of "
                              "a directory",
                              index + 1);
    else
        memcpy(name, whole, n_bytes + 1);
    mem_free(whole);
    return status;
}
