/*
 * Predictions: how P2's theory distributes the strength of a network over the orders, for every
 * sigma2 of the grid, when its interactions without noise are the salient ones of an encoding.
 *
 * For each sample w_hat = M(sigma2) w* (analysis/attenuation.h), separately for the AND and for
 * the OR vector w*. M needs entry 0, the constant term, which interactions do not have:
 *
 *   AND  w*_0 = v(x_0): the vector is then the Moebius transform of v's AND part.
 *   OR   w*_0 = - sum of the sample's salient OR interactions. I_or is the Moebius transform of
 *        -o(N \ T) (doc/METHOD.md): AND interactions of the absence of players. Its entry 0 is
 *        -o(N), and T4 of the identities makes o(N), the OR part of an unmasked sample, that sum.
 *
 * Strengths are sums of |w_hat(S)| >= tau over non-empty S. tau is 0.03 |v_theo(x) - w_hat_0| with
 * v_theo(x) the predicted output for the unmasked sample, that is 0.03 times the absolute sum of
 * all w_hat(S), S non-empty: of the AND vector alone, or of both.
 */
#ifndef ANALYSIS_PREDICTION_H
#define ANALYSIS_PREDICTION_H

#include "analysis/attenuation.h"
#include "analysis/encoding.h"

#define PREDICTION_MAX_PLAYERS 16 /* beyond, it would take minutes */

enum predicted_kind { PREDICTED_AND, PREDICTED_BOTH, N_PREDICTED_KINDS };

/*
 * strengths[kind][n_samples, N_SIGMA2, n_players] of the encoding's samples first .. first +
 * n_samples - 1, orders from 1; a kind may be NULL. At most PREDICTION_MAX_PLAYERS players.
 */
int predict_strengths(const struct encoding *encoding, size_t first, size_t n_samples,
                      double salience, double *const strengths[N_PREDICTED_KINDS],
                      struct pt_error *error);

#endif
