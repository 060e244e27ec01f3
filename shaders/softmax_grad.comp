#version 460
#extension GL_EXT_control_flow_attributes : require
#extension GL_GOOGLE_include_directive : require
// Gradients of softmax, y (dy - sum(y dy)), and of log_softmax, dy - exp(y) sum(dy): a team a row.
#include "team.glsl"
layout(constant_id = 2) const bool aligned = true;  // columns is a multiple of 4
layout(constant_id = 3) const bool logarithm = false;
layout(constant_id = 4) const int trips = 0;  // texels of a row for each lane; 0 if not known beforehand
layout(constant_id = 5) const bool even = false;  // every lane has that many
layout(binding = 0) uniform samplerBuffer result;
layout(binding = 1) uniform samplerBuffer grad_result;
FLOAT_BUFFER(2, target)
layout(push_constant) uniform Push { int rows; int columns; };
#include "row.glsl"
#include "row_walk.glsl"
#include "row_store.glsl"

void main() {
  const int row = team_index();
  if (row >= rows) return;
  const RowSpan span = row_span(uint(row), uint(columns));
  const int first = int(span.first_texel) + team_lane();
  const int end = int(span.end_texel);
  const int step = team_lanes();
  vec4 sums = vec4(0);
  EACH_TEXEL {
    vec4 v = texelFetch(grad_result, t);
    if (!logarithm) v *= texelFetch(result, t);
    sums += aligned ? v : mix(vec4(0), v, in_row(span, uint(t)));
  }
  const float sum = team_add(sum_of(sums));
  EACH_TEXEL {
    const vec4 y = texelFetch(result, t);
    const vec4 dy = texelFetch(grad_result, t);
    const vec4 dx = logarithm ? dy - exp(y) * sum : y * (dy - sum);
    STORE_ROW(target, span, t, dx)
  }
}
