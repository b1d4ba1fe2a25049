/* The guarded INI reader: our lines and places around inih's splitting of a line. */
#include "fmt/ini.h"

#include "base/fsio.h"

#include <ini.h>

#include <stdint.h>
#include <string.h>

#define NO_SECTION SIZE_MAX            /* before the first section line */
#define UNKNOWN_SECTION (SIZE_MAX - 1) /* after a section line that could not be read */

_Static_assert(INI_LINE_BYTES == 198, "a message below says so");

struct scan {
    struct ini *ini;
    struct pt_error *error;
    int status;
    size_t section;
    long line;              /* the one being read; 0 before the first */
    size_t n_start;         /* its leading blanks */
    int unanswered;         /* inih was given the line, and has not called the handler */
    struct ini_entry entry; /* the one being read */
    int is_open;            /* its value goes on: so far it ends with a comma */
    int is_faulty;          /* it is not kept */
};

static int is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f';
}

static size_t skip_blanks(const char *text, size_t at, size_t end)
{
    while (at < end && is_blank(text[at]))
        at++;
    return at;
}

static size_t trim_end(const char *text, size_t start, size_t end)
{
    while (end > start && is_blank(text[end - 1]))
        end--;
    return end;
}

static void add_problem_at(struct ini *ini, long line, size_t start, size_t end,
                           const char *message)
{
    if (ini->n_problems < INI_MAX_PROBLEMS)
        ini->problems[ini->n_problems++] =
            (struct ini_problem){line, start + 1, end > start ? end - start : 1, message};
}

static void add_problem(struct scan *scan, size_t start, size_t end, const char *message)
{
    add_problem_at(scan->ini, scan->line, start, end, message);
}

/* A copy of text[start..end) in the arena. */
static const char *keep(struct scan *scan, const char *text, size_t start, size_t end)
{
    char *copy = arena_alloc(&scan->ini->arena, end - start + 1, 1, scan->error);
    if (copy)
        memcpy(copy, text + start, end - start);
    else
        scan->status = PT_E_MEMORY;
    return copy;
}

static void add_section(struct scan *scan, const char *text, size_t start, size_t end)
{
    struct ini *ini = scan->ini;
    const char *name = keep(scan, text, start, end);
    void *grown = ini->sections;
    if (!scan->status)
        scan->status = mem_grow(&grown, &ini->section_capacity, ini->n_sections + 1,
                                sizeof *ini->sections, scan->error);
    if (scan->status)
        return;
    ini->sections = grown;
    scan->section = ini->n_sections++;
    ini->sections[scan->section] = (struct ini_section){name, scan->line, start + 1};
}

/* A line that starts with '['. */
static void scan_section(struct scan *scan, const char *text, size_t open, size_t end)
{
    scan->section = UNKNOWN_SECTION;
    const char *bracket = memchr(text + open, ']', end - open);
    if (!bracket) {
        add_problem(scan, open, end, "a section line needs a closing ']'");
        return;
    }
    size_t close = (size_t)(bracket - text);
    size_t name = skip_blanks(text, open + 1, close);
    size_t name_end = trim_end(text, name, close);
    if (name == name_end) {
        add_problem(scan, open, close + 1, "the section has no name");
        return;
    }
    add_section(scan, text, name, name_end);
    size_t after = skip_blanks(text, close + 1, end);
    if (after < end && text[after] != ';' && text[after] != '#')
        add_problem(scan, after, end, "nothing but a comment may follow the section's ']'");
}

/* Where a comment begins, or `end`. To inih a ';' at the start of a value is part of it. */
static size_t find_comment(const char *text, size_t start, size_t end)
{
    for (size_t at = start; at < end; at++) {
        int is_first = at == start, after_blank = !is_first && is_blank(text[at - 1]);
        if ((text[at] == ';' && after_blank) || (text[at] == '#' && (after_blank || is_first)))
            return at;
    }
    return end;
}

/* The value that the parts make, with a blank between two. */
static const char *join_parts(struct scan *scan, const struct ini_entry *entry)
{
    struct ini *ini = scan->ini;
    const struct ini_part *part = &ini->parts[entry->first_part], *last = part + entry->n_parts - 1;
    char *value = arena_alloc(&ini->arena, last->offset + last->n_bytes + 1, 1, scan->error);
    if (!value)
        scan->status = PT_E_MEMORY;
    for (; value && part <= last; part++) {
        if (part->offset > 0)
            value[part->offset - 1] = ' ';
        memcpy(value + part->offset, ini->lines[part->line - 1].text + part->column - 1,
               part->n_bytes);
    }
    return value;
}

