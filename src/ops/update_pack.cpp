#include "core/error.h"
#include "ops/launch.h"
#include "ops/ops.h"
#include "ops/update.h"

namespace figment::ops {
namespace {

using tensor::Op;

std::int64_t padded(std::int64_t count) { return ceil_div(count, tensor::pack_alignment) * tensor::pack_alignment; }

std::vector<TensorType> infer_pack(std::span<const TensorType> inputs, const tensor::Attributes&) {
  core::require(!inputs.empty(), "pack needs at least one part");
  std::int64_t total = 0;
  for (const TensorType& input : inputs) {
    core::require(input.dtype == DType::f32, "pack takes f32 parts, not {}", input.to_string());
    total += padded(input.shape.count());
  }
  return {{{total}, DType::f32}};
}

void reference_pack(const tensor::ReferenceSite& site) {
  auto to = site.outputs[0].floats.begin();
  for (const tensor::HostTensor* input : site.inputs) {
    std::copy(input->floats.begin(), input->floats.end(), to);
    to += padded(input->count());
  }
}

std::vector<Tensor> gradient_pack(const tensor::GradientSite& site) {
  std::vector<Tensor> grads;
  std::int64_t offset = 0;
  for (std::size_t i = 0; i < site.inputs.size(); ++i) {
    const Shape& shape = site.inputs[i].shape();
    grads.push_back(site.needed[i] ? reshape(slice(site.grads[0], 0, offset, offset + shape.count()), shape)
                                   : Tensor{});
    offset += padded(shape.count());
  }
  return grads;
}

std::vector<tensor::Example> examples_pack() {
  return {example("mixed", {uniform_input({3, 5}), uniform_input({64}), uniform_input({70}), uniform_input({})})};
}

}  // namespace

const Op& pack_op() {
  static const Op op = [] {
    Op made;
    made.name = "pack";
    made.family = tensor::Family::data;
    made.infer = infer_pack;
    made.reference = reference_pack;
    made.gradient = gradient_pack;
    made.examples = examples_pack;
    return made;
  }();
  return op;
}

Tensor pack(std::span<const Tensor> parts) {
  core::require(!parts.empty(), "pack needs at least one part");
  return parts[0].graph->apply(pack_op(), parts)[0];
}

}  // namespace figment::ops
