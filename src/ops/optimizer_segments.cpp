#include <cmath>
#include <vector>

#include "core/error.h"
#include "ops/launch.h"
#include "ops/ops.h"
#include "ops/optimizer.h"

namespace figment::ops {
namespace {

using tensor::Example;
using tensor::KernelPlan;
using tensor::KernelSite;
using tensor::Op;

std::vector<TensorType> infer_segment_norms(std::span<const TensorType> inputs, const tensor::Attributes&) {
  const bool fits = inputs.size() == 2 && inputs[0].dtype == DType::f32 && inputs[0].shape.rank() == 1 &&
                    inputs[1].dtype == DType::i32 && inputs[1].shape.rank() == 1 && inputs[1].shape[0] >= 2;
  core::require(fits, "segment_norms needs flat f32 values and the i32 [pieces + 1] places where pieces begin and end");
  return {{{inputs[1].shape[0] - 1}, DType::f32}};
}

void reference_segment_norms(const tensor::ReferenceSite& site) {
  const std::vector<float>& values = site.inputs[0]->floats;
  const std::vector<std::int32_t>& offsets = site.inputs[1]->ints;
  for (std::size_t piece = 0; piece + 1 < offsets.size(); ++piece) {
    double sum = 0;
    for (auto i = static_cast<std::size_t>(offsets[piece]); i < static_cast<std::size_t>(offsets[piece + 1]); ++i) {
      sum += static_cast<double>(values[i]) * static_cast<double>(values[i]);
    }
    site.outputs[0].floats[piece] = static_cast<float>(std::sqrt(sum));
  }
}

KernelPlan kernel_segment_norms(const KernelSite& site) {
  const std::int64_t pieces = site.inputs[1].shape[0] - 1;
  tensor::KernelCall call;
  call.shader = "optimizer_segments";
  call.constants = {site.traits.subgroup_size};
  call.operands = {tensor::input_texel1(0), tensor::input_texel1(1), tensor::output_storage(0)};
  call.push = {word(pieces)};
  call.groups = flat_groups(pieces);
  KernelPlan plan;
  plan.calls = {call};
  plan.flops = static_cast<double>(site.inputs[0].shape.count()) * 2;
  return plan;
}

std::vector<Example> examples_segment_norms() {
  return {example_without_gradient("uneven", {uniform_input({1003}), int_input({5}, {0, 7, 7, 500, 1003})}),
          example_without_gradient("one", {uniform_input({3}), int_input({2}, {0, 3})}),
          example_without_gradient("a part", {uniform_input({300}), int_input({3}, {10, 74, 203})})};
}

}  // namespace

const Op& segment_norms_op() {
  static const Op op = [] {
    Op made;
    made.name = "segment_norms";
    made.family = tensor::Family::optimizer;
    made.infer = infer_segment_norms;
    made.reference = reference_segment_norms;
    made.kernel = kernel_segment_norms;
    made.examples = examples_segment_norms;
    return made;
  }();
  return op;
}

tensor::Tensor segment_norms(tensor::Tensor values, tensor::Tensor offsets) {
  return values.graph->apply_one(segment_norms_op(), {values, offsets});
}

}  // namespace figment::ops
