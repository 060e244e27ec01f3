#pragma once
#include <cstdint>

#include "ops/launch.h"
#include "ops/ops.h"
#include "tensor/op.h"

/// Reductions and row kernels, as the files of reductions, softmax and norms share them.
namespace figment::ops::reduction {

/// Sums (or maxima) of a tensor seen as [outer, count, inner] over its middle, times `factor`.
struct Reduction {
  tensor::Operand::Kind source = tensor::Operand::Kind::input;
  int source_index = 0;
  tensor::Operand::Kind target = tensor::Operand::Kind::output;
  int target_index = 0;
  std::int64_t outer = 1;
  std::int64_t count = 1;
  std::int64_t inner = 1;
  bool maximum = false;
  float factor = 1;
};

/// Appends the one to three dispatches of a reduction. The order of the additions depends only on the sizes
/// and the device's traits.
void append_reduction(tensor::KernelPlan& plan, const Reduction& reduction, const tensor::DeviceTraits& traits);

/// Into how many parts to split `count` steps that each of `lanes` lanes makes, so that the device has enough to do.
std::int64_t choose_parts(std::int64_t lanes, std::int64_t count, const tensor::DeviceTraits& traits);

/// The lanes that work on one row (shaders/include/team.glsl).
struct Team {
  std::uint32_t local_size = 64;  ///< specialization constant 0
  bool is_group = false;          ///< specialization constant 1
  std::array<std::uint32_t, 3> groups{1, 1, 1};
  std::int64_t lanes = 8;
};

/// How many steps of a row each lane of the team makes, if that is few enough to unroll
/// (shaders/include/row_walk.glsl).
struct Trips {
  std::uint32_t count = 0;  ///< 0: too many, or rows that do not start at texels
  bool even = false;        ///< every lane makes as many
};
Trips choose_trips(const Team& team, std::int64_t columns);

/// For `rows` rows of `steps` vec4 each. With `subgroups_only` a team is never more than a subgroup.
Team choose_team(std::int64_t rows, std::int64_t steps, const tensor::DeviceTraits& traits,
                 bool subgroups_only = false);

}  // namespace figment::ops::reduction
