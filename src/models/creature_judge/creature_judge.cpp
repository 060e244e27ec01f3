#include "models/creature_judge/creature_judge.h"

#include <string>

namespace figment::models {
namespace {

constexpr std::int64_t last_places = 4 * 4;

}  // namespace

CreatureJudge::CreatureJudge(std::vector<std::int64_t> classes, std::uint64_t seed)
    : parameters_(seed),
      conv1_(nn::Scope(parameters_) / "conv1", {12, 32, 3, 1, 1}),
      conv2_(nn::Scope(parameters_) / "conv2", {32, 64, 3, 2, 1}),
      conv3_(nn::Scope(parameters_) / "conv3", {64, 64, 3, 2, 1}),
      norm1_(nn::Scope(parameters_) / "norm1", 32),
      norm2_(nn::Scope(parameters_) / "norm2", 64),
      norm3_(nn::Scope(parameters_) / "norm3", 64),
      feature_(nn::Scope(parameters_) / "feature", last_places * 64, feature_count),
      heads_([&] {
        std::vector<nn::Linear> heads;
        for (std::size_t i = 0; i < classes.size(); ++i) {
          heads.emplace_back(nn::Scope(parameters_) / ("head" + std::to_string(i)), feature_count, classes[i]);
        }
        return heads;
      }()) {
  parameters_.pack();
}

CreatureJudge::Verdict CreatureJudge::operator()(Tensor pictures) const {
  Tensor h = ops::space_to_depth(pictures, 2);
  h = norm1_.with_silu(conv1_(h));
  h = norm2_.with_silu(conv2_(h));
  h = norm3_.with_silu(conv3_(h));
  Verdict verdict;
  verdict.features = feature_(ops::reshape(h, {h.dim(0), last_places * 64}));
  const Tensor active = ops::silu(verdict.features);
  for (const nn::Linear& head : heads_) verdict.logits.push_back(head(active));
  return verdict;
}

}  // namespace figment::models
