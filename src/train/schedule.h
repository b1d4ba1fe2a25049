/* The learning rate along the training. */
#ifndef TRAIN_SCHEDULE_H
#define TRAIN_SCHEDULE_H

#include "phasetrace/config.h"

/*
 * The learning rate of the step that follows `step` = 0, 1, ... others, of T = epochs *
 * steps_per_epoch. With r = learning_rate and W = warmup_epochs * steps_per_epoch, rounded:
 *
 *   step < W  r (step + 1) / W
 *   constant  r
 *   step      r step_factor^k, k of step_epochs being <= floor(step / steps_per_epoch)
 *   cosine    final_rate + (r - final_rate) (1 + cos(pi (step - W) / (T - W))) / 2;
 *             final_rate from step T on
 *
 * These are torch.optim's MultiStepLR (its epochs times steps_per_epoch), CosineAnnealingLR(T_max =
 * T - W), before it LinearLR(start_factor = 1 / W, total_iters = W - 1), stepped once a batch.
 */
double schedule_rate(const struct pt_config *config, long steps_per_epoch, long step);

#endif
