#version 460
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require
#extension GL_KHR_shader_subgroup_vote : require
#extension GL_KHR_shader_subgroup_arithmetic : require
#include "launch.glsl"
// One workgroup (one subgroup) adds up, in order, the rows of grad_y whose index is its table row.
layout(local_size_x_id = 0) in;
layout(constant_id = 1) const bool aligned = true;  // width is a multiple of 4: a unit is a vec4, else a float
layout(constant_id = 2) const uint per_lane = 8;    // units a lane adds up
layout(binding = 0) uniform samplerBuffer grad_y;
layout(binding = 1) uniform isamplerBuffer indices;  // four a texel
FLOAT_BUFFER(2, result)
layout(push_constant) uniform Push { uint count; uint units; uint table_rows; uint column_groups; };

const uint none = 0xFFFFFFFFu;

// Bits of the elements of this texel whose index is `row`.
uint hits_of(uint texel, int row) {
  const uint last = (count - 1) / 4;
  const ivec4 index = texelFetch(indices, int(min(texel, last)));
  const uvec4 element = 4 * texel + uvec4(0, 1, 2, 3);
  const uvec4 hit = uvec4(equal(index, ivec4(row))) & uvec4(lessThan(element, uvec4(count)));
  return hit.x | hit.y << 1 | hit.z << 2 | hit.w << 3;
}

void main() {
  const uint group = flat_group();
  const uint row = group / column_groups;
  if (row >= table_rows) return;
  const uint lane = gl_LocalInvocationIndex;
  const uint lanes = gl_WorkGroupSize.x;
  const uint first_unit = (group % column_groups) * lanes * per_lane;
  const uint steps = (count + 16 * lanes - 1) / (16 * lanes);  // a step is four texels a lane
  vec4 sums[8];
  [[unroll]] for (uint k = 0; k < 8; ++k) sums[k] = vec4(0);
  uint step = 0;
  while (step < steps) {
    // The inner loop only scans: branches that no lane takes are not skipped on a CPU, but loops end.
    uint hits;
    do {
      const uint texel = step * 4 * lanes + lane;
      hits = hits_of(texel, int(row)) | hits_of(texel + lanes, int(row)) << 4 |
             hits_of(texel + 2 * lanes, int(row)) << 8 | hits_of(texel + 3 * lanes, int(row)) << 12;
      ++step;
    } while (step < steps && !subgroupAny(hits != 0));
    const uint base = (step - 1) * 4 * lanes + lane;
    uint mine = hits == 0 ? none : 4 * (base + uint(findLSB(hits)) / 4 * lanes) + uint(findLSB(hits)) % 4;
    uint next = subgroupMin(mine);
    while (next != none) {
      [[unroll]] for (uint k = 0; k < 8; ++k) {
        if (k < per_lane) {
          const uint unit = first_unit + k * lanes + lane;
          sums[k] += texelFetch(grad_y, int(next * units + min(unit, units - 1)));
        }
      }
      hits = mine == next ? hits & (hits - 1) : hits;
      mine = hits == 0 ? none : 4 * (base + uint(findLSB(hits)) / 4 * lanes) + uint(findLSB(hits)) % 4;
      next = subgroupMin(mine);
    }
  }
  [[unroll]] for (uint k = 0; k < 8; ++k) {
    const uint unit = first_unit + k * lanes + lane;
    if (k < per_lane && unit < units) {
      if (aligned) {
        result4[row * units + unit] = sums[k];
      } else {
        result1[row * units + unit] = sums[k].x;
      }
    }
  }
}
