#version 460
#extension GL_EXT_control_flow_attributes : require
#extension GL_GOOGLE_include_directive : require
// softmax or log_softmax of each row: a team a row, three passes (largest, sum, result).
#include "team.glsl"
layout(constant_id = 2) const bool aligned = true;  // columns is a multiple of 4
layout(constant_id = 3) const bool logarithm = false;
layout(constant_id = 4) const int trips = 0;  // texels of a row for each lane; 0 if not known beforehand
layout(constant_id = 5) const bool even = false;  // every lane has that many
layout(binding = 0) uniform samplerBuffer source;
FLOAT_BUFFER(1, target)
layout(push_constant) uniform Push { int rows; int columns; };
#include "row.glsl"
#include "row_walk.glsl"
#include "row_store.glsl"

const float lowest = -3.402823466e38;

vec4 fetch(RowSpan span, int texel) {
  const vec4 v = texelFetch(source, texel);
  return aligned ? v : mix(vec4(lowest), v, in_row(span, uint(texel)));
}

void main() {
  const int row = team_index();
  if (row >= rows) return;
  const RowSpan span = row_span(uint(row), uint(columns));
  const int first = int(span.first_texel) + team_lane();
  const int end = int(span.end_texel);
  const int step = team_lanes();
  vec4 most = vec4(lowest);
  EACH_TEXEL most = max(most, fetch(span, t));
  const float largest = team_max(max_of(most));
  vec4 sums = vec4(0);
  EACH_TEXEL sums += exp(max(fetch(span, t) - largest, -88.0)) * vec4(in_row(span, uint(t)));
  const float sum = team_add(sum_of(sums));
  const float offset = largest + log(sum);
  const float inverse = 1.0 / sum;
  EACH_TEXEL {
    const vec4 v = texelFetch(source, t);
    const vec4 result = logarithm ? v - offset : exp(max(v - largest, -88.0)) * inverse;
    STORE_ROW(target, span, t, result)
  }
}
