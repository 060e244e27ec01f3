#include "runtime/pointwise.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "core/error.h"
#include "core/hash.h"
#include "tensor/op.h"

namespace figment::runtime {

using tensor::DType;
using tensor::Graph;
using tensor::Node;
using tensor::NodeId;
using tensor::Shape;
using tensor::Tensor;

namespace {

constexpr std::size_t max_push_words = 32;
constexpr std::size_t max_dimensions = 6;
constexpr std::uint32_t group_size = 64;
constexpr std::uint32_t max_groups_x = 32768;

/// How four neighbouring output elements find their inputs.
enum class Access {
  whole,    ///< texel i
  scalar,   ///< the one element
  row,      ///< texel i modulo the row's texels
  column,   ///< one element for all four: element i / (texels of a row)
  strided,  ///< one texel at an offset computed from the coordinates
  splat,    ///< one element for all four, at an offset computed from the coordinates
  gather,   ///< four elements, each at an offset of its own
};

struct Input {
  Tensor value;
  std::vector<std::int64_t> strides;  ///< per collapsed dimension; 0 where broadcast
  Access access = Access::whole;
};

struct Site {
  std::vector<std::int64_t> extents;  ///< collapsed
  std::vector<Input> inputs;
  std::int64_t count = 0;
};

/// Strides of `shape` broadcast to `target`, aligned to target's dimensions.
std::vector<std::int64_t> broadcast_strides(const Shape& shape, const Shape& target) {
  std::vector<std::int64_t> strides(static_cast<std::size_t>(target.rank()), 0);
  const std::vector<std::int64_t> own = shape.strides();
  for (int i = 1; i <= shape.rank(); ++i) {
    const auto from = static_cast<std::size_t>(shape.rank() - i);
    if (shape.extents()[from] != 1) strides[static_cast<std::size_t>(target.rank() - i)] = own[from];
  }
  return strides;
}

/// Drops extents of 1 and joins neighbouring dimensions that every input walks as one.
void collapse(Site& site, const Shape& shape) {
  std::vector<std::vector<std::int64_t>> strides;
  for (const Input& input : site.inputs) strides.push_back(broadcast_strides(input.value.shape(), shape));
  for (std::size_t d = 0; d < shape.extents().size(); ++d) {
    const std::int64_t extent = shape.extents()[d];
    if (extent == 1) continue;
    bool joins = !site.extents.empty();
    for (std::size_t i = 0; i < strides.size() && joins; ++i) {
      joins = site.inputs[i].strides.back() == strides[i][d] * extent;
    }
    if (joins) {
      site.extents.back() *= extent;
    } else {
      site.extents.push_back(extent);
    }
    for (std::size_t i = 0; i < strides.size(); ++i) {
      if (joins) site.inputs[i].strides.pop_back();
      site.inputs[i].strides.push_back(strides[i][d]);
    }
  }
}

Access access_of(const Input& input, const Site& site) {
  const std::vector<std::int64_t>& strides = input.strides;
  const std::int64_t count = input.value.shape().count();
  if (count == 1) return Access::scalar;
  if (count == site.count) return Access::whole;
  if (site.extents.back() % 4 != 0) return Access::gather;
  const bool inner = strides.back() != 0;
  if (inner && count == site.extents.back()) return Access::row;
  if (!inner && count == site.count / site.extents.back()) return Access::column;
  return inner ? Access::strided : Access::splat;
}

// CPUs have no vector division of integers, and it is a third of a row-broadcast kernel's time.
constexpr std::string_view float_quotient =
    "uint quotient(uint a, uint b) {\n"
    "  const int q = int(float(a) * (1.0 / float(b)));\n"
    "  const int rest = int(a) - q * int(b);\n"
    "  return uint(q + int(rest >= int(b)) - int(rest < 0));\n}\n";
constexpr std::string_view integer_quotient = "uint quotient(uint a, uint b) { return a / b; }\n";

/// Writes the source and the push constants side by side.
class Generator {
 public:
  Generator(const Graph& graph, const PointwiseGroup& group, const Site& site)
      : graph_(graph), group_(group), site_(site) {}

