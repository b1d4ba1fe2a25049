/* The training loss, softmax cross-entropy; labels are below n_classes throughout. */
#ifndef NN_LOSS_H
#define NN_LOSS_H

#include <stddef.h>
#include <stdint.h>

/*
 * Mean over the batch of -log softmax(logits)[label]; logits [n, n_classes], labels [n]. Its
 * gradient with respect to the logits, (softmax - one_hot) / n, goes to `gradient`
 * [n, n_classes]. NaN or infinite when a logit is.
 */
double loss_mean(const float *logits, const uint8_t *labels, size_t n, size_t n_classes,
                 float *gradient);

/*
 * One by one, for evaluation: losses[i] = -log softmax(logits)[label], correct[i] = 1 when the
 * label has the largest logit (of equal ones the first counts), else 0; 0 when a logit is NaN.
 */
void loss_of_each(const float *logits, const uint8_t *labels, size_t n, size_t n_classes,
                  double *losses, uint8_t *correct);

#endif
