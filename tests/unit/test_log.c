/* Messages: they reach the sink with their level, are cut when too long, may have no sink. */
#include "testing.h"

#include "base/log.h"

struct received {
    int n;
    enum pt_log_level level;
    char message[2 * PT_ERROR_MESSAGE_BYTES];
};

static void receive(void *user, enum pt_log_level level, const char *message)
{
    struct received *received = user;
    received->n++;
    received->level = level;
    snprintf(received->message, sizeof received->message, "%s", message);
}

static void messages_reach_the_sink(void **state)
{
    (void)state;
    struct received received = {0};
    struct pt_log log = {receive, &received};
    log_message(&log, PT_LOG_INFO, "step %d of %s", 12, "x");
    assert_int_equal(received.n, 1);
    assert_int_equal(received.level, PT_LOG_INFO);
    assert_string_equal(received.message, "step 12 of x");
    log_message(&log, PT_LOG_WARNING, "w");
    assert_int_equal(received.n, 2);
    assert_int_equal(received.level, PT_LOG_WARNING);
}

static void long_messages_are_cut(void **state)
{
    (void)state;
    struct received received = {0};
    struct pt_log log = {receive, &received};
    char text[2 * PT_ERROR_MESSAGE_BYTES];
    memset(text, 'a', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    log_message(&log, PT_LOG_INFO, "%s", text);
    assert_int_equal(strlen(received.message), PT_ERROR_MESSAGE_BYTES - 1);
}

static void nobody_needs_to_listen(void **state)
{
    (void)state;
    struct pt_log silent = {NULL, NULL};
    log_message(NULL, PT_LOG_WARNING, "lost");
    log_message(&silent, PT_LOG_WARNING, "lost");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(messages_reach_the_sink),
        cmocka_unit_test(long_messages_are_cut),
        cmocka_unit_test(nobody_needs_to_listen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
