/* Stopping on a signal. */
#include "app/signals.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

volatile int signals_stop;
const char *volatile signals_farewell;

static void say_farewell(void)
{
    const char *text = signals_farewell;
    if (text && write(STDERR_FILENO, text, strlen(text)) < 0)
        return; /* nobody is left to be told */
}

/* A terminal that closes may hang up twice, by its shell and by the system: that asks once. */
static void on_signal(int number)
{
    if (signals_stop && number != SIGHUP) {
        say_farewell();
        _exit(128 + number);
    }
    if (!signals_stop)
        signals_stop = number;
}

static int is_ignored(int number)
{
    struct sigaction present;
    return sigaction(number, NULL, &present) == 0 && present.sa_handler == SIG_IGN;
}

void signals_install(void)
{
    struct sigaction action = {.sa_handler = on_signal};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    if (!is_ignored(SIGHUP)) /* nohup: the run outlives its terminal */
        sigaction(SIGHUP, &action, NULL);
}

void signals_ignore_pipe(void)
{
    struct sigaction action = {.sa_handler = SIG_IGN};
    sigemptyset(&action.sa_mask);
    sigaction(SIGPIPE, &action, NULL);
}
