#pragma once
#include <algorithm>
#include <string>
#include <vector>

#include "tensor/graph.h"
#include "tensor/op.h"

/// A handful of small ops, so that the tests of the runtime do not depend on the library's.
namespace figment::small_ops {

using tensor::Attributes;
using tensor::DType;
using tensor::Graph;
using tensor::HostTensor;
using tensor::Op;
using tensor::Shape;
using tensor::Tensor;
using tensor::TensorType;

inline std::vector<TensorType> infer_broadcast(std::span<const TensorType> inputs, const Attributes&) {
  Shape shape = inputs[0].shape;
  for (const TensorType& input : inputs) shape = tensor::broadcast(shape, input.shape);
  return {{shape, DType::f32}};
}

/// Element `i` of `shape` in a tensor broadcast to it.
inline std::size_t broadcast_index(const Shape& own, const Shape& shape, std::int64_t i) {
  const auto strides = own.strides();
  std::int64_t index = 0;
  for (int d = 1; d <= shape.rank(); ++d) {
    const std::int64_t coordinate = i % shape[-d];
    i /= shape[-d];
    if (d <= own.rank() && own[-d] != 1) index += coordinate * strides[static_cast<std::size_t>(own.rank() - d)];
  }
  return static_cast<std::size_t>(index);
}

template <typename Function>
void binary_reference(const tensor::ReferenceSite& site, Function function) {
  HostTensor& out = site.outputs[0];
  for (std::int64_t i = 0; i < out.count(); ++i) {
    const float a = site.inputs[0]->floats[broadcast_index(site.inputs[0]->type.shape, out.type.shape, i)];
    const float b = site.inputs[1]->floats[broadcast_index(site.inputs[1]->type.shape, out.type.shape, i)];
    out.floats[static_cast<std::size_t>(i)] = function(a, b);
  }
}

inline Op make(std::string_view name) {
  Op op;
  op.name = name;
  op.infer = infer_broadcast;
  return op;
}

inline const Op& add_op() {
  static const Op op = [] {
    Op made = make("small_add");
    made.reference = [](const tensor::ReferenceSite& site) {
      binary_reference(site, [](float a, float b) { return a + b; });
    };
    made.expression = [](std::span<const std::string> x, std::span<const std::string>) { return x[0] + " + " + x[1]; };
    return made;
  }();
  return op;
}

inline const Op& mul_op() {
  static const Op op = [] {
    Op made = make("small_mul");
    made.reference = [](const tensor::ReferenceSite& site) {
      binary_reference(site, [](float a, float b) { return a * b; });
    };
    made.expression = [](std::span<const std::string> x, std::span<const std::string>) { return x[0] + " * " + x[1]; };
    return made;
  }();
  return op;
}

/// x * factor
inline const Op& scale_op() {
  static const Op op = [] {
    Op made = make("small_scale");
    made.reference = [](const tensor::ReferenceSite& site) {
      const auto factor = static_cast<float>(site.attributes.number("factor"));
      for (std::size_t i = 0; i < site.outputs[0].floats.size(); ++i) {
        site.outputs[0].floats[i] = site.inputs[0]->floats[i] * factor;
      }
    };
    made.constants = [](const Attributes& attributes) {
      return std::vector<float>{static_cast<float>(attributes.number("factor"))};
    };
    made.expression = [](std::span<const std::string> x, std::span<const std::string> c) {
      return x[0] + " * " + c[0];
    };
    return made;
  }();
  return op;
}

/// Any f32, f16 or u8 to the attribute's type.
inline const Op& cast_op() {
  static const Op op = [] {
    Op made = make("small_cast");
    made.infer = [](std::span<const TensorType> inputs, const Attributes& attributes) {
      return std::vector<TensorType>{{inputs[0].shape, static_cast<DType>(attributes.integer("dtype"))}};
    };
    made.reference = [](const tensor::ReferenceSite& site) { site.outputs[0].floats = site.inputs[0]->floats; };
    made.expression = [](std::span<const std::string> x, std::span<const std::string>) { return x[0]; };
    return made;
  }();
  return op;
}

inline const Op& reshape_op() {
  static const Op op = [] {
    Op made = make("small_reshape");
    made.view = true;
    made.infer = [](std::span<const TensorType> inputs, const Attributes& attributes) {
      return std::vector<TensorType>{{Shape(attributes.list("shape")), inputs[0].dtype}};
    };
    made.reference = [](const tensor::ReferenceSite& site) { site.outputs[0].floats = site.inputs[0]->floats; };
    return made;
  }();
  return op;
}

inline constexpr const char* copy_source =
    "#version 460\nlayout(local_size_x = 64) in;\n"
    "layout(binding = 0) uniform samplerBuffer source;\n"
    "layout(binding = 1, std430) writeonly buffer Target { float target[]; };\n"
    "layout(push_constant) uniform Push { uint count; };\n"
    "void main() { const uint i = gl_GlobalInvocationID.x; if (i < count) target[i] = texelFetch(source, int(i)).x; "
    "}\n";

/// A kernel of its own that no fusion joins: y = x.
inline const Op& kernel_copy_op() {
  static const Op op = [] {
    Op made = make("small_copy");
    made.family = tensor::Family::data;
    made.reference = [](const tensor::ReferenceSite& site) { site.outputs[0].floats = site.inputs[0]->floats; };
    made.kernel = [](const tensor::KernelSite& site) {
      const auto count = static_cast<std::uint32_t>(site.inputs[0].shape.count());
      tensor::KernelPlan plan;
      plan.calls.push_back({"small_copy",
                            copy_source,
                            {},
                            {tensor::input_texel1(0), tensor::output_storage(0)},
                            {count},
                            {(count + 63) / 64, 1, 1}});
      return plan;
    };
    return made;
  }();
  return op;
}

/// variable = value
inline const Op& assign_op() {
  static const Op op = [] {
    Op made = make("small_assign");
    made.mutates = {0};
    made.infer = [](std::span<const TensorType>, const Attributes&) { return std::vector<TensorType>{}; };
    made.reference = [](const tensor::ReferenceSite& site) { site.inputs[0]->floats = site.inputs[1]->floats; };
    made.kernel = [](const tensor::KernelSite& site) {
      const auto count = static_cast<std::uint32_t>(site.inputs[0].shape.count());
      tensor::KernelPlan plan;
      plan.calls.push_back({"small_assign",
                            copy_source,
                            {},
                            {tensor::input_texel1(1), tensor::input_storage(0)},
                            {count},
                            {(count + 63) / 64, 1, 1}});
      return plan;
    };
    return made;
  }();
  return op;
}

/// Flat, each part at a multiple of tensor::pack_alignment.
inline const Op& pack_op() {
  static const Op op = [] {
    Op made = make("pack");
    made.infer = [](std::span<const TensorType> inputs, const Attributes&) {
      std::int64_t total = 0;
      for (const TensorType& input : inputs) {
        total += (input.shape.count() + tensor::pack_alignment - 1) / tensor::pack_alignment * tensor::pack_alignment;
      }
      return std::vector<TensorType>{{{total}, DType::f32}};
    };
    made.reference = [](const tensor::ReferenceSite& site) {
      std::size_t offset = 0;
      constexpr auto alignment = static_cast<std::size_t>(tensor::pack_alignment);
      for (const HostTensor* input : site.inputs) {
        std::copy(input->floats.begin(), input->floats.end(),
                  site.outputs[0].floats.begin() + static_cast<std::ptrdiff_t>(offset));
        offset += (input->floats.size() + alignment - 1) / alignment * alignment;
      }
    };
    return made;
  }();
  return op;
}

inline Tensor add(Tensor a, Tensor b) { return a.graph->apply_one(add_op(), {a, b}); }
inline Tensor mul(Tensor a, Tensor b) { return a.graph->apply_one(mul_op(), {a, b}); }
inline Tensor scale(Tensor a, double factor) { return a.graph->apply_one(scale_op(), {a}, {{"factor", factor}}); }
inline Tensor cast(Tensor a, DType dtype) {
  return a.graph->apply_one(cast_op(), {a}, {{"dtype", static_cast<std::int64_t>(dtype)}});
}
inline Tensor reshape(Tensor a, std::vector<std::int64_t> shape) {
  return a.graph->apply_one(reshape_op(), {a}, {{"shape", std::move(shape)}});
}
inline Tensor kernel_copy(Tensor a) { return a.graph->apply_one(kernel_copy_op(), {a}); }
inline void assign(Tensor variable, Tensor value) { variable.graph->apply_one(assign_op(), {variable, value}); }
inline Tensor pack(std::vector<Tensor> parts) { return parts[0].graph->apply(pack_op(), parts)[0]; }

}  // namespace figment::small_ops
