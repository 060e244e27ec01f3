#include "nn/parameters.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"

namespace figment::nn {

Initializer Initializer::fan_in(std::int64_t fan_in) {
  return {Kind::uniform, std::sqrt(3.0F / static_cast<float>(std::max<std::int64_t>(fan_in, 1)))};
}

Variable ParameterList::add(const std::string& name, const Shape& shape, Initializer initializer) {
  core::require(!flat_, "the parameter {} is added after pack()", name);
  for (const Variable& variable : variables_) {
    core::require(variable->name != name, "there are two parameters named {}", name);
  }
  std::vector<float> values(static_cast<std::size_t>(shape.count()));
  for (float& value : values) {
    switch (initializer.kind) {
      case Initializer::Kind::zeros:
        value = 0;
        break;
      case Initializer::Kind::ones:
        value = 1;
        break;
      case Initializer::Kind::normal:
        value = initializer.scale * random_.normal();
        break;
      case Initializer::Kind::uniform:
        value = random_.uniform(-initializer.scale, initializer.scale);
        break;
    }
  }
  variables_.push_back(tensor::make_variable(name, {shape, tensor::DType::f32}, std::move(values)));
  return variables_.back();
}

std::int64_t ParameterList::count() const {
  std::int64_t total = 0;
  for (const Variable& variable : variables_) total += variable->type.shape.count();
  return total;
}

void ParameterList::pack() {
  if (flat_) return;
  std::vector<Variable> order = variables_;
  const auto decays = [](const Variable& variable) { return variable->type.shape.rank() >= 2; };
  const auto middle = std::stable_partition(order.begin(), order.end(), decays);
  flat_ = tensor::pack_variables("parameters", order);
  decay_count_ = middle == order.end() ? flat_->type.shape.count() : (*middle)->offset;
}

Scope Scope::operator/(std::string_view child) const {
  return Scope(*list_, path_.empty() ? std::string(child) : path_ + "." + std::string(child));
}

Variable Scope::parameter(std::string_view name, const Shape& shape, Initializer initializer) const {
  return list_->add((*this / name).path_, shape, initializer);
}

}  // namespace figment::nn