static void append_entry(struct scan *scan, struct ini_entry **entries, size_t *n, size_t *capacity)
{
    void *grown = *entries;
    if (!scan->status)
        scan->status = mem_grow(&grown, capacity, *n + 1, sizeof **entries, scan->error);
    if (scan->status)
        return;
    *entries = grown;
    (*entries)[(*n)++] = scan->entry;
}

static void close_entry(struct scan *scan)
{
    struct ini *ini = scan->ini;
    struct ini_entry *entry = &scan->entry;
    int has_place = entry->key[0] && entry->section < ini->n_sections;
    scan->is_open = 0;
    if (scan->status)
        return;
    if (!scan->is_faulty) {
        entry->value = join_parts(scan, entry);
        append_entry(scan, &ini->entries, &ini->n_entries, &ini->entry_capacity);
        return;
    }
    ini->n_parts = entry->first_part;
    entry->n_parts = 0;
    if (has_place)
        append_entry(scan, &ini->faulty, &ini->n_faulty, &ini->faulty_capacity);
}

/* Adds a part of the line to the value, which is complete unless that part ends with a comma. */
static void add_part(struct scan *scan, size_t start, size_t end)
{
    struct ini *ini = scan->ini;
    const char *text = ini->lines[scan->line - 1].text;
    size_t comment = find_comment(text, start, end);
    if (comment < end && text[comment] == '#') {
        add_problem(scan, comment, 0, "a comment after a value starts with ' ;', not with ' #'");
        scan->is_faulty = 1;
    }
    end = trim_end(text, start, comment);
    void *grown = ini->parts;
    scan->status =
        mem_grow(&grown, &ini->part_capacity, ini->n_parts + 1, sizeof *ini->parts, scan->error);
    if (scan->status)
        return;
    ini->parts = grown;
    size_t offset = 0;
    if (scan->entry.n_parts++ > 0)
        offset = ini->parts[ini->n_parts - 1].offset + ini->parts[ini->n_parts - 1].n_bytes + 1;
    ini->parts[ini->n_parts++] = (struct ini_part){offset, end - start, scan->line, start + 1};
    scan->is_open = end > start && text[end - 1] == ',';
    if (!scan->is_open)
        close_entry(scan);
}

/* The value ended with a comma, but nothing follows that belongs to it. */
static void miss_part(struct scan *scan)
{
    const struct ini_part *last = &scan->ini->parts[scan->ini->n_parts - 1];
    size_t comma = last->column - 1 + last->n_bytes - 1;
    add_problem_at(scan->ini, last->line, comma, comma + 1,
                   "nothing follows this comma: a value that ends with one goes on in the next "
                   "line");
    scan->is_faulty = 1;
    close_entry(scan);
}

int ini_can_continue(const char *text, size_t n_bytes)
{
    for (size_t i = 0; i < n_bytes; i++)
        if (text[i] == '=' || text[i] == ':' || text[i] == '[')
            return 0;
    return 1;
}

/* Whether there is something in the line, and it can be read. */
static int check_line(struct scan *scan, const struct ini_line *line, size_t start, size_t end)
{
    const char *zero = memchr(line->text, '\0', end);
    if (zero)
        add_problem(scan, (size_t)(zero - line->text), 0, "a zero byte: this is not a text file");
    else if (start == end || line->text[start] == ';' || line->text[start] == '#')
        return 0;
    else if (line->n_bytes > INI_LINE_BYTES)
        add_problem(scan, INI_LINE_BYTES, 0, "the line is longer than the limit of 198 bytes");
    else
        return 1;
    scan->is_faulty = 1;
    return 0;
}

/* Reads faulty lines, section lines and those that go on with a value; 1 when the line is one for
 * inih. */
static int scan_line(struct scan *scan, const struct ini_line *line)
{
    const char *text = line->text;
    size_t start = skip_blanks(text, 0, line->n_bytes), end = trim_end(text, start, line->n_bytes);
    scan->n_start = start;
    if (!check_line(scan, line, start, end))
        return 0;
    if (scan->is_open && ini_can_continue(text + start, find_comment(text, start, end) - start)) {
        add_part(scan, start, end);
        return 0;
    }
    if (scan->is_open)
        miss_part(scan);
    if (text[start] == '[')
        scan_section(scan, text, start, end);
    return text[start] != '[';
}

static void finish_line(struct scan *scan)
{
    if (scan->unanswered)
        add_problem(scan, scan->n_start, scan->ini->lines[scan->line - 1].n_bytes,
                    scan->n_start == 0
                        ? "expected 'key = value' or '[section]'"
                        : "expected 'key = value' or '[section]'; a line goes on with the value "
                          "above where that ends with a comma");
    scan->unanswered = 0;
}

