/* The learning rate along the training. */
#include "train/schedule.h"

#include <math.h>

static double in_steps(const struct pt_config *config, long epoch)
{
    double rate = config->train.learning_rate;
    for (size_t i = 0; i < config->train.step_epochs.n; i++)
        if (config->train.step_epochs.items[i] <= epoch)
            rate *= config->train.step_factor;
    return rate;
}

/* `share` of the way has been gone. */
static double along_cosine(const struct pt_config *config, double share)
{
    const double pi = 3.141592653589793;
    double last = config->train.final_rate;
    return last + (config->train.learning_rate - last) * (1 + cos(pi * share)) / 2;
}

double schedule_rate(const struct pt_config *config, long steps_per_epoch, long step)
{
    long n_warmup = lround(config->train.warmup_epochs * (double)steps_per_epoch);
    long n_steps = config->train.epochs * steps_per_epoch;
    if (step < n_warmup)
        return config->train.learning_rate * (double)(step + 1) / (double)n_warmup;
    switch (config->train.schedule) {
    case PT_RATE_CONSTANT:
        break;
    case PT_RATE_STEP:
        return in_steps(config, step / steps_per_epoch);
    case PT_RATE_COSINE:
        if (step >= n_steps)
            return config->train.final_rate;
        return along_cosine(config, (double)(step - n_warmup) / (double)(n_steps - n_warmup));
    }
    return config->train.learning_rate;
}
