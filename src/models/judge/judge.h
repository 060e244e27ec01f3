#pragma once
#include <cstdint>
#include <vector>

#include "nn/layers.h"

namespace figment::models {

using nn::Tensor;

/// A small classifier of pictures: the judge of generated ones, and the source of the features in which precision and
/// recall are measured.
class Judge {
 public:
  struct Verdict {
    std::vector<Tensor> logits;  ///< [B, classes] for each attribute
    Tensor features;             ///< [B, 64]
  };

  /// Pictures of `side` (a multiple of 16) pixels a side; `first` channels behind the first convolution, 64 behind
  /// others.
  Judge(std::vector<std::int64_t> classes, std::uint64_t seed, std::int64_t side = 64, std::int64_t channels = 3,
        std::int64_t first = 64);

  /// pictures [B, side, side, channels] in [-1, 1]
  Verdict operator()(Tensor pictures) const;

  static constexpr std::int64_t feature_count = 64;
  nn::ParameterList& parameters() { return parameters_; }
  const std::vector<std::int64_t>& classes() const { return class_counts_; }

 private:
  std::vector<std::int64_t> class_counts_;
  std::int64_t block_;  ///< of the space-to-depth at the door, after which 16x16 places are left
  nn::ParameterList parameters_;
  nn::Conv2d conv1_, conv2_, conv3_;
  nn::GroupNorm norm1_, norm2_, norm3_;
  nn::Linear feature_;
  std::vector<nn::Linear> heads_;
};

}  // namespace figment::models
