/* Where a layer of model.layers is written, for what is found out about it later. */
#include "config/layer_place.h"

#include "base/mem.h"
#include "config/layer_text.h"
#include "config/list_item.h"
#include "fmt/ini.h"

#include <stdio.h>
#include <string.h>

/* The entry of the key, if it holds this list. */
static const struct ini_entry *find_entry(const struct ini *ini, const struct pt_layer_list *layers)
{
    struct pt_layer_list list;
    struct value_problem problem;
    for (size_t i = 0; i < ini->n_entries; i++) {
        const struct ini_entry *entry = &ini->entries[i];
        if (strcmp(ini->sections[entry->section].name, "model") == 0 &&
            strcmp(entry->key, "layers") == 0 && layer_text_parse(entry->value, &list, &problem) &&
            memcmp(&list, layers, sizeof list) == 0)
            return entry;
    }
    return NULL;
}

/* The place of the item in the file, into `error`. */
static void note_place(const char *path, const struct ini *ini, const struct ini_entry *entry,
                       size_t index, struct pt_error *error)
{
    size_t n_bytes = strlen(entry->value);
    struct list_item item = list_item_at(entry->value, n_bytes, 0);
    for (size_t i = 0; i < index; i++)
        item = list_item_at(entry->value, n_bytes, item.stop + 1);
    const struct ini_part *part = ini_part_at(ini, entry, item.start);
    snprintf(error->file, sizeof error->file, "%s", path);
    error->line = part->line;
    error->column = (long)(part->column + item.start - part->offset);
}

int layer_place_note(const char *path, const struct pt_layer_list *layers, size_t index, int status,
                     struct pt_error *error)
{
    struct pt_layer_list one = {.n = 1, .items = {layers->items[index]}};
    struct text text = {0};
    if (!error)
        return status;
    layer_text_print(&one, &text);
    if (text.status == PT_OK)
        pt_error_context(error, status, "'%s'", text.data);
    text_release(&text);
    struct ini *ini = path ? mem_alloc(1, sizeof *ini, NULL) : NULL;
    if (ini && ini_read(path, ini, NULL) == PT_OK) {
        const struct ini_entry *entry = find_entry(ini, layers);
        if (entry)
            note_place(path, ini, entry, index, error);
        else
            pt_error_context(error, status, "model.layers");
        ini_release(ini);
    }
    mem_free(ini);
    return status;
}
