#include "training/task.h"

#include <algorithm>
#include <array>

#include "core/error.h"

namespace figment::training {

const std::vector<std::string>& optimizer_names() {
  static const std::vector<std::string> names = {"adamw", "adam", "sgd", "lion"};
  return names;
}

const std::string& name_of(Optimizer optimizer) { return optimizer_names()[static_cast<std::size_t>(optimizer)]; }

Optimizer optimizer_named(const std::string& name) {
  const auto& names = optimizer_names();
  const auto found = std::find(names.begin(), names.end(), name);
  core::require(found != names.end(), "there is no optimiser named {}; choose one of {}", name, fmt::join(names, ", "));
  return static_cast<Optimizer>(found - names.begin());
}

float rate_factor(Optimizer optimizer) {
  switch (optimizer) {
    case Optimizer::sgd:
      return 30;  // its steps are as long as the gradient, which is clipped
    case Optimizer::lion:
      return 0.2F;  // its steps are all of one length (Chen et al., 2023)
    default:
      return 1;
  }
}

nn::Tensor fixed_normal(nn::Graph& graph, const nn::Shape& shape, std::uint64_t seed) {
  core::Random random(seed, 5);
  std::vector<float> values(static_cast<std::size_t>(shape.count()));
  for (float& value : values) value = random.normal();
  return graph.constant(shape, std::move(values));
}

nn::Tensor fixed_labels(nn::Graph& graph, std::int64_t count, std::int64_t values) {
  std::vector<float> labels;
  for (std::int64_t i = 0; i < count; ++i) labels.push_back(static_cast<float>(i % values));
  return graph.constant({count}, std::move(labels), tensor::DType::i32);
}

void write_seed(runtime::Program& program, const std::string& input, core::Random& random) {
  const std::array<std::int32_t, 4> seed = {static_cast<std::int32_t>(random.bits()),
                                            static_cast<std::int32_t>(random.bits()), 0, 0};
  program.write_ints(input, seed);
}

bool is_large(const std::string& preset, const std::string& model) {
  core::require(preset == "small" || preset == "large", "{} has no preset {}; choose small or large", model, preset);
  return preset == "large";
}

}  // namespace figment::training
