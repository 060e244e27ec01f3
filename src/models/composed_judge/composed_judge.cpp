#include "models/composed_judge/composed_judge.h"

#include <array>
#include <string>

namespace figment::models {
namespace {

constexpr std::int64_t block = 2;  // of the space-to-depth at the door
constexpr std::int64_t last_places = 4 * 4;
constexpr std::int64_t last_channels = 64;

}  // namespace

ComposedJudge::ComposedJudge(std::vector<std::int64_t> classes, std::uint64_t seed)
    : parameters_(seed),
      conv1_(nn::Scope(parameters_) / "conv1", {block * block * 3, 32, 3, 1, 1}),
      conv2_(nn::Scope(parameters_) / "conv2", {32, 64, 3, 2, 1}),
      conv3_(nn::Scope(parameters_) / "conv3", {64, 128, 3, 2, 1}),
      conv4_(nn::Scope(parameters_) / "conv4", {128, 128, 3, 1, 1}),
      conv5_(nn::Scope(parameters_) / "conv5", {128, last_channels, 3, 2, 1}),
      kind_(nn::Scope(parameters_) / "kind", {128, kind_count, 1, 1, 0}),
      norm1_(nn::Scope(parameters_) / "norm1", 32),
      norm2_(nn::Scope(parameters_) / "norm2", 64),
      norm3_(nn::Scope(parameters_) / "norm3", 128),
      norm4_(nn::Scope(parameters_) / "norm4", 128),
      norm5_(nn::Scope(parameters_) / "norm5", last_channels),
      place_(nn::Scope(parameters_) / "place", last_places * last_channels, place_count),
      heads_([&] {
        std::vector<nn::Linear> heads;
        for (std::size_t i = 0; i < classes.size(); ++i) {
          heads.emplace_back(nn::Scope(parameters_) / ("head" + std::to_string(i)), feature_count, classes[i]);
        }
        return heads;
      }()) {
  parameters_.pack();
}

ComposedJudge::Verdict ComposedJudge::operator()(Tensor pictures) const {
  Tensor h = ops::space_to_depth(pictures, block);
  h = norm1_.with_silu(conv1_(h));  // [B, 32, 32, 32]
  h = norm2_.with_silu(conv2_(h));  // [B, 16, 16, 64]
  h = norm3_.with_silu(conv3_(h));  // [B, 8, 8, 128]
  h = h + norm4_.with_silu(conv4_(h));
  // What is there counts wherever it is; how many and how big needs the places as well.
  const Tensor kinds = ops::max(kind_(h), {1, 2});
  const Tensor places = norm5_.with_silu(conv5_(h));  // [B, 4, 4, 64]
  const std::array<Tensor, 2> parts = {kinds, place_(ops::reshape(places, {h.dim(0), last_places * last_channels}))};
  Verdict verdict;
  verdict.features = ops::concat(parts, 1);
  const Tensor active = ops::silu(verdict.features);
  for (const nn::Linear& head : heads_) verdict.logits.push_back(head(active));
  return verdict;
}

}  // namespace figment::models
