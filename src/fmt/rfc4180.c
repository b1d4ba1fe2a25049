/* Parsing of CSV with quoted cells, in place. */
#include "fmt/rfc4180.h"

#include "base/mem.h"

#include <stdio.h>
#include <string.h>

/* Cells are written over the text that they are read from, never ahead of it: a cell's closing zero
 * takes the place of the separator behind it. */
struct parser {
    struct rfc4180_table *table;
    const char *next, *end; /* of what is still to be read */
    char *out;
    size_t line;     /* of `next` */
    const char *row; /* where the row began */
    struct pt_error *error;
};

static int refuse(const struct parser *p, size_t line, const char *what)
{
    return pt_error_at(p->error, PT_E_DATA, p->table->path, (long)line, 0, "%s", what);
}

/* ---- Characters ---- */

/* Bytes of the UTF-8 character at `s`, which ends in a zero byte; 0 when it is none. Unicode 15,
 * table 3-7: no overlong forms, no surrogates. */
static size_t character_bytes(const unsigned char *s)
{
    unsigned char low = 0x80, high = 0xbf;
    size_t n = s[0] < 0x80 ? 1 : s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : 4;
    if ((s[0] >= 0x80 && s[0] < 0xc2) || s[0] > 0xf4 || s[0] == 0)
        return 0;
    if (s[0] == 0xe0)
        low = 0xa0;
    if (s[0] == 0xed)
        high = 0x9f;
    if (s[0] == 0xf0)
        low = 0x90;
    if (s[0] == 0xf4)
        high = 0x8f;
    for (size_t i = 1; i < n; i++, low = 0x80, high = 0xbf)
        if (s[i] < low || s[i] > high)
            return 0;
    return n;
}

static int check_characters(const struct parser *p)
{
    size_t line = 1, n;
    for (const char *c = p->next; c < p->end; c += n) {
        n = character_bytes((const unsigned char *)c);
        if (n == 0)
            return refuse(p, line,
                          *c ? "bytes that are no UTF-8: convert the file to it" : "a zero byte");
        line += *c == '\n';
    }
    return PT_OK;
}

static int is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static int at_line_end(const struct parser *p)
{
    return p->next == p->end || *p->next == '\n' ||
           (*p->next == '\r' && (p->next + 1 == p->end || p->next[1] == '\n'));
}

static int at_cell_end(const struct parser *p)
{
    return at_line_end(p) || *p->next == ',';
}

static void step_over_line_end(struct parser *p)
{
    if (p->next < p->end)
        p->next += *p->next == '\r' && p->next + 1 < p->end ? 2 : 1;
    p->line++;
}

/* ---- Cells and rows ---- */

static int check_length(const struct parser *p, size_t line)
{
    if ((size_t)(p->next - p->row) <= RFC4180_ROW_LIMIT_BYTES)
        return PT_OK;
    return pt_error_at(p->error, PT_E_DATA, p->table->path, (long)line, 0,
                       "a row of more than %zu bytes (is a quotation mark not closed?)",
                       RFC4180_ROW_LIMIT_BYTES);
}

static int read_quoted(struct parser *p)
{
    size_t first_line = p->line;
    for (p->next++;; p->next++) {
        if (p->next == p->end)
            return refuse(p, first_line, "a quotation mark that is never closed");
        if (*p->next == '"' && *++p->next != '"')
            break;
        p->line += *p->next == '\n';
        *p->out++ = *p->next;
        if (check_length(p, first_line))
            return PT_E_DATA;
    }
    while (p->next < p->end && is_blank(*p->next))
        p->next++;
    return at_cell_end(p) ? PT_OK
                          : refuse(p, p->line,
                                   "text behind a closing quotation mark, expected a "
                                   "comma or the end of the line");
}

static int read_plain(struct parser *p)
{
    char *start = p->out;
    for (; !at_cell_end(p); p->next++) {
        if (*p->next == '"')
            return refuse(p, p->line, "a quotation mark in a cell that does not begin with one");
        *p->out++ = *p->next;
    }
    while (p->out > start && is_blank(p->out[-1]))
        p->out--;
    return PT_OK;
}

static int read_cell(struct parser *p)
{
    while (p->next < p->end && is_blank(*p->next))
        p->next++;
    int status = p->next < p->end && *p->next == '"' ? read_quoted(p) : read_plain(p);
    if (!status)
        status = check_length(p, p->line);
    return status;
}

