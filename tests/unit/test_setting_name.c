/* Names of settings: readable, safe as a part of a path, different for different settings. */
#include "testing.h"

#include "base/mem.h"
#include "phasetrace/series.h"
#include "study/setting_name.h"

static struct pt_config config, member;

static void read_sets(const char *first, const char *second)
{
    const char *const sets[] = {first, second};
    struct pt_error error = {0};
    if (pt_config_read(NULL, sets, second ? 2 : 1, &config, NULL, &error) != PT_OK)
        fail_msg("%s", error.message);
}

static void assert_name(size_t index, const char *expected)
{
    char name[PT_TEXT_BYTES];
    assert_int_equal(setting_name(&config, index, name, NULL), PT_OK);
    assert_string_equal(name, expected);
}

static void names_tell_the_values(void **state)
{
    (void)state;
    read_sets("sweep.data.label_noise=0, 5e-2, 0.10", NULL);
    assert_name(1, "label_noise=0.05");
    assert_name(2, "label_noise=0.1");
    read_sets("sweep.train.epochs=3, 007", "sweep.trace.baseline=black,mean-image");
    assert_name(0, "epochs=3_baseline=black");
    assert_name(3, "epochs=7_baseline=mean-image");
    pt_config_default(&config);
    assert_name(0, "");
    assert_int_equal(mem_live_bytes(), 0);
}

static void paths_stay_one_part_of_a_path(void **state)
{
    (void)state;
    read_sets("sweep.data.path=../a b, ..%2Fa b", NULL);
    assert_name(0, "path=..%2Fa%20b");
    assert_name(1, "path=..%252Fa%20b");
    char set[160] = "sweep.data.path=";
    for (size_t i = strlen(set); i < 100; i++)
        set[i] = '/';
    read_sets(set, NULL);
    char name[PT_TEXT_BYTES];
    struct pt_error error;
    assert_int_equal(setting_name(&config, 0, name, &error), PT_E_CONFIG);
    assert_int_equal(mem_live_bytes(), 0);
}

static void members_have_their_places(void **state)
{
    (void)state;
    static const char *const expected[] = {"r/sweep_epochs=1/seed_7", "r/sweep_epochs=1/seed_9",
                                           "r/sweep_epochs=2/seed_7", "r/sweep_epochs=2/seed_9"};
    read_sets("run.seeds=7, 9", "sweep.train.epochs=1, 2");
    assert_int_equal(pt_series_n_members(&config), 4);
    assert_int_equal(pt_series_member(&config, 3, &member, NULL), PT_OK);
    assert_string_equal(member.run.out, "");
    strcpy(config.run.out, "r");
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(pt_series_member(&config, i, &member, NULL), PT_OK);
        assert_string_equal(member.run.out, expected[i]);
        assert_true(member.run.seed == (i % 2 ? 9 : 7));
        assert_int_equal(member.train.epochs, 1 + i / 2);
        assert_int_equal(member.run.seeds.n + member.sweep.n, 0);
    }
    read_sets("run.seeds=7, 9", "run.out=r");
    assert_int_equal(pt_series_member(&config, 1, &member, NULL), PT_OK);
    assert_string_equal(member.run.out, "r/seed_9");
    read_sets("sweep.train.epochs=4, 5", "run.out=r");
    assert_int_equal(pt_series_member(&config, 1, &member, NULL), PT_OK);
    assert_string_equal(member.run.out, "r/sweep_epochs=5");
    assert_true(member.run.seed == 1);
    read_sets("run.seeds=5", "run.out=r");
    assert_int_equal(pt_series_member(&config, 0, &member, NULL), PT_OK);
    assert_string_equal(member.run.out, "r");
    assert_true(member.run.seed == 5);
    assert_int_equal(mem_live_bytes(), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_tell_the_values),
        cmocka_unit_test(paths_stay_one_part_of_a_path),
        cmocka_unit_test(members_have_their_places),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
