/* Softmax cross-entropy with its gradient. */
#include "nn/loss.h"

#include "num/softmax.h"
#include "phasetrace/network.h"

#include <math.h>

double loss_mean(const float *logits, const uint8_t *labels, size_t n, size_t n_classes,
                 float *gradient)
{
    double total = 0;
    float share = 1.0F / (float)n;
    for (size_t i = 0; i < n; i++, logits += n_classes, gradient += n_classes) {
        total += softmax(logits, n_classes, gradient) - (double)logits[labels[i]];
        gradient[labels[i]] -= 1;
        for (size_t k = 0; k < n_classes; k++)
            gradient[k] *= share;
    }
    return total / (double)n;
}

static int is_largest(const float *logits, size_t n_classes, size_t label)
{
    for (size_t k = 0; k < n_classes; k++) {
        int beats = k < label ? logits[k] >= logits[label] : logits[k] > logits[label];
        if (beats || isnan(logits[k]))
            return 0;
    }
    return 1;
}

void loss_of_each(const float *logits, const uint8_t *labels, size_t n, size_t n_classes,
                  double *losses, uint8_t *correct)
{
    for (size_t i = 0; i < n; i++, logits += n_classes) {
        losses[i] = log_sum_exp(logits, n_classes) - (double)logits[labels[i]];
        correct[i] = (uint8_t)is_largest(logits, n_classes, labels[i]);
    }
}

double pt_log_odds(const float *logits, size_t n_classes, size_t label)
{
    return log_odds(logits, n_classes, label);
}
