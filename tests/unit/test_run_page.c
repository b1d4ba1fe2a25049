/* Pages of runs: complete, safe against what stands in the files, whole or not there. */
#include "report_run.h"

#include "faults.h"
#include "phasetrace/report.h"
#include "report/claim_list.h"

static char *page; /* the latest, strdup'ed */

static const char *write_page(void)
{
    struct pt_error error = {0};
    if (pt_report_page(run_path, &error) != PT_OK)
        fail_msg("%s: %s", error.file, error.message);
    free(page);
    char *text = read_run_file("report.html");
    page = strdup(text);
    mem_free(text);
    return page;
}

static void assert_has(const char *text, const char *words)
{
    if (!strstr(text, words))
        fail_msg("the page lacks %s", words);
}

static void assert_lacks(const char *text, const char *words)
{
    if (strstr(text, words))
        fail_msg("the page has %s", words);
}

#define CLAIM(id, verdict, statement)                                         \
    "{\"id\": \"" id "\", \"paper\": \"P1, P2\", \"figure\": \"figure 3\", "  \
    "\"statement\": \"" statement "\", \"value\": 0.25, \"threshold\": 0.6, " \
    "\"reproduced\": " verdict ", \"reason\": \"because\"}"

static void what_is_always_there_is_shown(void **state)
{
    (void)state;
    make_run();
    write_run_file("analysis/claims.json",
                   "[" CLAIM("D4", "true", "low orders") "," CLAIM(
                       "D5", "false", "rises") "," CLAIM("D9", "null", "theory") "]");
    write_run_file("config.ini", "[run]\nname = digits\nout = /secret/place\n"
                                 "threads = 7\n[train]\nepochs = 3\n");
    const char *text = write_page();
    assert_has(text, "<h1>digits</h1>");
    assert_has(text, "Of 3 statements <strong>1 hold</strong> here, 1 do not, 1 cannot");
    assert_has(text, "data-claim=\"D9\"");
    assert_has(text, "https://arxiv.org/abs/2405.10262");
    assert_has(text, "<th scope=\"row\">epochs</th><td>3</td>");
    assert_lacks(text, "secret");
    assert_lacks(text, ">threads<");
    assert_lacks(text, "nan");
}

/* Step 4096 is the last of 23 checkpoints; strengths of the layers add up to the table's. */
static void the_data_are_those_of_the_tables(void **state)
{
    (void)state;
    make_run();
    const char *text = write_page();
    assert_has(text, "\"steps\":[0,1,2,4,8,12,16,24,32,48,64,96,128,192,256,384,512,768,1024,1536,"
                     "2048,3072,4096]");
    assert_has(text, "max=\"22\" step=\"1\" value=\"22\"");
    assert_has(text, "\"train\":[{\"bars\":[[[");
    assert_has(text, "\"samples\":[]");
}

static void names_cannot_become_markup(void **state)
{
    (void)state;
    make_run();
    edit_run_file("analysis/about.json", "MLP 784", "</script><img src=x onerror=alert(1)>");
    write_run_file("config.ini", "[run]\nname = <script>alert(\"1\")\n");
    write_run_file("analysis/claims.json",
                   "[" CLAIM("D1\\\" onclick=\\\"x", "true", "a <b>bold</b> claim") "]");
    const char *text = write_page();
    assert_lacks(text, "<script>alert");
    assert_lacks(text, "<img");
    assert_lacks(text, "<b>bold");
    assert_lacks(text, "\" onclick");
    assert_has(text, "<h1>&lt;script&gt;alert(&quot;1&quot;)</h1>");
}

static void a_run_without_what_is_optional_has_a_page(void **state)
{
    (void)state;
    make_run();
    remove_optional_inputs();
    const char *text = write_page();
    assert_has(text, "<h1>MNIST</h1>");
    assert_lacks(text, "class=\"bar gen\"");
    assert_has(text, "class=\"bar test\"");
    assert_lacks(text, "id=\"claims\"");
    assert_lacks(text, "nan");
}

static void the_same_files_give_the_same_bytes(void **state)
{
    (void)state;
    make_run();
    char *first = strdup(write_page());
    assert_string_equal(write_page(), first);
    free(first);
}

static void wrong_claims_are_refused(void **state)
{
    struct pt_error error = {0};
    (void)state;
    make_run();
    write_run_file("analysis/claims.json", "[{\"id\": \"D1\", \"reproduced\": 3}]");
    assert_int_equal(pt_report_page(run_path, &error), PT_E_DATA);
    assert_non_null(strstr(error.message, "claim 1: \"reproduced\" must be true, false or null"));
    assert_false(file_exists(run_file("report.html")));
}

static int make_page(void *user, struct pt_error *error)
{
    (void)user;
    return pt_report_page(run_path, error);
}

static int compare(void *user, struct pt_error *error)
{
    const char *const runs[] = {run_path, run_path};
    (void)user;
    return pt_report_comparison(runs, 2, run_file("comparison.html"), error);
}

static void faults_leave_nothing(void **state)
{
    (void)state;
    make_run();
    write_run_file("analysis/claims.json", "[" CLAIM("D4", "true", "low orders") "]");
    write_run_file("config.ini", "[run]\nname = digits\n");
    assert_survives_memory_faults(make_page, NULL);
    assert_survives_file_faults(make_page, NULL);
    assert_survives_memory_faults(compare, NULL);
    assert_survives_file_faults(compare, NULL);
}

static void runs_are_compared(void **state)
{
    struct pt_error error = {0};
    const char *many[PT_MAX_COMPARED + 1];
    (void)state;
    make_run();
    write_run_file("analysis/claims.json",
                   "[" CLAIM("D4", "true", "low orders") "," CLAIM("D5", "false", "rises") "]");
    write_run_file("config.ini", "[run]\nname = digits\nseed = 1\n");
    assert_int_equal(compare(NULL, &error), PT_OK);
    char *text = read_run_file("comparison.html");
    assert_has(text, "2 runs compared");
    assert_has(text, "Their configurations are the same");
    assert_has(text, "class=\"curve run-2\"");
    assert_has(text, "data-claim=\"D5\"");
    assert_lacks(text, "<script");
    mem_free(text);
    for (size_t i = 0; i <= PT_MAX_COMPARED; i++)
        many[i] = run_path;
    assert_int_equal(pt_report_comparison(many, 1, "x.html", &error), PT_E_CONFIG);
    assert_int_equal(pt_report_comparison(many, PT_MAX_COMPARED + 1, "x.html", &error),
                     PT_E_CONFIG);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_always_there_is_shown),
        cmocka_unit_test(the_data_are_those_of_the_tables),
        cmocka_unit_test(names_cannot_become_markup),
        cmocka_unit_test(a_run_without_what_is_optional_has_a_page),
        cmocka_unit_test(the_same_files_give_the_same_bytes),
        cmocka_unit_test(wrong_claims_are_refused),
        cmocka_unit_test(faults_leave_nothing),
        cmocka_unit_test(runs_are_compared),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    remove_run();
    free(page);
    return failed;
}
