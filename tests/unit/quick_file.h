/* Files for tests that write thousands of them: without the fsync() of file_replace(). */
#ifndef QUICK_FILE_H
#define QUICK_FILE_H

static inline void write_quickly(const char *path, const void *bytes, size_t n_bytes)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, n_bytes, file), n_bytes);
    assert_int_equal(fclose(file), 0);
}

#endif
