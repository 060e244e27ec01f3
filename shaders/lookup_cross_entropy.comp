#version 460
#extension GL_GOOGLE_include_directive : require
#extension GL_KHR_shader_subgroup_arithmetic : require
#include "launch.glsl"
// One workgroup (one subgroup) a row: log of the sum of exponentials, and its distance to the target's logit.
layout(local_size_x_id = 0) in;
layout(constant_id = 1) const bool aligned = true;
#include "row.glsl"
layout(binding = 0) uniform samplerBuffer logits;
layout(binding = 1) uniform isamplerBuffer targets;
layout(binding = 2, std430) writeonly buffer Losses { float losses[]; };
layout(binding = 3, std430) writeonly buffer LogSums { float log_sums[]; };
layout(push_constant) uniform Push { uint rows; uint classes; };

void main() {
  const uint row = flat_group();
  if (row >= rows) return;
  const RowSpan span = row_span(row, classes);
  const int target = texelFetch(targets, int(row)).x;
  const bool counts = target >= 0 && uint(target) < classes;
  const uint at = span.begin + (counts ? uint(target) : 0);
  const vec4 near = texelFetch(logits, int(at / 4));
  const float hit = dot(mix(vec4(0), near, equal(uvec4(at % 4), uvec4(0, 1, 2, 3))), vec4(1));
  vec4 highest4 = vec4(-3.0e38);
  for (uint t = span.first_texel + gl_LocalInvocationIndex; t < span.end_texel; t += gl_WorkGroupSize.x) {
    highest4 = max(highest4, mix(vec4(-3.0e38), texelFetch(logits, int(t)), in_row(span, t)));
  }
  const float highest = subgroupMax(max_of(highest4));
  vec4 sum4 = vec4(0);
  for (uint t = span.first_texel + gl_LocalInvocationIndex; t < span.end_texel; t += gl_WorkGroupSize.x) {
    sum4 += exp(mix(vec4(-3.0e38), texelFetch(logits, int(t)), in_row(span, t)) - highest);
  }
  const float log_sum = highest + log(subgroupAdd(sum_of(sum4)));
  if (gl_LocalInvocationIndex == 0) {
    losses[row] = counts ? log_sum - hit : 0.0;
    log_sums[row] = log_sum;
  }
}
