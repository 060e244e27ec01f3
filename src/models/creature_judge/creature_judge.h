#pragma once
#include <utility>

#include "models/judge/judge.h"

namespace figment::models {

/// The judge of pixel creatures, 32x32: what their hue [B, 8] and their body [B, 5] are.
class CreatureJudge : public Judge {
 public:
  static constexpr std::int64_t side = 32;

  CreatureJudge(std::vector<std::int64_t> classes, std::uint64_t seed) : Judge(std::move(classes), seed, side, 3, 32) {}
};

}  // namespace figment::models