  /// False if there are too many push constants.
  bool run() {
    word("vectors", static_cast<std::uint32_t>((site_.count + 3) / 4));
    word("count", static_cast<std::uint32_t>(site_.count));
    const bool needs_coordinates = std::any_of(site_.inputs.begin(), site_.inputs.end(), [](const Input& input) {
      return input.access == Access::strided || input.access == Access::splat || input.access == Access::gather;
    });
    const bool needs_row = std::any_of(site_.inputs.begin(), site_.inputs.end(), [](const Input& input) {
      return input.access == Access::row || input.access == Access::column;
    });
    if (needs_row) word("row_texels", static_cast<std::uint32_t>(site_.extents.back() / 4));
    if (needs_coordinates) {
      for (std::size_t d = 1; d < site_.extents.size(); ++d) {
        word(fmt::format("extent{}", d), static_cast<std::uint32_t>(site_.extents[d]));
      }
    }
    for (std::size_t i = 0; i < site_.inputs.size(); ++i) read_input(i);
    for (const NodeId member : group_.members) compute(member);
    for (std::size_t i = 0; i < group_.outputs.size(); ++i) write_output(i);
    return push.size() <= max_push_words;
  }

  std::string source() const {
    return fmt::format(
        "#version 460\nlayout(local_size_x = {}) in;\n{}layout(push_constant) uniform Push {{\n{}}};\n{}"
        "void main() {{\n"
        "  const uint i = gl_WorkGroupID.y * {}u + gl_GlobalInvocationID.x;\n"
        "  if (i >= vectors) return;\n{}}}\n",
        group_size, declarations_, push_fields_, functions_, max_groups_x * group_size, body_);
  }

  std::vector<std::uint32_t> push;
  std::vector<tensor::Operand> operands;

 private:
  void word(const std::string& name, std::uint32_t value) {
    push_fields_ += fmt::format("  uint {};\n", name);
    push.push_back(value);
  }

  /// A function from an element's index to its offset in input `i`.
  void add_offset_function(std::size_t i) {
    const Input& input = site_.inputs[i];
    std::string lines;
    for (std::size_t d = site_.extents.size(); d-- > 0;) {
      if (d > 0) lines += fmt::format("  const uint q{0} = quotient(rest, extent{0});\n", d);
      const std::string coordinate = d == 0 ? "rest" : fmt::format("(rest - q{0} * extent{0})", d);
      if (input.strides[d] == 1) {
        lines += fmt::format("  offset += {};\n", coordinate);
      } else if (input.strides[d] != 0) {
        const std::string name = fmt::format("stride{}_{}", i, d);
        word(name, static_cast<std::uint32_t>(input.strides[d]));
        lines += fmt::format("  offset += {} * {};\n", coordinate, name);
      }
      if (d > 0) lines += fmt::format("  rest = q{};\n", d);
    }
    functions_ +=
        fmt::format("int offset{}(uint rest) {{\n  uint offset = 0;\n{}  return int(offset);\n}}\n", i, lines);
  }

