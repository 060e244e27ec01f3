#pragma once
#include <span>
#include <vector>

#include "tensor/graph.h"

namespace figment::tensor {

/// Appends to the graph the nodes that compute d loss / d target for each target, by reverse-mode
/// differentiation, and returns them (an empty Tensor where the loss does not depend on the target).
/// `loss` has one element. Throws Error if a needed op is not differentiable.
std::vector<Tensor> gradient(Tensor loss, std::span<const Tensor> targets);

/// What differentiation needs of the ops, which live above this folder: `accumulate` adds two tensors of
/// one shape. ops/composite.cpp sets it before main.
struct GradientSupport {
  Tensor (*accumulate)(Tensor a, Tensor b) = nullptr;
};
GradientSupport& gradient_support();

}  // namespace figment::tensor
