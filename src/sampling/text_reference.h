#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "sampling/text_chain.h"

/// The text sampler's chain on the CPU, in double precision and the plainest way: what the kernels are tested
/// against.
namespace figment::sampling {

/// What else the chain depends on.
struct ReferenceSituation {
  TextTokens tokens;          ///< biases, and where repetitions end
  double xtc_draw = 0;        ///< uniform in [0, 1): XTC happens if it is below its chance
  double mirostat_limit = 0;  ///< bits
};

/// The logits after the penalties; `history` is the text so far, of which the last options.penalty_window count.
/// Throws Error if a token is not in the vocabulary.
std::vector<double> reference_penalties(std::span<const float> logits, std::span<const std::int32_t> history,
                                        const TextOptions& options);

/// The probability of each token to be the next one, after the whole chain of TextOptions; sums to 1. A logit of
/// -infinity bans its token. Equal tokens rank by their number, the lower one first. Throws Error if the options
/// are not valid, there are no logits, one is NaN or +infinity, or all are banned.
std::vector<double> reference_filter(std::span<const float> logits, std::span<const std::int32_t> history,
                                     const TextOptions& options, const ReferenceSituation& situation = {});

/// The token that a uniform number in [0, 1) chooses: the first at which the running sum of the probabilities, in
/// token order, exceeds it. Rounding at the end of the sum falls to the last token of probability above 0.
std::int32_t reference_choice(std::span<const double> probabilities, double uniform);

}  // namespace figment::sampling