  void read_input(std::size_t i) {
    const Input& input = site_.inputs[i];
    const DType dtype = input.value.dtype();
    const bool texel4 = input.access == Access::whole || input.access == Access::row || input.access == Access::strided;
    const std::string_view sampler = dtype == DType::i32   ? "isamplerBuffer"
                                     : dtype == DType::u32 ? "usamplerBuffer"
                                                           : "samplerBuffer";
    declarations_ += fmt::format("layout(binding = {0}) uniform {1} input{0};\n", i, sampler);
    operands.push_back(texel4 ? tensor::input_texel4(static_cast<int>(i)) : tensor::input_texel1(static_cast<int>(i)));
    if (!texel4 && input.access != Access::scalar && input.access != Access::column) add_offset_function(i);
    if (input.access == Access::strided) add_offset_function(i);
    const auto fetch = [i](std::string_view at) { return fmt::format("texelFetch(input{}, int({}))", i, at); };
    std::string value;
    switch (input.access) {
      case Access::whole:
        value = fetch("i");
        break;
      case Access::scalar:
        value = fetch("0") + ".x";
        break;
      case Access::row:
        value = fetch("i - quotient(i, row_texels) * row_texels");
        break;
      case Access::column:
        value = fetch("quotient(i, row_texels)") + ".x";
        break;
      case Access::strided:
        value = fetch(fmt::format("offset{}(i * 4u) >> 2", i));
        break;
      case Access::splat:
        value = fetch(fmt::format("offset{}(i * 4u)", i)) + ".x";
        break;
      case Access::gather:
        // Beyond the end, the last element again: what is read there is not kept.
        for (int k = 0; k < 4; ++k) {
          value += fmt::format("{}{}.x", k == 0 ? "" : ", ",
                               fetch(fmt::format("offset{}(min(i * 4u + {}u, count - 1u))", i, k)));
        }
        break;
    }
    body_ += fmt::format("  const vec4 x{} = vec4({});\n", i, value);
  }

  std::string name_of(const Tensor& tensor) const {
    if (std::find(group_.members.begin(), group_.members.end(), tensor.node) != group_.members.end()) {
      return fmt::format("v{}", position(tensor.node));
    }
    for (std::size_t i = 0; i < site_.inputs.size(); ++i) {
      if (site_.inputs[i].value == tensor) return fmt::format("x{}", i);
    }
    core::fail("a pointwise kernel lacks an input");
  }

  std::size_t position(NodeId member) const {
    return static_cast<std::size_t>(std::find(group_.members.begin(), group_.members.end(), member) -
                                    group_.members.begin());
  }

  void compute(NodeId member) {
    const Node& node = graph_.node(member);
    std::vector<std::string> operand_names;
    for (const Tensor& input : node.inputs) operand_names.push_back(name_of(input));
    std::vector<std::string> constant_names;
    const std::size_t at = position(member);
    if (node.op->constants != nullptr) {
      for (const float value : node.op->constants(node.attributes)) {
        const std::string name = fmt::format("c{}_{}", at, constant_names.size());
        push_fields_ += fmt::format("  float p{};\n", name);
        push.push_back(tensor::float_word(value));
        body_ += fmt::format("  const vec4 {} = vec4(p{});\n", name, name);
        constant_names.push_back(name);
      }
    }
    const std::string expression = node.op->expression(operand_names, constant_names);
    body_ += fmt::format("  const vec4 v{} = {};\n", at, rounded(node.outputs[0].dtype, "vec4(" + expression + ")"));
  }

  /// What the value becomes when it is stored as `dtype`.
  static std::string rounded(DType dtype, const std::string& value) {
    switch (dtype) {
      case DType::f32:
        return value;
      case DType::f16: {
        const std::string name = fmt::format("clamp({}, -65504.0, 65504.0)", value);
        return fmt::format("round_half({})", name);
      }
      case DType::u8:
        return fmt::format("round(clamp({}, 0.0, 1.0) * 255.0) / 255.0", value);
      case DType::i32:
      case DType::u32:
        return fmt::format("trunc({})", value);
    }
    return value;
  }