/* The reader inih calls for its next line: an fgets(). */
static char *next_line(char *buffer, int capacity, void *user)
{
    struct scan *scan = user;
    finish_line(scan);
    while (!scan->status && (size_t)scan->line < scan->ini->n_lines) {
        const struct ini_line *line = &scan->ini->lines[scan->line++];
        if (!scan_line(scan, line))
            continue;
        /* Without its leading blanks no line is a continuation to inih. */
        size_t n = line->n_bytes - scan->n_start;
        if (n + sizeof "\n" > (size_t)capacity) {
            add_problem(scan, scan->n_start, 0, "the line is longer than inih was built for");
            continue;
        }
        memcpy(buffer, line->text + scan->n_start, n);
        memcpy(buffer + n, "\n", sizeof "\n");
        scan->unanswered = 1;
        return buffer;
    }
    return NULL;
}

/* Offset of the value in its line: past the key, blanks, the '=' or ':', blanks. */
static size_t value_offset(const struct scan *scan, const char *key)
{
    const struct ini_line *line = &scan->ini->lines[scan->line - 1];
    size_t separator = skip_blanks(line->text, scan->n_start + strlen(key), line->n_bytes);
    return skip_blanks(line->text, separator + 1, line->n_bytes);
}

/* The handler inih calls for each key; its own idea of the section is not used. */
static int handle_entry(void *user, const char *section, const char *key, const char *value)
{
    (void)section;
    struct scan *scan = user;
    size_t n_key = strlen(key), start = value_offset(scan, key);
    scan->unanswered = 0;
    if (!key[0])
        add_problem(scan, scan->n_start, 0, "the key before the '=' is missing");
    else if (scan->section == NO_SECTION)
        add_problem(scan, scan->n_start, scan->n_start + n_key, "a key before the first [section]");
    scan->is_faulty = !key[0] || scan->section == NO_SECTION || scan->section == UNKNOWN_SECTION;
    scan->entry = (struct ini_entry){.section = scan->section,
                                     .key = keep(scan, key, 0, n_key),
                                     .line = scan->line,
                                     .key_column = scan->n_start + 1,
                                     .first_part = scan->ini->n_parts};
    if (!scan->status)
        add_part(scan, start, start + strlen(value));
    return 1;
}

/* Fills ini->lines from ini->data. */
static int split_lines(struct ini *ini, size_t n_bytes, struct pt_error *error)
{
    const char *at = (const char *)ini->data, *end = at + n_bytes;
    if (n_bytes >= 3 && memcmp(at, "\xEF\xBB\xBF", 3) == 0)
        at += 3;
    size_t n_lines = 1;
    for (const char *p = at; p < end; p++)
        n_lines += *p == '\n';
    ini->lines = arena_alloc(&ini->arena, n_lines, sizeof *ini->lines, error);
    if (!ini->lines)
        return PT_E_MEMORY;
    while (at < end) {
        const char *feed = memchr(at, '\n', (size_t)(end - at));
        const char *stop = feed ? feed : end;
        size_t n = (size_t)(stop - at);
        if (n > 0 && at[n - 1] == '\r')
            n--;
        ini->lines[ini->n_lines++] = (struct ini_line){at, n};
        at = feed ? feed + 1 : end;
    }
    return PT_OK;
}

int ini_read(const char *path, struct ini *ini, struct pt_error *error)
{
    *ini = (struct ini){0};
    size_t n_bytes;
    int status = file_read(path, INI_FILE_BYTES, &ini->data, &n_bytes, error);
    if (!status)
        status = split_lines(ini, n_bytes, error);
    if (!status) {
        struct scan scan = {.ini = ini, .error = error, .section = NO_SECTION};
        /* Some builds of inih stop at the first line they cannot split: go on behind it. */
        while (!scan.status && (size_t)scan.line < ini->n_lines)
            if (ini_parse_stream(next_line, &scan, handle_entry, &scan) == -2)
                scan.status = pt_error_at(error, PT_E_MEMORY, path, 0, 0, "out of memory in inih");
        finish_line(&scan);
        if (scan.is_open)
            miss_part(&scan);
        status = scan.status;
    }
    if (status)
        ini_release(ini);
    return status;
}

void ini_release(struct ini *ini)
{
    mem_free(ini->sections);
    mem_free(ini->entries);
    mem_free(ini->faulty);
    mem_free(ini->parts);
    mem_free(ini->data);
    arena_release(&ini->arena);
    *ini = (struct ini){0};
}

const struct ini_part *ini_part_at(const struct ini *ini, const struct ini_entry *entry,
                                   size_t offset)
{
    const struct ini_part *part = &ini->parts[entry->first_part + entry->n_parts - 1];
    while (part->offset > offset)
        part--;
    return part;
}
