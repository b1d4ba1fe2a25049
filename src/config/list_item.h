/* The items of a list: what lies between commas, without the blanks around it. */
#ifndef CONFIG_LIST_ITEM_H
#define CONFIG_LIST_ITEM_H

#include <stddef.h>

/* Offsets into the text of the list. */
struct list_item {
    size_t from, stop; /* between commas; at `stop` is the next comma or the end of the list */
    size_t start, end; /* without blanks; equal when there is nothing else */
};

/* The item that begins at `from`: at 0, or one after the last item's `stop`. */
struct list_item list_item_at(const char *text, size_t n_bytes, size_t from);

int list_is_blank(char c);

#endif
