#version 460
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require
#extension GL_KHR_shader_subgroup_arithmetic : require
#include "launch.glsl"
#include "philox.glsl"
// One workgroup (one subgroup) a row: the index of the greatest of logits + Gumbel noise.
layout(local_size_x_id = 0) in;
layout(constant_id = 1) const bool aligned = true;
#include "row.glsl"
layout(binding = 0) uniform samplerBuffer logits;
layout(binding = 1) uniform usamplerBuffer seed;
layout(binding = 2, std430) writeonly buffer Choices { int choices[]; };
layout(push_constant) uniform Push { uint rows; uint classes; uint salt; };

const float lowest = -3.4e38;

void main() {
  const uint row = flat_group();
  if (row >= rows) return;
  const RowSpan span = row_span(row, classes);
  const uvec4 key = texelFetch(seed, 0);
  float best = lowest;
  int choice = 0;
  for (uint t = span.first_texel + gl_LocalInvocationIndex; t < span.end_texel; t += gl_WorkGroupSize.x) {
    const uvec4 bits = philox(uvec4(t, salt, key.zw), key.xy);
    const vec4 noise = vec4(gumbel_of(bits.x), gumbel_of(bits.y), gumbel_of(bits.z), gumbel_of(bits.w));
    precise vec4 score = texelFetch(logits, int(t)) + noise;
    const bvec4 mine = in_row(span, t);
    const int column = first_column(span, t);
    [[unroll]] for (int c = 0; c < 4; ++c) {
      const bool better = mine[c] && score[c] > best;
      best = better ? score[c] : best;
      choice = better ? column + c : choice;
    }
  }
  const float highest = subgroupMax(best);
  const int first = subgroupMin(best == highest ? choice : 0x7FFFFFFF);
  if (gl_LocalInvocationIndex == 0) choices[row] = first;
}
