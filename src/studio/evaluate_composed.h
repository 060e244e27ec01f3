#pragma once
#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <vector>

#include "data/composed.h"
#include "models/composed_judge/composed_judge.h"
#include "runtime/program.h"
#include "studio/evaluate_features.h"

namespace figment::studio {

/// Composed pictures with what is in them.
struct ComposedPictures {
  std::vector<float> pixels;  ///< [count, 64, 64, 3] in [-1, 1]
  std::vector<data::ComposedScene> scenes;
};

/// Pictures that no training has seen, before landscapes that none has seen either.
ComposedPictures held_out_composed(std::int64_t count, std::uint64_t seed);

/// What the judge takes a picture for.
struct ComposedReading {
  std::array<int, 5> nouns{};  ///< the likeliest first
  int number = 1;              ///< 1 to 3
  int size = 0;
  int color = 0;
  int background = 0;
};

/// How many readings are as the scenes say: shares, 0..1.
struct ComposedScores {
  std::int64_t pictures = 0;
  double background = 0;
  double number = 0;
  double size = 0;
  double noun = 0;
  double noun_top5 = 0;
  double color = 0;         ///< of the tinted scenes alone: an apple of its own colours is red as well
  std::int64_t tinted = 0;  ///< how many those are
  double all = 0;           ///< all of these at once (the noun as the likeliest)
};
/// Throws Error if there are no scenes or another number of readings.
ComposedScores compare(std::span<const ComposedReading> readings, std::span<const data::ComposedScene> scenes);

/// The shipped classifier of composed pictures on a device.
class ComposedJudging {
 public:
  /// Throws Error if the weights (default: the shipped ones) are missing or damaged.
  explicit ComposedJudging(runtime::Context& context, const std::filesystem::path& weights = {});

  struct Verdict {
    std::vector<ComposedReading> readings;
    FeatureSet features;
  };
  /// `pixels` [count, 64, 64, 3] in [-1, 1].
  Verdict judge(std::span<const float> pixels);

 private:
  static constexpr std::int64_t batch = 32;
  models::ComposedJudge network_;
  tensor::Graph graph_;
  models::ComposedJudge::Verdict traced_;
  std::unique_ptr<runtime::Program> program_;
};

/// How well pictures [count, 64, 64, 3] show what their scenes say, in the eyes of the shipped judge. Throws Error as
/// ComposedJudging and compare().
ComposedScores score_composed(runtime::Context& context, std::span<const float> pixels,
                              std::span<const data::ComposedScene> scenes);

nlohmann::json to_json(const ComposedScores& scores);
/// One line for people: "background 98.1, number 96.0, ..." in %.
std::string to_text(const ComposedScores& scores);

}  // namespace figment::studio
