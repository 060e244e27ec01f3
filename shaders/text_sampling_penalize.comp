#version 460
#extension GL_GOOGLE_include_directive : require
#include "launch.glsl"
// Each invocation counts four tokens in the history and lowers their logits: see PenaltyParams.
layout(local_size_x_id = 0) in;
layout(constant_id = 1) const bool aligned = true;
#include "row.glsl"
layout(binding = 0) uniform samplerBuffer logits;
layout(binding = 1) uniform isamplerBuffer history;
layout(binding = 2) uniform isamplerBuffer history_length;
layout(binding = 3) uniform samplerBuffer params;
FLOAT_BUFFER(4, result)
layout(push_constant) uniform Push { uint rows; uint classes; uint steps; uint groups_per_row; };

void main() {
  const uint group = flat_group();
  const uint row = group / groups_per_row;
  if (row >= rows) return;
  const RowSpan span = row_span(row, classes);
  const uint t = span.first_texel + group % groups_per_row * gl_WorkGroupSize.x + gl_LocalInvocationIndex;
  const vec4 settings = texelFetch(params, 0);  // repetition, presence, frequency, window
  const int seen_steps = min(texelFetch(history_length, 0).x, int(steps));
  const ivec4 column = first_column(span, t) + ivec4(0, 1, 2, 3);
  ivec4 seen = ivec4(0);
  for (int s = max(0, seen_steps - int(settings.w)); s < seen_steps; ++s) {
    seen += ivec4(equal(column, ivec4(texelFetch(history, int(row * steps) + s).x)));
  }
  if (t >= span.end_texel) return;
  const vec4 before = texelFetch(logits, int(t));
  vec4 after = mix(before * settings.x, before / settings.x, greaterThan(before, vec4(0)));
  after -= settings.y + settings.z * vec4(seen);
  after = mix(before, after, greaterThan(seen, ivec4(0)));
  if (aligned) {
    result4[t] = after;
  } else {
    const bvec4 mine = in_row(span, t);
    if (mine.x) result1[4 * t] = after.x;
    if (mine.y) result1[4 * t + 1] = after.y;
    if (mine.z) result1[4 * t + 2] = after.z;
    if (mine.w) result1[4 * t + 3] = after.w;
  }
}
