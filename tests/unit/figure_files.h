/* The figures in RUN/figures, and what every one of them must be. */
#ifndef FIGURE_FILES_H
#define FIGURE_FILES_H

#include "report_run.h"

#include "phasetrace/report.h"

#include <dirent.h>
#include <png.h>

static const char *const extensions[] = {"png", "svg", "pdf"};
#define N_FORMATS (sizeof extensions / sizeof *extensions)

static inline void need_cairo(void)
{
    if (!pt_report_available())
        skip();
}

static inline void read_figure(const char *name, unsigned char **data, size_t *n_bytes)
{
    char path[1024];
    assert_int_equal(path_join(path, sizeof path, run_file("figures"), name, NULL), PT_OK);
    assert_int_equal(file_read(path, 1 << 26, data, n_bytes, NULL), PT_OK);
}

/* Files in RUN/figures; 0 when there is no such directory. */
static inline size_t count_figures(void)
{
    DIR *directory = opendir(run_file("figures"));
    if (!directory)
        return 0;
    size_t n = 0;
    for (struct dirent *entry; (entry = readdir(directory));)
        n += entry->d_name[0] != '.';
    closedir(directory);
    return n;
}

/* The file is what its extension says, to its end. */
static inline void assert_whole_file(const char *name)
{
    unsigned char *data;
    size_t n_bytes;
    read_figure(name, &data, &n_bytes);
    const char *extension = strrchr(name, '.');
    if (strcmp(extension, ".pdf") == 0) {
        assert_memory_equal(data, "%PDF-", 5);
        assert_non_null(strstr((char *)data + n_bytes - 8, "%%EOF"));
    } else if (strcmp(extension, ".svg") == 0) {
        assert_non_null(strstr((char *)data, "viewBox=\"0 0 1920 1080\""));
        assert_non_null(strstr((char *)data + n_bytes - 8, "</svg>"));
        assert_null(strstr((char *)data, "nan"));
        assert_null(strstr((char *)data, "inf"));
    }
    mem_free(data);
}

/* A decoded PNG of RUN/figures. */
struct picture {
    png_structp png;
    png_infop info;
    FILE *file;
};

static inline void open_picture(struct picture *picture, const char *name)
{
    char path[1024];
    assert_int_equal(path_join(path, sizeof path, run_file("figures"), name, NULL), PT_OK);
    picture->file = fopen(path, "rb");
    assert_non_null(picture->file);
    picture->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
    picture->info = png_create_info_struct(picture->png);
    png_init_io(picture->png, picture->file);
    png_read_png(picture->png, picture->info, PNG_TRANSFORM_IDENTITY, NULL);
    assert_int_equal(png_get_image_width(picture->png, picture->info), 1920);
    assert_int_equal(png_get_image_height(picture->png, picture->info), 1080);
}

static inline void close_picture(struct picture *picture)
{
    png_destroy_read_struct(&picture->png, &picture->info, NULL);
    fclose(picture->file);
}

/* No ink within 15 pixels of the border: nothing is clipped by the page. */
static inline void assert_clear_border(const char *name)
{
    struct picture picture;
    open_picture(&picture, name);
    png_bytepp rows = png_get_rows(picture.png, picture.info);
    size_t n_inked = 0;
    for (size_t y = 0; y < 1080; y++)
        for (size_t x = 0; x < 1920; x++) {
            int is_border = y < 15 || y >= 1080 - 10 || x < 15 || x >= 1920 - 15;
            if (rows[y][3 * x] == 255 && rows[y][3 * x + 1] == 255 && rows[y][3 * x + 2] == 255)
                continue;
            if (is_border)
                fail_msg("%s: ink at (%zu, %zu)", name, x, y);
            n_inked++;
        }
    assert_true(n_inked > 5000);
    close_picture(&picture);
}

#endif
