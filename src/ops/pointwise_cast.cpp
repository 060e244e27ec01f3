#include "ops/launch.h"
#include "ops/pointwise.h"

namespace figment::ops {
namespace {

using namespace pointwise;

bool is_integer(DType dtype) { return dtype == DType::i32 || dtype == DType::u32; }

/// The runtime reads every dtype as floats and stores floats as every dtype, so that the expression is the identity.
const Op cast_op = {
    .name = "cast",
    .infer = [](std::span<const TensorType> inputs, const Attributes& a) -> std::vector<TensorType> {
      return {{inputs[0].shape, static_cast<DType>(a.integer("dtype"))}};
    },
    .reference =
        [](const ReferenceSite& s) {
          const HostTensor& in = *s.inputs[0];
          HostTensor& out = s.outputs[0];
          for (std::size_t i = 0; i < static_cast<std::size_t>(out.count()); ++i) {
            const double value = in.is_integer() ? in.ints[i] : in.floats[i];
            if (out.is_integer()) {
              out.ints[i] = static_cast<std::int32_t>(value);
            } else {
              out.floats[i] = static_cast<float>(value);
            }
          }
        },
    .gradient = [](const GradientSite& s) -> std::vector<Tensor> {
      // Gradients are f32, whatever the format of what they are of.
      return {is_integer(s.outputs[0].dtype()) ? Tensor{} : cast(s.grads[0], DType::f32)};
    },
    .expression = [](Names x, Names) { return x[0]; },
    .examples =
        [] {
          const Attributes to_int = {{"dtype", static_cast<std::int64_t>(DType::i32)}};
          const Attributes to_float = {{"dtype", static_cast<std::int64_t>(DType::f32)}};
          return std::vector<Example>{
              example_without_gradient("f32 to i32", {uniform_input({3, 5}, -9, 9)}, to_int),
              example_without_gradient("i32 to f32", {random_int_input({2, 7}, -100, 100)}, to_float),
              example("f32 to f32", {uniform_input({2, 4})}, to_float),
          };
        },
};

}  // namespace

Tensor cast(Tensor a, DType dtype) {
  if (a.dtype() == dtype) return a;
  return a.graph->apply_one(cast_op, {a}, {{"dtype", static_cast<std::int64_t>(dtype)}});
}

std::vector<const Op*> pointwise_cast_ops();
std::vector<const Op*> pointwise_cast_ops() { return {&cast_op}; }

}  // namespace figment::ops
