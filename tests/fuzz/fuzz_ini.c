/* Fuzz target: configurations, sweeps among them, as training and as the report's page read them.
 */
#include "fuzz.h"

#include "base/mem.h"
#include "phasetrace/config.h"
#include "report/run_settings.h"

#include <string.h>

static struct pt_config config, copy;

/* What is printed reads as the same. */
static void check_copy(const struct pt_config *original)
{
    char *text;
    fuzz_assert(pt_config_print(original, 0, &text, NULL) == PT_OK);
    fuzz_write("copy.ini", text, strlen(text));
    fuzz_assert(pt_config_read(fuzz_path("copy.ini"), NULL, 0, &copy, NULL, NULL) == PT_OK);
    fuzz_assert(memcmp(original, &copy, sizeof copy) == 0);
    pt_config_free_text(text);
}

static int read_config(const char *path, struct pt_error *error)
{
    static struct pt_config setting;
    char *report;
    int status = pt_config_read(path, NULL, 0, &config, &report, error);
    fuzz_assert((status == PT_E_CONFIG) == (report != NULL));
    if (report)
        fuzz_assert(report[0]);
    pt_config_free_text(report);
    if (status)
        return status;
    check_copy(&config);
    size_t n = pt_config_n_settings(&config);
    fuzz_assert(n >= 1);
    status = pt_config_setting(&config, n - 1, &setting, error);
    if (!status)
        fuzz_assert(pt_config_n_settings(&setting) == 1);
    return status;
}

static int read_settings(const char *path, struct pt_error *error)
{
    (void)path;
    struct arena arena = {0};
    struct run_settings settings = {0};
    int status = run_settings_load(fuzz_path("."), &settings, &arena, error);
    arena_release(&arena);
    return status;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_read("config.ini", data, size, read_config, REFUSES_CONFIG | REFUSES_DATA);
    fuzz_read("config.ini", data, size, read_settings, REFUSES_DATA);
    return 0;
}
