#include "models/judge/judge.h"

#include <string>

namespace figment::models {

Judge::Judge(std::vector<std::int64_t> classes, std::uint64_t seed, std::int64_t side, std::int64_t channels,
             std::int64_t first)
    : class_counts_(std::move(classes)),
      block_(side / 16),
      parameters_(seed),
      conv1_(nn::Scope(parameters_) / "conv1", {block_ * block_ * channels, first, 3, 1, 1}),
      conv2_(nn::Scope(parameters_) / "conv2", {first, 64, 3, 2, 1}),
      conv3_(nn::Scope(parameters_) / "conv3", {64, 64, 3, 2, 1}),
      norm1_(nn::Scope(parameters_) / "norm1", first),
      norm2_(nn::Scope(parameters_) / "norm2", 64),
      norm3_(nn::Scope(parameters_) / "norm3", 64),
      feature_(nn::Scope(parameters_) / "feature", 16 * 64, feature_count),
      heads_([&] {
        std::vector<nn::Linear> heads;
        for (std::size_t i = 0; i < class_counts_.size(); ++i) {
          heads.emplace_back(nn::Scope(parameters_) / ("head" + std::to_string(i)), feature_count, class_counts_[i]);
        }
        return heads;
      }()) {
  parameters_.pack();
}

Judge::Verdict Judge::operator()(Tensor pictures) const {
  Tensor h = ops::space_to_depth(pictures, block_);
  h = norm1_.with_silu(conv1_(h));
  h = norm2_.with_silu(conv2_(h));
  h = norm3_.with_silu(conv3_(h));
  Verdict verdict;
  verdict.features = feature_(ops::reshape(h, {h.dim(0), 16 * 64}));
  const Tensor active = ops::silu(verdict.features);
  for (const nn::Linear& head : heads_) verdict.logits.push_back(head(active));
  return verdict;
}

}  // namespace figment::models
