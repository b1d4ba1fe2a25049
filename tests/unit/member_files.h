/* Hand-made run directories for the tests of series: files are written and read as text. */
#ifndef MEMBER_FILES_H
#define MEMBER_FILES_H

#include "testing.h"

#include "base/fsio.h"
#include "base/mem.h"

static inline void write_file(const char *directory, const char *name, const char *text)
{
    char path[1200];
    snprintf(path, sizeof path, "%s/%s", directory, name);
    char *slash = strrchr(path, '/');
    *slash = '\0';
    assert_int_equal(directory_create(path, NULL), PT_OK);
    *slash = '/';
    assert_int_equal(file_replace(path, text, strlen(text), NULL), PT_OK);
}

static inline void assert_file(const char *directory, const char *name, const char *expected)
{
    char path[1200];
    unsigned char *text;
    size_t n_bytes;
    snprintf(path, sizeof path, "%s/%s", directory, name);
    assert_int_equal(file_read(path, 1 << 20, &text, &n_bytes, NULL), PT_OK);
    assert_string_equal((char *)text, expected);
    mem_free(text);
}

#endif
