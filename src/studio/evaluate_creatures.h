#pragma once
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "models/creature_judge/creature_judge.h"
#include "runtime/program.h"
#include "studio/evaluate_features.h"
#include "studio/family.h"

namespace figment::studio {

/// Creatures of 32x32 pixels with what they are.
struct CreatureSet {
  static constexpr int side = static_cast<int>(models::CreatureJudge::side);
  static constexpr std::size_t floats = std::size_t{side} * side * 3;
  std::vector<float> pixels;  ///< [count, 32, 32, 3] in [-1, 1]
  std::vector<int> hue;       ///< index into data::hue_names; empty if not known
  std::vector<int> body;      ///< index into data::body_names; empty if not known

  std::int64_t count() const { return static_cast<std::int64_t>(pixels.size() / floats); }
};

/// Creatures of "creatures" or "creatures_palette" (cells enlarged) that no training has seen. Throws Error for another
/// set.
CreatureSet held_out_creatures(const std::string& set, std::int64_t count, std::uint64_t seed);
/// Adds pictures [n, side, side, 3] of a side that divides 32, their pixels enlarged.
void add_enlarged(CreatureSet& to, std::span<const float> pixels, int side);

/// The shipped classifier of creatures on a device.
class CreatureJudging {
 public:
  struct Verdict {
    FeatureSet features;
    std::vector<int> hue;
    std::vector<int> body;
  };
  /// Throws Error if the weights (default: the shipped ones) are missing or damaged.
  CreatureJudging(runtime::Context& context, const std::filesystem::path& weights = {});
  Verdict judge(const CreatureSet& creatures);

 private:
  static constexpr std::int64_t batch = 32;
  models::CreatureJudge network_;
  tensor::Graph graph_;
  models::CreatureJudge::Verdict traced_;
  std::unique_ptr<runtime::Program> program_;
};

/// How many verdicts are as the labels say: shares, 0..1.
struct CreatureAgreement {
  double both = 0;
  double hue = 0;
  double body = 0;
};
/// Throws Error if the set has no labels or another number of them.
CreatureAgreement agreement(const CreatureJudging::Verdict& verdict, const CreatureSet& labelled);

}  // namespace figment::studio
