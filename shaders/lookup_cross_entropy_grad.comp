#version 460
#extension GL_GOOGLE_include_directive : require
#include "launch.glsl"
// One workgroup a row: (softmax(logits) - one_hot(target)) * grad_loss.
layout(local_size_x_id = 0) in;
layout(constant_id = 1) const bool aligned = true;
#include "row.glsl"
layout(binding = 0) uniform samplerBuffer logits;
layout(binding = 1) uniform isamplerBuffer targets;
layout(binding = 2) uniform samplerBuffer log_sums;
layout(binding = 3) uniform samplerBuffer grad_losses;
FLOAT_BUFFER(4, result)
layout(push_constant) uniform Push { uint rows; uint classes; };

void main() {
  const uint row = flat_group();
  if (row >= rows) return;
  const RowSpan span = row_span(row, classes);
  const int target = texelFetch(targets, int(row)).x;
  const bool counts = target >= 0 && uint(target) < classes;
  const float log_sum = texelFetch(log_sums, int(row)).x;
  float factor = texelFetch(grad_losses, int(row)).x;
  factor = counts ? factor : 0.0;
  for (uint t = span.first_texel + gl_LocalInvocationIndex; t < span.end_texel; t += gl_WorkGroupSize.x) {
    const ivec4 column = first_column(span, t) + ivec4(0, 1, 2, 3);
    vec4 value = exp(texelFetch(logits, int(t)) - log_sum) - vec4(equal(column, ivec4(target)));
    value = counts ? value * factor : vec4(0);
    if (aligned) {
      result4[t] = value;
    } else {
      const bvec4 mine = in_row(span, t);
      if (mine.x) result1[4 * t] = value.x;
      if (mine.y) result1[4 * t + 1] = value.y;
      if (mine.z) result1[4 * t + 2] = value.z;
      if (mine.w) result1[4 * t + 3] = value.w;
    }
  }
}