  void write_output(std::size_t i) {
    const DType dtype = graph_.node(group_.outputs[i]).outputs[0].dtype;
    const std::string_view element = dtype == DType::f32   ? "vec4"
                                     : dtype == DType::f16 ? "uvec2"
                                     : dtype == DType::i32 ? "ivec4"
                                     : dtype == DType::u32 ? "uvec4"
                                                           : "uint";
    declarations_ +=
        fmt::format("layout(binding = {}, std430) writeonly restrict buffer Output{} {{ {} output{}[]; }};\n",
                    site_.inputs.size() + i, i, element, i);
    operands.push_back(tensor::output_storage(static_cast<int>(i)));
    std::string value = fmt::format("v{}", position(group_.outputs[i]));
    if (site_.count % 4 != 0) {
      // Zeros after the last element, as the gaps of packed tensors want it.
      value = fmt::format("mix(vec4(0.0), {}, lessThan(uvec4(i * 4u) + uvec4(0u, 1u, 2u, 3u), uvec4(count)))", value);
    }
    if (dtype == DType::f16) {
      body_ += fmt::format(
          "  const vec4 h{0} = {1};\n  output{0}[i] = uvec2(packHalf2x16(h{0}.xy), packHalf2x16(h{0}.zw));\n", i,
          value);
    } else if (dtype == DType::u8) {
      body_ += fmt::format("  output{}[i] = packUnorm4x8({});\n", i, value);
    } else {
      body_ += fmt::format("  output{}[i] = {}({});\n", i, element, value);
    }
  }

  /// Whether all quotients are small enough for float_quotient: its estimate is off by less than one as long as the
  /// dividend is below 2^24 and the quotient below 2^21.
  bool divides_by_float() const {
    if (site_.count >= 1LL << 24) return false;
    std::int64_t least = site_.count;
    for (std::size_t d = 1; d < site_.extents.size(); ++d) least = std::min(least, site_.extents[d]);
    return site_.count / std::max<std::int64_t>(1, least) < 1LL << 21;
  }

  const Graph& graph_;
  const PointwiseGroup& group_;
  const Site& site_;
  std::string declarations_;
  std::string push_fields_;
  std::string functions_ =
      std::string(divides_by_float() ? float_quotient : integer_quotient) +
      "vec4 round_half(vec4 v) { return vec4(unpackHalf2x16(packHalf2x16(v.xy)), unpackHalf2x16(packHalf2x16(v.zw))); "
      "}\n";
  std::string body_;
};

/// "fused_3_mul" for a group of three that ends with mul.
std::string kernel_name(const Graph& graph, const PointwiseGroup& group) {
  const std::string last(graph.node(group.members.back()).op->name);
  return group.members.size() == 1 ? last : fmt::format("fused{}_{}", group.members.size(), last);
}

}  // namespace

std::optional<PointwiseKernel> make_pointwise_kernel(const Graph& graph, const PointwiseGroup& group) {
  if (static_cast<int>(group.outputs.size()) > pointwise_max_outputs) return std::nullopt;
  Site site;
  const Shape& shape = graph.node(group.members.front()).outputs[0].shape;
  site.count = shape.count();
  for (const NodeId member : group.members) {
    for (const Tensor& input : graph.node(member).inputs) {
      if (std::find(group.members.begin(), group.members.end(), input.node) != group.members.end()) continue;
      const bool known =
          std::any_of(site.inputs.begin(), site.inputs.end(), [&](const Input& other) { return other.value == input; });
      if (!known) site.inputs.push_back({input, {}, Access::whole});
    }
  }
  if (static_cast<int>(site.inputs.size()) > pointwise_max_inputs) return std::nullopt;
  collapse(site, shape);
  if (site.extents.size() > max_dimensions) return std::nullopt;
  for (Input& input : site.inputs) {
    if (site.extents.empty()) {
      input.access = Access::scalar;
    } else {
      input.access = access_of(input, site);
    }
  }
  Generator generator(graph, group, site);
  if (!generator.run()) return std::nullopt;
  PointwiseKernel kernel;
  kernel.call.shader = kernel_name(graph, group);
  kernel.call.source = generator.source();
  kernel.call.operands = std::move(generator.operands);
  kernel.call.push = std::move(generator.push);
  const auto groups = static_cast<std::uint32_t>(((site.count + 3) / 4 + group_size - 1) / group_size);
  kernel.call.groups = {std::min(groups, max_groups_x), (groups + max_groups_x - 1) / max_groups_x, 1};
  for (const Input& input : site.inputs) {
    kernel.inputs.push_back(input.value);
    kernel.input_is_whole.push_back(input.access == Access::whole);
  }
  return kernel;
}

}  // namespace figment::runtime
