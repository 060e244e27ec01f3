#include <limits>

#include "core/error.h"
#include "ops/launch.h"
#include "ops/ops.h"
#include "ops/random.h"
#include "ops/sort.h"

namespace figment::ops {
namespace {

std::vector<TensorType> infer_categorical(std::span<const TensorType> inputs, const tensor::Attributes&) {
  core::require(inputs.size() == 2 && inputs[0].dtype == DType::f32 && inputs[0].shape.rank() == 2 &&
                    inputs[1] == TensorType{{4}, DType::u32},
                "categorical needs f32 logits [N, V] and a seed u32[4]");
  return {{{inputs[0].shape[0]}, DType::i32}};
}

void reference_categorical(const tensor::ReferenceSite& site) {
  const std::int64_t rows = site.inputs[0]->type.shape[0];
  const std::int64_t classes = site.inputs[0]->type.shape[1];
  const auto& words = site.inputs[1]->ints;
  const RandomWords seed = {word(words[0]), word(words[1]), word(words[2]), word(words[3])};
  const auto salt = static_cast<std::uint32_t>(site.attributes.integer("salt"));
  for (std::int64_t row = 0; row < rows; ++row) {
    float best = -std::numeric_limits<float>::infinity();
    std::int32_t choice = 0;
    for (std::int64_t i = 0; i < classes; ++i) {
      const auto at = static_cast<std::uint32_t>(row * classes + i);
      const float score = site.inputs[0]->floats[at] + gumbel_of(random_words(seed, salt, at / 4)[at % 4]);
      if (score > best) {
        best = score;
        choice = static_cast<std::int32_t>(i);
      }
    }
    site.outputs[0].ints[static_cast<std::size_t>(row)] = choice;
  }
}

// The greatest of logits + Gumbel noise. Against a search in the running sum this needs no sums, whose order differs
// between devices: the same logits and seed choose the same class everywhere.
tensor::KernelPlan kernel_categorical(const tensor::KernelSite& site) {
  const std::int64_t rows = site.inputs[0].shape[0];
  const std::int64_t classes = site.inputs[0].shape[1];
  tensor::KernelCall call;
  call.shader = "sort_categorical";
  call.constants = {site.traits.subgroup_size, classes % 4 == 0};
  call.operands = {tensor::input_texel4(0), tensor::input_texel4(1), tensor::output_storage(0)};
  call.push = {word(rows), word(classes), word(site.attributes.integer("salt"))};
  call.groups = flat_groups(rows);
  tensor::KernelPlan plan;
  plan.calls = {call};
  plan.flops = static_cast<double>(rows * classes) * 60;
  return plan;
}

std::vector<tensor::Example> examples_categorical() {
  const auto seed = int_input({4}, {99, 5, -3, 17}, DType::u32);
  const tensor::Attributes salt = {{"salt", std::int64_t{4}}};
  return {example_without_gradient("aligned", {uniform_input({33, 16}, -3, 3), seed}, salt),
          example_without_gradient("odd", {uniform_input({9, 13}, -3, 3), seed}, salt),
          example_without_gradient(
              "removed classes",
              {float_input({2, 5}, {-1e30F, 0, -1e30F, 1, -1e30F, -1e30F, -1e30F, 2, -1e30F, -1e30F}), seed}, salt)};
}

}  // namespace

const tensor::Op& categorical_op() {
  static const tensor::Op op = [] {
    tensor::Op made;
    made.name = "categorical";
    made.family = tensor::Family::sampling;
    made.infer = infer_categorical;
    made.reference = reference_categorical;
    made.kernel = kernel_categorical;
    made.examples = examples_categorical;
    return made;
  }();
  return op;
}

Tensor categorical(Tensor logits, Tensor seed, std::uint32_t salt) {
  return logits.graph->apply_one(categorical_op(), {logits, seed}, {{"salt", static_cast<std::int64_t>(salt)}});
}

}  // namespace figment::ops
