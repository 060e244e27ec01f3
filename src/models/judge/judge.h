#pragma once
#include <cstdint>
#include <vector>

#include "nn/layers.h"

namespace figment::models {

using nn::Tensor;

/// A small classifier of the landscapes' attributes: the judge of generated pictures, and the source of
/// the features in which precision and recall are measured.
class Judge {
 public:
  struct Verdict {
    std::vector<Tensor> logits;  ///< [B, classes] for each attribute
    Tensor features;             ///< [B, 64]
  };

  Judge(std::vector<std::int64_t> classes, std::uint64_t seed);

  /// pictures [B, 64, 64, 3] in [-1, 1]
  Verdict operator()(Tensor pictures) const;

  static constexpr std::int64_t feature_count = 64;
  nn::ParameterList& parameters() { return parameters_; }
  const std::vector<std::int64_t>& classes() const { return class_counts_; }

 private:
  std::vector<std::int64_t> class_counts_;
  nn::ParameterList parameters_;
  nn::Conv2d conv1_, conv2_, conv3_;
  nn::GroupNorm norm1_, norm2_, norm3_;
  nn::Linear feature_;
  std::vector<nn::Linear> heads_;
};

}  // namespace figment::models
