#pragma once
#include <cstdint>
#include <functional>

#include "data/masked_stories.h"
#include "models/bert/bert.h"
#include "runtime/context.h"

namespace figment::studio {

/// How many masked tokens were guessed right, by the network and by counting neighbours.
struct MaskScore {
  std::int64_t stories = 0;
  std::int64_t skipped = 0;  ///< longer than what is read at once
  std::int64_t masked = 0;
  std::int64_t right = 0;
  std::int64_t right_of_five = 0;        ///< among the five likeliest
  std::int64_t counted_stories = 0;      ///< what the baseline has learned from
  std::int64_t counts_right = 0;         ///< two words on each side, none of which is masked for the baseline
  std::int64_t masked_counts_right = 0;  ///< the same from the masked text, as the network reads it
  double nats = 0;                       ///< minus the log of what the network gave the right ones, at least e^-20

  double share(std::int64_t count) const {
    return masked > 0 ? static_cast<double>(count) / static_cast<double>(masked) : 0;
  }
};

/// Masks each token of `count` stories that training never sees with a probability of 0.15; all of those are "_".
MaskScore score_masks(runtime::Context& context, const models::Bert& network, const data::MaskedStories& stories,
                      std::int64_t count, std::int64_t counted_stories, std::uint64_t seed,
                      const std::function<void(double)>& progress = {});

}  // namespace figment::studio