/* Reads a row with its line end; `*n_cells` is at least 1. */
static int read_row(struct parser *p, size_t *n_cells)
{
    p->row = p->next;
    for (*n_cells = 1;; ++*n_cells) {
        int status = read_cell(p);
        if (status)
            return status;
        int is_last = at_line_end(p);
        /* What ends the cell is looked at before the cell's zero overwrites it. */
        if (is_last)
            step_over_line_end(p);
        else
            p->next++;
        *p->out++ = '\0';
        if (is_last)
            break;
    }
    return PT_OK;
}

/* ---- The table ---- */

static int read_header(struct parser *p)
{
    struct rfc4180_table *t = p->table;
    const char *name = p->out;
    if (p->next == p->end)
        return refuse(p, 1, "the file is empty, expected a header line");
    int status = read_row(p, &t->n_columns);
    if (status)
        return status;
    if (t->n_columns > RFC4180_MAX_COLUMNS)
        return pt_error_at(p->error, PT_E_DATA, t->path, 1, 0, "%zu columns, expected at most %d",
                           t->n_columns, RFC4180_MAX_COLUMNS);
    t->names = mem_alloc(t->n_columns, sizeof *t->names, p->error);
    if (!t->names)
        return PT_E_MEMORY;
    for (size_t i = 0; i < t->n_columns; i++, name = rfc4180_next(name)) {
        t->names[i] = name;
        if (!*name)
            return pt_error_at(p->error, PT_E_DATA, t->path, 1, 0, "column %zu has no name", i + 1);
        for (size_t k = 0; k < i; k++)
            if (strcmp(t->names[k], name) == 0)
                return pt_error_at(p->error, PT_E_DATA, t->path, 1, 0,
                                   "columns %zu and %zu are both called \"%.100s\"", k + 1, i + 1,
                                   name);
    }
    return PT_OK;
}

/* Whether there was one; a quoted cell that is empty makes a row. */
static int skip_blank_line(struct parser *p)
{
    const char *start = p->next;
    while (p->next < p->end && is_blank(*p->next))
        p->next++;
    if (!at_line_end(p)) {
        p->next = start;
        return 0;
    }
    step_over_line_end(p);
    return 1;
}

static int read_rows(struct parser *p)
{
    struct rfc4180_table *t = p->table;
    size_t capacity = 0;
    while (p->next < p->end) {
        /* Of one column it is a row with an empty cell. */
        if (t->n_columns > 1 && skip_blank_line(p))
            continue;
        size_t n_cells, line = p->line;
        int status =
            t->n_rows < RFC4180_MAX_ROWS ? read_row(p, &n_cells) : refuse(p, line, "too many rows");
        if (!status && n_cells != t->n_columns)
            status = pt_error_at(p->error, PT_E_DATA, t->path, (long)line, 0,
                                 "%zu cells, the header has %zu%s", n_cells, t->n_columns,
                                 rfc4180_advice(t));
        if (!status)
            status =
                mem_grow((void **)&t->lines, &capacity, t->n_rows + 1, sizeof *t->lines, p->error);
        if (status)
            return status;
        t->lines[t->n_rows++] = (uint32_t)line;
    }
    return PT_OK;
}

int rfc4180_parse(const char *path, char *bytes, size_t n_bytes, struct rfc4180_table *table,
                  struct pt_error *error)
{
    *table = (struct rfc4180_table){0};
    snprintf(table->path, sizeof table->path, "%s", path);
    size_t mark = n_bytes >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    struct parser p = {.table = table,
                       .next = bytes + mark,
                       .end = bytes + n_bytes,
                       .out = bytes,
                       .line = 1,
                       .error = error};
    int status = check_characters(&p);
    if (!status)
        status = read_header(&p);
    table->cells = p.out;
    return status ? status : read_rows(&p);
}

void rfc4180_release(struct rfc4180_table *table)
{
    mem_free(table->names);
    mem_free(table->lines);
    *table = (struct rfc4180_table){0};
}

const char *rfc4180_advice(const struct rfc4180_table *table)
{
    return table->n_columns == 1 && strpbrk(table->names[0], ";\t")
               ? "; cells are separated by commas, the header has one cell"
               : "";
}

const char *rfc4180_next(const char *cell)
{
    return cell + strlen(cell) + 1;
}
