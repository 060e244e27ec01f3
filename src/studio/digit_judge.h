#pragma once
#include <filesystem>

#include "models/judge/judge.h"
#include "studio/digits.h"
#include "studio/family.h"

namespace figment::studio {

/// The shipped classifier of digits on a device. It has learned from another hand and from fonts, never from the data
/// of the families that it judges.
class DigitJudge {
 public:
  struct Verdict {
    FeatureSet features;
    std::vector<int> digits;        ///< the likeliest one of each picture
    std::vector<float> confidence;  ///< its probability
  };

  /// Throws Error if the weights (default: the shipped ones) are missing or damaged.
  explicit DigitJudge(runtime::Context& context, const std::filesystem::path& weights = {});

  /// pixels [count, 32, 32] in [-1, 1]
  Verdict judge(std::span<const float> pixels);

 private:
  static constexpr std::int64_t batch = 32;
  models::Judge network_;
  RecordedProgram recorded_;
  models::Judge::Verdict traced_;
};

/// Share of pictures that are what the labels say.
double agreement(const DigitJudge::Verdict& verdict, std::span<const int> labels);
/// The same for each digit; 0 for one that none is labelled as.
std::vector<double> agreement_by_digit(const DigitJudge::Verdict& verdict, std::span<const int> labels);
/// Share of pictures about which the judge is as sure as that.
double share_sure(const DigitJudge::Verdict& verdict, float confidence);

}  // namespace figment::studio
