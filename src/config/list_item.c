/* The items of a list: what lies between commas, without the blanks around it. */
#include "config/list_item.h"

int list_is_blank(char c)
{
    return c == ' ' || c == '\t';
}

struct list_item list_item_at(const char *text, size_t n_bytes, size_t from)
{
    struct list_item item = {.from = from, .stop = from, .start = from};
    while (item.stop < n_bytes && text[item.stop] != ',')
        item.stop++;
    item.end = item.stop;
    while (item.start < item.end && list_is_blank(text[item.start]))
        item.start++;
    while (item.end > item.start && list_is_blank(text[item.end - 1]))
        item.end--;
    return item;
}
