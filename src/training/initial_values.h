#pragma once
#include <algorithm>
#include <span>

#include "tensor/graph.h"

namespace figment::training {

/// Puts values into the beginning of what a variable starts with, and into what it is packed into. Call before it is
/// first used on a device.
inline void set_initial(const tensor::Variable& variable, std::span<const float> values) {
  std::ranges::copy(values, variable->initial.begin());
  if (variable->parent) std::ranges::copy(values, variable->parent->initial.begin() + variable->offset);
}

}  // namespace figment::training
