#include "ops/movement.h"

#include <algorithm>

#include "ops/pointwise.h"

namespace figment::ops {

std::vector<const tensor::Op*> transpose_ops();
std::vector<const tensor::Op*> concat_ops();
std::vector<const tensor::Op*> slice_ops();
std::vector<const tensor::Op*> pad_ops();

namespace movement {
namespace {

/// Drops extents of 1 and joins axes that both layouts walk as one.
void collapse(StridedCopy& copy) {
  StridedCopy result;
  result.source_base = copy.source_base;
  result.target_base = copy.target_base;
  for (std::size_t i = 0; i < copy.extents.size(); ++i) {
    if (copy.extents[i] == 1) continue;
    if (!result.extents.empty() && result.source_strides.back() == copy.source_strides[i] * copy.extents[i] &&
        result.target_strides.back() == copy.target_strides[i] * copy.extents[i]) {
      result.extents.back() *= copy.extents[i];
      result.source_strides.back() = copy.source_strides[i];
      result.target_strides.back() = copy.target_strides[i];
      continue;
    }
    result.extents.push_back(copy.extents[i]);
    result.source_strides.push_back(copy.source_strides[i]);
    result.target_strides.push_back(copy.target_strides[i]);
  }
  if (result.extents.empty()) {
    result.extents = {1};
    result.source_strides = {1};
    result.target_strides = {1};
  }
  copy = std::move(result);
}

enum Mode : std::uint32_t { element = 0, vector = 1, block = 2 };

std::size_t axis_of_stride_one(const std::vector<std::int64_t>& strides) {
  return static_cast<std::size_t>(std::find(strides.begin(), strides.end(), 1) - strides.begin());
}

Mode choose_mode(const StridedCopy& copy) {
  const auto in_fours = [](std::int64_t value) { return value % 4 == 0; };
  const std::size_t rank = copy.extents.size();
  const std::size_t source_inner = axis_of_stride_one(copy.source_strides);
  const std::size_t target_inner = axis_of_stride_one(copy.target_strides);
  if (source_inner == rank || target_inner == rank || !in_fours(copy.source_base) || !in_fours(copy.target_base)) {
    return element;
  }
  for (std::size_t i = 0; i < rank; ++i) {
    if (i != source_inner && !in_fours(copy.source_strides[i])) return element;
    if (i != target_inner && !in_fours(copy.target_strides[i])) return element;
  }
  if (!in_fours(copy.extents[source_inner]) || !in_fours(copy.extents[target_inner])) return element;
  if (source_inner != target_inner) return block;
  return target_inner + 1 == rank ? vector : element;
}

}  // namespace

DType moved_dtype(std::string_view op, DType dtype) {
  core::require(dtype != DType::u8, "{} does not move u8; cast it to f32 first", op);
  return dtype == DType::f16 ? DType::f32 : dtype;
}

KernelCall copy_call(StridedCopy copy, int input, DType dtype) {
  collapse(copy);
  const std::size_t rank = copy.extents.size();
  core::require(rank <= 6, "a transpose of more than six separate axes is not supported; do it in two steps");
  const Mode mode = choose_mode(copy);
  std::int64_t source_step = 0;
  std::int64_t target_step = 0;
  // From elements to the units of the mode: texels, and blocks along the axes that are innermost somewhere.
  if (mode == vector) {
    copy.extents.back() /= 4;
    for (std::size_t i = 0; i + 1 < rank; ++i) {
      copy.source_strides[i] /= 4;
      copy.target_strides[i] /= 4;
    }
  } else if (mode == block) {
    const std::size_t source_inner = axis_of_stride_one(copy.source_strides);
    const std::size_t target_inner = axis_of_stride_one(copy.target_strides);
    source_step = copy.source_strides[target_inner] / 4;
    target_step = copy.target_strides[source_inner] / 4;
    for (std::size_t i = 0; i < rank; ++i) {
      const std::int64_t length = i == source_inner || i == target_inner ? 4 : 1;
      copy.extents[i] /= length;
      copy.source_strides[i] = copy.source_strides[i] * length / 4;
      copy.target_strides[i] = copy.target_strides[i] * length / 4;
    }
  }
  if (mode != element) {
    copy.source_base /= 4;
    copy.target_base /= 4;
  }
  const Shape items(copy.extents);
  std::vector<std::uint32_t> push = {word(items.count()), word(copy.source_base), word(copy.target_base),
                                     word(source_step), word(target_step)};
  for (const auto& list : {items.strides(), copy.source_strides, copy.target_strides}) {
    for (std::size_t i = 0; i < 6; ++i) push.push_back(i < rank ? word(list[i]) : 0);
  }
  KernelCall call;
  call.shader = dtype == DType::i32 ? "transpose_i32" : dtype == DType::u32 ? "transpose_u32" : "transpose";
  call.constants = {mode, static_cast<std::uint32_t>(rank)};
  call.operands = {mode == element ? tensor::input_texel1(input) : tensor::input_texel4(input),
                   tensor::output_storage(0)};
  call.push = std::move(push);
  call.groups = flat_groups(ceil_div(items.count(), 64));
  return call;
}

std::int64_t inner_count(const Shape& shape, int axis) {
  std::int64_t count = 1;
  for (int i = axis + 1; i < shape.rank(); ++i) count *= shape[i];
  return count;
}

std::int64_t outer_count(const Shape& shape, int axis) {
  std::int64_t count = 1;
  for (int i = 0; i < axis; ++i) count *= shape[i];
  return count;
}

namespace {

const Op reshape_op = {
    .name = "reshape",
    .family = Family::data,
    .infer = [](std::span<const TensorType> inputs, const Attributes& a) -> std::vector<TensorType> {
      const Shape shape(a.list("shape"));
      core::require(shape.count() == inputs[0].shape.count(), "reshape cannot make {} of {}", shape.to_string(),
                    inputs[0].shape.to_string());
      return {{shape, inputs[0].dtype}};
    },
    .reference =
        [](const ReferenceSite& s) {
          s.outputs[0].floats = s.inputs[0]->floats;
          s.outputs[0].ints = s.inputs[0]->ints;
        },
    .gradient = [](const GradientSite& s) -> std::vector<Tensor> { return {reshape(s.grads[0], s.inputs[0].shape())}; },
    .view = true,
    .examples =
        [] {
          return std::vector<Example>{
              example("[3, 4] to [2, 6]", {uniform_input({3, 4})}, {{"shape", Attributes::List{2, 6}}}),
              example("[1] to []", {uniform_input({1})}, {{"shape", Attributes::List{}}}),
              example("[5] to [1, 5, 1]", {uniform_input({5})}, {{"shape", Attributes::List{1, 5, 1}}}),
              example_without_gradient("integers", {random_int_input({2, 3}, 0, 9)}, {{"shape", Attributes::List{6}}}),
          };
        },
};

/// A pointwise op whose output is larger than its input, so that what reads it can fuse it away.
const Op broadcast_to_op = {
    .name = "broadcast_to",
    .infer = [](std::span<const TensorType> inputs, const Attributes& a) -> std::vector<TensorType> {
      const Shape shape(a.list("shape"));
      core::require(tensor::broadcast(inputs[0].shape, shape) == shape, "{} cannot be broadcast to {}",
                    inputs[0].shape.to_string(), shape.to_string());
      return {{shape, inputs[0].dtype}};
    },
    .reference =
        [](const ReferenceSite& s) {
          const tensor::HostTensor& in = *s.inputs[0];
          tensor::HostTensor& out = s.outputs[0];
          move_elements(in, out,
                        [&](std::int64_t i) { return pointwise::broadcast_index(in.type.shape, out.type.shape, i); });
        },
    .gradient = [](const GradientSite& s) -> std::vector<Tensor> { return {sum_to(s.grads[0], s.inputs[0].shape())}; },
    .expression = [](std::span<const std::string> x, std::span<const std::string>) { return x[0]; },
    .examples =
        [] {
          return std::vector<Example>{
              example("[] to [5]", {uniform_input({})}, {{"shape", Attributes::List{5}}}),
              example("[3, 1] to [3, 4]", {uniform_input({3, 1})}, {{"shape", Attributes::List{3, 4}}}),
              example("[2, 1, 3] to [2, 2, 5, 3]", {uniform_input({2, 1, 3})},
                      {{"shape", Attributes::List{2, 2, 5, 3}}}),
              example("[2, 1, 4, 1, 4] to [2, 3, 4, 2, 4]", {uniform_input({2, 1, 4, 1, 4})},
                      {{"shape", Attributes::List{2, 3, 4, 2, 4}}}),
          };
        },
};

}  // namespace
}  // namespace movement

Tensor reshape(Tensor a, Shape shape) {
  std::int64_t known = 1;
  int free = -1;
  for (int i = 0; i < shape.rank(); ++i) {
    if (shape[i] == -1) {
      core::require(free < 0, "reshape to {} leaves more than one extent open", shape.to_string());
      free = i;
    } else {
      known *= shape[i];
    }
  }
  if (free >= 0 && known > 0) shape.at(free) = a.shape().count() / known;
  if (shape == a.shape()) return a;
  return a.graph->apply_one(movement::reshape_op, {a}, {{"shape", shape.extents()}});
}

Tensor broadcast_to(Tensor a, Shape shape) {
  if (shape == a.shape()) return a;
  return a.graph->apply_one(movement::broadcast_to_op, {a}, {{"shape", shape.extents()}});
}

Tensor space_to_depth(Tensor a, std::int64_t block) {
  const Shape& s = a.shape();
  core::require(s.rank() == 4 && block > 0 && s[1] % block == 0 && s[2] % block == 0,
                "space_to_depth by {} needs [B, H, W, C] with H and W multiples of it, and is given {}", block,
                s.to_string());
  const Tensor split = reshape(a, {s[0], s[1] / block, block, s[2] / block, block, s[3]});
  return reshape(transpose(split, {0, 1, 3, 2, 4, 5}), {s[0], s[1] / block, s[2] / block, block * block * s[3]});
}

Tensor depth_to_space(Tensor a, std::int64_t block) {
  const Shape& s = a.shape();
  core::require(s.rank() == 4 && block > 0 && s[3] % (block * block) == 0,
                "depth_to_space by {} needs [B, H, W, C] with C a multiple of its square, and is given {}", block,
                s.to_string());
  const std::int64_t channels = s[3] / (block * block);
  const Tensor split = reshape(a, {s[0], s[1], s[2], block, block, channels});
  return reshape(transpose(split, {0, 1, 3, 2, 4, 5}), {s[0], s[1] * block, s[2] * block, channels});
}

std::vector<const tensor::Op*> movement_ops();
std::vector<const tensor::Op*> movement_ops() {
  std::vector<const tensor::Op*> list = {&movement::reshape_op, &movement::broadcast_to_op};
  for (const auto& group : {transpose_ops(), concat_ops(), slice_ops(), pad_ops()}) {
    list.insert(list.end(), group.begin(), group.end());
  }
  return list;
}

}  // namespace figment::ops
