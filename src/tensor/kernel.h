#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tensor/attributes.h"
#include "tensor/type.h"

namespace figment::tensor {

/// What an op may know of the device when it chooses among its kernels. Plain data.
struct DeviceTraits {
  bool is_cpu = true;                            ///< lavapipe and the like: texel fetches and shuffles, no barriers
  std::uint32_t subgroup_size = 8;               ///< lanes
  std::uint32_t core_count = 2;                  ///< CPU cores, or multiprocessors if known
  bool f16_storage = false;                      ///< 16-bit storage buffers
  std::int64_t max_storage_bytes = 128LL << 20;  ///< range of one storage binding
  std::int64_t max_texels = 128LL << 20;         ///< texels of one texel view
  std::int64_t shared_memory_bytes = 32768;
  std::int64_t max_workgroup_invocations = 1024;
};

/// How a kernel sees an operand. `storage` is a std430 buffer; `texel4` a uniform texel buffer of four
/// elements a texel (samplerBuffer for f32, f16 and u8; isamplerBuffer or usamplerBuffer for i32 and
/// u32); `texel1` the same with one element a texel.
enum class View : std::uint8_t { storage, texel4, texel1 };

struct Operand {
  enum class Kind : std::uint8_t { input, output, scratch };
  Kind kind = Kind::input;
  int index = 0;
  View view = View::storage;
};

constexpr Operand input_texel4(int index) { return {Operand::Kind::input, index, View::texel4}; }
constexpr Operand input_texel1(int index) { return {Operand::Kind::input, index, View::texel1}; }
constexpr Operand input_storage(int index) { return {Operand::Kind::input, index, View::storage}; }
constexpr Operand output_storage(int index) { return {Operand::Kind::output, index, View::storage}; }
constexpr Operand output_texel4(int index) { return {Operand::Kind::output, index, View::texel4}; }
constexpr Operand output_texel1(int index) { return {Operand::Kind::output, index, View::texel1}; }
constexpr Operand scratch_storage(int index) { return {Operand::Kind::scratch, index, View::storage}; }
constexpr Operand scratch_texel4(int index) { return {Operand::Kind::scratch, index, View::texel4}; }
constexpr Operand scratch_texel1(int index) { return {Operand::Kind::scratch, index, View::texel1}; }

/// One dispatch, as plain data. The binding of an operand is its position in `operands`. An output or
/// scratch seen through a texel view is read (what an earlier call of the plan wrote); a mutated input
/// is written through a storage view.
struct KernelCall {
  std::string shader;                    ///< a file of shaders/ without ".comp"
  std::string source;                    ///< or GLSL made at run time (then `shader` names it in the log)
  std::vector<std::uint32_t> constants;  ///< specialization constants, id = position
  std::vector<Operand> operands;
  std::vector<std::uint32_t> push;  ///< push constants, at most 32 words
  std::array<std::uint32_t, 3> groups{1, 1, 1};
};

/// All dispatches of a node, in order; each may read what the earlier ones wrote.
struct KernelPlan {
  std::vector<KernelCall> calls;
  std::vector<std::int64_t> scratch_bytes;  ///< size of each scratch buffer (f32 words)
  double flops = 0;                         ///< of the whole plan, an estimate for cost and bench
};

/// The word of a float, for push and specialization constants.
std::uint32_t float_word(float value);

/// What an op's kernel function is given.
struct KernelSite {
  std::span<const TensorType> inputs;
  std::span<const TensorType> outputs;
  const Attributes& attributes;
  const DeviceTraits& traits;
};

/// The family a kernel's time is shown under.
enum class Family : std::uint8_t {
  convolution,
  matmul,
  attention,
  norm,
  pointwise,
  reduction,
  data,
  random,
  denoise,
  sampling,
  optimizer
};
std::string_view name_of(Family family);
inline constexpr int family_count = 11;

}  // namespace figment::tensor
