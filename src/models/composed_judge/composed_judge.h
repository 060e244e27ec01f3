#pragma once
#include <cstdint>
#include <vector>

#include "nn/layers.h"

namespace figment::models {

using nn::Tensor;

/// A small classifier of composed pictures: what is to be seen in them, how often, how big and before which background.
class ComposedJudge {
 public:
  struct Verdict {
    std::vector<Tensor> logits;  ///< [B, classes] for noun, number, size, color and background
    Tensor features;             ///< [B, 224]
  };

  ComposedJudge(std::vector<std::int64_t> classes, std::uint64_t seed);

  /// pictures [B, 64, 64, 3] in [-1, 1]
  Verdict operator()(Tensor pictures) const;

  static constexpr std::int64_t side = 64;
  static constexpr std::int64_t kind_count = 160;  ///< features that say what, wherever it is
  static constexpr std::int64_t place_count = 64;  ///< features that say where
  static constexpr std::int64_t feature_count = kind_count + place_count;
  nn::ParameterList& parameters() { return parameters_; }

 private:
  nn::ParameterList parameters_;
  nn::Conv2d conv1_, conv2_, conv3_, conv4_, conv5_, kind_;
  nn::GroupNorm norm1_, norm2_, norm3_, norm4_, norm5_;
  nn::Linear place_;
  std::vector<nn::Linear> heads_;
};

}  // namespace figment::models
