/* The header of .npy files: a Python dictionary of type, memory order, shape. */
#include "fmt/npy.h"

#include "fmt/bytes.h"

#include <stdio.h>
#include <string.h>

#define MAGIC "\x93NUMPY"
#define MAGIC_BYTES 6
#define ALIGNMENT 64

static const struct {
    const char *name;
    size_t n_bytes;
} TYPES[] = {
    [NPY_F8] = {"<f8", 8}, [NPY_F4] = {"<f4", 4}, [NPY_I8] = {"<i8", 8},
    [NPY_I4] = {"<i4", 4}, [NPY_U1] = {"|u1", 1}, [NPY_B1] = {"|b1", 1},
};
#define N_TYPES (sizeof TYPES / sizeof TYPES[0])

size_t npy_type_bytes(enum npy_type type)
{
    return TYPES[type].n_bytes;
}

const char *npy_type_name(enum npy_type type)
{
    return TYPES[type].name;
}

size_t npy_format_header(enum npy_type type, size_t rank, const size_t *shape,
                         unsigned char header[NPY_MAX_HEADER_BYTES])
{
    char *text = (char *)header + MAGIC_BYTES + 4;
    size_t room = NPY_MAX_HEADER_BYTES - MAGIC_BYTES - 4;
    size_t n = (size_t)snprintf(text, room, "{'descr': '%s', 'fortran_order': False, 'shape': (",
                                TYPES[type].name);
    for (size_t i = 0; i < rank; i++)
        n += (size_t)snprintf(text + n, room - n,
                              rank == 1 ? "%zu,"
                              : i       ? ", %zu"
                                        : "%zu",
                              shape[i]);
    n += (size_t)snprintf(text + n, room - n, "), }");
    size_t unpadded = MAGIC_BYTES + 4 + n + 1;
    size_t n_header = (unpadded + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    memset(text + n, ' ', n_header - unpadded);
    header[n_header - 1] = '\n';
    memcpy(header, MAGIC "\x01\x00", MAGIC_BYTES + 2);
    store_le(header + MAGIC_BYTES + 2, n_header - MAGIC_BYTES - 4, 2);
    return n_header;
}

/* A place in the dictionary, and what was looked for when something else was found there. */
struct cursor {
    const char *at, *end;
    const char *expected;
};

static void skip_blanks(struct cursor *c)
{
    while (c->at < c->end && (*c->at == ' ' || *c->at == '\t'))
        c->at++;
}

static int accept(struct cursor *c, char wanted)
{
    skip_blanks(c);
    if (c->at == c->end || *c->at != wanted)
        return 0;
    c->at++;
    return 1;
}

static int parse_string(struct cursor *c, char *text, size_t text_bytes)
{
    c->expected = "a short string in quotes";
    char quote = accept(c, '\'') ? '\'' : '"';
    if (quote == '"' && !accept(c, '"'))
        return 0;
    const char *close = memchr(c->at, quote, (size_t)(c->end - c->at));
    if (!close || (size_t)(close - c->at) >= text_bytes)
        return 0;
    size_t n = (size_t)(close - c->at);
    memcpy(text, c->at, n);
    text[n] = '\0';
    c->at = close + 1;
    return 1;
}

static int parse_type(struct cursor *c, struct npy_header *header)
{
    skip_blanks(c);
    const char *start = c->at;
    char name[8];
    if (parse_string(c, name, sizeof name))
        for (size_t i = 0; i < N_TYPES; i++)
            if (strcmp(name, TYPES[i].name) == 0) {
                header->type = (enum npy_type)i;
                return 1;
            }
    c->at = start;
    c->expected = "one of '<f8', '<f4', '<i8', '<i4', '|u1', '|b1'";
    return 0;
}

static int parse_row_major(struct cursor *c)
{
    static const char word[] = "False";
    c->expected = "False (arrays in Fortran order are not supported)";
    if (!accept(c, word[0]) || (size_t)(c->end - c->at) < strlen(word + 1) ||
        memcmp(c->at, word + 1, strlen(word + 1)) != 0)
        return 0;
    c->at += strlen(word + 1);
    return 1;
}

static int parse_size(struct cursor *c, size_t *size)
{
    c->expected = "a dimension that an address can hold";
    const char *start = c->at;
    *size = 0;
    for (; c->at < c->end && *c->at >= '0' && *c->at <= '9'; c->at++)
        if (__builtin_mul_overflow(*size, 10, size) ||
            __builtin_add_overflow(*size, (size_t)(*c->at - '0'), size))
            return 0;
    return c->at > start;
}

static int parse_shape(struct cursor *c, struct npy_header *header)
{
    c->expected = "a shape such as (3, 4)";
    if (!accept(c, '('))
        return 0;
    header->rank = 0;
    header->count = 1;
    while (!accept(c, ')')) {
        c->expected = "at most 8 dimensions";
        if (header->rank == NPY_MAX_RANK)
            return 0;
        size_t *size = &header->shape[header->rank++];
        if (!parse_size(c, size) || __builtin_mul_overflow(header->count, *size, &header->count))
            return 0;
        c->expected = "a comma or a closing parenthesis";
        if (!accept(c, ',') && !(c->at < c->end && *c->at == ')'))
            return 0;
    }
    return 1;
}

static int parse_entry(struct cursor *c, struct npy_header *header, unsigned *seen)
{
    static const char *const keys[] = {"descr", "fortran_order", "shape"};
    skip_blanks(c);
    const char *start = c->at;
    char key[16];
    if (!parse_string(c, key, sizeof key))
        return 0;
    unsigned which = 0;
    while (which < 3 && strcmp(key, keys[which]) != 0)
        which++;
    if (which == 3 || (*seen & 1u << which)) {
        c->at = start;
        c->expected = "the keys 'descr', 'fortran_order', 'shape', each once";
        return 0;
    }
    *seen |= 1u << which;
    c->expected = "a colon";
    if (!accept(c, ':'))
        return 0;
    switch (which) {
    case 0:
        return parse_type(c, header);
    case 1:
        return parse_row_major(c);
    default:
        return parse_shape(c, header);
    }
}

/* What Python's repr() gives for a dictionary, the keys in any order. */
static int parse_dictionary(struct cursor *c, struct npy_header *header)
{
    c->expected = "an opening brace";
    if (!accept(c, '{'))
        return 0;
    unsigned seen = 0;
    while (!accept(c, '}')) {
        if (!parse_entry(c, header, &seen))
            return 0;
        c->expected = "a comma or a closing brace";
        if (!accept(c, ',') && !(c->at < c->end && *c->at == '}'))
            return 0;
    }
    c->expected = "the keys 'descr', 'fortran_order', 'shape', each once";
    if (seen != 7)
        return 0;
    while (c->at < c->end && (*c->at == ' ' || *c->at == '\n'))
        c->at++;
    c->expected = "nothing but blanks";
    return c->at == c->end;
}

/* Where the dictionary lies: its length has 2 bytes in version 1, 4 in the later ones. */
static int find_dictionary(const char *path, const unsigned char *bytes, size_t n_bytes,
                           size_t *start, size_t *length, struct pt_error *error)
{
    if (n_bytes < MAGIC_BYTES + 6 || memcmp(bytes, MAGIC, MAGIC_BYTES) != 0)
        return pt_error_at(error, PT_E_DATA, path, 0, 0,
                           "byte 0: a .npy file begins with \\x93NUMPY");
    int version = bytes[MAGIC_BYTES];
    if (version < 1 || version > 3 || bytes[MAGIC_BYTES + 1] != 0)
        return pt_error_at(error, PT_E_DATA, path, 0, 0,
                           "byte 6: .npy version %d.%d, expected 1.0, 2.0 or 3.0", version,
                           bytes[MAGIC_BYTES + 1]);
    const unsigned char *field = bytes + MAGIC_BYTES + 2;
    *start = MAGIC_BYTES + (version == 1 ? 4 : 6);
    *length = version == 1 ? load_le16(field) : load_le32(field);
    if (*length > n_bytes - *start)
        return pt_error_at(error, PT_E_DATA, path, 0, 0,
                           "byte 8: a header of %zu bytes, only %zu are left", *length,
                           n_bytes - *start);
    return PT_OK;
}

int npy_parse_header(const char *path, const unsigned char *bytes, size_t n_bytes,
                     struct npy_header *header, struct pt_error *error)
{
    size_t start = 0, length = 0;
    int status = find_dictionary(path, bytes, n_bytes, &start, &length, error);
    if (status)
        return status;
    *header = (struct npy_header){.n_bytes = start + length};
    const char *text = (const char *)bytes + start;
    struct cursor c = {.at = text, .end = text + length};
    if (!parse_dictionary(&c, header))
        return pt_error_at(error, PT_E_DATA, path, 0, 0, "byte %zu: expected %s",
                           start + (size_t)(c.at - text), c.expected);
    return PT_OK;
}
