#pragma once
#include <cstdint>
#include <vector>

#include "nn/layers.h"

namespace figment::models {

using nn::Tensor;

/// A small classifier of the hue and the body of pixel creatures: the judge of generated ones, and the source of the
/// features in which their precision and recall are measured.
class CreatureJudge {
 public:
  struct Verdict {
    std::vector<Tensor> logits;  ///< hue [B, 8] and body [B, 5]
    Tensor features;             ///< [B, 64]
  };

  CreatureJudge(std::vector<std::int64_t> classes, std::uint64_t seed);

  /// pictures [B, 32, 32, 3] in [-1, 1]
  Verdict operator()(Tensor pictures) const;

  static constexpr std::int64_t side = 32;
  static constexpr std::int64_t feature_count = 64;
  nn::ParameterList& parameters() { return parameters_; }

 private:
  nn::ParameterList parameters_;
  nn::Conv2d conv1_, conv2_, conv3_;
  nn::GroupNorm norm1_, norm2_, norm3_;
  nn::Linear feature_;
  std::vector<nn::Linear> heads_;
};

}  // namespace figment::models
